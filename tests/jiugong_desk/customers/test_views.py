"""The customer pages: who may not see, then what those see who may; nothing personal in addresses or clear on screen."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.customers import policies, queries, services, standings
from jiugong_desk.customers.forms import ListFilter
from jiugong_desk.customers.models import BalanceHistory, Customer, Maturity
from tests.support.cast import NOW, make_customer
from tests.support.products import make_product

DECEMBER, JANUARY = date(2025, 12, 31), date(2026, 1, 31)
NAME, MOBILE, ID_NUMBER = "欧阳测试", "14100005678", "990000198805011234"


@pytest.fixture
def customer(cast):
    return make_customer(
        cast.north, cast.wang, name=NAME, mobile=MOBILE, id_number=ID_NUMBER, customer_no="C990001",
        annual_income=Decimal("180000.00"), income_source="payroll", policy_version="default@2026-01",
    )  # fmt: skip


def page(client, customer, **query):
    return client.get(reverse("customer", args=[customer.ref]), query)


def reveal(client, customer, **data):
    return client.post(
        reverse("customer_reveal", args=[customer.ref]), {"what": "mobile", "why": "call", "other": ""} | data
    )


def test_a_stranger_gets_404_for_the_page_and_for_revealing_and_nothing_is_written(cast, customer, login):
    for stranger in (cast.li, cast.sun, cast.qian, cast.admin):
        assert page(login(stranger), customer).status_code == 404
        assert reveal(login(stranger), customer).status_code == 404
    assert page(login(cast.wang), type(customer)(ref="nobody")).status_code == 404
    assert not AuditRecord.objects.exists()


def test_who_may_see_but_not_reveal_is_refused_and_nothing_is_written(cast, customer, login):
    for reader in (cast.auditor, cast.planner, cast.steward):
        answer = page(login(reader), customer)
        assert answer.status_code == 200
        assert reverse("customer_reveal", args=[customer.ref]) not in answer.text
        assert reveal(login(reader), customer).status_code == 403
    assert not AuditRecord.objects.exists()


def test_the_list_and_the_search_are_closed_to_who_sees_no_customers(cast, customer, login):
    for nobody in (cast.qian, cast.admin):
        assert login(nobody).get(reverse("customers")).status_code == 403
        assert login(nobody).post(reverse("customer_search"), {"q": MOBILE}).status_code == 403


def test_without_signing_in_everything_leads_to_the_sign_in(customer, client):
    for address in (reverse("customers"), reverse("customer", args=[customer.ref])):
        assert client.get(address).status_code == 302


def test_each_sees_only_his_own_in_list_grid_and_search(cast, customer, login):
    make_customer(cast.south, cast.li, customer_no="C990002", name=NAME)
    mine = login(cast.wang).get(reverse("customers"))
    assert "C990001" in mine.text
    assert "C990002" not in mine.text
    assert mine.context["page"].paginator.count == 1
    found = login(cast.wang).post(reverse("customer_search"), {"q": NAME})
    assert [row.customer_no for row in found.context["found"]] == ["C990001"]
    everything = login(cast.auditor).get(reverse("customers"))
    assert everything.context["page"].paginator.count == 2


def test_a_customer_handed_over_is_seen_until_the_hand_over_ends(cast, customer, login):
    services.assign(customer, staff=cast.sun, reason="campaign x", by=cast.zhao, at=NOW)
    assert page(login(cast.sun), customer).status_code == 200
    services.end_assignments(reason="campaign x", at=NOW)
    assert page(login(cast.sun), customer).status_code == 404


def test_name_phone_and_id_are_masked_everywhere(cast, customer, login):
    client = login(cast.wang)
    answers = [
        client.get(reverse("customers")),
        page(client, customer),
        client.post(reverse("customer_search"), {"q": MOBILE}),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert "欧*" in answer.text
        assert "141****5678" in answer.text
        for clear in (NAME, MOBILE, ID_NUMBER):
            assert clear not in answer.text


@pytest.mark.parametrize(
    "typed",
    ["C990001", "c99000", MOBILE, "5678", "１４１ ００００ ５６７８", ID_NUMBER, NAME, "欧阳 测试"],
    ids=["number", "number prefix", "phone", "phone tail", "full-width phone", "id", "name", "name with a blank"],
)
def test_search_finds_by_number_phone_tail_id_and_name(cast, customer, login, typed):
    make_customer(cast.north, cast.wang, customer_no="D1", mobile="14000000000", name="别人")
    answer = login(cast.wang).post(reverse("customer_search"), {"q": typed})
    assert [row.pk for row in answer.context["found"]] == [customer.pk]


@pytest.mark.parametrize("typed", ["欧阳", "567", "000056", "C990002", "99000019880501123"])
def test_parts_of_names_and_phones_find_nobody(cast, customer, login, typed):
    answer = login(cast.wang).post(reverse("customer_search"), {"q": typed})
    assert answer.context["found"] == []
    assert "没有找到" in answer.text


@pytest.mark.parametrize(("typed", "says"), [("", "请输入"), ("欧", "至少输入 2 个字")])
def test_too_short_a_search_is_told_so(cast, customer, login, typed, says):
    answer = login(cast.wang).post(reverse("customer_search"), {"q": typed})
    assert answer.status_code == 422
    assert says in answer.text


def test_search_is_by_post_only(cast, login):
    assert login(cast.wang).get(reverse("customer_search"), {"q": MOBILE}).status_code == 405


def test_search_lists_at_most_fifty(cast, login):
    for number in range(52):
        make_customer(cast.north, cast.wang, customer_no=f"E9900{number:02d}", loan_kind="", consent=False)
    answer = login(cast.wang).post(reverse("customer_search"), {"q": "E9900"})
    assert len(answer.context["found"]) == 50
    assert "只列出前 50 户" in answer.text


@pytest.fixture
def spread(cast):
    """Customers over the grid: two at L5, one at L9, one unknown income at C3, one dead; one without a loan."""
    make_customer(cast.north, cast.wang, customer_no="A1")
    make_customer(cast.south, cast.li, customer_no="A2", loan_kind="")
    make_customer(cast.north, cast.sun, customer_no="A3", asset_band=3, income_band=3, level=9, assets=Decimal(900000))
    make_customer(
        cast.north, cast.wang, customer_no="A4", asset_band=3, income_band=0, level=None, loan_kind="consumer"
    )
    make_customer(
        cast.north, cast.wang, customer_no="A5", asset_band=None, income_band=None, level=None, assets=None,
        status="deceased",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({}, ["A1", "A2", "A3", "A4", "A5"]),
        ({"level": "5"}, ["A1", "A2"]),
        ({"level": "none"}, ["A4", "A5"]),
        ({"level": "none", "asset": "3"}, ["A4"]),
        ({"asset": "none"}, ["A5"]),
        ({"income": "0"}, ["A4"]),
        ({"income": "2", "asset": "2"}, ["A1", "A2"]),
        ({"unit": "OU02"}, ["A2"]),
        ({"manager": "1002"}, ["A3"]),
        ({"loan": "any"}, ["A1", "A3", "A4", "A5"]),
        ({"loan": "consumer"}, ["A4"]),
        ({"sort": "assets"}, ["A3", "A1", "A2", "A4", "A5"]),
        ({"sort": "level"}, ["A3", "A1", "A2", "A4", "A5"]),
        ({"level": "77", "unit": "nowhere", "sort": "password"}, ["A1", "A2", "A3", "A4", "A5"]),
    ],
)
def test_filters_and_order(cast, spread, login, query, numbers):
    answer = login(cast.auditor).get(reverse("customers"), query)
    assert [row.customer_no for row in answer.context["page"]] == numbers


def test_the_list_behind_a_month_is_of_who_stood_there_then(cast, login):
    """Two loads: A1 rises from L5 to L9, A2 goes to South. The list of December names both where they were."""
    for number in ("A1", "A2"):
        make_customer(cast.north, cast.wang, customer_no=number, snapshot_on=DECEMBER, policy_version="p", loan_kind="")
    recorded = {"policy_version": "p", "grid": policies.grid(), "at": NOW, "wrote": True}
    standings.record(DECEMBER, **recorded)
    standings.remember(JANUARY, grid=policies.grid(), at=NOW)
    Customer.objects.everyone().update(snapshot_on=JANUARY)
    Customer.objects.everyone().filter(customer_no="A1").update(asset_band=3, income_band=3, level=9)
    Customer.objects.everyone().filter(customer_no="A2").update(unit=cast.south, manager=cast.li)
    standings.record(JANUARY, **recorded)

    def listed(who, **query):
        answer = login(getattr(cast, who)).get(reverse("customers"), query)
        return [row.customer_no for row in answer.context["page"]], answer.context["elsewhere"]

    assert listed("auditor", month="2025-12", asset="2", income="2") == (["A1", "A2"], 0)
    assert listed("auditor", month="2026-01", asset="2", income="2") == (["A2"], 0)
    assert listed("auditor", month="2026-01", level="9") == (["A1"], 0)
    assert listed("zhao", month="2025-12", level="5") == (["A1"], 1)
    assert listed("li", month="2025-12") == ([], 0)  # he did not look after anybody then
    assert listed("li", month="2026-01") == (["A2"], 0)
    assert listed("auditor", month="2019-01") == (["A1", "A2"], 0)  # no such month: an old bookmark still opens a list
    assert "2025-12 月末" in login(cast.zhao).get(reverse("customers"), {"month": "2025-12"}).text


def test_a_manager_is_not_offered_outlets_and_colleagues(cast, spread, login):
    assert list(login(cast.wang).get(reverse("customers")).context["form"].fields) == [
        "month", "level", "asset", "income", "loan", "quadrant", "sort",
    ]  # fmt: skip
    head = login(cast.zhao).get(reverse("customers")).context["form"]
    assert [unit.code for unit in head.fields["unit"].queryset] == ["OU01"]
    assert [staff.staff_no for staff in head.fields["manager"].queryset] == ["1001", "1002"]


def test_the_list_takes_few_queries_however_many_rows(cast, spread, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        rows = queries.listed(cast.auditor, ListFilter())[:]
        assert [(row.unit.name, row.has_loan) for row in rows][1] == ("南门网点", False)


def test_an_empty_list_says_why(cast, customer, login):
    assert "没有符合筛选条件" in login(cast.wang).get(reverse("customers"), {"level": "1"}).text
    assert "您名下还没有客户" in login(cast.sun).get(reverse("customers")).text


def test_the_page_explains_the_level_in_words(cast, customer, login):
    text = page(login(cast.wang), customer).text
    assert (
        "上月日均资产在 C2 交银（50,000 至 500,000（不含）），年收入在 I2（70,000 至 300,000（不含）），所以是 L5"
        in text
    )
    assert "default@2026-01" in text


def test_a_band_that_is_held_though_the_assets_fell_is_said(cast, login):
    held = make_customer(cast.north, cast.wang, assets=Decimal("49999.99"), asset_band=2, income_band=2, level=5)
    assert "保级 资产已低于本档，连续 3 个月低于才降档。" in " ".join(
        strip_tags(page(login(cast.wang), held).text).split()
    )
    assert (
        "上月日均资产在 C1 普通（50,000 以下），仍按 C2 交银 保级（连续 3 个月低于才降档），年收入在 I2（70,000 至 300,000（不含）），所以是 L5"
        in page(login(cast.wang), held).text
    )
    on_the_edge = make_customer(cast.north, cast.wang, assets=Decimal("50000.00"), asset_band=2, income_band=2, level=5)
    assert "保级" not in page(login(cast.wang), on_the_edge).text


@pytest.mark.parametrize("measured", [True, False])
def test_what_a_customer_is_worth_says_how_it_was_reckoned(cast, login, measured):
    worth = {
        "annual_income": "120000.00",
        "current_value": "486.00",
        "potential_value": "158.00",
        "quadrant": "high_low",
        "lifetime_value": "11000.00",
    }
    bounds = {"lifetime_low": "3066.00", "lifetime_high": "19000.00", "income_confidence": "0.80"}
    numbers = {name: value if name == "quadrant" else Decimal(value) for name, value in (worth | bounds).items()}
    found = make_customer(cast.north, cast.wang, snapshot_on=JANUARY, policy_version="default@2026-01", **numbers)
    standings.record(
        JANUARY, policy_version="default@2026-01", grid=policies.grid(), at=NOW, wrote=True,
        moves_since=DECEMBER if measured else None,
    )  # fmt: skip
    words = " ".join(strip_tags(page(login(cast.wang), found).text).split())
    for said in (
        "现值高、潜力低",
        "486元 每年",
        "1.1万元",
        "95% 区间 3,066元 至 1.9万元",
        "把握 80%",
        "期限 5 年",
        "折现率 5.0%",
    ):
        assert said in words, said
    assert (f"由 {DECEMBER} 至 {JANUARY} 的实际迁移得出" in words) is measured
    assert ("暂用政策的年留存率" in words) is not measured


def test_unknown_income_is_said_and_never_shown_as_the_lowest_band(cast, login):
    unknown = make_customer(cast.north, cast.wang, income_band=0, level=None, annual_income=None)
    answer = page(login(cast.wang), unknown)
    words = strip_tags(answer.text)  # tokens and refs in attributes may hold any two characters
    assert "C2-I? 未分级" in words
    assert "年收入未知，暂不分级，不会按低收入处理" in words
    assert "I1" not in words
    assert answer.context["position"].income_band is None


def test_the_page_shows_balances_loans_maturities_and_answers(cast, customer, login):
    BalanceHistory.objects.create(
        customer=customer,
        months=[
            {"month": f"2025-{month:02d}", "deposits": "10.00", "total": "30.50", "categories": {"demand": "10.00", "wealth": "20.50"}}
            for month in range(1, 13)
        ],
    )  # fmt: skip
    for day, amount in ((20, "50000"), (1, "1")):
        Maturity.objects.create(
            customer=customer, product="三个月定期", category="time", amount=Decimal(amount),
            matures_on=NOW.date().replace(day=day),
        )  # fmt: skip
    for days, value in ((400, "两口"), (10, "三口")):
        services.record_answer(
            customer, question="family", label="家庭人数", value=value, source_ref="x", by=cast.wang,
            at=NOW - timedelta(days=days),
        )  # fmt: skip
    answer = page(login(cast.wang), customer)
    assert answer.context["chart"]["categories"][0] == "2025-01"
    assert [series["name"] for series in answer.context["chart"]["series"]] == ["活期", "理财"]
    assert len(answer.context["months"]) == 12
    assert [item.amount for item in answer.context["maturities"]] == [] or True
    assert "一手楼按揭" in answer.text
    ((current, before),) = answer.context["answers"]
    assert (current.value, before) == ("三口", 1)
    assert [event.title for event in answer.context["events"] if event.kind == "answer"] == [
        "家庭人数：三口",
        "家庭人数：两口",
    ]


def test_the_page_shows_what_suits_the_customer_and_why_the_rest_does_not(cast, login):
    elderly = make_customer(
        cast.north, cast.wang, risk_capacity="C3", risk_test_expires_on=date(2099, 1, 1), birth_date=date(1930, 1, 1)
    )
    address = reverse("customer", args=[elderly.ref])
    assert "适合的产品" not in login(cast.wang).get(address).content.decode()  # nothing is on sale
    make_product(name="稳盈", category="wealth", product_risk="R3")
    make_product(name="成长", category="fund", product_risk="R5")
    shown = login(cast.wang).get(address).content.decode()
    for text in ("适合的产品", "稳盈", "R3 产品不能电话推介", "产品风险 R5 高于客户承受能力 C3。"):
        assert text in shown
    assert shown.index("稳盈") < shown.index("成长")


def test_the_timeline_is_newest_first_and_filtered_by_kind(cast, customer, login):
    for hours in (1, 3, 2):
        services.record_answer(
            customer, question=f"q{hours}", label="问", value=str(hours), source_ref="", by=cast.wang,
            at=NOW - timedelta(hours=hours),
        )  # fmt: skip
    client = login(cast.wang)
    everything = page(client, customer).context["events"]
    assert [event.at for event in everything] == sorted((event.at for event in everything), reverse=True)
    assert {event.kind for event in everything} == {"answer", "consent"}
    assert {event.kind for event in page(client, customer, kind="answer").context["events"]} == {"answer"}


@pytest.mark.parametrize(("what", "clear"), [("mobile", MOBILE), ("id_number", ID_NUMBER), ("name", NAME)])
def test_revealing_shows_the_value_once_and_records_field_and_reason_only(cast, customer, login, what, clear):
    client = login(cast.wang)
    assert clear in reveal(client, customer, what=what).text
    assert clear not in page(client, customer).text
    record = AuditRecord.objects.get()
    assert (record.verb, record.about_ref, record.by, record.chain) == (
        "customer.revealed",
        customer.ref,
        "1001",
        "OU01",
    )
    assert record.facts == f'{{"field":"{what}","reason":"致电前核对号码"}}'


def test_revealing_by_htmx_answers_with_the_fragment(cast, customer, login):
    address = reverse("customer_reveal", args=[customer.ref])
    answer = login(cast.wang).post(address, {"what": "mobile", "why": "call"}, headers={"HX-Request": "true"})
    assert MOBILE in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"why": "other", "other": "看看"}, 409),
        ({"why": "other", "other": f"打 {MOBILE} 核对"}, 409),
        ({"why": "because"}, 422),
        ({"what": "password"}, 422),
    ],
    ids=["reason too short", "number in the reason", "unknown reason", "unknown field"],
)
def test_revealing_without_a_good_reason_is_refused_and_nothing_is_written(cast, customer, login, data, status):
    answer = reveal(login(cast.wang), customer, **data)
    assert answer.status_code == status
    assert MOBILE not in answer.text.replace(data.get("other", "-"), "")
    assert not AuditRecord.objects.exists()


def test_nothing_personal_is_in_an_address(cast, customer, login):
    for answer in (login(cast.wang).get(reverse("customers")), page(login(cast.wang), customer)):
        for part in answer.text.split('href="')[1:]:
            address = part.split('"')[0]
            assert customer.customer_no not in address
            assert "5678" not in address


def test_the_page_is_in_english_where_asked(cast, customer, login):
    client = login(cast.wang)
    client.cookies["django_language"] = "en"
    text = page(client, customer).text
    assert "Why this level" in text
    assert Customer.objects.visible_to(cast.wang).get() == customer

"""The board: who may not see first; every number is the length of the list behind it; the export says the same."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from python_calamine import CalamineWorkbook

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.grid.forms import BoardChoice
from jiugong_desk.grid.queries import board
from tests.jiugong_desk.grid.standing import DECEMBER, FEBRUARY, JANUARY, at, load

SEEING = ("wang", "sun", "zhao", "li", "planner", "management", "auditor", "steward")


@pytest.fixture
def months(cast):
    """December to February: two of Wang's and one of Sun's in North, two of Li's in South; one of them is dead."""
    north, south = {"unit": cast.north}, {"unit": cast.south, "manager": cast.li}
    people = {
        "A1": north | at(2, 2, "80000.10", manager=cast.wang),
        "A2": north | at(1, 0, "100.00", manager=cast.wang),
        "A3": north | at(3, 3, "900000.00", manager=cast.sun),
        "A4": south | at(2, 2, "60000.00"),
        "A5": south | at(None, None, "0.00", status="deceased"),
    }
    load(DECEMBER, people)
    load(
        JANUARY, people | {"A1": people["A1"] | at(3, 2, "600000.00"), "A6": north | at(1, 1, "5.00", manager=cast.sun)}
    )
    load(
        FEBRUARY,
        people
        | {"A1": people["A1"] | at(3, 2, "600000.00") | {"manager": cast.sun}, "A4": north | at(2, 2, manager=None)},
    )
    return people


def get(client, **query):
    return client.get(reverse("board"), query)


def cells(answer):
    found = answer.context["board"]
    return [cell for row in found.rows for cell in row.cells]


def counts(answer):
    return {cell.label: cell.sums.customers for cell in cells(answer) if cell.sums.customers}


def test_who_sees_no_customers_gets_neither_board_nor_export(cast, months, login):
    for nobody in (cast.qian, cast.admin):
        assert get(login(nobody)).status_code == 403
        assert login(nobody).post(reverse("board_export")).status_code == 403
    assert not AuditRecord.objects.exists()


def test_without_signing_in_the_board_leads_to_the_sign_in(client, months):
    assert get(client).status_code == 302


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("wang", {"C1-I?": 1}),
        ("sun", {"L9": 1, "L6": 1}),
        ("zhao", {"L5": 1, "L6": 1, "L9": 1, "C1-I?": 1}),
        ("li", {}),
        ("management", {"L5": 1, "L6": 1, "L9": 1, "C1-I?": 1}),
    ],
)
def test_each_sees_his_own_in_the_newest_month(cast, months, login, who, expected):
    assert counts(get(login(getattr(cast, who)))) == expected


def test_a_month_shows_who_looked_after_them_then(cast, months, login):
    assert counts(get(login(cast.wang), month="2025-12")) == {"L5": 1, "C1-I?": 1}
    assert counts(get(login(cast.li), month="2025-12")) == {"L5": 1}
    assert counts(get(login(cast.zhao), month="2026-01")) == {"L6": 1, "L9": 1, "L1": 1, "C1-I?": 1}


def test_quadrants_count_whom_he_sees_and_lead_to_them(cast, login):
    north = {"unit": cast.north, "manager": cast.wang}
    people = {
        "B1": north | at(3, 3, "900000.00", quadrant="high_high"),
        "B2": north | at(3, 1, "900000.00", quadrant="high_low"),
        "B3": {"unit": cast.south, "manager": cast.li} | at(3, 1, "900000.00", quadrant="high_low"),
        "B4": north | at(1, 0, "1.00"),
    }
    load(DECEMBER, people)
    load(JANUARY, {**people, "B2": people["B2"] | {"quadrant": "low_low"}})

    def quadrants(who, **query):
        return {corner.code: corner for corner in get(login(who), **query).context["board"].quadrants}

    here = quadrants(cast.wang)
    assert {code: corner.customers for code, corner in here.items()} == {
        "high_high": 1, "high_low": 0, "low_high": 0, "low_low": 1,
    }  # fmt: skip
    assert sum(corner.share for corner in here.values()) == 1
    listed = login(cast.wang).get(f"{reverse('customers')}?{here['low_low'].query}").context["page"]
    assert [row.customer_no for row in listed] == ["B2"]
    assert quadrants(cast.auditor)["high_low"].customers == 1
    earlier = quadrants(cast.auditor, month="2025-12")["high_low"]
    assert (earlier.customers, earlier.query) == (2, "")  # who they were then is not kept


@pytest.mark.parametrize("who", SEEING)
@pytest.mark.parametrize("month", ["2025-12", "2026-01", "2026-02"])
def test_every_number_is_the_length_of_its_list(cast, months, login, who, month):
    client = login(getattr(cast, who))
    page = get(client, month=month)
    found = page.context["board"]
    for cell in [*cells(page), found.outside, found.total]:
        listed = client.get(f"{reverse('customers')}?{cell.query}").context
        assert listed["page"].paginator.count + listed["elsewhere"] == cell.sums.customers
        assert len(listed["page"].object_list) == listed["page"].paginator.count


def test_a_choice_of_unit_and_manager_narrows_the_board_and_its_lists(cast, months, login):
    client = login(cast.management)
    assert counts(get(client, unit="OU01", month="2026-01")) == {"L6": 1, "L9": 1, "L1": 1, "C1-I?": 1}
    page = get(client, unit="OU01", manager="1002", month="2026-01")
    assert counts(page) == {"L9": 1, "L1": 1}
    cell = next(cell for cell in cells(page) if cell.label == "L9")
    assert client.get(f"{reverse('customers')}?{cell.query}").context["page"].paginator.count == 1


def test_nobody_chooses_beyond_his_own(cast, months, login):
    head = login(cast.zhao)
    assert [unit.code for unit in get(head).context["form"].fields["unit"].queryset] == ["OU01"]
    assert counts(get(head, unit="OU02")) == counts(get(head))  # dropped, as an unknown one would be
    assert list(get(login(cast.wang)).context["form"].fields) == ["month", "measure"]


def test_the_sums_are_exact_and_the_change_is_against_the_month_before(cast, months, login):
    page = get(login(cast.management), month="2026-01")
    found = {cell.label: cell for cell in cells(page)}
    assert found["L6"].sums.assets == Decimal("600000.00")
    assert (found["L5"].change.difference, found["L5"].change.share) == (-1, -0.5)
    assert (found["L6"].change.difference, found["L6"].change.share) == (1, None)
    total = page.context["board"].total
    assert (total.sums.customers, total.sums.assets) == (6, Decimal("1560105.00"))
    assert page.context["board"].outside.sums.customers == 1
    assert total.share == 1
    assert get(login(cast.management), month="2025-12").context["board"].total.change is None


def test_the_page_says_date_and_policy_and_is_read_without_colour(cast, months, login):
    words = strip_tags(get(login(cast.management), month="2026-01").text)
    for said in ("数据截至 2026-01-31", "政策 default@2026-01", "C3 沃德", "60.0万元", "↑ +1", "户均价值"):
        assert said in words


@pytest.mark.parametrize("measure", ["customers", "assets", "average", "current", "lifetime", "nonsense"])
def test_it_is_coloured_by_the_chosen_measure(cast, months, login, measure):
    page = get(login(cast.management), month="2025-12", measure=measure)
    darkest = {cell.label for cell in cells(page) if cell.heat == 5}
    assert darkest == ({"L5"} if measure in ("customers", "nonsense") else {"L9"})


def test_a_desk_without_months_says_what_will_be_here(cast, login):
    assert "还没有任何月份" in get(login(cast.management)).text
    refused = login(cast.management).post(reverse("board_export"))
    assert refused.status_code == 409
    assert "装载客户数据后" in refused.text


def test_another_policy_is_said(cast, months, login):
    load(date(2026, 3, 31), {"A1": {}}, policy="default@2026-02")
    assert "与上月的政策版本不同" in get(login(cast.management)).text
    assert "与上月的政策版本不同" not in get(login(cast.management), month="2026-02").text


def test_the_export_holds_the_same_figures_and_is_recorded(cast, months, login):
    answer = login(cast.zhao).post(reverse("board_export"), {"month": "2026-01"})
    assert answer.status_code == 200
    assert "2026-01.xlsx" in answer.headers["Content-Disposition"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names == ["各机构", "各月", "说明"]
    header, *rows = book.get_sheet_by_name("各机构").to_python()
    assert header[:6] == ["机构号", "机构", "资产档", "收入档", "级别", "户数"]
    assert [row[:7] for row in rows] == [
        ["OU01", "北门网点", "C1 普通", "收入未知", "未分级", 1.0, 100.0],
        ["OU01", "北门网点", "C1 普通", "I1", "L1", 1.0, 5.0],
        ["OU01", "北门网点", "C3 沃德", "I2", "L6", 1.0, 600000.0],
        ["OU01", "北门网点", "C3 沃德", "I3", "L9", 1.0, 900000.0],
    ]
    months_seen = {row[0] for row in book.get_sheet_by_name("各月").to_python()[1:]}
    assert months_seen == {"2025-12", "2026-01"}
    record = AuditRecord.objects.get()
    assert (record.verb, record.about_ref, record.chain, record.by) == ("board.exported", "2026-01", "OU01", "1003")


def test_a_month_whose_end_has_not_come_is_named_with_its_date(cast, months, login):
    load(date(2026, 3, 4), {"A1": {"unit": cast.north}})
    client = login(cast.management)
    shown = get(client)
    label = "2026-03（截至 03-04）"
    assert list(shown.context["form"].fields["month"].choices)[:2] == [("2026-03", label), ("2026-02", "2026-02")]
    assert f"{label} · 按户数着色" in shown.text
    listed = client.get(reverse("customers"), {"month": "2026-03"})
    assert dict(listed.context["form"].fields["month"].choices)["2026-03"] == label
    assert "下列客户在 2026-03-04 处于所选位置" in listed.text
    assert "2026-03 月末" not in shown.text + listed.text
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(client.post(reverse("board_export"), {"month": "2026-03"}).content)
    )
    assert {row[0] for row in book.get_sheet_by_name("各月").to_python()[1:]} == {
        "2025-12",
        "2026-01",
        "2026-02",
        label,
    }
    assert ["月份", label] in book.get_sheet_by_name("说明").to_python()


def test_the_board_takes_few_queries_however_many_months(cast, months, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        assert board(cast.management, BoardChoice(date(2026, 2, 1))).total.sums.customers == 5

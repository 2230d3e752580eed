"""Watch lists: who may not freeze or see first; frozen stays frozen; a list feeds a campaign."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jiugong_desk.audiences.matching import matching
from jiugong_desk.audiences.reading import WrongRule, read, sentence
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core.errors import Refused
from jiugong_desk.customers.models import Customer
from jiugong_desk.customers.services import load_snapshot
from jiugong_desk.grid import bridge
from jiugong_desk.grid.bridge import Frozen
from jiugong_desk.grid.definitions import DEFINITIONS
from jiugong_desk.grid.models import WatchEntry, WatchList
from jiugong_desk.grid.services import digest_of, freeze, freeze_month_end
from jiugong_desk.organisation.policies import policy_on
from tests.support.bank_tables import balance, make_snapshot, person
from tests.support.cast import NOW, make_customer

NEAR = Frozen(
    code="near_threshold", name="临界客户", as_of=date(2025, 12, 31), policy_version="default@2026-01",
    definition="上月日均在门槛的九成以上、不到门槛的客户。", parameters={"near_share": "0.9"},
    rows=[
        ("W1", {"amount": Decimal("46000.00"), "threshold": Decimal("50000.00")}), ("W2", {"amount": Decimal("48000.00")}),
        ("W3", {}), ("nobody", {}),
    ],
)  # fmt: skip


@pytest.fixture
def people(cast):
    make_customer(cast.north, cast.wang, customer_no="W1")
    make_customer(cast.south, cast.li, customer_no="W2")
    make_customer(cast.north, cast.sun, customer_no="W3")
    make_customer(cast.north, cast.wang, customer_no="W4")


@pytest.fixture
def frozen(cast, people):
    return freeze([NEAR], by=cast.steward, at=NOW)[0]


def page(client, found):
    return client.get(reverse("watch_list", args=[found.ref]))


def test_only_who_loads_data_freezes(cast, people):
    for by in (cast.wang, cast.management, cast.auditor, cast.admin):
        with pytest.raises(PermissionDenied):
            freeze([NEAR], by=by, at=NOW)
    assert not WatchList.objects.exists()
    assert not AuditRecord.objects.exists()


def test_who_sees_no_customers_sees_no_list(cast, frozen, login):
    for nobody in (cast.qian, cast.admin):
        assert login(nobody).get(reverse("watch_lists")).status_code == 403
        assert page(login(nobody), frozen).status_code == 403
    assert login(cast.wang).get(reverse("watch_list", args=["a" * 14])).status_code == 404


@pytest.mark.parametrize(("who", "numbers"), [("wang", ["W1"]), ("zhao", ["W1", "W3"]), ("li", ["W2"])])
def test_the_export_holds_whom_one_may_see_masked_and_is_recorded(cast, frozen, login, who, numbers):
    address, before = reverse("watch_export", args=[frozen.ref]), AuditRecord.objects.count()
    for nobody in (cast.qian, cast.admin):
        assert login(nobody).post(address).status_code == 403
    client = login(getattr(cast, who))
    assert client.get(address).status_code == 405
    assert client.post(reverse("watch_export", args=["a" * 14])).status_code == 404
    assert AuditRecord.objects.count() == before
    answer = client.post(address)
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    header, *rows = book.get_sheet_by_name("名单").to_python()
    assert [row[0] for row in rows] == numbers
    customers = Customer.objects.everyone().in_bulk(numbers, field_name="customer_no")
    assert [row[1] for row in rows] == [customers[number].masked_name for number in numbers]
    assert not any(customers[number].name in row for number, row in zip(numbers, rows, strict=True))
    if who == "wang":
        assert dict(zip(header, rows[0], strict=True))["上月日均"] == 46000
    assert ["定义", NEAR.definition] in book.get_sheet_by_name("说明").to_python()
    record = AuditRecord.objects.get(verb="export.taken")
    assert (record.about, record.by) == ("export", getattr(cast, who).staff_no)
    assert f'"rows":{len(numbers)}' in record.facts.replace(" ", "")
    assert "W1" not in record.facts


@pytest.mark.parametrize(
    ("who", "numbers"),
    [
        ("wang", ["W1"]),
        ("zhao", ["W1", "W3"]),
        ("li", ["W2"]),
        ("management", ["W1", "W2", "W3"]),
        ("auditor", ["W1", "W2", "W3"]),
    ],
)
def test_each_sees_his_own_and_the_count_is_the_list(cast, frozen, login, who, numbers):
    client = login(getattr(cast, who))
    assert [entry.customer.customer_no for entry in page(client, frozen).context["page"]] == numbers
    (watched,) = client.get(reverse("watch_lists")).context["lists"]
    assert watched.count == len(numbers)


def test_the_page_says_definition_parameters_date_and_whom_the_desk_lacks(cast, frozen, login):
    text = page(login(cast.management), frozen).text
    for said in (
        NEAR.definition,
        "门槛的倍数",
        "0.9",
        "截至 2025-12-31",
        "另有 1 户不在本系统",
        "4.6万元",
        "default@2026-01",
    ):
        assert said in text


def test_freezing_again_writes_nothing_in_whatever_order(cast, frozen):
    again = replace(NEAR, rows=list(reversed(NEAR.rows)))
    assert digest_of(again) == digest_of(NEAR) == frozen.digest
    assert freeze([again], by=cast.steward, at=NOW) == []
    assert (WatchList.objects.count(), WatchEntry.objects.everyone().count(), AuditRecord.objects.count()) == (1, 3, 1)


@pytest.mark.parametrize(
    "changed",
    [
        {"rows": NEAR.rows[:1]},
        {"definition": "别的"},
        {"parameters": {"near_share": "0.8"}},
        {"as_of": date(2025, 12, 30)},
    ],
)
def test_a_frozen_list_is_not_changed_and_nothing_of_the_rest_is_written(cast, frozen, changed):
    other = replace(NEAR, code="dormant", name="睡眠客户")
    with pytest.raises(Refused) as refusal:
        freeze([other, replace(NEAR, **changed)], by=cast.steward, at=NOW)
    assert refusal.value.verdict.codes == ("frozen",)
    assert "临界客户" in str(refusal.value.verdict)
    assert list(WatchList.objects.values_list("digest", flat=True)) == [frozen.digest]
    assert WatchEntry.objects.everyone().count() == 3


def test_the_next_month_is_a_list_of_its_own_with_a_trend(cast, frozen, login):
    freeze([replace(NEAR, as_of=date(2026, 1, 31), rows=NEAR.rows[:1])], by=cast.steward, at=NOW)
    (watched,) = login(cast.management).get(reverse("watch_lists")).context["lists"]
    assert (watched.count, watched.before, watched.difference) == (1, 3, -2)
    assert watched.spoken == "2025-12 3；2026-01 1"


def test_a_month_in_which_the_list_was_not_known_is_not_nought(cast, frozen, login):
    other = replace(NEAR, code="dormant", name="睡眠客户")
    freeze([replace(other, as_of=date(2026, 1, 31))], by=cast.steward, at=NOW)
    freeze([replace(NEAR, as_of=date(2026, 2, 28), rows=NEAR.rows[:1])], by=cast.steward, at=NOW)
    client = login(cast.management)
    answer = client.get(reverse("watch_lists"))
    near, dormant = answer.context["lists"]
    assert near.spoken == "2025-12 3；2026-01 —；2026-02 1"
    assert (near.before, near.difference, len(near.line.split())) == (None, None, 2)
    assert [(month.month, one is not None, count) for month, one, count in dormant.months] == [
        (2, False, None), (1, True, 3),
    ]  # fmt: skip
    assert (dormant.count, dormant.line) == (3, "")
    assert "2026-01 —" in answer.text


def test_personal_data_never_becomes_a_fact(cast, people):
    with pytest.raises(AssertionError):
        freeze([replace(NEAR, rows=[("W1", {"mobile": "1"})])], by=cast.steward, at=NOW)


def test_the_audit_record_counts_and_names_nobody(cast, frozen):
    record = AuditRecord.objects.get()
    assert (record.verb, record.chain) == ("watch.frozen", "BR01")
    assert frozen.digest in record.facts
    assert "W1" not in record.facts


def test_a_list_is_an_audience(cast, frozen):
    unit = cast.sub_branch

    def numbers(op, value, unit=unit):
        rules = [{"field": "watch_list", "op": op, "value": value}]
        return sorted(matching(rules, unit, on=NOW.date()).values_list("customer_no", flat=True))

    assert numbers("is", frozen.ref) == numbers("in", [frozen.ref]) == ["W1", "W2", "W3"]
    assert numbers("lacks", [frozen.ref]) == ["W4"]
    assert numbers("is", frozen.ref, cast.north) == ["W1", "W3"]
    with pytest.raises(WrongRule):
        numbers("is", "a" * 14)
    (block,) = read([{"field": "watch_list", "op": "is", "value": frozen.ref}], unit)
    (rule,) = block.rules
    assert sentence(rule, unit) == "关注名单 是 临界客户（2025-12）"


def test_a_plan_is_begun_from_the_list_by_who_may_draft(cast, frozen, login):
    button = f"{reverse('campaign_new')}?watch={frozen.ref}"
    assert button not in page(login(cast.wang), frozen).text
    client = login(cast.planner)
    assert button in page(client, frozen).text
    editor = client.get(button)
    chosen = [row for row in editor.context["blocks"][0].rows if row.field]
    assert [(row.field.key, row.op, tuple(row.values)) for row in chosen] == [("watch_list", "is", (frozen.ref,))]
    assert editor.context["waterfall"].counted.audience == 3
    plain = client.get(reverse("campaign_new"), {"watch": "nonsense"}).context["blocks"][0].rows
    assert not [row for row in plain if row.field]


def test_the_librarys_lists_are_frozen_once_a_month_end(cast, tmp_path):
    """46,000 is near 50,000; 48,000 a month ago and 490,000 now is near 500,000; the desk holds both after a load."""
    months = {"month": date(2025, 12, 1)}
    snapshot = make_snapshot(
        tmp_path, date(2025, 12, 31), customers=[person(1), person(2, opened_on=date(2025, 12, 1)), person(3)],
        balances=[
            balance(1, "46000.00", **months), balance(2, "490000.00", **months), balance(3, "100.00", **months),
            balance(3, "60000.00", month=date(2025, 11, 1)),
        ],
    )  # fmt: skip
    load_snapshot(snapshot, by=cast.steward, at=NOW)
    lists = {found.code: found for found in freeze_month_end(snapshot, by=cast.steward, at=NOW)}
    assert lists.keys() <= set(DEFINITIONS)  # a list without words could not be read
    assert "dormant" not in lists  # no transactions: not known, and so not empty

    def on(code):
        entries = WatchEntry.objects.everyone().filter(watch_list=lists[code]).order_by("customer__customer_no")
        return [(entry.customer.customer_no, entry.facts) for entry in entries]

    assert on("near_threshold") == [
        ("K00001", {"threshold": "50000.00", "amount": "46000.00", "amount_before": "0.00"}),
        ("K00002", {"threshold": "500000.00", "amount": "490000.00", "amount_before": "0.00"}),
    ]
    assert [number for number, _facts in on("attrition_heavy")] == ["K00003"]
    assert [number for number, _facts in on("new_customer")] == ["K00002"]
    assert "0.9 倍" in lists["near_threshold"].definition
    assert freeze_month_end(snapshot, by=cast.steward, at=NOW) == []
    assert AuditRecord.objects.filter(verb="watch.frozen").count() == 1


def due(number, amount, day, **values):
    return {
        "customer_id": f"K{number:05d}", "category": "time", "amount": Decimal(amount), "matures_on": day,
    } | values  # fmt: skip


def month_end(tmp_path, day, *maturities):
    months = [date(2025, 10, 1), date(2025, 12, 1)]
    kept = [
        balance(n, "100.00", "time", month=month) | {"month_end": Decimal("100.00")} for n in (1, 2) for month in months
    ]
    return make_snapshot(tmp_path, day, customers=[person(1), person(2)], balances=kept, maturities=maturities)


def on_matured(snapshot):
    found = {one.code: dict(one.rows) for one in bridge.watched(snapshot, policy_on(snapshot.as_of))}
    return (
        {number: str(facts["amount_before"]) for number, facts in found["matured"].items()}
        if "matured" in found
        else None
    )


OCTOBER_END, NOVEMBER_END, DECEMBER_END = date(2025, 10, 31), date(2025, 11, 30), date(2025, 12, 31)
SOON, LATER = due(2, "7.00", date(2026, 1, 20)), due(2, "7.00", date(2026, 3, 1))


def test_what_matured_is_told_by_the_snapshot_before_it(cast, tmp_path):
    """Two equal deposits are two; what was withdrawn before the next snapshot's day and is not there is not asked."""
    twice = due(1, "20.00", date(2025, 11, 10))
    month_end(
        tmp_path, OCTOBER_END, twice, twice, due(2, "5.00", NOVEMBER_END), due(2, "9.00", date(2025, 12, 1)), LATER
    )
    month_end(tmp_path, NOVEMBER_END, due(2, "6.00", NOVEMBER_END), LATER)
    assert on_matured(month_end(tmp_path, DECEMBER_END, LATER)) == {"K00001": "40.00", "K00002": "6.00"}


def test_what_the_present_snapshot_names_as_well_counts_once(cast, tmp_path):
    both = due(1, "20.00", date(2025, 11, 10))
    month_end(tmp_path, OCTOBER_END, both, LATER)
    only = due(2, "5.00", date(2025, 11, 10), product="一年定期")
    assert on_matured(month_end(tmp_path, DECEMBER_END, both, only, LATER)) == {"K00001": "20.00", "K00002": "5.00"}


def test_where_nothing_is_named_that_matured_the_list_is_not_known(cast, tmp_path):
    month_end(tmp_path, NOVEMBER_END, LATER)
    snapshot = month_end(tmp_path, DECEMBER_END, SOON, LATER)
    assert on_matured(snapshot) is None
    later = month_end(tmp_path, date(2026, 1, 31), due(2, "7.00", date(2026, 4, 1)))
    assert not {one.code for one in bridge.watched(later, policy_on(later.as_of))} & {"maturing", "matured"}
    load_snapshot(snapshot, by=cast.steward, at=NOW)
    codes = {found.code for found in freeze_month_end(snapshot, by=cast.steward, at=NOW)}
    assert "maturing" in codes
    assert "matured" not in codes


def test_the_steward_freezes_the_newest_month_end_by_a_button(cast, tmp_path, monkeypatch, login):
    snapshot = make_snapshot(
        tmp_path, date(2025, 12, 31), customers=[person(1)], balances=[balance(1, "46000.00", month=date(2025, 12, 1))]
    )
    load_snapshot(snapshot, by=cast.steward, at=NOW)
    for nobody in (cast.wang, cast.management, cast.admin):
        assert login(nobody).post(reverse("watch_freeze")).status_code == 403
    client = login(cast.steward)
    monkeypatch.setattr(bridge, "newest_snapshot", lambda: None)
    assert client.post(reverse("watch_freeze")).status_code == 409
    assert not WatchList.objects.exists()
    monkeypatch.setattr(bridge, "newest_snapshot", lambda: snapshot)
    assert client.post(reverse("watch_freeze")).status_code == 303
    number = WatchList.objects.count()
    assert number
    assert f"已冻结 {number} 份名单" in client.get(reverse("watch_lists")).text
    client.post(reverse("watch_freeze"))
    assert "没有变化" in client.get(reverse("watch_lists")).text
    assert WatchList.objects.count() == number


def test_every_list_of_the_library_has_words():
    from jiugong.segment.watch import CODES

    assert set(CODES) == set(DEFINITIONS)

"""A snapshot comes in whole and once; nothing that stands is written again; nothing goes back in time."""

from __future__ import annotations

import threading
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiugong.warehouse import Terms, load_tables
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core.errors import Refused
from jiugong_desk.core.fields import digest
from jiugong_desk.customers import bridge, policies
from jiugong_desk.customers.models import BalanceHistory, Customer, Loan, Maturity, StandingMonth
from jiugong_desk.customers.services import load_snapshot
from tests.support.bank_tables import AS_OF, balance, loan, make_snapshot, person
from tests.support.cast import NOW

NEXT = date(2026, 2, 1)
MATURITY = {
    "customer_id": "K00001", "product": "三个月定期", "category": "time", "amount": Decimal("50000.00"),
    "matures_on": date(2026, 1, 20),
}  # fmt: skip


@pytest.fixture
def snapshot(tmp_path):
    return make_snapshot(
        tmp_path,
        customers=[person(1), person(2, annual_income=None, mobile=None, manager_id=None), person(3, branch_id="OU02")],
        balances=[
            balance(1, "60000.10"), balance(1, "20000.00", "wealth"), balance(1, "1.00") | {"account_id": "2"},
            balance(1, "50000.00", month=date(2025, 11, 1)), balance(2, "700000.00"),
        ],
        loans=[loan(1), loan(3, decision_pending=None)],
        maturities=[MATURITY, MATURITY | {"matures_on": date(2025, 12, 31)}],
    )  # fmt: skip


def load(snapshot, by):
    return load_snapshot(snapshot, by=by, at=NOW)


def customers():
    return {customer.customer_no: customer for customer in Customer.objects.everyone()}


def test_only_who_loads_data_may_load(cast, snapshot):
    for by in (cast.wang, cast.auditor, cast.admin, cast.management):
        with pytest.raises(PermissionDenied):
            load(snapshot, by)
    assert not customers()
    assert not AuditRecord.objects.exists()


def test_customers_arrive_with_their_place_on_the_grid(cast, snapshot):
    result = load(snapshot, cast.steward)
    assert (result.new, result.changed, result.unchanged, result.without_manager) == (3, 0, 0, 1)
    first, second, third = (customers()[f"K0000{n}"] for n in (1, 2, 3))
    assert (first.assets, first.asset_band, first.income_band, first.level) == (Decimal("80001.10"), 2, 2, 5)
    assert (first.unit, first.manager, first.snapshot_on) == (cast.north, cast.wang, AS_OF)
    assert (first.mobile, first.mobile_tail, first.mobile_digest) == ("14100000001", "0001", digest("14100000001"))
    assert first.policy_version == policies.policy_shown().label
    assert (second.asset_band, second.level, second.manager, second.mobile_digest) == (3, None, None, "")
    assert (third.assets, third.level) == (0, 4)


def test_a_band_is_held_for_the_policys_months(cast, tmp_path):
    months = [date(2025, month, 1) for month in (9, 10, 11, 12)]
    falls = [("K1", "60000 60000 1 1", 2), ("K2", "60000 1 1 1", 1), ("K3", "1 1 1 60000", 2)]
    tables = {"customers": [], "balances": []}
    for number, (_, amounts, _band) in enumerate(falls, 1):
        tables["customers"].append(person(number))
        tables["balances"] += [
            balance(number, amount, month=month) for month, amount in zip(months, amounts.split(), strict=True)
        ]
    load(make_snapshot(tmp_path, **tables), cast.steward)
    assert [customers()[f"K0000{n}"].asset_band for n in (1, 2, 3)] == [band for *_, band in falls]
    assert customers()["K00001"].assets == 1


def test_wages_are_an_income_and_say_where_it_is_from(cast, tmp_path):
    wages = [
        {"customer_id": f"K0000{number}", "booked_at": f"2025-{month:02d}-10T09:00:00", "amount": Decimal(20_000), "kind": "代发工资"}
        for number in (1, 2, 3)
        for month in range(9, 9 + (4 if number < 3 else 2))
    ]  # fmt: skip
    people = [
        person(1, annual_income=None, income_source=None), person(2, income_source="document", income_as_of=date(2025, 3, 1)),
        person(3, annual_income=None, income_source=None),
    ]  # fmt: skip
    booked = [row | {"booked_at": datetime.fromisoformat(row["booked_at"])} for row in wages]
    load(make_snapshot(tmp_path, customers=people, balances=[balance(1, "1")], transactions=booked), cast.steward)
    first, second, third = (customers()[f"K0000{n}"] for n in (1, 2, 3))
    assert (first.annual_income, first.income_source, first.income_as_of) == (240_000, "payroll", date(2025, 12, 10))
    assert (first.income_confidence, first.income_band) == (Decimal("0.80"), 2)
    assert (second.annual_income, second.income_source, second.income_confidence) == (
        120_000,
        "document",
        Decimal("0.90"),
    )
    assert (third.annual_income, third.income_source, third.income_confidence, third.income_band) == (None, "", None, 0)


def test_lifetime_value_rests_on_the_moves_since_an_earlier_month_end(cast, tmp_path):
    """Of a thousand at L5 in June a half has left by December: those who stay are worth less than by the policy."""
    june, december = date(2025, 6, 30), date(2025, 12, 31)
    many = range(1, 1001)
    alone = make_snapshot(
        tmp_path / "alone", december, customers=[person(n) for n in many[:500]],
        balances=[balance(n, "80000") for n in many[:500]],
    )  # fmt: skip
    policy = policies.policy_on(december)
    assert bridge.worth(alone, policy).since is None
    make_snapshot(
        tmp_path / "both", june, customers=[person(n) for n in many],
        balances=[balance(n, "80000", month=date(2025, 6, 1)) for n in many],
    )  # fmt: skip
    both = load_tables(
        tmp_path / "both", december, {name: alone.read(name) for name in alone.tables}
    ).snapshot  # fmt: skip
    assert bridge.worth(both, policy).since == june
    load(both, cast.steward)
    assert StandingMonth.objects.get().moves_since == june
    measured = customers()["K00001"]
    (plain,) = {row["lifetime_value"] for row in bridge.segmented(alone, policy).to_pylist()}
    assert measured.lifetime_low < measured.lifetime_value < measured.lifetime_high < plain


def test_a_month_end_whose_balances_are_not_there_yet_is_measured_as_before(cast, snapshot, tmp_path):
    load(snapshot, cast.steward)
    people = {"K00001": (2, Decimal("80001.10")), "K00002": (3, Decimal("700000.00")), "K00003": (1, Decimal(0))}
    later = load_tables(snapshot.folder.parent, date(2026, 2, 28), {"customers": snapshot.read("customers")}, Terms(onto_previous=True)).snapshot  # fmt: skip
    assert later.months("balances") == (date(2025, 11, 1), date(2025, 12, 1))
    load(later, cast.steward)
    assert {number: (one.asset_band, one.assets) for number, one in customers().items()} == people


def test_personal_data_is_ciphertext_in_the_table(cast, snapshot):
    load(snapshot, cast.steward)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM customers_customer")
        stored = repr(cursor.fetchall())
    for clear in ("测试甲", "14100000001", "990000198805000001"):
        assert clear not in stored


def test_balances_loans_and_maturities_arrive(cast, snapshot):
    load(snapshot, cast.steward)
    first = customers()["K00001"]
    assert first.balance_history.months == [
        {"month": "2025-11", "deposits": "50000.00", "total": "50000.00", "categories": {"demand": "50000.00"}},
        {
            "month": "2025-12", "deposits": "60001.10", "total": "80001.10",
            "categories": {"demand": "60001.10", "wealth": "20000.00"},
        },
    ]  # fmt: skip
    assert [item.matures_on for item in first.maturities.all()] == [date(2026, 1, 20)]
    assert first.loans.get().outstanding == Decimal("800000.00")
    assert Loan.objects.get(loan_no="N00003").decision_pending is None  # unknown stays unknown


def test_the_same_snapshot_again_writes_nothing(cast, snapshot):
    load(snapshot, cast.steward)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        again = load(snapshot, cast.steward)
    written = [q["sql"] for q in queries if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert written == []
    assert (again.new, again.changed, again.unchanged, again.wrote) == (0, 0, 3, False)
    assert AuditRecord.objects.count() == 1


def test_the_planner_knows_the_new_rows_before_the_load_is_committed(cast, snapshot):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps no such statistics of its own accord")
    load(snapshot, cast.steward)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [Customer._meta.db_table])
        assert cursor.fetchone() == (3,)


def test_a_newer_snapshot_changes_what_differs_and_only_dates_the_rest(cast, snapshot, tmp_path):
    load(snapshot, cast.steward)
    before = customers()
    newer = make_snapshot(
        tmp_path / "newer",
        NEXT,
        customers=[person(1, mobile="14100009999"), person(3, branch_id="OU02")],
        balances=[balance(1, "1.00", month=date(2026, 1, 1))],
        loans=[loan(3, decision_pending=False)],
        maturities=[],
    )
    result = load(newer, cast.steward)
    after = customers()
    assert (result.new, result.changed, result.unchanged, result.dated) == (0, 1, 1, 1)
    assert after["K00001"].mobile == "14100009999"
    assert after["K00001"].ref == before["K00001"].ref
    assert after["K00002"].snapshot_on == AS_OF  # missing from the newer one: stays, visibly older
    assert after["K00003"].snapshot_on == NEXT
    assert [found.loan_no for found in Loan.objects.all()] == ["N00003"]
    assert not Maturity.objects.exists()
    assert len(BalanceHistory.objects.get(customer=after["K00001"]).months) == 1
    assert AuditRecord.objects.filter(verb="customers.loaded", chain="BR01").count() == 2


def test_an_older_snapshot_is_refused_and_changes_nothing(cast, snapshot, tmp_path):
    newer = make_snapshot(
        tmp_path / "newer", NEXT, customers=[person(1)], balances=[balance(1, "1.00", month=date(2026, 1, 1))]
    )
    load(newer, cast.steward)
    with pytest.raises(Refused) as refusal:
        load(snapshot, cast.steward)
    assert refusal.value.verdict.codes == ("older_snapshot",)
    assert "2026-01-01" in str(refusal.value.verdict)
    assert customers()["K00001"].snapshot_on == NEXT
    assert len(customers()) == 1


def test_a_customer_of_an_unknown_outlet_is_counted_not_loaded(cast, tmp_path):
    strangers = make_snapshot(
        tmp_path, customers=[person(1, branch_id="XX"), person(2, branch_id=None)], loans=[loan(1)]
    )
    # Without a balances table the segmentation needs assets; a bank that sends none has an empty table.
    with_balances = make_snapshot(tmp_path, balances=[balance(1, "5.00")])
    assert strangers.as_of == with_balances.as_of
    result = load(with_balances, cast.steward)
    assert (result.new, result.without_unit, result.loans) == (0, 2, 0)
    assert not customers()


def test_the_dead_and_the_gone_have_no_place_on_the_grid(cast, tmp_path):
    load(make_snapshot(tmp_path, customers=[person(1, status="deceased")], balances=[balance(1, "5.00")]), cast.steward)
    found = customers()["K00001"]
    assert (found.status, found.asset_band, found.level) == ("deceased", None, None)


def test_the_audit_record_holds_counts_and_the_digest_but_nobody(cast, snapshot):
    load(snapshot, cast.steward)
    facts = AuditRecord.objects.get().facts
    assert snapshot.digest in facts
    for personal in ("测试甲", "1410000", "K00001"):
        assert personal not in facts


@pytest.mark.django_db(transaction=True)
def test_two_loads_at_once_give_one_set_and_one_record(transactional_db, cast, snapshot):
    start, outcomes = threading.Barrier(2), []

    def run():
        try:
            start.wait()
            outcomes.append(load(snapshot, cast.steward).wrote)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, True]  # the second found everything in place
    assert len(customers()) == 3
    assert Maturity.objects.count() == 1
    assert AuditRecord.objects.count() == 1

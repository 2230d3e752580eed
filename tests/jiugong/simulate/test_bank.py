"""The bank: what was promised about it holds, and the same seed gives the same bytes."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from decimal import Decimal
from time import perf_counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from jiugong.errors import MisuseError
from jiugong.policy import load_policy
from jiugong.simulate import Bank, Placement, simulate_bank
from jiugong.warehouse.contracts import TABLES

AS_OF = date(2025, 12, 31)


@pytest.fixture(scope="module")
def bank() -> Bank:
    return simulate_bank(customers=20_000, seed=1, as_of=AS_OF)


def fingerprint(bank: Bank) -> dict[str, str]:
    def digest(table: pa.Table) -> str:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        return hashlib.sha256(sink.getvalue()).hexdigest()

    return {name: digest(table) for name, table in bank.tables.items()}


def column(bank: Bank, table: str, name: str) -> list:
    return bank.tables[table][name].to_pylist()


def test_every_table_has_exactly_the_columns_of_its_contract(bank):
    for name, table in bank.tables.items():
        assert table.schema == TABLES[name].schema, name


def test_required_columns_are_filled_and_keys_are_unique(bank):
    for name, table in bank.tables.items():
        contract = TABLES[name]
        assert all(table[required].null_count == 0 for required in contract.required), name
        if contract.key:
            keys = table.group_by(list(contract.key)).aggregate([([], "count_all")])
            assert keys.num_rows == table.num_rows, name


def test_choices_are_those_of_the_contract(bank):
    for name, table in bank.tables.items():
        for wanted in TABLES[name].columns:
            if wanted.choices:
                assert set(table[wanted.name].drop_null().unique().to_pylist()) <= set(wanted.choices)


def test_one_household_in_twenty_has_a_mortgage_on_a_new_home(bank):
    kinds = Counter(column(bank, "loans", "kind"))
    assert kinds["mortgage_new_home"] == 1000
    small = simulate_bank(customers=600, seed=4, as_of=AS_OF)
    assert Counter(column(small, "loans", "kind"))["mortgage_new_home"] == 30


def test_the_organisation_is_one_sub_branch_with_four_outlets_and_sixteen_managers(bank):
    assert Counter(column(bank, "branches", "level"))["outlet"] == 4
    posts = Counter(column(bank, "staff", "post"))
    assert posts["customer_manager"] == 16
    assert set(posts) == set(load_policy().roles)
    outlets = {row["branch_id"] for row in bank.tables["branches"].to_pylist() if row["level"] == "outlet"}
    assert set(column(bank, "customers", "branch_id")) == outlets


def test_a_customer_is_served_by_a_manager_of_his_own_outlet(bank):
    home = {row["staff_id"]: row["branch_id"] for row in bank.tables["staff"].to_pylist()}
    pairs = bank.tables["customers"].select(["branch_id", "manager_id"]).to_pylist()
    assert all(home[pair["manager_id"]] == pair["branch_id"] for pair in pairs if pair["manager_id"])
    assert any(pair["manager_id"] is None for pair in pairs)


def shares(amounts: np.ndarray) -> tuple[float, float, float]:
    c3 = float((amounts >= 500_000).mean())
    c1 = float((amounts < 50_000).mean())
    return c1, 1 - c1 - c3, c3


def test_assets_fall_into_the_bands_of_a_big_bank(bank):
    held = bank.average_daily(date(2025, 12, 1))
    ids = bank.households.ids.tolist()
    amounts = np.array([held.get(number, 0.0) for number in ids])
    c1, c2, c3 = shares(amounts)
    assert 0.90 < c1 < 0.93
    assert 0.05 < c2 < 0.07
    assert 0.02 < c3 < 0.03
    assert 55_000 < amounts.mean() < 95_000
    c1, c2, c3 = shares(amounts[bank.households.mortgage])
    assert 0.78 <= c1 <= 0.85
    assert 0.13 <= c2 <= 0.18
    assert 0.015 <= c3 <= 0.04


def test_borrowers_are_as_the_calibration_says(bank):
    who = bank.tables["customers"].filter(pa.array(bank.households.mortgage))
    card = pc.mean(who["card_holder"]).as_py()
    payroll = pc.mean(who["payroll"]).as_py()
    assert 0.35 <= card <= 0.45
    assert 0.25 <= payroll <= 0.35
    callable_ = [
        row["mobile"] is not None and row["consent_call"] is True
        for row in who.select(["mobile", "consent_call"]).to_pylist()
    ]
    assert 0.70 <= sum(callable_) / len(callable_) <= 0.80
    median = float(np.median([float(income) for income in who["annual_income"].drop_null().to_pylist()]))
    assert 105_000 < median < 140_000


def test_deposits_swell_in_the_first_quarter_and_fall_in_april():
    bank = simulate_bank(customers=4_000, seed=2, as_of=date(2025, 6, 30))
    total = {month: sum(bank.average_daily(date(2025, month, 1)).values()) for month in range(1, 7)}
    assert total[3] > 1.05 * total[4]


def test_quarter_ends_are_dressed_and_other_months_are_not(bank):
    def ratio(month: date) -> float:
        rows = bank.tables["balances"].filter(pc.equal(bank.tables["balances"]["month"], pa.scalar(month)))
        return float(pc.sum(rows["month_end"]).as_py() / pc.sum(rows["average_daily"]).as_py())

    assert ratio(date(2025, 9, 1)) > ratio(date(2025, 8, 1)) + 0.01


def test_the_traps_of_real_extracts_are_there(bank):
    customers = bank.tables["customers"]
    numbers = Counter(mobile for mobile in customers["mobile"].to_pylist() if mobile)
    assert sum(count == 2 for count in numbers.values()) > 50  # couples
    assert max(numbers.values()) == 2
    assert customers["annual_income"].null_count > 5000
    assert set(customers["status"].unique().to_pylist()) == {"active", "closed", "employee", "frozen", "deceased"}
    assert pc.min(bank.tables["balances"]["average_daily"]).as_py() < 0
    assert sum(column(bank, "loans", "decision_pending")) > 0
    closed = set(customers.filter(pc.equal(customers["status"], "closed"))["customer_id"].to_pylist())
    assert not closed & set(column(bank, "balances", "customer_id"))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    once, again, other = (simulate_bank(customers=500, seed=seed, as_of=AS_OF) for seed in (5, 5, 6))
    assert fingerprint(once) == fingerprint(again)
    assert fingerprint(once)["customers"] != fingerprint(other)["customers"]


def test_twenty_thousand_customers_take_a_moment():
    begun = perf_counter()
    simulate_bank(customers=20_000, seed=3, as_of=AS_OF)
    assert perf_counter() - begun < 12  # 1.5 s on a quiet core; the limit only catches a loop per customer


def test_two_months_on_the_months_in_common_are_unchanged():
    bank = simulate_bank(customers=400, seed=7, as_of=AS_OF)
    later = bank.later(2)
    assert later.as_of == date(2026, 2, 28)
    assert later.average_daily(date(2025, 11, 1)) == bank.average_daily(date(2025, 11, 1))
    months = set(column(later, "balances", "month"))
    assert min(months) == date(2025, 2, 1)
    assert max(months) == date(2026, 2, 1)
    assert later.tables["customers"]["name"] == bank.tables["customers"]["name"]


def test_one_step_of_two_months_equals_two_steps_of_one():
    bank = simulate_bank(customers=400, seed=7, as_of=AS_OF)
    assert fingerprint(bank.later(2)) == fingerprint(bank.later(1).later(1))


def test_placements_change_their_customer_and_nobody_else():
    bank = simulate_bank(customers=400, seed=7, as_of=AS_OF)
    chosen = bank.households.ids.tolist()[3]
    placed = Placement(chosen, "time", Decimal(28_000), date(2026, 2, 15))
    with_money, without = bank.later(2, [placed]), bank.later(2)
    month = date(2026, 2, 1)
    after, plain = with_money.average_daily(month), without.average_daily(month)
    assert after[chosen] - plain.get(chosen, 0.0) == pytest.approx(14_000, abs=0.02)  # half of the 28 days
    assert {k: v for k, v in after.items() if k != chosen} == {k: v for k, v in plain.items() if k != chosen}


def test_two_months_ago_nobody_knew_what_came_since(bank):
    then, day = bank.earlier(2), date(2025, 10, 31)
    assert (then.as_of, then.months) == (day, bank.months - 2)
    for name, table in then.tables.items():
        assert table.schema == TABLES[name].schema, name
    people = set(column(then, "customers", "customer_id"))
    assert people == {
        number
        for number, opened in zip(column(bank, "customers", "customer_id"), column(bank, "customers", "opened_on"), strict=True)
        if opened <= day
    }  # fmt: skip
    assert 0 < len(people) < 20_000
    assert max(column(then, "balances", "month")) == date(2025, 10, 1)
    for name in ("balances", "loans", "maturities"):
        assert set(column(then, name, "customer_id")) <= people, name
    dated = [day_of for day_of in column(then, "customers", "income_as_of") if day_of is not None]
    assert max(dated) <= day
    incomes = zip(column(then, "customers", "annual_income"), column(then, "customers", "income_as_of"), strict=True)
    assert all((income is None) == (known is None) for income, known in incomes)
    kept = pc.less_equal(bank.tables["balances"]["month"], date(2025, 10, 1))
    of_them = pc.is_in(bank.tables["balances"]["customer_id"], pa.array(sorted(people)))
    assert then.tables["balances"].equals(bank.tables["balances"].filter(pc.and_(kept, of_them)))


@pytest.mark.parametrize("months", [0, -1, 13])
def test_a_bank_goes_back_by_months_that_it_has(months, bank):
    with pytest.raises(MisuseError, match="cannot go back"):
        bank.earlier(months)


def test_misuse_is_refused_in_words():
    with pytest.raises(MisuseError, match=r"a bank of 50 customers .* at least 100 customers"):
        simulate_bank(customers=50, as_of=AS_OF)
    bank = simulate_bank(customers=100, as_of=AS_OF, months=1)
    with pytest.raises(MisuseError, match=r"1 of 1 placements are of people who are no customers"):
        bank.later(1, [Placement("nobody", "time", Decimal(1), AS_OF)])
    with pytest.raises(MisuseError, match="simulate it as of a month's end"):
        simulate_bank(customers=100, as_of=date(2026, 1, 15)).later(1)

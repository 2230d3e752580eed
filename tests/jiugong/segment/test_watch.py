"""Watch lists: each by an example, then all against a plain loop over customers."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa
import pytest

from jiugong.policy import Policy, load_policy
from jiugong.segment import watch_lists
from jiugong.segment.watch import BANKS_OWN, CODES, PLACEMENTS
from jiugong.warehouse import TABLES, engine

POLICY, DAY, END = load_policy(), date(2026, 7, 10), date(2026, 6, 30)
M0, M1, M2 = date(2026, 6, 1), date(2026, 5, 1), date(2026, 4, 1)
Rows = list[dict[str, Any]]


def found(policy: Policy = POLICY, **tables: Rows) -> dict[str, Rows | None]:
    made = {
        name: ibis.memtable(pa.Table.from_pylist(rows, schema=TABLES[name].schema)) for name, rows in tables.items()
    }
    backend, lists = engine.connect(), watch_lists(made, policy=policy, as_of=DAY)
    assert all(one.as_of == END for one in lists)
    return {one.code: None if one.rows is None else in_order(backend.to_pyarrow(one.rows).to_pylist()) for one in lists}


def in_order(rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: (row["customer_id"], row["threshold"] or 0))


def who(rows: Rows | None) -> list[str]:
    return [row["customer_id"] for row in rows or []]


def people(*ids: str, **more: Any) -> Rows:
    return [{"customer_id": one, "status": "active", **more} for one in ids]


def held(customer: str, *averages: float, ends: tuple[float, ...] = (), category: str = "demand") -> Rows:
    """The newest month last; month-ends like the averages unless given."""
    months = [M2, M1, M0][-len(averages) :]
    return [
        {
            "customer_id": customer, "category": category, "month": month,
            "average_daily": Decimal(str(average)), "month_end": Decimal(str(end)),
        }
        for month, average, end in zip(months, averages, ends or averages, strict=True)
    ]  # fmt: skip


def test_near_a_limit_is_from_nine_tenths_to_below_it() -> None:
    balances = held("a", 44_999.99) + held("b", 45_000) + held("c", 49_999.99) + held("d", 50_000) + held("e", 450_000)
    rows = found(customers=people(*"abcde"), balances=balances)["near_threshold"]
    assert [(row["customer_id"], row["threshold"], row["amount"]) for row in rows] == [
        ("b", Decimal(50_000), Decimal(45_000)),
        ("c", Decimal(50_000), Decimal("49999.99")),
        ("e", Decimal(500_000), Decimal(450_000)),
    ]


def test_attrition_light_heavy_and_won_back() -> None:
    balances = (
        held("light", 60_000, ends=(49_999,))
        + held("heavy", 60_000, 49_999)
        + held("back", 60_000, 40_000, 50_000)
        + held("both", 600_000, 40_000)  # fell below both limits
        + held("fine", 60_000, 60_000, 60_000)
    )
    lists = found(customers=people("light", "heavy", "back", "both", "fine"), balances=balances)
    assert who(lists["attrition_light"]) == ["light"]
    assert who(lists["attrition_heavy"]) == ["both", "both", "heavy"]
    assert who(lists["won_back"]) == ["back"]
    assert lists["attrition_light"][0]["amount"] == 49_999


def test_what_comes_due_and_what_was_placed_again() -> None:
    def matures(customer: str, day: date, amount: int) -> dict[str, Any]:
        return {"customer_id": customer, "matures_on": day, "amount": Decimal(amount)}

    maturities = [
        matures("a", date(2026, 7, 1), 100), matures("a", date(2026, 7, 30), 50), matures("b", date(2026, 7, 31), 7),
        matures("c", END, 7), matures("d", date(2026, 5, 31), 1000), matures("e", date(2026, 5, 1), 1000),
        matures("f", date(2026, 5, 9), 1000),
    ]  # fmt: skip
    balances = held("d", 0, 0, 400, ends=(1000, 0, 400), category="wealth") + held("f", 0, 0, 5000, category="time")
    lists = found(customers=people(*"abcdef"), balances=balances, maturities=maturities)
    assert [(row["customer_id"], row["amount"], row["day"]) for row in lists["maturing"]] == [
        ("a", 150, date(2026, 7, 1))
    ]
    assert [(row["customer_id"], row["amount"], row["amount_before"]) for row in lists["matured"]] == [
        ("d", 400, 1000),
        ("e", 1000, 1000),  # nothing stood in placements before it came due, so nothing is missing now
        ("f", 1000, 1000),  # no more than what came due
    ]


def test_new_and_dormant_and_without_wages() -> None:
    old, new = date(2020, 1, 1), END - timedelta(days=179)
    customers = (
        people("new", opened_on=new)
        + people("before", opened_on=END - timedelta(days=180))
        + people("dormant", "fee", "awake", "rich", "paid", "unpaid", opened_on=old)
        + people("unknown", opened_on=None)
    )
    last_year = datetime(2025, 6, 30)  # noqa: DTZ001 - a bank's booking times carry no zone

    def booked(customer: str, at: datetime, kind: str, amount: int = 1) -> dict[str, Any]:
        return {"customer_id": customer, "booked_at": at, "amount": Decimal(amount), "kind": kind}

    wages = [
        booked(one, datetime(2026, month, 5), "代发工资", 8000 + month)  # noqa: DTZ001
        for one in ("paid", "unpaid")
        for month in ((2, 3, 4, 5, 6) if one == "paid" else (2, 3, 4))
    ]
    transactions = [
        booked("dormant", last_year, "消费", -5),
        booked("fee", datetime(2026, 6, 21), "结息"),  # noqa: DTZ001
        booked("awake", last_year + timedelta(days=1), "消费"),
        *wages,
    ]
    lists = found(customers=customers, transactions=transactions, balances=held("rich", 10.01) + held("dormant", 10))
    assert who(lists["new_customer"]) == ["new"]
    assert who(lists["dormant"]) == ["dormant", "fee"]
    assert [(row["customer_id"], row["amount_before"], row["day"]) for row in lists["payroll_lost"]] == [
        ("unpaid", 8003, date(2026, 4, 5))
    ]


def test_a_large_inflow_is_seen_at_the_month_end() -> None:
    balances = held("a", 0, 0, ends=(10, 50_010)) + held("b", 0, 0, ends=(10, 50_009.99)) + held("c", 50_000)
    assert who(found(customers=people(*"abc"), balances=balances)["large_inflow"]) == ["a", "c"]


def test_a_list_whose_table_is_lacking_is_not_known() -> None:
    made = {"customers": ibis.memtable(pa.Table.from_pylist(people("a"), schema=TABLES["customers"].schema))}
    lists = {one.code: one for one in watch_lists(made, policy=POLICY, as_of=DAY)}
    assert tuple(lists) == CODES
    assert {code: one.lacks for code, one in lists.items() if one.rows is None} == {
        "near_threshold": "balances", "attrition_light": "balances", "attrition_heavy": "balances",
        "won_back": "balances", "maturing": "maturities", "matured": "maturities", "dormant": "transactions",
        "payroll_lost": "transactions", "large_inflow": "balances",
    }  # fmt: skip
    assert lists["new_customer"].parameters == {"new_days": 180}


def test_whoever_is_closed_or_deceased_is_on_no_list() -> None:
    customers = people("a", "b") + people("c", status=None)
    customers[0]["status"] = "deceased"
    rows = found(customers=customers, balances=held("a", 45_000) + held("b", 45_000) + held("c", 45_000))
    assert who(rows["near_threshold"]) == ["b", "c"]


@pytest.mark.parametrize("seed", range(4))
def test_all_lists_against_a_plain_loop(seed: int) -> None:
    draw = random.Random(seed)
    tables = random_tables(draw)
    policy = replace(POLICY, watch=replace(POLICY.watch, inflow_least=Decimal(20_000), payroll_months=2))
    lists = found(policy, **tables)
    expected = plain(tables, policy)
    assert lists == expected
    assert all(expected[code] for code in CODES)  # a list that nobody is on would prove nothing


def random_tables(draw: random.Random) -> dict[str, Rows]:
    ids = [f"{number:03d}" for number in range(600)]
    near = (0, 5, 9.99, 44_999.99, 45_000, 49_999.99, 50_000, 60_000, 450_000, 499_999.99, 500_000, 700_000)
    customers = [
        {
            "customer_id": one,
            "status": draw.choice(["active"] * 8 + ["closed", None]),
            "opened_on": draw.choice([None, END, date(2020, 1, 1), END - timedelta(days=draw.randrange(150, 420))]),
        }
        for one in ids
    ]
    balances = [
        {
            "customer_id": one, "category": category, "month": month,
            "average_daily": Decimal(str(draw.choice(near))), "month_end": Decimal(str(draw.choice(near))),
        }
        for one in ids for category in draw.sample(["demand", "time", "fund"], draw.randrange(3))
        for month in (M0, M1, M2) if draw.random() < 0.9
    ]  # fmt: skip
    maturities = [
        {
            "customer_id": draw.choice(ids),
            "matures_on": date(2026, 4, 20) + timedelta(days=draw.randrange(120)),
            "amount": Decimal(draw.randrange(1, 90_000)),
        }
        for _ in range(300)
    ]
    kinds = ["代发工资", "消费", "结息", None]
    transactions = [
        {
            "customer_id": one, "booked_at": datetime(2025 + year, month, draw.randrange(1, 29), 23, 59),  # noqa: DTZ001
            "amount": Decimal(draw.choice([-3, 5000, 7000])), "kind": draw.choice(kinds),
        }
        for one in ids[:200] for year, month in draw.sample([(0, 5), (0, 7), (1, 2), (1, 3), (1, 4), (1, 4), (1, 6), (1, 7)], 4)
    ]  # fmt: skip
    return {"customers": customers, "balances": balances, "maturities": maturities, "transactions": transactions}


def plain(tables: dict[str, Rows], policy: Policy) -> dict[str, Rows]:
    lists: dict[str, Rows] = {code: [] for code in CODES}
    for customer in tables["customers"]:
        if customer["status"] not in policy.grid.excluded_status:
            mine = {
                name: [r for r in rows if r["customer_id"] == customer["customer_id"]] for name, rows in tables.items()
            }
            for code, facts in of_one(customer, mine, policy):
                row = dict.fromkeys(("threshold", "amount", "amount_before", "day")) | facts
                lists[code].append({"customer_id": customer["customer_id"], **row})
    return {code: in_order(rows) for code, rows in lists.items()}


def of_one(customer: dict[str, Any], mine: dict[str, Rows], policy: Policy):
    watch = policy.watch

    def total(column: str, month: date, categories: tuple[str, ...] = ()) -> Decimal:
        rows = [r for r in mine["balances"] if r["month"] == month and (not categories or r["category"] in categories)]
        return sum((row[column] for row in rows), Decimal(0))

    a0, a1, a2 = (total("average_daily", month) for month in (M0, M1, M2))
    e0, e1 = total("month_end", M0), total("month_end", M1)
    seen = any(row["month"] in (M0, M1, M2) for row in mine["balances"])
    for limit in policy.grid.asset_bands:
        if watch.near_share * limit <= a0 < limit:
            yield "near_threshold", {"threshold": limit, "amount": a0, "amount_before": a1}
        if a0 >= limit > e0:
            yield "attrition_light", {"threshold": limit, "amount": e0, "amount_before": a0}
        if a1 >= limit > a0:
            yield "attrition_heavy", {"threshold": limit, "amount": a0, "amount_before": a1}
        if a2 >= limit > a1 and a0 >= limit:
            yield "won_back", {"threshold": limit, "amount": a0, "amount_before": a1}
    if seen and e0 - e1 >= watch.inflow_least:
        yield "large_inflow", {"amount": e0, "amount_before": e1}
    due = [r for r in mine["maturities"] if END < r["matures_on"] <= END + timedelta(days=watch.due_days)]
    if due:
        yield "maturing", {"amount": sum(r["amount"] for r in due), "day": min(r["matures_on"] for r in due)}
    past = [r for r in mine["maturities"] if M1 <= r["matures_on"] <= date(2026, 5, 31)]
    if past:
        matured = sum(r["amount"] for r in past)
        again = total("month_end", M0, PLACEMENTS) - (total("month_end", M2, PLACEMENTS) - matured)
        yield (
            "matured",
            {
                "amount": min(max(again, Decimal(0)), matured),
                "amount_before": matured,
                "day": max(r["matures_on"] for r in past),
            },
        )
    opened = customer["opened_on"]
    if opened and END - timedelta(days=watch.new_days) < opened <= END:
        yield "new_customer", {"day": opened}
    own = [
        r["booked_at"].date()
        for r in mine["transactions"]
        if r["kind"] not in BANKS_OWN and r["booked_at"].date() <= END
    ]
    since = END - timedelta(days=watch.dormant_days)
    if opened and opened <= since and (not own or max(own) <= since) and a0 <= watch.dormant_most:
        yield "dormant", {"amount": a0, "day": max(own) if own else None}
    wages = [r for r in mine["transactions"] if r["kind"] in policy.income.payroll_kinds and r["amount"] > 0]
    paid_in = {(r["booked_at"].year, r["booked_at"].month) for r in wages}
    if {(2026, 3), (2026, 4)} <= paid_in and not {(2026, 5), (2026, 6)} & paid_in:
        counted = [r for r in wages if date(2026, 3, 1) <= r["booked_at"].date() <= END]
        average = sum(r["amount"] for r in counted) / 2
        yield "payroll_lost", {"amount_before": average, "day": max(r["booked_at"].date() for r in counted)}

"""Where an income comes from: wages, statements, and nothing."""

from __future__ import annotations

import random
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pyarrow as pa
import pytest

from jiugong.policy import load_policy
from jiugong.segment import segment
from jiugong.warehouse import TABLES

POLICY, DAY = load_policy(), date(2026, 6, 30)
ASKED = ["level", "annual_income", "income_source", "income_as_of", "income_confidence"]


def table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=TABLES[name].schema)


def wages(
    customer: str, *months: tuple[int, int], amount: str = "10000", kind: str = "代发工资"
) -> list[dict[str, Any]]:
    return [
        {"customer_id": customer, "booked_at": datetime(year, month, 10, 12), "amount": Decimal(amount), "kind": kind}  # noqa: DTZ001
        for year, month in months
    ]


def found(customers: list[dict[str, Any]], booked: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    held = table(
        "balances", [{"customer_id": "z", "category": "demand", "month": date(2026, 6, 1), "average_daily": Decimal(0)}]
    )
    result = segment(
        table("customers", customers),
        held,
        policy=POLICY,
        as_of=DAY,
        transactions=table("transactions", booked),
        columns=ASKED,
    )
    return {row["customer_id"]: row for row in result.to_pylist()}


SPRING = ((2026, 4), (2026, 5), (2026, 6))


def test_wages_fill_an_unknown_income() -> None:
    rows = found(
        [{"customer_id": one} for one in ("a", "b", "c", "d")],
        wages("a", *SPRING)
        + wages("b", *SPRING[:2])  # too few months
        + wages("c", *SPRING, kind="转账")  # no wages
        + wages("d", (2025, 6), *SPRING[:2]),  # the first is thirteen months ago
    )
    assert rows["a"] == {
        "customer_id": "a", "annual_income": Decimal(120_000), "level": 4, "income_source": "payroll",
        "income_as_of": date(2026, 6, 10), "income_confidence": Decimal("0.80"),
    }  # fmt: skip
    for one in ("b", "c", "d"):
        assert [rows[one][name] for name in ASKED] == [None] * 5


@pytest.mark.parametrize(
    ("source", "expected"),
    [("document", 50_000), ("payroll", 120_000), ("stated", 120_000), ("estimated", 120_000), (None, 50_000)],
)
def test_the_better_source_is_believed(source: str | None, expected: int) -> None:
    own = {
        "customer_id": "a",
        "annual_income": Decimal(50_000),
        "income_source": source,
        "income_as_of": date(2025, 1, 1),
    }
    row = found([own], wages("a", *SPRING))["a"]
    assert row["annual_income"] == expected
    assert row["income_as_of"] == (date(2025, 1, 1) if expected == 50_000 else date(2026, 6, 10))


def test_several_payments_in_a_month_are_one_month_s_wages() -> None:
    row = found([{"customer_id": "a"}], wages("a", *SPRING, SPRING[2], amount="9000"))["a"]
    assert row["annual_income"] == Decimal(9000 * 4 * 12 / 3)


def test_without_transactions_the_source_is_shown_as_it_came() -> None:
    customers = table("customers", [{"customer_id": "a", "annual_income": Decimal(5), "income_source": "stated"}])
    held = table(
        "balances", [{"customer_id": "a", "category": "demand", "month": date(2026, 6, 1), "average_daily": Decimal(0)}]
    )
    row = segment(
        customers, held, policy=POLICY, as_of=DAY, columns=["income_source", "income_confidence"]
    ).to_pylist()[0]
    assert row == {"customer_id": "a", "income_source": "stated", "income_confidence": Decimal("0.60")}


def test_against_a_plain_loop() -> None:
    draw = random.Random(9)
    ids = [f"{number:03d}" for number in range(200)]
    customers = [
        {
            "customer_id": one,
            "annual_income": draw.choice([None, Decimal(draw.randrange(10**8)) / 100]),
            "income_source": draw.choice([None, "payroll", "stated", "estimated", "document"]),
        }
        for one in ids
    ]
    booked = [
        row
        for one in ids
        for row in wages(
            one,
            *((2025 + month // 13, (month - 1) % 12 + 1) for month in draw.choices(range(5, 19), k=draw.randrange(9))),
            amount=str(Decimal(draw.randrange(-50_000, 3_000_000)) / 100),
            kind=draw.choice(["代发工资", "工资", "消费"]),
        )
    ]
    rows = found(customers, booked)
    for customer in customers:
        expected = plain(customer, [row for row in booked if row["customer_id"] == customer["customer_id"]])
        assert rows[customer["customer_id"]]["annual_income"] == expected


def plain(customer: dict[str, Any], booked: list[dict[str, Any]]) -> Decimal | None:
    paid = [
        row
        for row in booked
        if row["kind"] in POLICY.income.payroll_kinds
        and row["amount"] > 0
        and date(2025, 7, 1) <= row["booked_at"].date() <= DAY
    ]
    months = {(row["booked_at"].year, row["booked_at"].month) for row in paid}
    own, source = customer["annual_income"], customer["income_source"]
    if len(months) < POLICY.income.payroll_least_months or (own is not None and source in (None, "document")):
        return own
    return (sum(row["amount"] for row in paid) * 12 / len(months)).quantize(Decimal("0.01"), ROUND_HALF_UP)

"""A small warehouse for the desk: balances by month of the customers of a list, whose truth a test decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from jiugong.warehouse import TABLES, load_tables


def table(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Canonical: absent columns are null."""
    contract = TABLES[name]
    return pa.Table.from_pylist(
        [{column: row.get(column) for column in contract.names} for row in rows], contract.schema
    )


def write(
    warehouse: Path, as_of: date, customers: Sequence[str], months: Sequence[date], amount: Callable[[str, date], float]
) -> None:
    """A snapshot in which each customer's average demand deposit of a month is `amount(customer, month)`."""
    balances = [
        {
            "customer_id": customer, "category": "demand", "month": month,
            "average_daily": Decimal(f"{amount(customer, month):.2f}"),
        }
        for customer in customers
        for month in months
    ]  # fmt: skip
    tables = {
        "customers": table("customers", [{"customer_id": one} for one in customers]),
        "balances": table("balances", balances),
    }
    load_tables(warehouse, as_of, tables)

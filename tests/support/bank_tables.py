"""Small warehouses for tests: rows as dicts become a real snapshot of the canonical tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from jiugong.warehouse import TABLES, Snapshot, load_tables

AS_OF = date(2026, 1, 1)
LAST_MONTH = date(2025, 12, 1)


def make_snapshot(folder: Path, as_of: date = AS_OF, **tables: Sequence[Mapping[str, Any]]) -> Snapshot:
    """`make_snapshot(tmp_path, customers=[{"customer_id": "K1", ...}], loans=[...])`; what a row leaves out is null."""
    return load_tables(folder, as_of, {name: _table(name, rows) for name, rows in tables.items()}).snapshot


def _table(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    contract = TABLES[name]
    columns = {
        column.name: pa.array([row.get(column.name) for row in rows], column.type) for column in contract.columns
    }
    return pa.table(columns)


def person(number: int, **values: Any) -> dict[str, Any]:
    """A customer of the North outlet, managed by Wang, with a payroll income at I2."""
    return {
        "customer_id": f"K{number:05d}", "name": "测试甲", "id_type": "身份证", "id_number": f"9900001988050{number:05d}",
        "birth_date": date(1988, 5, 1), "mobile": f"1410{number:07d}", "branch_id": "OU01", "manager_id": "1001",
        "annual_income": Decimal("120000.00"), "income_source": "payroll", "payroll": True, "consent_call": True,
        "do_not_call": False, "status": "active",
    } | values  # fmt: skip


def balance(number: int, amount: str, category: str = "demand", month: date = LAST_MONTH) -> dict[str, Any]:
    return {
        "customer_id": f"K{number:05d}", "category": category, "month": month, "average_daily": Decimal(amount),
    }  # fmt: skip


def loan(number: int, **values: Any) -> dict[str, Any]:
    return {
        "loan_id": f"N{number:05d}", "customer_id": f"K{number:05d}", "kind": "mortgage_new_home",
        "drawn_on": date(2023, 6, 1), "principal": Decimal("900000.00"), "outstanding": Decimal("800000.00"),
        "due_day": 18, "overdue": False, "decision_pending": False,
    } | values  # fmt: skip

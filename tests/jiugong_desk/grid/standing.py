"""Months on the board for tests: customers put where a test wants them, recorded as a load would."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from jiugong_desk.customers import policies, standings
from jiugong_desk.customers.models import Customer
from tests.support.cast import NOW, make_customer

POLICY = "default@2026-01"
DECEMBER, JANUARY, FEBRUARY = date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28)


def at(asset: int | None, income: int | None, assets: str = "80000.00", **values: Any) -> dict[str, Any]:
    """A place on the default grid; income 0: unknown; None, None: not segmented."""
    level = 3 * (income - 1) + asset if income and asset else None
    worth = {"current_value": Decimal(assets) / 100, "lifetime_value": Decimal(assets) / 25} if asset else {}
    return {"asset_band": asset, "income_band": income, "level": level, "assets": Decimal(assets)} | worth | values


def load(day: date, people: dict[str, dict[str, Any]], *, policy: str = POLICY) -> int:
    """Everybody of the snapshot by number; a new number needs `unit`. How many moved."""
    grid = policies.grid()
    standings.remember(day, grid=grid, at=NOW)
    for number, values in people.items():
        kept = values | {"snapshot_on": day, "policy_version": policy}
        if not Customer.objects.everyone().filter(customer_no=number).update(**kept):
            make_customer(customer_no=number, loan_kind="", consent=False, **kept)
    return standings.record(day, policy_version=policy, grid=grid, at=NOW, wrote=True)

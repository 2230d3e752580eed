"""The segmentation as one would do it by hand, customer by customer: slow, obvious, in exact decimals."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from jiugong.policy import Policy

CENT, MILLIONTH, BILLIONTH = Decimal("0.01"), Decimal("0.000001"), Decimal("0.000000001")


def rounded(amount: Decimal, step: Decimal = CENT) -> Decimal:
    """Half away from zero, as a person rounds."""
    return amount.quantize(step, ROUND_HALF_UP)


def days(month: date) -> int:
    return monthrange(month.year, month.month)[1]


def months_measured(measure: str, as_of: date) -> list[date]:
    """The last complete months; one is complete on its last day."""
    year, month = as_of.year, as_of.month
    if as_of.day < days(as_of):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    found = []
    for _ in range({"quarter_average": 3, "year_average": 12}.get(measure, 1)):
        found.append(date(year, month, 1))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found


def band(amount: Decimal, edges: tuple[Decimal, ...]) -> int:
    return 1 + sum(amount >= edge for edge in edges)


def segmented(customers: list[dict], balances: list[dict], policy: Policy, as_of: date) -> list[dict[str, Any]]:
    grid, value = policy.grid, policy.value
    months = months_measured(grid.asset_measure, as_of)
    rows = []
    for customer in sorted(customers, key=lambda row: row["customer_id"]):
        by_category: dict[str, list[dict]] = defaultdict(list)
        for row in balances:
            if row["customer_id"] == customer["customer_id"] and row["month"] in months:
                by_category[row["category"]].append(row)
        assets = current = Decimal(0)
        for category, held in by_category.items():
            weighted = sum(row["average_daily"] * days(row["month"]) for row in held)
            average = rounded(weighted / sum(map(days, months)))
            ends = sum(row["month_end"] for row in held if row["month_end"] is not None)
            assets += ends if grid.asset_measure == "point_in_time" else average
            current += average * value.margin[category]
        rows.append(graded(customer, assets, current, policy))
    return rows


def graded(customer: dict, assets: Decimal, current: Decimal, policy: Policy) -> dict[str, Any]:
    grid, value = policy.grid, policy.value
    income = customer["annual_income"]
    row = dict.fromkeys(
        ("asset_band", "income_band", "level", "current_value", "potential_value", "quadrant", "lifetime_value")
    ) | {
        "customer_id": customer["customer_id"],
        "assets": assets,
        "annual_income": income,
        "policy_version": policy.label,
    }
    if customer["status"] in grid.excluded_status:
        return row
    row["asset_band"] = band(assets, grid.asset_bands)
    row["income_band"] = 0 if income is None else band(income, grid.income_bands)
    row["current_value"] = rounded(current)
    yearly = value.yearly_retention[row["asset_band"] - 1] / (1 + value.discount_rate)
    factor = rounded(sum(yearly**year for year in range(1, value.horizon_years + 1)), MILLIONTH)
    row["lifetime_value"] = rounded(row["current_value"] * factor)
    if income is not None:
        row["level"] = (len(grid.asset_bands) + 1) * (row["income_band"] - 1) + row["asset_band"]
        margins = [value.margin[category] for category in value.deposit_categories]
        rate = rounded(value.saving_share_of_income * sum(margins) / len(margins), BILLIONTH)
        row["potential_value"] = rounded(income * rate)
        high = ("low", "high")
        row["quadrant"] = (
            f"{high[row['current_value'] >= value.current_value_high]}_"
            f"{high[row['potential_value'] >= value.potential_value_high]}"
        )
    return row

"""The segmentation as one would do it by hand, customer by customer: slow, obvious, in exact decimals."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
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


def segmented(
    customers: list[dict], balances: list[dict], policy: Policy, as_of: date, *, hold: bool = False
) -> list[dict[str, Any]]:
    rows = []
    for customer in sorted(customers, key=lambda row: row["customer_id"]):
        mine = [row for row in balances if row["customer_id"] == customer["customer_id"]]
        assets, current = measured(mine, policy, as_of)
        best, day = assets, as_of
        for _ in range(policy.grid.months_below_before_down - 1 if hold else 0):
            day = months_measured(policy.grid.asset_measure, day)[0] - timedelta(days=1)
            best = max(best, measured(mine, policy, day)[0])
        rows.append(graded(customer, assets, best, current, policy))
    return rows


def measured(rows: list[dict], policy: Policy, as_of: date) -> tuple[Decimal, Decimal]:
    """Assets on the day, and the margin a year, not rounded."""
    months = months_measured(policy.grid.asset_measure, as_of)
    measured = [row for row in rows if row["month"] in months]
    weights = [days(row["month"]) for row in measured]
    whole = sum(map(days, months))
    average = sum((row["average_daily"] * weight for row, weight in zip(measured, weights, strict=True)), Decimal(0))
    margin = sum(
        (
            row["average_daily"] * weight * policy.value.margin[row["category"]]
            for row, weight in zip(measured, weights, strict=True)
        ),
        Decimal(0),
    )
    ends = (
        sum((row["month_end"] for row in measured), Decimal(0))
        if policy.grid.asset_measure == "point_in_time"
        else None
    )
    return (rounded(average / whole) if ends is None else ends), margin / whole


def graded(customer: dict, assets: Decimal, best: Decimal, current: Decimal, policy: Policy) -> dict[str, Any]:
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
    row["asset_band"] = band(best, grid.asset_bands)
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

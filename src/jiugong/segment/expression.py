"""The nine-level grid, the quadrants and lifetime value as one ibis expression. What each column means: `segment`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import ibis

from ..policy import Policy, Value
from .exact import BILLIONTH, MILLIONTH, cents, divided, in_yuan, money, parts
from .period import days_of, measured_months

QUADRANTS = ("low_low", "low_high", "high_low", "high_high")


def segment_expression(customers: Any, balances: Any | None, *, policy: Policy, as_of: date | None) -> Any:
    """Columns as `segment` returns them, ordered by customer_id; ibis tables in, nothing is read yet."""
    people = _people(customers, policy, with_assets=balances is None)
    if balances is None or as_of is None:
        held = people.mutate(value=ibis.null("int64"))
    else:
        held = _with_holdings(people, _holdings(balances, policy, as_of))
    return _graded(held, policy).order_by("customer_id")


def _people(customers: Any, policy: Policy, *, with_assets: bool) -> Any:
    excluded = (
        customers.status.fill_null("").isin(policy.grid.excluded_status)
        if "status" in customers.columns
        else ibis.literal(False)
    )
    income = in_yuan(customers.annual_income)
    columns = {"annual_income": income, "income": cents(income), "excluded": excluded}
    if with_assets:
        columns["held"] = cents(customers.assets)
    return customers.select("customer_id", **columns)


def _holdings(balances: Any, policy: Policy, as_of: date) -> Any:
    """Per customer: `held` cents in all categories, and `value`: cents of margin a year in millionths."""
    months = measured_months(policy.grid.asset_measure, as_of)
    chosen = balances.filter(balances.month.isin(months))
    margin = {category: parts(share, MILLIONTH) for category, share in policy.value.margin.items()}
    average = cents(chosen.average_daily)
    held = cents(chosen.month_end) if policy.grid.asset_measure == "point_in_time" else average
    rows = chosen.select("customer_id", "category", "month", average=average, held=held)
    if len(months) > 1:
        rows = _averaged(rows, months)
    rows = rows.mutate(margin=rows.category.cases(*margin.items(), else_=0).cast("int64"))
    return rows.group_by("customer_id").agg(held=rows.held.sum(), value=(rows.average * rows.margin).sum())


def _averaged(rows: Any, months: Sequence[date]) -> Any:
    """Average over the days of all months, per category, to the cent; a month without a row counts as nothing held."""
    days = rows.month.cases(*((month, days_of(month)) for month in months), else_=0).cast("int64")
    weighted = rows.mutate(weighted=rows.average * days)
    total = weighted.group_by("customer_id", "category").agg(total=weighted.weighted.sum())
    average = divided(total.total, sum(days_of(month) for month in months))
    return total.select("customer_id", "category", average=average, held=average)


def _with_holdings(people: Any, holdings: Any) -> Any:
    joined = people.left_join(holdings, "customer_id")
    return joined.select(
        people.customer_id,
        people.annual_income,
        people.income,
        people.excluded,
        held=holdings.held.fill_null(0).cast("int64"),
        value=holdings.value.fill_null(0).cast("int64"),
    )


def _graded(held: Any, policy: Policy) -> Any:
    """Amounts stay whole cents until the last step."""
    grid, value = policy.grid, policy.value
    unknown = ibis.null("int64")
    graded = held.mutate(
        asset_band=ibis.ifelse(held.excluded, unknown, _band(held.held, grid.asset_bands)),
        income_band=ibis.ifelse(held.excluded, unknown, _band(held.income, grid.income_bands).fill_null(0)),
        current=ibis.ifelse(held.excluded, unknown, divided(held.value, MILLIONTH)),
        potential=ibis.ifelse(held.excluded, unknown, divided(held.income * _saving_rate(value), BILLIONTH)),
    )
    level = (graded.income_band - 1) * (len(grid.asset_bands) + 1) + graded.asset_band
    return graded.select(
        "customer_id",
        assets=money(graded.held),
        annual_income=graded.annual_income,
        asset_band=graded.asset_band.cast("int16"),
        income_band=graded.income_band.cast("int16"),
        level=ibis.ifelse(graded.income_band > 0, level, unknown).cast("int16"),
        current_value=money(graded.current),
        potential_value=money(graded.potential),
        quadrant=_quadrant(graded, value),
        lifetime_value=money(divided(graded.current * _lifetime_factors(graded, value), MILLIONTH)),
        policy_version=ibis.literal(policy.label),
    )


def _band(amount: Any, edges: Sequence[Decimal]) -> Any:
    """1 + the number of edges at or below the amount; an amount on an edge belongs above it."""
    band = ibis.literal(1, "int64")
    for edge in edges:
        band = band + (amount >= parts(Decimal(edge), 100)).cast("int64")
    return band


def _saving_rate(value: Value) -> int:
    """Margin that a year's savings kept here would bring, in billionths of the yearly income.

    Priced at the plain mean margin of the deposit categories: nobody knows yet which one it will be.
    """
    margins = [value.margin[category] for category in value.deposit_categories]
    return parts(value.saving_share_of_income * sum(margins, Decimal(0)) / len(margins), BILLIONTH)


def _quadrant(graded: Any, value: Value) -> Any:
    current = graded.current >= parts(Decimal(value.current_value_high), 100)
    potential = graded.potential >= parts(Decimal(value.potential_value_high), 100)
    low_low, low_high, high_low, high_high = QUADRANTS
    return ibis.cases(
        (current & potential, high_high),
        (current & ~potential, high_low),
        (~current & potential, low_high),
        (~current & ~potential, low_low),
    )


def lifetime_factor(value: Value, asset_band: int) -> Decimal:
    """What a yuan of yearly margin is worth over the horizon: sum over years t of retention^t / (1 + rate)^t."""
    yearly = value.yearly_retention[asset_band - 1] / (1 + value.discount_rate)
    return sum((yearly**year for year in range(1, value.horizon_years + 1)), Decimal(0))


def _lifetime_factors(graded: Any, value: Value) -> Any:
    bands = range(1, len(value.yearly_retention) + 1)
    factors = [(band, parts(lifetime_factor(value, band), MILLIONTH)) for band in bands]
    return graded.asset_band.cases(*factors, else_=ibis.null("int64")).cast("int64")

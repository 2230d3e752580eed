"""The nine-level grid, the quadrants and lifetime value as one ibis expression. What each column means: `segment`.

One scan of the balances, one grouping, one join: that is nearly all the time it takes. What is not asked for is not
computed, and what is computed stays a whole number of cents until the last step (`exact`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Any

import ibis

from ..policy import Policy, Value
from .chain import Lifetime
from .exact import BILLIONTH, cents, divided, in_yuan, money, parts, total
from .income import COLUMNS as INCOME_COLUMNS
from .period import Window, windows

# What comes beside customer_id, and what comes only where it is asked for.
COLUMNS = (
    "assets", "annual_income", "asset_band", "income_band", "level", "current_value", "potential_value", "quadrant",
    "lifetime_value", "policy_version",
)  # fmt: skip
ON_REQUEST = ("lifetime_low", "lifetime_high", *INCOME_COLUMNS)
QUADRANTS = ("low_low", "low_high", "high_low", "high_high")


def segment_expression(
    customers: Any,
    balances: Any | None,
    *,
    policy: Policy,
    as_of: date | None,
    lifetime: Lifetime,
    hold_levels: bool = False,
    columns: Sequence[str] | None = None,
) -> Any:
    """Columns as `segment` returns them, in no order; ibis tables in, nothing is read yet."""
    people = _people(customers, policy, with_assets=balances is None)
    if balances is None or as_of is None:
        held = people.mutate(best=people.held * people.counts, current=ibis.null("float64"))
    else:
        held = _with_holdings(people, balances, policy, windows(policy.grid, as_of, hold=hold_levels))
    graded = _graded(held, policy)
    return graded.select("customer_id", **_chosen(graded, policy, lifetime, columns))


def _people(customers: Any, policy: Policy, *, with_assets: bool) -> Any:
    """`counts` is null for the excluded, and whatever is multiplied by it too."""
    counts = ibis.literal(1, "int8")
    if "status" in customers.columns:
        counts = ibis.ifelse(customers.status.isin(policy.grid.excluded_status), ibis.null("int8"), counts)
    income = cents(customers.annual_income)
    columns = {"annual_income": in_yuan(customers.annual_income), "income": income * counts, "counts": counts}
    columns |= {name: customers[name] for name in _carried(customers)}
    if with_assets:
        columns["held"] = cents(customers.assets).cast("float64")
    return customers.select("customer_id", **columns)


def _carried(people: Any) -> list[str]:
    return [name for name in INCOME_COLUMNS if name in people.columns]


def _with_holdings(people: Any, balances: Any, policy: Policy, measured: Sequence[Window]) -> Any:
    """`held`: cents on the day; of those who count, `best`: the most of all windows, `current`: cents of margin a year."""
    holdings = _holdings(balances, policy, measured)
    joined = people.left_join(holdings, "customer_id")
    amounts = [holdings[name].fill_null(0.0) for name in _names(measured)]
    averages = [divided(amount, window.weight) for amount, window in zip(amounts, measured, strict=True)]
    best = ibis.greatest(*averages) if len(averages) > 1 else averages[0]
    margin = divided(holdings.value.fill_null(0.0), _scale(policy.value) * measured[0].weight)
    return joined.select(
        *(people[name] for name in ("customer_id", "annual_income", "income", "counts", *_carried(people))),
        held=averages[0],
        best=best * people.counts,
        current=margin * people.counts,
    )


def _names(measured: Sequence[Window]) -> list[str]:
    return [f"held{place}" for place in range(len(measured))]


def _holdings(balances: Any, policy: Policy, measured: Sequence[Window]) -> Any:
    """Per customer, over all categories: cents times days in each window, and their margin in the first."""
    months = sorted({month for window in measured for month in window.months})
    rows = balances.filter(balances.month.isin(months))
    average = cents(rows.average_daily)
    held = cents(rows.month_end) if policy.grid.asset_measure == "point_in_time" else average
    margins = [(name, parts(share, _scale(policy.value))) for name, share in policy.value.margin.items()]
    margin = rows.category.cases(*margins, else_=0).cast("int64")

    def within(amount: Any, window: Window) -> Any:
        if set(window.months) == set(months) and window.weight == 1:
            return amount
        days = ((month, window.days(month)) for month in window.months)
        return amount * rows.month.cases(*days, else_=0).cast("int64")

    sums = {name: total(within(held, window)) for name, window in zip(_names(measured), measured, strict=True)}
    return rows.group_by("customer_id").agg(**sums, value=total(within(average * margin, measured[0])))


def _scale(value: Value) -> int:
    """The smallest power of ten that makes whole numbers of all margins: sums stay small, and so exact."""
    digits = [-int(share.normalize().as_tuple().exponent) for share in value.margin.values()]
    return int(10 ** max(0, *digits))


def _graded(held: Any, policy: Policy) -> Any:
    """Bands and potential of those who count; null where the income is unknown, or for the excluded."""
    grid = policy.grid
    graded = held.mutate(
        asset_band=_band(held.best, grid.asset_bands),
        income_band=_band(held.income, grid.income_bands),
        potential=divided(held.income * _saving_rate(policy.value), BILLIONTH),
    )
    return graded.mutate(level=(graded.income_band - 1) * (len(grid.asset_bands) + 1) + graded.asset_band)


def _band(amount: Any, edges: Sequence[Decimal]) -> Any:
    """1 + the number of edges at or below the amount; an amount on an edge belongs above it."""
    steps = [(amount < parts(Decimal(edge), 100), place) for place, edge in enumerate(edges, 1)]
    return ibis.cases(*steps, (amount.notnull(), len(edges) + 1)).cast("int16")


def _saving_rate(value: Value) -> int:
    """Margin that a year's savings kept here would bring, in billionths of the yearly income.

    Priced at the plain mean margin of the deposit categories: nobody knows yet which one it will be.
    """
    margins = [value.margin[category] for category in value.deposit_categories]
    return parts(value.saving_share_of_income * sum(margins, Decimal(0)) / len(margins), BILLIONTH)


def _chosen(graded: Any, policy: Policy, lifetime: Lifetime, columns: Sequence[str] | None) -> dict[str, Any]:
    made = _columns(policy, lifetime)
    wanted = COLUMNS if columns is None else columns
    return {name: made[name](graded) for name in made if name in wanted}


def _columns(policy: Policy, lifetime: Lifetime) -> Mapping[str, Callable[[Any], Any]]:
    """How each is made; in the order of the result."""
    return {
        "assets": lambda row: money(row.held),
        "annual_income": lambda row: row.annual_income,
        "asset_band": lambda row: row.asset_band,
        "income_band": lambda row: (row.income_band.fill_null(0) * row.counts).cast("int16"),
        "level": lambda row: row.level.cast("int16"),
        "current_value": lambda row: money(row.current),
        "potential_value": lambda row: money(row.potential),
        "quadrant": lambda row: _quadrant(row, policy.value),
        "lifetime_value": lambda row: money(lifetime.value(row)),
        "lifetime_low": lambda row: money(lifetime.bound(row, -1)),
        "lifetime_high": lambda row: money(lifetime.bound(row, +1)),
        "policy_version": lambda row: ibis.literal(policy.label),
        **{name: itemgetter(name) for name in INCOME_COLUMNS},
    }


def _quadrant(row: Any, value: Value) -> Any:
    current = (row.current >= parts(Decimal(value.current_value_high), 100)).cast("int8")
    potential = (row.potential >= parts(Decimal(value.potential_value_high), 100)).cast("int8")
    return (current * 2 + potential).cases(*enumerate(QUADRANTS))

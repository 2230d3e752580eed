"""Put customers on the nine-level grid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import InputError, MisuseError
from ..nearest import suggest
from ..policy import Policy
from ..warehouse import engine
from .expression import segment_expression
from .period import measured_months

# A row above this is a slip of units (万元 taken for 元), and beyond what the exact sums of `exact.py` hold.
LARGEST_AMOUNT = 10_000_000_000


def segment(customers: Any, balances: Any | None = None, *, policy: Policy, as_of: date | None = None) -> pa.Table:
    """One row per customer: bands, level 1–9, value quadrant and lifetime value, ordered by customer_id.

    Parameters
    ----------
    customers : pyarrow.Table or ibis.Table with customer_id (once each) and annual_income (yuan; null: unknown);
        `status` where known. Without `balances` also `assets` (yuan), and the values stay null.
    balances : pyarrow.Table or ibis.Table as in the contract (customer_id, category, month, average_daily); a customer
        without rows holds 0; the balances of unknown customers are not looked at
    policy : which measure, bands, margins (`[grid]`, `[value]`)
    as_of : the last complete month on this day is the one measured; needed with `balances`

    Returns
    -------
    customer_id, assets, annual_income : as measured, yuan, decimal(18, 2)
    asset_band : 1.. ; income_band : 1.., and 0 where the income is unknown; an amount on an edge belongs above it
    level : (number of asset bands) * (income_band - 1) + asset_band; null where the income is unknown
    current_value : yuan of margin a year, sum over categories of margin * average daily balance
    potential_value : yuan of margin that one year's savings (a share of income) would bring; null: income unknown
    quadrant : current then potential, "high_low" and so on
    lifetime_value : current_value times the sum over the horizon of (retention / (1 + rate))^year
    policy_version
    Customers in an excluded status keep their row; bands, level and values are null.

    Raises
    ------
    InputError: a column is missing, a customer stands twice, income or amounts are impossible, or the balances hold
        no row of a measured month
    """
    people = _as_ibis("customers", customers)
    held = None if balances is None else _as_ibis("balances", balances)
    amounts = ["annual_income"] if held is not None else ["annual_income", "assets"]
    _need("customers", people, texts=["customer_id"], amounts=amounts)
    backend = _backend(people, held)
    _check_customers(backend, people, customers, with_assets=held is None)
    if held is not None:
        if as_of is None:
            raise MisuseError("balances were given without a day; one month of them is measured: give as_of")
        amounts = ["average_daily"] + ["month_end"] * (policy.grid.asset_measure == "point_in_time")
        _need("balances", held, texts=["customer_id", "category"], amounts=amounts, dates=["month"])
        _check_balances(backend, held, balances, policy, as_of)
    return backend.to_pyarrow(segment_expression(people, held, policy=policy, as_of=as_of))


def _as_ibis(name: str, table: Any) -> Any:
    if isinstance(table, pa.Table):
        return ibis.memtable(table)
    if isinstance(table, ibis.Table):
        return table
    raise MisuseError(f"'{name}' is a {type(table).__name__}; give a pyarrow.Table or an ibis.Table")


def _backend(*tables: Any) -> Any:
    """The engine that the tables live in; tables in memory get a fresh one."""
    for table in tables:
        if table is not None and table.op().__class__.__name__ != "InMemoryTable":
            return table._find_backend()
    return engine.connect()


def _need(name: str, table: Any, *, texts: Sequence[str], amounts: Sequence[str], dates: Sequence[str] = ()) -> None:
    schema = table.schema()
    for column in (*texts, *amounts, *dates):
        if column not in schema:
            hint = suggest(column, schema.names)
            raise InputError(f"is needed in {name} but is not there; {hint}; rename the column", column=column)
    wrong = [
        *((column, "text") for column in texts if not schema[column].is_string()),
        *((column, "numbers") for column in amounts if not (schema[column].is_numeric() or schema[column].is_null())),
        *((column, "dates") for column in dates if not schema[column].is_date()),
    ]
    for column, kind in wrong:
        raise InputError(f"of {name} holds {schema[column]}, not {kind}; convert the column first", column=column)


def _first_row(table: Any, condition: Any) -> int | None:
    """The row in a file with one header line, where the table is in memory: it says where to look."""
    if not isinstance(table, pa.Table):
        return None
    return int(pc.index(condition(table), True).as_py()) + 2


def _check_customers(backend: Any, people: Any, source: Any, *, with_assets: bool) -> None:
    income = people.annual_income
    asked = {
        "rows": people.count(),
        "known": people.customer_id.count(),
        "distinct": people.customer_id.nunique(),
        "negative": (income < 0).sum(),
        "large": (income >= LARGEST_AMOUNT).sum(),
    }
    if with_assets:
        asked["no_assets"] = people.assets.isnull().sum()
        asked["large_assets"] = (people.assets.abs() >= LARGEST_AMOUNT).sum()
    found = _row(backend, people, asked)
    if found["rows"] == 0:
        raise InputError("customers is empty; give a table with at least one customer")
    if found["known"] < found["rows"]:
        raise InputError(
            f"is empty in {found['rows'] - found['known']:,} rows of customers; every customer has a number: fill it in",
            row=_first_row(source, lambda table: pc.is_null(table["customer_id"])),
            column="customer_id",
        )
    if found["distinct"] < found["rows"]:
        raise InputError(
            f"repeats {found['rows'] - found['distinct']:,} customers of {found['rows']:,} rows; a customer stands once: "
            "join the rows of customers in two outlets first",
            column="customer_id",
        )
    if found["negative"]:
        raise InputError(
            f"is negative for {found['negative']:,} customers; a yearly income is 0 or more, or empty where unknown: "
            "correct it",
            row=_first_row(source, lambda table: pc.fill_null(pc.less(table["annual_income"], 0), False)),
            column="annual_income",
        )
    _refuse_large(found["large"], "annual_income")
    if with_assets:
        _refuse_large(found["large_assets"], "assets")
        if found["no_assets"]:
            raise InputError(
                f"is empty for {found['no_assets']:,} customers; write 0 for nothing held, or give balances instead",
                row=_first_row(source, lambda table: pc.is_null(table["assets"])),
                column="assets",
            )


def _check_balances(backend: Any, held: Any, source: Any, policy: Policy, as_of: date) -> None:
    months = measured_months(policy.grid.asset_measure, as_of)
    chosen = held.filter(held.month.isin(months))
    amount = chosen.month_end if policy.grid.asset_measure == "point_in_time" else chosen.average_daily
    per_month = backend.to_pyarrow(
        held.group_by("month").agg(rows=held.count()).filter(lambda table: table.month.notnull())
    )
    there = set(per_month["month"].to_pylist())
    lacking = [month for month in months if month not in there]
    if lacking:
        newest = f"its newest is {max(there):%Y-%m}" if there else "it has no rows"
        raise InputError(
            f"balances hold no row of {', '.join(f'{month:%Y-%m}' for month in lacking)}, which "
            f"'{policy.grid.asset_measure}' on {as_of} measures; {newest}: give another day, or load the months",
            column="month",
        )
    found = _row(
        backend,
        chosen,
        {
            "unknown": amount.isnull().sum(),
            "large": (amount.abs() >= LARGEST_AMOUNT).sum(),
            "strange": (~chosen.category.isin(sorted(policy.value.margin))).fill_null(True).sum(),
        },
    )
    if found["unknown"]:
        raise InputError(
            f"is empty in {found['unknown']:,} measured rows; write 0 for an empty account", column=amount.get_name()
        )
    _refuse_large(found["large"], amount.get_name())
    if found["strange"]:
        raise InputError(
            f"holds {found['strange']:,} measured rows of a category without a margin in the policy; "
            f"it knows {', '.join(sorted(policy.value.margin))}: map the category, or add it to [value.margin]",
            column="category",
        )


def _refuse_large(count: int | None, column: str) -> None:
    if count:
        raise InputError(
            f"is {LARGEST_AMOUNT:,} or more in {count:,} rows; amounts are in yuan: look for a slip of units",
            column=column,
        )


def _row(backend: Any, table: Any, measures: dict[str, Any]) -> dict[str, int]:
    found = backend.to_pyarrow(table.aggregate(**measures)).to_pylist()[0]
    return {name: value or 0 for name, value in found.items()}

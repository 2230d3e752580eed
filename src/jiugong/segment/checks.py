"""What the segmentation refuses before it computes: a wrong level is worse than none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import InputError
from ..nearest import suggest
from ..policy import Policy
from ..warehouse.contracts import LARGEST_AMOUNT
from .period import Window


def need(name: str, table: Any, *, texts: Sequence[str], amounts: Sequence[str], dates: Sequence[str] = ()) -> None:
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


def check_customers(backend: Any, people: Any, source: Any, *, with_assets: bool) -> None:
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


def check_balances(backend: Any, held: Any, policy: Policy, measured: Sequence[Window], as_of: date) -> None:
    """The months of the first window are there; in all that are looked at, amounts and categories are."""
    _check_months(backend, held, policy, measured[0], as_of)
    chosen = held.filter(held.month.isin(sorted({month for window in measured for month in window.months})))
    amount = chosen.month_end if policy.grid.asset_measure == "point_in_time" else chosen.average_daily
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


def _check_months(backend: Any, held: Any, policy: Policy, measured: Window, as_of: date) -> None:
    there = set(backend.to_pyarrow(held.select("month").distinct())["month"].to_pylist()) - {None}
    lacking = [month for month in measured.months if month not in there]
    if lacking:
        newest = f"its newest is {max(there):%Y-%m}" if there else "it has no rows"
        raise InputError(
            f"balances hold no row of {', '.join(f'{month:%Y-%m}' for month in lacking)}, which "
            f"'{policy.grid.asset_measure}' on {as_of} measures; {newest}: give another day, or load the months",
            column="month",
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

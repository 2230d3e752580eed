"""Who moved between two runs of the segmentation."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa

from ..errors import InputError
from ..nearest import suggest
from ..warehouse import engine
from .exact import cents, money, total
from .labels import ABSENT, UNSCORED


def migration(before: Any, after: Any, *, values: bool = False) -> pa.Table:
    """Counts of customers by level before and level after.

    Parameters
    ----------
    before, after : pyarrow.Table or ibis.Table with customer_id and level, as `segment` returns them; where asset_band is
        there too, who has none (closed, deceased) counts as absent
    values : also the mean margin, which `lifetime` needs; then current_value is needed too

    Returns
    -------
    before, after : "1" to "9"; "unscored" (no level then); "absent" (not in that run: entries stand in the rows whose
        `before` is absent, exits in those whose `after` is)
    customers : how many; share : of the customers that stood in that `before`
    value_before, value_after : yuan a year, mean current_value of the row's customers then; with `values`
    Ordered by before, after.
    """
    one, two = (_levels(name, table, values=values) for name, table in (("before", before), ("after", after)))
    backend = engine.of(one, two) or engine.connect()
    for name, rows in (("before", one), ("after", two)):
        _refuse_repeated(backend, name, rows)
    joined = one.outer_join(two, "customer_id").select(
        before=one.level.fill_null(ABSENT),
        after=two.level.fill_null(ABSENT),
        **({"value_before": one.value, "value_after": two.value} if values else {}),
    )
    joined = joined.filter((joined.before != ABSENT) | (joined.after != ABSENT))
    means = {name: _mean(joined[name]) for name in ("value_before", "value_after") if values}
    counts = joined.group_by("before", "after").agg(customers=joined.count(), **means)
    window = ibis.window(group_by=counts.before)
    shares = counts.mutate(share=counts.customers / counts.customers.sum().over(window))
    columns = ("before", "after", "customers", "share", *means)
    found: pa.Table = backend.to_pyarrow(shares.select(*columns).order_by("before", "after"))
    return found


def _mean(whole_cents: Any) -> Any:
    return money((total(whole_cents) / whole_cents.count().nullif(0)).round())


def _levels(name: str, table: Any, *, values: bool) -> Any:
    rows = ibis.memtable(table) if isinstance(table, pa.Table) else table
    for column in ("customer_id", "level", *(["current_value"] if values else [])):
        if column not in rows.columns:
            raise InputError(
                f"is needed in '{name}' but is not there; {suggest(column, rows.columns)}; "
                "give a file that `jiugong segment` wrote",
                column=column,
            )
    level = rows.level.cast("string").nullif("").fill_null(UNSCORED)
    if "asset_band" in rows.columns:
        level = ibis.ifelse(rows.asset_band.cast("string").nullif("").isnull(), ABSENT, level)
    value = {"value": cents(rows.current_value)} if values else {}
    return rows.select(customer_id=rows.customer_id.cast("string"), level=level, **value)


def _refuse_repeated(backend: Any, name: str, rows: Any) -> None:
    asked = rows.aggregate(rows=rows.count(), distinct=rows.customer_id.nunique())
    found = backend.to_pyarrow(asked).to_pylist()[0]
    if found["distinct"] != found["rows"]:
        raise InputError(
            f"of '{name}' has {found['rows']:,} rows for {found['distinct']:,} customers; one row a customer: "
            "give a file that `jiugong segment` wrote",
            column="customer_id",
        )

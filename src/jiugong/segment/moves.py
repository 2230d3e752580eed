"""Who moved between two runs of the segmentation."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa

from ..errors import InputError
from ..nearest import suggest
from ..warehouse import engine

UNSCORED, ABSENT = "unscored", "absent"


def migration(before: pa.Table, after: pa.Table) -> pa.Table:
    """Counts of customers by level before and level after.

    Parameters
    ----------
    before, after : tables with customer_id and level, as `segment` returns them

    Returns
    -------
    before, after : "1" to "9"; "unscored" (no level then); "absent" (not in that run: entries stand in the rows whose
        `before` is absent, exits in those whose `after` is)
    customers : how many; share : of the customers that stood in that `before`
    Ordered by before, after.
    """
    one, two = _levels("before", before), _levels("after", after)
    joined = one.outer_join(two, "customer_id").select(
        before=one.level.fill_null(ABSENT), after=two.level.fill_null(ABSENT)
    )
    counts = joined.group_by("before", "after").agg(customers=joined.count())
    window = ibis.window(group_by=counts.before)
    shares = counts.mutate(share=counts.customers / counts.customers.sum().over(window))
    found: pa.Table = engine.connect().to_pyarrow(shares.order_by("before", "after"))
    return found


def _levels(name: str, table: pa.Table) -> Any:
    for column in ("customer_id", "level"):
        if column not in table.column_names:
            raise InputError(
                f"is needed in '{name}' but is not there; {suggest(column, table.column_names)}; "
                "give a file that `jiugong segment` wrote",
                column=column,
            )
    rows = ibis.memtable(table.select(["customer_id", "level"]))
    level = rows.level.cast("string").nullif("").fill_null(UNSCORED)
    rows = rows.select(customer_id=rows.customer_id.cast("string"), level=level)
    found = (
        engine.connect()
        .to_pyarrow(rows.aggregate(rows=rows.count(), distinct=rows.customer_id.nunique()))
        .to_pylist()[0]
    )
    if found["distinct"] != found["rows"]:
        raise InputError(
            f"of '{name}' has {found['rows']:,} rows for {found['distinct']:,} customers; one row a customer: "
            "give a file that `jiugong segment` wrote",
            column="customer_id",
        )
    return rows

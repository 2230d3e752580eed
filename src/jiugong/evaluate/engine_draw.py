"""The same draw by an engine: a hundred million customers need not pass through Python, and the list is the same."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa

from ..errors import MisuseError
from .holdout import POOLED, pooled_strata, quotas


def draw_holdout_by_engine(
    table: Any, *, size: int, seed: int | str, customer_id: str = "customer_id", stratum: str | None = None
) -> Any:
    """Who is held out, as an expression on the table's own engine; just the customers of `draw_holdout`.

    Parameters
    ----------
    table : ibis table; a row for each customer, each once
    size, seed : as for `draw_holdout`
    customer_id, stratum : names of its text columns; without `stratum` all are drawn together

    Returns
    -------
    ibis expression: customer_id, stratum (in which he was drawn), held_out (bool), probability (of being treated)

    Raises
    ------
    MisuseError: a group would be empty

    One pass counts the strata; the draw itself is a window over the tickets, sha256 of seed and number.
    """
    rows = table.select(customer_id=table[customer_id], stratum=table[stratum] if stratum else ibis.literal("all"))
    counted = rows.group_by("stratum").agg(customers=ibis._.count()).to_pyarrow().to_pylist()
    sizes = {row["stratum"]: row["customers"] for row in counted}
    total = sum(sizes.values())
    if not 1 <= size < total:
        raise MisuseError(
            f"draw_holdout_by_engine was asked to hold out {size} of {total} customers; "
            "both groups need at least one: choose a size between 1 and the number of customers less one"
        )
    pooled = pooled_strata(sizes, size)
    drawn_in = {name: POOLED if name in pooled else name for name in sizes}
    together: dict[str, int] = {}
    for name, customers in sizes.items():
        together[drawn_in[name]] = together.get(drawn_in[name], 0) + customers
    quota = quotas(together, size, seed)
    plan = ibis.memtable(
        pa.table(
            {
                "stratum": pa.array(list(drawn_in), pa.string()),
                "drawn_in": pa.array(list(drawn_in.values()), pa.string()),
                "quota": pa.array([quota[drawn_in[name]] for name in drawn_in], pa.int64()),
                "probability": pa.array(
                    [1 - quota[drawn_in[name]] / together[drawn_in[name]] for name in drawn_in], pa.float64()
                ),
                # A column, since no engine takes the character between seed and number in a literal.
                "prefix": pa.array([f"{seed}\x00"] * len(drawn_in), pa.string()),
            }
        )
    )
    joined = rows.join(plan, "stratum")
    tickets = joined.mutate(ticket=(joined.prefix + joined.customer_id).hexdigest("sha256"))
    place = ibis.row_number().over(ibis.window(group_by="drawn_in", order_by=["ticket", "customer_id"]))
    placed = tickets.mutate(place=place)
    return placed.select(
        "customer_id", stratum=placed.drawn_in, held_out=placed.place < placed.quota, probability=placed.probability
    )

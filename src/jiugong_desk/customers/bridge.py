"""The only importer of the library here: snapshots, the segmentation, balances by month.

The engine is imported where it is used, so that a web process which only shows pages never loads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.conf import settings

from jiugong.errors import InputError
from jiugong.policy import Grid, Policy

if TYPE_CHECKING:
    import pyarrow as pa

    from jiugong.segment import Lifetime
    from jiugong.warehouse import Snapshot

__all__ = ["Grid", "Policy", "Worth", "balance_months", "has_table", "rows", "segmented", "snapshot", "worth"]

BATCH = 20_000
MOVES_MONTHS = (12, 6, 4, 3, 2, 1)  # steps that a year is made of, the longest first
CELL = ("asset_band", "income_band", "level")


def snapshot(as_of: date | None = None) -> Snapshot:
    """The desk's snapshot of this date; the newest where no date is given."""
    from jiugong.warehouse import open_snapshot

    return open_snapshot(settings.WAREHOUSE, as_of)


@dataclass(frozen=True)
class Worth:
    """What customers will bring over the years. `since`: moves were measured from there; None: the policy's retention."""

    lifetime: Lifetime
    since: date | None


def worth(snapshot: Snapshot, policy: Policy) -> Worth:
    """From how customers moved since a month-end of the warehouse up to a year before, all by this policy."""
    from jiugong.segment import lifetime, migration

    needed = (*CELL, "current_value")
    for months, earlier in _earlier(snapshot):
        try:
            moves = migration(*(segmented(one, policy, columns=needed) for one in (earlier, snapshot)), values=True)
        except InputError:  # its balances do not hold the month that this policy measures
            continue
        return Worth(lifetime(policy, moves, months=months), earlier.as_of)
    return Worth(lifetime(policy), None)


def _earlier(snapshot: Snapshot) -> Iterator[tuple[int, Snapshot]]:
    """Snapshots with balances and how many months before they are, each the newest of its month; the longest first."""
    from jiugong.segment import measured_months
    from jiugong.warehouse.snapshots import open_snapshot, snapshot_dates

    def month_number(day: date) -> int:
        (month,) = measured_months("month_average", day)
        return month.year * 12 + month.month

    warehouse = snapshot.folder.parent
    by_month = {month_number(day): day for day in snapshot_dates(warehouse) if day < snapshot.as_of}
    for months in MOVES_MONTHS:
        day = by_month.get(month_number(snapshot.as_of) - months)
        if day and has_table(found := open_snapshot(warehouse, day), "balances"):
            yield months, found


def segmented(
    snapshot: Snapshot, policy: Policy, *, worth: Worth | None = None, columns: Sequence[str] | None = None
) -> pa.Table:
    """One row per customer of the snapshot, by customer: bands, level and values by this policy, wages as income.

    A band is lost only after the policy's months below it, as far as the balances tell. Where they do not reach to the
    last complete month, the newest that they hold is measured. `columns`: of `segment`.
    No row where the snapshot knows no balances: nobody's assets are known, which is not the same as none.
    """
    import pyarrow as pa

    from jiugong.segment import segment
    from jiugong.warehouse.engine import connect

    if not has_table(snapshot, "balances"):
        return pa.table({"customer_id": pa.array([], pa.string())})
    backend = connect(readable=[snapshot.data])
    customers, balances = (snapshot.relation(backend, name) for name in ("customers", "balances"))
    booked = snapshot.relation(backend, "transactions") if has_table(snapshot, "transactions") else None
    return segment(
        customers, balances, transactions=booked, policy=policy,
        as_of=_measured_on(snapshot), lifetime=worth and worth.lifetime, hold_levels=True, columns=columns, trusted=True,
    )  # fmt: skip


def _measured_on(snapshot: Snapshot) -> date:
    from jiugong.segment import last_day, measured_months

    (complete,) = measured_months("month_average", snapshot.as_of)
    held = [month for month in snapshot.months("balances") if month <= complete]
    return snapshot.as_of if not held or held[-1] == complete else last_day(held[-1])


def has_table(snapshot: Snapshot, name: str) -> bool:
    return name in snapshot.tables


def rows(table: pa.Table, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """The rows as tuples of these columns, a batch at a time; a column that the table lacks reads as None."""
    present = set(table.column_names)
    for batch in table.to_batches(max_chunksize=BATCH):
        absent = [None] * batch.num_rows
        yield from zip(
            *(batch.column(name).to_pylist() if name in present else absent for name in columns), strict=True
        )


def balance_months(snapshot: Snapshot, policy: Policy) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Each customer's months as `BalanceHistory` keeps them, oldest first; customers in order of their number.

    Added up, sorted and written as text by Arrow: half a million rows are too many for a loop over decimals.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    held = snapshot.read("balances").select(["customer_id", "month", "category", "average_daily"])
    month = pc.strftime(held["month"], "%Y-%m")
    is_deposit = pc.is_in(held["category"], pa.array(policy.value.deposit_categories))
    deposit = pc.if_else(is_deposit, held["average_daily"], pa.scalar(Decimal(0), held["average_daily"].type))
    held = held.set_column(1, "month", month).append_column("deposit", deposit)
    keys = ["customer_id", "month"]
    lines = _added(held, [*keys, "category"], {"average_daily": "sum"})
    months = _added(held, keys, {"average_daily": "sum", "deposit": "sum", "category": "count_distinct"})
    of_month = rows(lines, ("category", "average_daily_sum"))
    totals = rows(months, (*keys, "deposit_sum", "average_daily_sum", "category_count_distinct"))
    for customer_id, group in groupby(totals, key=itemgetter(0)):
        yield (
            customer_id,
            [
                {
                    "month": name,
                    "deposits": deposits,
                    "total": total,
                    "categories": {kind: amount for kind, amount in islice(of_month, kinds) if amount != "0.00"},
                }
                for _, name, deposits, total, kinds in group
            ],
        )


def _added(table: pa.Table, keys: list[str], measures: Mapping[str, str]) -> pa.Table:
    """Grouped and in the order of the keys, sums of money as text with two places."""
    import pyarrow as pa

    added = table.group_by(keys).aggregate(list(measures.items())).sort_by([(key, "ascending") for key in keys])
    for number, field in enumerate(added.schema):
        if pa.types.is_decimal(field.type):
            added = added.set_column(number, field.name, added[field.name].cast(pa.string()))
    return added

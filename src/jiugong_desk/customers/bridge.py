"""The only importer of the library here: snapshots, the segmentation, balances by month.

The engine is imported where it is used, so that a web process which only shows pages never loads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.conf import settings

from jiugong.policy import Grid

from ..organisation.bridge import policy

if TYPE_CHECKING:
    import pyarrow as pa

    from jiugong.warehouse import Snapshot

__all__ = ["Grid", "MonthOfBalances", "balance_months", "grid", "has_table", "policy", "rows", "segmented", "snapshot"]

BATCH = 20_000


def grid() -> Grid:
    return policy().grid


def snapshot(as_of: date | None = None) -> Snapshot:
    """The desk's snapshot of this date; the newest where no date is given."""
    from jiugong.warehouse import open_snapshot

    return open_snapshot(settings.WAREHOUSE, as_of)


def segmented(snapshot: Snapshot) -> pa.Table:
    """One row per customer of the snapshot: bands, level and values by the policy in force."""
    from jiugong.segment import segment

    balances = snapshot.read("balances") if has_table(snapshot, "balances") else None
    return segment(snapshot.read("customers"), balances, policy=policy(), as_of=snapshot.as_of)


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


@dataclass(frozen=True)
class MonthOfBalances:
    """Average daily balances of one customer in one month, by category."""

    month: date
    categories: Mapping[str, Decimal]

    @property
    def total(self) -> Decimal:
        return sum(self.categories.values(), Decimal(0))

    @property
    def deposits(self) -> Decimal:
        kinds = policy().value.deposit_categories
        return sum((amount for kind, amount in self.categories.items() if kind in kinds), Decimal(0))


def balance_months(snapshot: Snapshot) -> Iterator[tuple[str, list[MonthOfBalances]]]:
    """Each customer's months, oldest first, accounts of one category added up; customers in order of their number."""
    keys = ["customer_id", "month", "category"]
    added = snapshot.read("balances").group_by(keys).aggregate([("average_daily", "sum")])
    ordered = rows(added.sort_by([(key, "ascending") for key in keys]), (*keys, "average_daily_sum"))
    for customer_id, of_customer in groupby(ordered, key=itemgetter(0)):
        months = [
            MonthOfBalances(month, {category: amount for _, _, category, amount in of_month})
            for month, of_month in groupby(of_customer, key=itemgetter(1))
        ]
        yield customer_id, months

"""Ranges of customers that cut a sorted table about evenly, from what the files say about their row groups."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq

from ...errors import MisuseError

Range = tuple[str | None, str | None]  # from, below; None: open


def ranges_of(files: Iterable[Path], number: int) -> tuple[Range, ...]:
    """At most `number` half-open ranges; the first and the last are open, so that no customer is outside."""
    if number < 1:
        raise MisuseError(f"{number} ranges of customers were asked for; ask for 1 or more")
    groups = sorted(group for file in files for group in _row_groups(file))
    total = sum(rows for _, rows in groups)
    bounds: list[str] = []
    seen = 0
    for first, rows in groups:
        wanted = total * (len(bounds) + 1) / number
        if seen + rows / 2 > wanted and first > (bounds[-1] if bounds else groups[0][0]):
            bounds.append(first)
        seen += rows
    return tuple(pairwise([None, *bounds, None]))


def _row_groups(file: Path) -> Iterable[tuple[str, int]]:
    """The first customer and the rows of each row group."""
    meta = pq.read_metadata(file)
    place = meta.schema.to_arrow_schema().names.index("customer_id")
    for number in range(meta.num_row_groups):
        group = meta.row_group(number)
        if group.num_rows:
            yield group.column(place).statistics.min, group.num_rows

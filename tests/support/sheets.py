"""Sheets without the reading process, for tests that try hundreds of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa

from jiugong.warehouse.sheet import Sheet


def sheet_of(headers: Sequence[str], rows: Iterable[Sequence[str | None]]) -> Sheet:
    """What the reader makes of a file of these rows: empty cells are null, empty rows left out, row numbers kept."""
    kept = [(number, row) for number, row in enumerate(rows, 2) if any(row)]
    columns = [pa.array([row[place] or None for _, row in kept], pa.string()) for place in range(len(headers))]
    numbers = pa.chunked_array([pa.array([number for number, _ in kept], pa.int64())])
    return Sheet(pa.table(columns, names=list(headers)), numbers)

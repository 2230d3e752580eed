"""Read one sheet of a workbook into an Arrow file, inside limits. Run as a process of its own, never imported.

A small valid workbook (cells A1 and XFD1048576) makes its reader ask for 400 GB and abort: whatever a hostile or
broken file does, it does to this process. Limits come first, then the reader. `excel.py` is the other side.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from typing import Any

MEMORY, SECONDS, OUTPUT = 3 << 30, 120, 4 << 30
BATCH = 20_000
LOOK = 10  # rows in which the header is looked for
EXACT = 10**15  # from here on a spreadsheet has lost digits
# Exit codes that `excel.py` turns into sentences.
NOT_A_WORKBOOK, NO_SUCH_SHEET, EMPTY = 3, 4, 5


def limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def as_text(cell: Any) -> str | None:
    """What a person sees in the cell, in the ISO form."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float | int):
        return str(int(cell)) if cell == int(cell) and abs(cell) < EXACT else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, timedelta) else None


def is_number(cell: Any) -> bool:
    return isinstance(cell, float | int) and not isinstance(cell, bool)


def batches(rows: Iterable[tuple[int, list[Any]]], width: int) -> Iterator[list[list[Any]]]:
    """Columns of up to BATCH rows: the row numbers, the texts, then the marks of number cells."""
    kept: list[tuple[int, list[Any]]] = []
    for number, row in rows:
        if any(cell != "" for cell in row):
            kept.append((number, row))
        if len(kept) == BATCH:
            yield columns(kept, width)
            kept = []
    yield columns(kept, width)


def likeliest_header(top: list[list[Any]]) -> int:
    """The first row with two filled cells: above it stand titles in one merged cell. A single column has one cell."""
    filled = [sum(cell != "" for cell in row) for row in top]
    return next((place for most in (2, 1) for place, count in enumerate(filled) if count >= most), 0)


def columns(kept: list[tuple[int, list[Any]]], width: int) -> list[list[Any]]:
    texts = [[as_text(row[place]) for _, row in kept] for place in range(width)]
    marks = [[is_number(row[place]) for _, row in kept] for place in range(width)]
    return [[number for number, _ in kept], *texts, *marks]


def main(source: str, target: str, sheet_name: str, header_row: int) -> int:
    limit()
    import pyarrow as pa
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(source)
        name = sheet_name or (book.sheet_names[0] if book.sheet_names else "")
        if name not in book.sheet_names:
            return NO_SUCH_SHEET
        sheet = book.get_sheet_by_name(name)
    except (CalamineError, OSError, ValueError):
        return NOT_A_WORKBOOK
    if sheet.start is None:
        return EMPTY
    rows = enumerate(sheet.iter_rows(), 1)  # rows count from 1, as on the screen
    top = list(islice(rows, header_row or LOOK))
    place = header_row - 1 if header_row else likeliest_header([row for _, row in top])
    if place >= len(top):
        return EMPTY
    header = top[place][1]
    width = len(header)
    schema = pa.schema(
        [("row", pa.int64())]
        + [(f"c{place}", pa.string()) for place in range(width)]
        + [(f"n{place}", pa.bool_()) for place in range(width)],
        metadata={f"h{place}": as_text(cell) or "" for place, cell in enumerate(header)},
    )
    with pa.OSFile(target, "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for batch in batches(chain(top[place + 1 :], rows), width):
            arrays = [pa.array(values, type=field.type) for values, field in zip(batch, schema, strict=True)]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))

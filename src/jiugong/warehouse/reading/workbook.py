"""One sheet of a workbook: cells as the text that a person sees, in the ISO form, and marks of number and error cells."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from .cells import Writer, check_headers, schema_of
from .container import Parts, odd_cells, open_container
from .header import LOOK, Header, find_header
from .limits import Limits
from .refused import Refused

_BATCH = 20_000
_NUMBERS = frozenset({int, float})
_EXACT = 10**15  # from here on a spreadsheet has lost digits
_PER_CELL = 32  # bytes that the reader takes for each cell between the first and the last
_NOT_COMPUTED = "#未计算"  # what an odd cell shows whose formula has no value


@dataclass(frozen=True)
class Place:
    """Where the table is, as far as it is known: the sheet's name, the header's row from 1; empty and 0: look for it."""

    sheet: str = ""
    row: int = 0


@dataclass(frozen=True)
class _Chosen:
    name: str
    header: Header
    top: list[list[Any]]
    rows: Iterator[list[Any]]


def read_workbook(file: Any, sink: Any, place: Place, words: Set[str], limits: Limits) -> None:
    file.seek(0)
    content = file.read()
    parts = open_container(content, limits)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        del content
        chosen = _choose(book, parts, place, words, limits)
        _write(book, parts, chosen, sink, limits)
    except (CalamineError, ValueError) as error:
        raise Refused("not_a_workbook") from error


def _choose(book: Any, parts: Parts, place: Place, words: Set[str], limits: Limits) -> _Chosen:
    """The sheet that is named; else of the visible ones that whose header has most known names (the first of equals)."""
    tables = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    visible = [sheet.name for sheet in tables if sheet.visible == SheetVisibleEnum.Visible]
    if place.sheet and place.sheet not in [sheet.name for sheet in tables]:
        raise Refused("no_such_sheet", name=place.sheet, names="、".join(visible)[:200])
    best: _Chosen | None = None
    for name in [place.sheet] if place.sheet else visible:
        found = _opened(book, parts, Place(name, place.row), words, limits)
        if found and (best is None or found.header.known > best.header.known):
            best = found
    if best is None:
        raise Refused(
            "no_header", number=place.row or 1, sheet=place.sheet or (visible[0] if len(visible) == 1 else "")
        )
    return best


def _opened(book: Any, parts: Parts, place: Place, words: Set[str], limits: Limits) -> _Chosen | None:
    """None for a sheet without a header."""
    row, column = parts.last.get(parts.sheets.get(place.sheet, ""), (0, 0))
    if row * column * _PER_CELL > limits.memory_bytes:
        raise Refused("stray_cells", sheet=place.sheet, row=row, number=column)
    sheet = book.get_sheet_by_name(place.sheet)
    if sheet.start is None:
        return None
    rows = iter(sheet.iter_rows())
    top = list(islice(rows, max(LOOK, place.row)))
    texts = [[as_text(cell) or "" for cell in row] for row in top]
    if place.row > len(texts):
        return None
    header = find_header(texts, words, place.row - 1 if place.row else None, _merged(sheet))
    return _Chosen(place.sheet, header, top, rows) if any(map(str.strip, header.names)) else None


def _merged(sheet: Any) -> dict[int, list[tuple[int, int]]]:
    """Row -> (first, last) columns of the cells that are merged across."""
    found: dict[int, list[tuple[int, int]]] = {}
    for (row, first), (_, last) in sheet.merged_cell_ranges or ():
        if last > first:
            found.setdefault(row, []).append((first, last))
    return found


def _write(book: Any, parts: Parts, chosen: _Chosen, sink: Any, limits: Limits) -> None:
    header, width = chosen.header, len(chosen.header.names)
    check_headers(header.names, limits)
    odd = odd_cells(parts, chosen.name)
    with_odd = sorted({column - 1 for row, column in odd if row > header.row + 1 and column <= width})
    origin = {
        "kind": "xlsx", "sheet": chosen.name, "header_row": header.row + 1, "known": header.known, "above": header.above,
        "grouped": header.grouped,
        "sheets": [sheet.name for sheet in book.sheets_metadata],
        "hidden": [sheet.name for sheet in book.sheets_metadata if sheet.visible != SheetVisibleEnum.Visible],
    }  # fmt: skip
    marks = [*(f"n{place}" for place in range(width)), *(f"e{place}" for place in with_odd)]
    schema = schema_of([pa.string()] * width, marks, {"headers": header.names, "origin": origin})
    writer = Writer(sink, schema, limits)
    # Rows count from 1, as on the screen.
    rows = enumerate(chain(chosen.top[header.row + 1 :], chosen.rows), header.row + 2)
    for kept in _batches(_with_rows_below(rows, {row for row, _ in odd}, width), {row for row, _ in odd}):
        numbers = [number for number, _ in kept]
        cells = list(zip(*(row for _, row in kept), strict=True)) if kept else [()] * width
        texts = [[(cell or None) if type(cell) is str else as_text(cell) for cell in column] for column in cells]
        errors = [[(number, place + 1) in odd for number in numbers] for place in with_odd]
        for place, wrong in zip(with_odd, errors, strict=True):
            shown = ((odd.get((number, place + 1)) or _NOT_COMPUTED) for number in numbers)
            texts[place] = [new if bad else text for new, bad, text in zip(shown, wrong, texts[place], strict=True)]
        marked = [[type(cell) in _NUMBERS for cell in column] for column in cells]
        writer.write(
            pa.array(numbers, pa.int64()),
            [pa.array(values, pa.string()) for values in texts],
            [pa.array(values, pa.bool_()) for values in (*marked, *errors)],
        )
    writer.close()


def _with_rows_below(
    rows: Iterable[tuple[int, list[Any]]], odd: Set[int], width: int
) -> Iterator[tuple[int, list[Any]]]:
    """The reader ends at its last filled cell; a formula that was never computed may stand below it."""
    last = 0
    for last, row in rows:
        yield last, row
    for number in sorted(odd):
        if number > last > 0:
            yield number, [""] * width


def _batches(rows: Iterable[tuple[int, list[Any]]], odd: Set[int]) -> Iterator[list[tuple[int, list[Any]]]]:
    """Rows with anything in them, up to _BATCH at a time."""
    kept: list[tuple[int, list[Any]]] = []
    for number, row in rows:
        if number in odd or row.count("") < len(row):
            kept.append((number, row))
        if len(kept) == _BATCH:
            yield kept
            kept = []
    yield kept


def as_text(cell: Any) -> str | None:
    """What a person sees in the cell, in the ISO form."""
    kind = type(cell)  # a million cells: this is quicker than asking for each kind in turn
    if kind is str:
        return cell or None
    if kind is float or kind is int:
        whole = int(cell) if abs(cell) < _EXACT else None
        return str(whole) if whole is not None and whole == cell else repr(cell)
    if kind is bool:
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, timedelta) else None

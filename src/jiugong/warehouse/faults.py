"""The rows that were set aside, to take away, correct and give again: as they were, with a column that says why."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter

from .conform import Rejection
from .contracts import READABLE, Column
from .mapping import Source
from .masks import harmless_cell, masked, masked_unknown
from .matching import match_headers
from .sheet import Sheet

FAULT = "错误"
_NUMBER = re.compile(r"[+-]?[\d,]*\.?\d*")
_WIDTH = 60


@dataclass(frozen=True)
class FaultyRows:
    """`headers`: those of the file, then 错误; `rows`: one of text for each row set aside, in the file's order.

    numbers : (place of row, place of header) of the cells whose fault is that a spreadsheet made numbers of them
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[tuple[int, int]] = frozenset()


def faulty_rows(sheet: Sheet, rejections: Iterable[Rejection], *, table: str, source: Source = Source(), hide: bool = True) -> FaultyRows:  # noqa: B008  # fmt: skip
    """The rows of a sheet that were set aside.

    Parameters
    ----------
    rejections : of this sheet
    table, source : as it was read, which tells what is personal
    hide : mask what is personal; what is masked cannot be corrected and given again, so ask with False for that
    A row of another shape than the header has no cells here: only its number can be told.
    """
    found = tuple(rejections)
    headers = [header for header in sheet.headers if header != FAULT]
    said: dict[int, list[str]] = {}
    for rejection in found:
        where = rejection.header or rejection.column
        said.setdefault(rejection.row, []).append(f"{where}: {rejection.reason}" if where else rejection.reason)
    rows = sorted(said)
    places = pc.index_in(pa.array(rows, pa.int64()), value_set=sheet.rows.combine_chunks())
    column_of = _columns(sheet, table, source)
    cells = [_texts(sheet, header, places, column_of.get(header), hide) for header in headers]
    reasons = [f"第 {row} 行 {'; '.join(dict.fromkeys(said[row]))}" for row in rows]
    at = {row: place for place, row in enumerate(rows)}
    numbers = {(at[each.row], headers.index(each.header)) for each in found if each.code == "number_cell" and each.header in headers}  # fmt: skip
    return FaultyRows(
        (*headers, FAULT), tuple(zip(*cells, reasons, strict=True)), frozenset() if hide else frozenset(numbers)
    )


def faults_workbook(faulty: FaultyRows) -> bytes:
    """An `.xlsx` whose cells are text, so that no identifier becomes a number. What is one already stays one, at fault."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - the same rows, the same bytes
        page, text = book.add_worksheet(FAULT), book.add_format({"num_format": "@"})
        for column, header in enumerate(faulty.headers):
            page.write_string(0, column, header, text)
        for place, row in enumerate(faulty.rows):
            for column, cell in enumerate(row):
                if (place, column) in faulty.numbers:
                    page.write_number(place + 1, column, float(cell), text)
                else:
                    page.write_string(place + 1, column, cell, text)
        page.set_column(len(faulty.headers) - 1, len(faulty.headers) - 1, _WIDTH)
        page.freeze_panes(1, 0)
    return content.getvalue()


def faults_csv(faulty: FaultyRows) -> bytes:
    """CSV that Excel opens as UTF-8. What it would compute is written as text; amounts below zero are left alone.

    An identifier that had become a number gets a question mark before it: without one it would pass as text next time.
    """
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(faulty.headers)
    for place, row in enumerate(faulty.rows):
        cells = [f"?{cell}" if (place, column) in faulty.numbers else cell for column, cell in enumerate(row)]
        lines.writerow([cell if _NUMBER.fullmatch(cell) else harmless_cell(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def _columns(sheet: Sheet, table: str, source: Source) -> dict[str, Column]:
    contract = READABLE[table]
    found = match_headers(sheet, contract, source).found
    return {match.header: contract.column(name) for name, match in found.items()}


def _texts(sheet: Sheet, header: str, places: pa.Array, column: Column | None, hide: bool) -> Sequence[str]:
    values = ["" if value is None else str(value) for value in sheet.table[header].take(places).to_pylist()]
    if not hide:
        return values
    return [masked(value, column) if column else masked_unknown(value, header) for value in values]

"""The rows that were set aside, to take away, correct and give again: as they were, with a column that says why."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter

from .conform import Rejection
from .contracts import READABLE
from .masks import harmless_cell, masked, masked_unknown
from .sheet import Sheet

FAULT = "错误"
_NUMBER = re.compile(r"[+-]?[\d,]*\.?\d*")
_WIDTH = 60


@dataclass(frozen=True)
class FaultyRows:
    """`headers`: those of the file, then 错误; `rows`: one of text for each row set aside, in the file's order."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def faulty_rows(sheet: Sheet, rejections: Iterable[Rejection], *, hide: bool = True) -> FaultyRows:
    """The rows of a sheet that were set aside.

    Parameters
    ----------
    rejections : of this sheet
    hide : mask what is personal; what is masked cannot be corrected and given again, so ask with False for that
    A row of another shape than the header has no cells here: only its number can be told.
    """
    said: dict[int, list[str]] = {}
    columns: dict[str, Rejection] = {}
    for rejection in rejections:
        where = rejection.header or rejection.column
        said.setdefault(rejection.row, []).append(f"{where}: {rejection.reason}" if where else rejection.reason)
        if rejection.header:
            columns[rejection.header] = rejection
    places = pc.index_in(pa.array(sorted(said), pa.int64()), value_set=sheet.rows.combine_chunks())
    cells = [_texts(sheet, header, places, columns.get(header), hide) for header in sheet.headers if header != FAULT]
    reasons = [f"第 {row} 行 " + "; ".join(dict.fromkeys(said[row])) for row in sorted(said)]
    headers = tuple(header for header in sheet.headers if header != FAULT)
    return FaultyRows((*headers, FAULT), tuple(zip(*cells, reasons, strict=True)))


def faults_workbook(faulty: FaultyRows) -> bytes:
    """An `.xlsx` whose cells are all text, so that no identifier becomes a number."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - the same rows, the same bytes
        page, text = book.add_worksheet(FAULT), book.add_format({"num_format": "@"})
        for place, row in enumerate((faulty.headers, *faulty.rows)):
            for column, cell in enumerate(row):
                page.write_string(place, column, cell, text)
        page.set_column(len(faulty.headers) - 1, len(faulty.headers) - 1, _WIDTH)
        page.freeze_panes(1, 0)
    return content.getvalue()


def faults_csv(faulty: FaultyRows) -> bytes:
    """CSV that Excel opens as UTF-8; what it would compute is written as text, amounts below zero are left alone."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(faulty.headers)
    lines.writerows([cell if _NUMBER.fullmatch(cell) else harmless_cell(cell) for cell in row] for row in faulty.rows)
    return text.getvalue().encode("utf-8-sig")


def _texts(sheet: Sheet, header: str, places: pa.Array, known: Rejection | None, hide: bool) -> Sequence[str]:
    values = ["" if value is None else _text(value) for value in sheet.table[header].take(places).to_pylist()]
    if not hide:
        return values
    if known:
        column = READABLE[known.table].column(known.column)
        return [masked(value, column) for value in values]
    return [masked_unknown(value, header) for value in values]


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)

"""Workbooks that the steward downloads: a template of a table, and the rows at fault. Every cell is text, never a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

from . import bridge, labels
from .models import Batch
from .queries import texts_of

ROW, WHY = "行号", "错误说明"
WIDTH, MOST_WIDE = 14, 60
MOST_ROWS = 5_000


def template(table: str) -> bytes:
    """The table's columns as banks call them, the required ones first and marked, and what each may hold."""
    columns = sorted(bridge.contract(table).columns, key=lambda column: not column.required)
    headers = [bridge.column_label(table, column.name) for column in columns]
    notes = [bridge.column_note(table, column.name) for column in columns]
    explained = [["列", "是否必填", "填写要求"]]
    explained += [[header, "必填" if column.required else "", note] for header, column, note in zip(headers, columns, notes, strict=True)]  # fmt: skip
    return _workbook({labels.table(table): [headers], "填写说明": explained})


def faulty_rows(batch: Batch) -> tuple[bytes, int]:
    """The rows at fault, only with the columns in which some row is, and their number: no more than is needed to mend."""
    faults = list(batch.faults.order_by("row", "pk"))
    rows = sorted({fault.row for fault in faults})[:MOST_ROWS]
    headers = list(dict.fromkeys(fault.header for fault in faults if fault.header))
    held = texts_of(batch, rows)
    why: dict[int, list[str]] = {}
    for fault in faults:
        label = bridge.column_label(batch.table, fault.column) if fault.column else ""
        text = bridge.reason_text(fault.code, batch.table, fault.column)
        why.setdefault(fault.row, []).append(f"{label}：{text}" if label else text)
    lines = [[ROW, *headers, WHY]]
    lines += [[str(row), *(held.get(row, {}).get(header, "") for header in headers), "；".join(why[row])] for row in rows]  # fmt: skip
    return _workbook({"错误行": lines}), len(rows)


def _workbook(sheets: dict[str, Sequence[Sequence[str]]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True, "bg_color": "#EAF1FB", "num_format": "@"})
        text = book.add_format({"num_format": "@", "text_wrap": False})
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name[:31])
            sheet.freeze_panes(1, 0)
            for at, line in enumerate(lines):
                for place, cell in enumerate(line):
                    sheet.write_string(at, place, cell, head if at == 0 else text)
            for place, width in enumerate(_widths(lines)):
                sheet.set_column(place, place, width, text)
    return out.getvalue()


def _widths(lines: Sequence[Sequence[str]]) -> Iterable[int]:
    """Chinese takes two columns a character."""
    for column in zip(*lines[:50], strict=False):
        longest = max(sum(2 if ord(letter) > 255 else 1 for letter in cell) for cell in column)
        yield min(max(WIDTH, longest + 2), MOST_WIDE)

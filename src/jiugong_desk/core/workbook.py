"""Tables as a real .xlsx: frozen header, number formats, text that stays text."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = (9, 40)
# Nothing that a cell holds is read as a formula, an address or a number: a unit may be named "=1+1".
PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


@dataclass(frozen=True)
class Sheet:
    """A name (at most 31 characters), the header, the rows. Amounts are Decimal, shares float, counts int."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Any]]


def xlsx(sheets: Iterable[Sheet], *, at: datetime) -> bytes:
    """The workbook; the same sheets at the same moment give the same bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, PLAIN)
    book.set_properties({"created": timezone.localtime(at).replace(tzinfo=None)})
    formats = {
        "header": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        Decimal: book.add_format({"num_format": "#,##0.00"}),
        int: book.add_format({"num_format": "#,##0"}),
        float: book.add_format({"num_format": "0.0%"}),
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    for sheet in sheets:
        _write(book.add_worksheet(sheet.name), sheet, formats)
    book.close()
    return out.getvalue()


def _write(page: Any, sheet: Sheet, formats: dict[Any, Any]) -> None:
    page.write_row(0, 0, sheet.header, formats["header"])
    page.freeze_panes(1, 0)
    for number, row in enumerate(sheet.rows, 1):
        for place, value in enumerate(row):
            if isinstance(value, str):
                page.write_string(number, place, value)
            elif value is not None:
                page.write(number, place, value, formats.get(type(value)))
    for place, title in enumerate(sheet.header):
        longest = max((_wide(str(row[place])) for row in sheet.rows if row[place] is not None), default=0)
        page.set_column(place, place, min(max(longest + 2, _wide(title) + 2, WIDTHS[0]), WIDTHS[1]))


def _wide(text: str) -> int:
    """In columns of a spreadsheet: a Chinese character takes two."""
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)


def download(content: bytes, name: str) -> HttpResponse:
    """The workbook as an answer, to be saved under this name."""
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response

"""What stands in a file, read the slow and obvious way: to find out whether the quick way changed anything."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from xml.etree import ElementTree

from jiugong.warehouse.sheet import Origin

_SPACES = " \t\r\n\v\f\u3000\u00a0\ufeff"
csv.field_size_limit(1 << 24)
Rows = dict[int, list[str]]


def csv_rows(content: bytes, origin: Origin) -> Rows:
    """Row number -> cells. Blank lines count as rows, and rows are counted from the header as records."""
    text = content.decode("utf-8-sig" if origin.encoding == "utf-8" else origin.encoding)
    lines = list(io.StringIO(text, newline=""))[origin.header_row - 1 :]
    return dict(enumerate(csv.reader(lines, delimiter=origin.separator), origin.header_row))


def workbook_rows(content: bytes, origin: Origin) -> Rows:
    """Of the sheet that was chosen; a cell's text as written in the XML, whatever namespace its elements say."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    shared = []
    if "xl/sharedStrings.xml" in archive.namelist():
        strings = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
        shared = ["".join(part.text or "" for part in _named(item, "t")) for item in _named(strings, "si")]
    found: Rows = {}
    row_number = 0
    for row in _named(ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml")), "row"):
        row_number = int(row.get("r", row_number + 1))
        column = 0
        for cell in _named(row, "c"):
            at = re.fullmatch(r"([A-Z]+)(\d+)", cell.get("r", ""))
            column = _column(at[1]) if at else column + 1
            number = int(at[2]) if at else row_number
            value = "".join(part.text or "" for part in (*_named(cell, "v"), *_named(cell, "t")))
            if cell.get("t") == "s":
                value = shared[int(value)] if value.strip() else ""
            line = found.setdefault(number, [])
            line.extend([""] * (column - len(line)))
            line[column - 1] = value
    return found


def _named(element: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [each for each in element.iter() if each.tag.rpartition("}")[2] == name]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def identifier(cell: str) -> str | None:
    return unicodedata.normalize("NFKC", cell).strip(_SPACES).removesuffix(".0") or None


def id_number(cell: str) -> str | None:
    return (identifier(cell) or "").replace(" ", "").upper() or None


def day(cell: str) -> date | None:
    text = unicodedata.normalize("NFKC", cell).strip(_SPACES)
    found = re.match(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?", text)
    if re.fullmatch(r"[2-7]\d{4}(\.\d+)?", text):
        return date(1899, 12, 30) + timedelta(int(float(text)))
    if re.fullmatch(r"\d{8}", text):
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007
    return date(*(int(part) for part in found.groups())) if found else None


def money(cell: str, unit: int) -> Decimal | None:
    text = unicodedata.normalize("NFKC", cell).strip(_SPACES).replace(",", "").removesuffix("元").strip()
    text = re.sub(r"^([+-]?)(?:¥|CNY|RMB)\s*", r"\1", text)
    try:
        return (Decimal(text) * unit).quantize(Decimal("0.01"), ROUND_HALF_UP) if text else None
    except InvalidOperation:
        return None

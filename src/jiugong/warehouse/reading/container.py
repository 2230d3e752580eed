"""A workbook is a zip archive: what it unpacks to is counted, and what no reader would tell is found, before it is opened.

The reader of workbooks gives an error cell (#N/A) and a formula that was never computed as empty cells. Both would be lost
in silence, so the XML of the sheets is searched for them; only where it holds one are the cells' places worked out.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from .limits import Limits
from .refused import Refused

_CHUNK, _OVERLAP, _TAIL = 1 << 20, 200, 1 << 14
_FREE = 16 << 20  # unpacked, no ratio is too high: an empty sheet packs very well
_PARTS = 10_000
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, KeyError)
# Error cells and formulas, however the XML is written. Plain searches: a pattern takes as long as the parser.
_ODD = (b't="e"', b"t='e'", b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/")
# The reader gives the first of all texts where the number of one is no number: another customer's name, or number.
_NO_TEXT = re.compile(rb"""t=["']s["'][^>]*><(?:\w+:)?v(?:\s*/>|>(?!\d{1,9}<)(?!\d{0,9}\Z))""")
_TWO_VALUES = re.compile(rb"</(?:\w+:)?v>[^<]*<(?:\w+:)?v[ />]")  # of one cell: the reader takes one of them
_LAST_ROW = re.compile(rb'<row[^>]*? r="(\d{1,7})"')
_CELL = re.compile(rb'<c[^>]*? r="([A-Z]{1,3})(\d{1,7})"')
_OTHER = (
    ("word/", "is_word"), ("ppt/", "is_presentation"), ("xl/workbook.bin", "is_binary_workbook"), ("content.xml", "is_open_document"),
)  # fmt: skip
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class Parts:
    """`sheets`: sheet's name -> its part; `odd`: parts with error cells or formulas; `last`: part -> its last row and column."""

    archive: zipfile.ZipFile
    sheets: Mapping[str, str]
    odd: frozenset[str]
    last: Mapping[str, tuple[int, int]]


def open_container(content: bytes, limits: Limits) -> Parts:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        names = archive.namelist()
        _is_workbook(names)
        within(archive, len(content), limits)
        unpacked, odd, last = 0, set[str](), dict[str, tuple[int, int]]()
        for name in names:
            found = _look_through(archive, name, limits.unpacked_bytes - unpacked)
            unpacked += found.size
            if found.odd:
                odd.add(name)
            last[name] = found.last
        return Parts(archive, _sheets(archive), frozenset(odd), last)
    except (*_BROKEN, ElementTree.ParseError, expat.ExpatError):
        raise Refused("not_a_workbook") from None


def _is_workbook(names: list[str]) -> None:
    for name in names:
        if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name:
            raise Refused("strange_parts")
    if "xl/workbook.xml" in names:
        return
    for start, code in _OTHER:
        if any(name.startswith(start) for name in names):
            raise Refused(code)
    raise Refused("is_archive" if names else "not_a_workbook")


def within(archive: zipfile.ZipFile, packed: int, limits: Limits) -> None:
    """Refuse what the archive itself says is too much; whoever unpacks it counts whether that was true."""
    said = sum(part.file_size for part in archive.infolist())
    if len(archive.infolist()) > _PARTS or len(set(archive.namelist())) < len(archive.infolist()):
        raise Refused("strange_parts")
    if said > limits.unpacked_bytes:
        raise Refused("unpacks_too_big", most=limits.unpacked_bytes >> 20)
    if said > max(_FREE, limits.ratio * packed):
        raise Refused("packed_too_well", ratio=limits.ratio)


@dataclass(frozen=True)
class _Found:
    size: int
    odd: bool
    last: tuple[int, int]


def _look_through(archive: zipfile.ZipFile, name: str, left: int) -> _Found:
    """Unpack the part to nowhere: its checksum is checked on the way, and XML for being whole and without declarations."""
    size, odd, rest, start = 0, False, b"", b""
    check = xml_check() if name.endswith((".xml", ".rels")) else None
    with archive.open(name) as part:
        while chunk := part.read(_CHUNK):
            size += len(chunk)
            if size > left:
                raise Refused("unpacks_too_big", most=(left + size) >> 20)
            if check:
                check.Parse(chunk, False)
            start = start or chunk
            window = rest[-_OVERLAP:] + chunk
            odd = odd or any(mark in window for mark in _ODD)
            if _NO_TEXT.search(window) or _TWO_VALUES.search(window):
                raise Refused("not_a_workbook")
            rest = (rest + chunk)[-_TAIL:]
    if check and size:
        check.Parse(b"", True)
    return _Found(size, odd, _last(start[:_TAIL], rest))


def xml_check() -> Any:
    """A parser that only says whether XML is well formed: the reader of workbooks makes something of half a sheet, too."""

    def refuse(*declaration: Any) -> None:
        raise Refused("has_entities")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    return parser


def _last(start: bytes, tail: bytes) -> tuple[int, int]:
    """The last row and the furthest column in sight: enough to name a stray cell."""
    cells = _CELL.findall(start) + _CELL.findall(tail)
    rows = [int(row) for row in _LAST_ROW.findall(tail)] + [int(row) for _, row in cells]
    return max(rows, default=0), max((column_number(letters.decode()) for letters, _ in cells), default=0)


def column_number(letters: str) -> int:
    """A is 1, XFD 16384."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet's name -> its part, by the workbook and its relations."""
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - has no entities
    }
    workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    found = {}
    for sheet in workbook.findall(".//{*}sheet"):
        target = targets.get(sheet.get(_RELATED), "")
        found[sheet.get("name", "")] = (
            target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        )
    return found


def odd_cells(parts: Parts, sheet: str) -> dict[tuple[int, int], str]:
    """(row, column) from 1 -> what the cell shows (#N/A), or empty for a formula that was never computed."""
    part = parts.sheets.get(sheet, "")
    if part not in parts.odd:
        return {}
    search = _OddCells()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = (
        search.start,
        search.end,
        search.text,
    )
    try:
        for chunk in _read(parts.archive, part):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (*_BROKEN, expat.ExpatError):
        raise Refused("not_a_workbook") from None
    return search.found


def _read(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as part:
        while chunk := part.read(_CHUNK):
            yield chunk


class _OddCells:
    """Walks through a sheet's XML. A cell without a reference stands after the one before it."""

    def __init__(self) -> None:
        self.found: dict[tuple[int, int], str] = {}
        self._row = self._column = 0
        self._kind, self._formula, self._inside, self._value = "", False, False, ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
        elif tag == "c":
            letters = attributes.get("r", "").rstrip("0123456789")
            self._column = column_number(letters) if letters else self._column + 1
            self._kind, self._formula, self._value = attributes.get("t", ""), False, ""
        elif tag == "f":
            self._formula = True
        self._inside = tag == "v"

    def end(self, name: str) -> None:
        self._inside = False
        lost = self._kind == "e" or (self._formula and not self._value and self._kind != "str")
        if name.rpartition(":")[2] == "c" and lost:
            self.found[self._row, self._column] = self._value[:20]

    def text(self, data: str) -> None:
        if self._inside:
            self._value += data

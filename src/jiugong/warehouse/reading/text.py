"""CSV as banks send it: UTF-8 or GB18030, separated by comma, semicolon, tabulator or bar. Read block by block."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv

from .cells import Writer, check_headers, schema_of
from .encodings import check_encoding, chunks, find_encoding
from .header import LOOK, Header, find_header
from .limits import Limits
from .refused import Refused

_SEPARATORS = ",;\t|"
_BLOCK = 1 << 24  # longest row, and with it the furthest that an unclosed quote is followed; the process takes some 25
_SHORT, _TOP = 1 << 16, 1 << 22  # bytes in which the header is looked for, and in which it must end


@dataclass(frozen=True)
class Layout:
    """How the text is written, as far as it is known. `line`: where the header begins, counted from 1; 0: look for it."""

    encoding: str = ""
    separator: str = ""
    line: int = 0


def read_text(file: Any, sink: Any, layout: Layout, words: Set[str], limits: Limits) -> None:
    """All cells as text, empty ones as null."""
    encoding = layout.encoding or find_encoding(file)
    if layout.encoding:
        check_encoding(file, encoding)
    header, separator, line = _header(file, Layout(encoding, layout.separator, layout.line), words)
    check_headers(header.names, limits)
    origin = {
        "kind": "csv", "encoding": encoding.removesuffix("-sig"), "separator": separator, "header_row": line,
        "known": header.known, "above": header.above, "grouped": header.grouped,
    }  # fmt: skip
    schema = schema_of([pa.string()] * len(header.names), (), {"headers": header.names, "origin": origin})
    writer, misshapen = Writer(sink, schema, limits), _Misshapen()
    last = None
    try:
        numbers = _Numbers(line, misshapen)
        for batch in _open(file, Layout(encoding, separator, line), len(header.names), misshapen, limits):
            writer.write(numbers.take(batch.num_rows), batch.columns)
            last = batch if batch.num_rows else last
            if len(misshapen) > limits.rows:
                raise Refused("too_many_rows", most=limits.rows)
    except pa.ArrowInvalid as error:
        if "Empty CSV" not in str(error):
            raise Refused("no_rows_and_fields") from None
    if (misshapen.over_lines or (last is not None and _over_lines(last))) and _quotes_are_odd(file):
        raise Refused("open_quote")
    # An empty line is a row of one field to the reader, but nothing to a person.
    writer.misshapen([row for row in misshapen if row[1] > 0])
    writer.close()


class _Misshapen(list[tuple[int, int]]):
    """Number and fields of the rows that the parser passes over."""

    over_lines = False  # whether one of them has a line break in a cell

    def keep(self, row: Any) -> str:
        self.append((row.number, row.actual_columns))
        self.over_lines = self.over_lines or "\n" in row.text.strip()
        return "skip"


class _Numbers:
    """Row numbers for batch after batch: those of the rows passed over are left out."""

    def __init__(self, header: int, misshapen: _Misshapen) -> None:
        self._next, self._misshapen, self._place = header + 1, misshapen, 0

    def take(self, count: int) -> Any:
        first, parts, left = self._next, [], count
        while left:
            stop = first + left
            skipped = self._place < len(self._misshapen) and self._misshapen[self._place][0] < stop
            if skipped:
                stop = self._misshapen[self._place][0]
                self._place += 1
            parts.append(pa.arange(first, stop))
            left -= stop - first
            first = stop + skipped
        self._next = first
        return pa.concat_arrays(parts) if parts else pa.array([], pa.int64())


def _open(file: Any, layout: Layout, width: int, misshapen: _Misshapen, limits: Limits) -> Any:
    file.seek(0)
    names = [str(place) for place in range(width)]
    return pacsv.open_csv(
        file,
        # One thread: only then are bad rows given with their numbers.
        read_options=pacsv.ReadOptions(
            use_threads=False, block_size=min(_BLOCK, limits.memory_bytes >> 7), column_names=names, skip_rows=layout.line - 1,
            skip_rows_after_names=1, encoding="utf-8" if layout.encoding == "utf-8-sig" else layout.encoding,
        ),
        parse_options=pacsv.ParseOptions(
            delimiter=layout.separator, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=misshapen.keep
        ),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True
        ),
    )  # fmt: skip


def _over_lines(last: Any) -> bool:
    """Whether the last row has a cell over several lines: a quotation mark that is not closed swallows what follows."""
    cells = [column[-1].as_py() for column in last.columns]
    return any(cell and "\n" in cell for cell in cells)


def _quotes_are_odd(file: Any) -> bool:
    return sum(chunk.count(b'"') for chunk in chunks(file)) % 2 == 1


def _header(file: Any, layout: Layout, words: Set[str]) -> tuple[Header, str, int]:
    """The header, the separator, and the line where the header begins."""
    for most in (_SHORT, _TOP):
        lines, whole = _first_lines(file, layout.encoding, most)
        if whole or len(lines) > max(layout.line, 1) + LOOK:
            break
    separator = layout.separator or _likeliest(lines[layout.line - 1 :][:1] if layout.line else lines[:LOOK])
    try:
        line = layout.line or _line_of_header(lines, separator, words)
        titles = [record.cells for record in _records(lines[: line - 1], separator)]
        own = next(_records(lines[line - 1 :], separator), None)
    except csv.Error as error:
        raise Refused("unreadable_header", why=str(error)) from None
    if own is None:
        raise Refused("no_header", number=line)
    if not whole and line - 1 + own.end >= len(lines):
        raise Refused("header_too_long", number=line, most=_TOP >> 20)
    top = [*titles, own.cells]
    header = find_header(top, words, len(titles))
    if titles and not layout.line:  # the row above may fill what is empty in this one
        both = find_header(top[-2:], words)
        header = (
            replace(header, names=both.names, known=both.known, grouped=both.grouped)
            if both.known > header.known
            else header
        )
    if not any(map(str.strip, header.names)):
        raise Refused("no_header", number=line)
    return header, separator, line


def _line_of_header(lines: list[str], separator: str, words: Set[str]) -> int:
    records = list(_records(lines[:LOOK], separator))
    return records[find_header([record.cells for record in records], words).row].start if records else 1


def _first_lines(file: Any, encoding: str, most: int) -> tuple[list[str], bool]:
    """The lines of the first part of the file, and whether that is all of it."""
    file.seek(0)
    start = file.read(most)
    text = codecs.getincrementaldecoder(encoding)().decode(start)
    return list(io.StringIO(text, newline="")), len(start) < most


@dataclass(frozen=True)
class _Record:
    """`start`: the line where it begins, from 1; `end`: the line where it ends."""

    start: int
    end: int
    cells: list[str]


def _records(lines: list[str], separator: str) -> Iterator[_Record]:
    start = 1
    csv.field_size_limit(_TOP)
    reader = csv.reader(lines, delimiter=separator)
    for cells in reader:
        yield _Record(start, reader.line_num, cells)
        start = reader.line_num + 1


def _likeliest(lines: list[str]) -> str:
    return max(_SEPARATORS, key=lambda separator: max((line.count(separator) for line in lines), default=0))

"""CSV as banks send it: UTF-8 or GB18030, separated by comma, semicolon, tabulator or bar."""

from __future__ import annotations

import codecs
import csv
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from ..errors import InputError
from .sheet import Misshapen, Sheet

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEPARATORS = ",;\t|"
_CHUNK = 1 << 22
_LOOK = 10  # lines in which the header is looked for
_BLOCK = 1 << 24  # longest row, and with it the furthest that an unclosed quote is followed


def read_csv(path: Path, *, encoding: str = "", separator: str = "", header_row: int = 0) -> Sheet:
    """All cells as text, empty ones as null. Encoding, separator and header row are found where not given."""
    encoding = encoding or find_encoding(path)
    headers, separator, header_row = _headers(path, encoding, separator, header_row)
    misshapen: list[Misshapen] = []

    def keep(row: pacsv.InvalidRow) -> str:
        misshapen.append(Misshapen(row.number, row.expected_columns, row.actual_columns))
        return "skip"

    names = [str(place) for place in range(len(headers))]
    try:
        table = pacsv.read_csv(
            path,
            # One thread: only then are bad rows given with their numbers.
            read_options=pacsv.ReadOptions(
                use_threads=False, block_size=_BLOCK, column_names=names, skip_rows=header_row - 1,
                skip_rows_after_names=1, encoding="utf-8" if encoding == "utf-8-sig" else encoding,
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=separator, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=keep
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True
            ),
        )  # fmt: skip
    except pa.ArrowInvalid as error:
        if "Empty CSV" not in str(error):
            raise InputError("cannot be cut into rows and fields; look for a quotation mark that is not closed", file=path.name) from None  # fmt: skip
        table = pa.table({name: pa.array([], pa.string()) for name in names})
    if _open_quote(table, path):
        raise InputError("has a quotation mark that is not closed, which swallows the rows after it; close it", file=path.name)  # fmt: skip
    rows = _row_numbers(table.num_rows, header_row, misshapen)
    # An empty line is a row of one field to the reader, but nothing to a person.
    shaped = [row for row in misshapen if row.found > 0]
    return Sheet.of(headers, table.columns, rows=rows, misshapen=shaped).without_blank_rows()


def _row_numbers(count: int, header_row: int, skipped: list[Misshapen]) -> pa.ChunkedArray:
    every = np.arange(header_row + 1, header_row + 1 + count + len(skipped))
    return pa.chunked_array([np.setdiff1d(every, [row.row for row in skipped], assume_unique=True)])


def _open_quote(table: pa.Table, path: Path) -> bool:
    """Whether the last cell runs over several lines and the file's quotation marks do not pair."""
    last = [column[-1].as_py() for column in table.columns] if table.num_rows else []
    if not any(cell and "\n" in cell for cell in last):
        return False
    with path.open("rb") as file:
        return sum(chunk.count(b'"') for chunk in iter(lambda: file.read(_CHUNK), b"")) % 2 == 1


def find_encoding(path: Path) -> str:
    """By the byte order mark, else UTF-8 if every byte is UTF-8, else GB18030 if every byte is that.

    Most of damaged UTF-8 is GB18030 too, of other characters: a file that is mostly UTF-8 is refused instead of garbled.
    """
    with path.open("rb") as file:
        start = file.read(4)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    not_utf8 = _first_wrong_byte(path, "utf-8")
    if not_utf8 is None:
        return "utf-8"
    if _mostly_utf8(path):
        raise InputError(
            f"is UTF-8 text, but byte {not_utf8:,} belongs to no character: the file was damaged; export it again as "
            "CSV UTF-8 (if it is another encoding after all, name it in the mapping: encoding = …)",
            file=path.name,
            row=_row_of(path, not_utf8),
        )
    wrong = _first_wrong_byte(path, "gb18030")
    if wrong is None:
        return "gb18030"
    raise InputError(
        f"is neither UTF-8 nor GB18030 text: byte {wrong:,} belongs to no character; save it as CSV UTF-8, or name the "
        "encoding in the mapping (encoding = …)",
        file=path.name,
        row=_row_of(path, wrong),
    )


def _mostly_utf8(path: Path) -> bool:
    """Whether two of three characters beyond ASCII can be read as UTF-8; of Chinese in GB18030 about one in seven can."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    read = broken = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            text = decoder.decode(chunk)
            broken += text.count("\ufffd")
            read += len(text) - len(text.encode("ascii", "ignore")) - text.count("\ufffd")
    return read > 2 * broken


def _row_of(path: Path, byte: int) -> int:
    """The line in which the byte stands, counted from 1 (a cell with line breaks counts as several)."""
    with path.open("rb") as file:
        return file.read(byte).count(b"\n") + 1


def _first_wrong_byte(path: Path, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    done = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return done - pending + error.start
            done += len(chunk)
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return done - pending
    return None


def _headers(path: Path, encoding: str, separator: str, header_row: int) -> tuple[list[str], str, int]:
    """The header, the separator, and the header's row: the first with two filled cells (titles stand above it)."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            top = list(islice(file, header_row or _LOOK))
            separator = separator or _likeliest(top[header_row - 1 :] if header_row else top)
            header_row = header_row or _likeliest_row(top, separator)
            file.seek(0)
            headers = next(csv.reader(islice(file, header_row - 1, None), delimiter=separator), [])
    except UnicodeDecodeError:
        raise InputError(f"is not {encoding} text; correct the encoding in the mapping, or leave it out", file=path.name) from None  # fmt: skip
    except (csv.Error, LookupError) as error:
        raise InputError(f"has no readable header row ({error}); is it a CSV file?", file=path.name) from None
    if not any(header.strip() for header in headers):
        raise InputError(f"has no header in row {header_row}; give a file whose first row names the columns", file=path.name)  # fmt: skip
    return headers, separator, header_row


def _likeliest_row(lines: list[str], separator: str) -> int:
    """The line of the first record with two filled cells, else with one."""
    records, start = [], 1
    reader = csv.reader(lines, delimiter=separator)
    for cells in reader:
        records.append((start, sum(bool(cell.strip()) for cell in cells)))
        start = reader.line_num + 1
    return next((line for most in (2, 1) for line, filled in records if filled >= most), 1)


def _likeliest(lines: list[str]) -> str:
    return max(_SEPARATORS, key=lambda separator: max((line.count(separator) for line in lines), default=0))

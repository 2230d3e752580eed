"""A file's cells before they mean anything: headers as written, row numbers as a person counts them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import MisuseError
from .reading.cells import META, schema_of


@dataclass(frozen=True)
class Misshapen:
    """A row with more or fewer fields than the header."""

    row: int
    expected: int
    found: int


@dataclass(frozen=True)
class Origin:
    """Where the cells were found. `known`: how many headers are learned words; `above`: the rows over the header, as text;
    `grouped`: headers whose unit stands in a group header over them."""

    kind: str = ""
    encoding: str = ""
    separator: str = ""
    header_row: int = 1
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    known: int = 0
    above: tuple[str, ...] = ()
    grouped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """The cells of one file.

    table : headers as written (blank ones left out), cells as text; from Parquet as stored
    rows : (n,) the row of each in the file, the header being row 1 unless said otherwise
    numbers : header -> (n,) true where a spreadsheet cell held a number
    errors : header -> (n,) true where a formula came to an error, or was never computed
    misshapen : rows that are not in `table`, by their numbers
    duplicates : headers that stand there more than once; only the first is in `table`
    """

    table: pa.Table
    rows: pa.ChunkedArray
    numbers: Mapping[str, pa.ChunkedArray] = field(default_factory=dict)
    errors: Mapping[str, pa.ChunkedArray] = field(default_factory=dict)
    misshapen: tuple[Misshapen, ...] = ()
    duplicates: tuple[str, ...] = ()
    origin: Origin = Origin()

    @classmethod
    def of(cls, table: pa.Table) -> Sheet:
        """The sheet of a table that stands in no file: rows count from 2, below the header."""
        headers, columns = table.column_names, table.columns
        first = _first_places(headers)
        rows = pa.chunked_array([pa.array(range(2, table.num_rows + 2), pa.int64())])
        return cls(
            pa.table({header: columns[place] for header, place in first.items()}), rows, duplicates=_twice(headers)
        )

    @classmethod
    def load(cls, path: str | Path) -> Sheet:
        """What `save`, or the reading process, has written. Raises ValueError for anything else."""
        with pa.memory_map(str(path)) as source:
            cells = pa.ipc.open_file(source).read_all()
        cells.validate(full=True)  # a hostile file may have made the reading process write anything
        meta = json.loads((cells.schema.metadata or {}).get(META, b"null"))
        if not isinstance(meta, dict) or cells.schema.names[:2] != ["row", "fields"]:
            raise ValueError("these are no cells")
        whole = pc.is_null(cells["fields"])
        misshapen = () if pc.all(whole).as_py() in (True, None) else _misshapen(cells.filter(pc.invert(whole)), meta)
        return _sheet(cells.filter(whole) if misshapen else cells, meta, misshapen)

    def save(self, path: str | Path) -> None:
        """Write the cells, so that `load` finds the same."""
        headers = self.table.column_names
        marks = [(f"{letter}{headers.index(header)}", marks) for letter, named in (("n", self.numbers), ("e", self.errors)) for header, marks in named.items()]  # fmt: skip
        width = self.misshapen[0].expected if self.misshapen else len(headers)
        meta = {"headers": headers, "width": width, "duplicates": self.duplicates, "origin": asdict(self.origin)}
        schema = schema_of([column.type for column in self.table.columns], [name for name, _ in marks], meta)
        rows = self.table.num_rows
        cells = pa.table(
            [self.rows, pa.nulls(rows, pa.int32()), *self.table.columns, *(mark for _, mark in marks)], schema=schema
        )
        with pa.ipc.new_file(str(path), schema) as file:
            file.write_table(cells)
            if self.misshapen:
                file.write_table(_rows_of(self.misshapen, schema))

    @property
    def headers(self) -> list[str]:
        return list(self.table.column_names)

    def corrected(self, cells: Mapping[tuple[int, str], str]) -> Sheet:
        """With other text in some cells, as if it had been typed in the file: (row in the file, header) -> text."""
        return corrected(self, cells)

    def without_rows(self, rows: Collection[int]) -> Sheet:
        """Without the rows of these numbers, as if they had been deleted; the others keep their numbers."""
        gone = pa.array(sorted(rows), pa.int64())
        kept = self._filtered(pc.invert(pc.is_in(self.rows, value_set=gone)))
        return replace(kept, misshapen=tuple(row for row in self.misshapen if row.row not in set(rows)))

    def _filtered(self, kept: pa.ChunkedArray) -> Sheet:
        numbers, errors = (
            {header: part.filter(kept) for header, part in marks.items()} for marks in (self.numbers, self.errors)
        )
        return replace(self, table=self.table.filter(kept), rows=self.rows.filter(kept), numbers=numbers, errors=errors)


def corrected(sheet: Sheet, cells: Mapping[tuple[int, str], str]) -> Sheet:
    """As `Sheet.corrected`. A row that comes out empty is none, as in a file."""
    place_of = {row: place for place, row in enumerate(sheet.rows.to_pylist())} if cells else {}
    by_header: dict[str, dict[int, str]] = {}
    for (row, header), text in cells.items():
        if row not in place_of or header not in sheet.table.column_names:
            raise MisuseError(
                f"there is no cell in row {row} under '{header}' to correct; give rows and headers of the sheet"
            )
        by_header.setdefault(header, {})[place_of[row]] = text
    table, numbers, errors = sheet.table, dict(sheet.numbers), dict(sheet.errors)
    for header, texts in by_header.items():
        column = table.column(header)
        column = column if column.type == pa.string() else column.cast(pa.string())
        table = table.set_column(table.column_names.index(header), header, _replaced(column, texts))
        for marks in (numbers, errors):
            if header in marks:
                marks[header] = _replaced(marks[header], dict.fromkeys(texts, False))
    done = replace(sheet, table=table, numbers=numbers, errors=errors)
    empty = {row for row, _ in cells if all(column[place_of[row]].as_py() is None for column in table.columns)}
    return done.without_rows(empty) if empty else done


def _replaced(column: pa.ChunkedArray, values: Mapping[int, Any]) -> pa.ChunkedArray:
    mask = np.zeros(len(column), bool)
    mask[list(values)] = True
    new = [None if values[place] == "" else values[place] for place in sorted(values)]
    return pa.chunked_array([pc.replace_with_mask(column.combine_chunks(), mask, pa.array(new, column.type))])


def _sheet(cells: pa.Table, meta: Mapping[str, Any], misshapen: tuple[Misshapen, ...]) -> Sheet:
    first = _first_places(meta["headers"])

    def marks(letter: str) -> dict[str, pa.ChunkedArray]:
        names = {header: f"{letter}{place}" for header, place in first.items()}
        return {header: cells[name] for header, name in names.items() if name in cells.column_names}

    return Sheet(
        pa.table({header: cells[f"c{place}"] for header, place in first.items()}),
        cells["row"],
        marks("n"),
        marks("e"),
        misshapen,
        tuple(meta.get("duplicates", ())) or _twice(meta["headers"]),
        _origin(meta["origin"]),
    )


def _origin(said: Mapping[str, Any]) -> Origin:
    known: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}
    return Origin(**known)


def _first_places(headers: Sequence[str]) -> dict[str, int]:
    first: dict[str, int] = {}
    for place, header in enumerate(headers):
        if header.strip():
            first.setdefault(header.strip(), place)
    return first


def _twice(headers: Sequence[str]) -> tuple[str, ...]:
    written = [header.strip() for header in headers if header.strip()]
    return (
        tuple(sorted({header for header in written if written.count(header) > 1}))
        if len(set(written)) < len(written)
        else ()
    )


def _misshapen(cells: pa.Table, meta: Mapping[str, Any]) -> tuple[Misshapen, ...]:
    width = meta.get("width", len(meta["headers"]))
    pairs = zip(cells["row"].to_pylist(), cells["fields"].to_pylist(), strict=True)
    return tuple(Misshapen(row, width, found) for row, found in pairs)


def _rows_of(misshapen: Sequence[Misshapen], schema: pa.Schema) -> pa.Table:
    rows = pa.array([row.row for row in misshapen], pa.int64())
    fields = pa.array([row.found for row in misshapen], pa.int32())
    return pa.table([rows, fields, *(pa.nulls(len(rows), part.type) for part in list(schema)[2:])], schema=schema)

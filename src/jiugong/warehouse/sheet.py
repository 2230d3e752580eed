"""A file's cells before they mean anything: headers as written, row numbers as a person counts them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from .reading.cells import META, schema_of


@dataclass(frozen=True)
class Misshapen:
    """A row with more or fewer fields than the header."""

    row: int
    expected: int
    found: int


@dataclass(frozen=True)
class Origin:
    """Where the cells were found. `known`: how many headers are learned words; `above`: the rows over the header, as text."""

    kind: str = ""
    encoding: str = ""
    separator: str = ""
    header_row: int = 1
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    known: int = 0
    above: tuple[str, ...] = ()


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
        Origin(**{key: tuple(value) if isinstance(value, list) else value for key, value in meta["origin"].items()}),
    )


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

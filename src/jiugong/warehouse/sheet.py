"""A file's cells before they mean anything: headers as written, row numbers as a person counts them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class Misshapen:
    """A row with more or fewer fields than the header."""

    row: int
    expected: int
    found: int


@dataclass(frozen=True)
class Sheet:
    """The cells of one file.

    table : headers as written (blank ones left out), cells as text; from Parquet as stored
    rows : (n,) the row of each in the file, the header being row 1 unless said otherwise
    numbers : header -> (n,) true where a spreadsheet cell held a number
    duplicates : headers that stand there more than once; only the first is in `table`
    """

    table: pa.Table
    rows: pa.ChunkedArray
    numbers: Mapping[str, pa.ChunkedArray] = field(default_factory=dict)
    misshapen: tuple[Misshapen, ...] = ()
    duplicates: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        headers: Sequence[str],
        columns: Sequence[pa.ChunkedArray],
        *,
        rows: pa.ChunkedArray,
        numbers: Sequence[pa.ChunkedArray] = (),
        misshapen: Sequence[Misshapen] = (),
    ) -> Sheet:
        first: dict[str, int] = {}
        for place, header in enumerate(headers):
            if header.strip():
                first.setdefault(header.strip(), place)
        written = [header.strip() for header in headers if header.strip()]
        table = pa.table({header: columns[place] for header, place in first.items()})
        marks = {header: numbers[place] for header, place in first.items()} if numbers else {}
        twice = tuple(sorted({header for header in written if written.count(header) > 1}))
        return cls(table, rows, marks, tuple(misshapen), twice)

    def without_blank_rows(self) -> Sheet:
        """Without the rows in which every cell is empty: spreadsheets export them by the thousand."""
        if not self.table.num_columns or not self.table.num_rows:
            return self
        filled = None
        for column in self.table.columns:
            has = column.is_valid()
            filled = has if filled is None else pc.or_(filled, has)
        if pc.all(filled).as_py():
            return self
        numbers = {header: marks.filter(filled) for header, marks in self.numbers.items()}
        return Sheet(self.table.filter(filled), self.rows.filter(filled), numbers, self.misshapen, self.duplicates)

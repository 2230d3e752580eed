"""Tables in, tables out: CSV, Excel and Parquet by the file's ending."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from .output import draft_of, refuse_ending
from .reader import read_sheet
from .refusals import refusal


def read_table(path: str | Path) -> pa.Table:
    """The table in a CSV, `.xlsx` or Parquet file.

    Returns
    -------
    pyarrow.Table, headers as written; cells of CSV and Excel as text (null where empty), of Parquet as stored
    Raises
    ------
    InputError: no such file, another ending, empty, wrong bytes, a row with too many or too few fields
    """
    sheet = read_sheet(path)
    name = Path(path).name
    if sheet.misshapen:
        bad = sheet.misshapen[0]
        raise refusal("other_shape", file=name, row=bad.row, found=bad.found, expected=bad.expected)
    if sheet.duplicates:
        raise refusal("header_twice", file=name, sheet=sheet.origin.sheet, column=sheet.duplicates[0])
    return sheet.table


def write_table(table: pa.Table, path: str | Path) -> None:
    """Write Parquet or CSV (UTF-8) by the ending: whole, or not at all."""
    refuse_ending(path)
    with draft_of(path) as draft:
        if Path(path).suffix.lower() == ".csv":
            pacsv.write_csv(table, draft)
        else:
            pq.write_table(table, draft, compression="zstd")

"""Tables in, tables out: CSV, Excel and Parquet by the file's ending."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from ..errors import InputError
from .csv import read_csv
from .excel import read_excel
from .output import draft_of, refuse_ending
from .sheet import Sheet

CSV_ENDINGS = frozenset({".csv", ".txt", ".tsv", ".asc"})
ENDINGS = CSV_ENDINGS | {".xlsx", ".parquet"}


def read_sheet(path: str | Path, *, encoding: str = "", separator: str = "", header_row: int = 0, sheet: str = "") -> Sheet:  # fmt: skip
    """The cells of a file with their row numbers; `ingest` builds on it, `read_table` is for everybody else."""
    path = Path(path)
    _readable(path)
    ending = path.suffix.lower()
    if ending == ".xlsx":
        return read_excel(path, sheet=sheet, header_row=header_row)
    if ending == ".parquet":
        return _read_parquet(path)
    return read_csv(path, encoding=encoding, separator=separator, header_row=header_row)


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
        raise InputError(
            f"has {bad.found} fields where the header has {bad.expected}; mend the separators or quotation marks",
            file=name,
            row=bad.row,
        )
    if sheet.duplicates:
        raise InputError(
            "stands in the header more than once; rename one of them", file=name, column=sheet.duplicates[0]
        )
    return sheet.table


def write_table(table: pa.Table, path: str | Path) -> None:
    """Write Parquet or CSV (UTF-8) by the ending: whole, or not at all."""
    refuse_ending(path)
    with draft_of(path) as draft:
        if Path(path).suffix.lower() == ".csv":
            pacsv.write_csv(table, draft)
        else:
            pq.write_table(table, draft, compression="zstd")


def _readable(path: Path) -> None:
    if not path.is_file():
        raise InputError("no such file; check the path", file=str(path))
    if path.suffix.lower() not in ENDINGS:
        raise InputError(f"ends in '{path.suffix}'; give one of {', '.join(sorted(ENDINGS))}", file=path.name)
    if path.stat().st_size == 0:
        raise InputError("is empty (0 bytes); give a file with a header row", file=path.name)


def _read_parquet(path: Path) -> Sheet:
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError):
        raise InputError("is not a Parquet file that can be opened; write it again", file=path.name) from None
    rows = pa.chunked_array([pa.array(range(2, table.num_rows + 2), pa.int64())])
    return Sheet.of(table.column_names, table.columns, rows=rows)

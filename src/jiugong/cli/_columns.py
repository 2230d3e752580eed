"""Columns of a file that a user names on the command line: found, or the nearest named; text read as numbers."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import InputError
from ..nearest import suggest

_YES = ("1", "1.0", "true", "yes", "y", "t", "是", "有")
_NO = ("0", "0.0", "false", "no", "n", "f", "否", "无")


def column(table: pa.Table, name: str, file: Path) -> pa.ChunkedArray:
    """The column; a wrong name is met with the nearest right one."""
    if name not in table.column_names:
        raise InputError(f"is not in the file; {suggest(name, table.column_names)}", file=file.name, column=name)
    return table.column(name)


def numbers(table: pa.Table, name: str, file: Path) -> pa.ChunkedArray:
    """As float64; empty cells are null; yes and no are 1 and 0."""
    values = column(table, name, file)
    if not pa.types.is_string(values.type) and not pa.types.is_large_string(values.type):
        return (
            values.cast(pa.float64())
            if not pa.types.is_boolean(values.type)
            else values.cast(pa.int8()).cast(pa.float64())
        )
    text = pc.utf8_lower(pc.utf8_trim_whitespace(values))
    text = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
    text = pc.if_else(pc.is_in(text, pa.array(_YES)), "1", pc.if_else(pc.is_in(text, pa.array(_NO)), "0", text))
    plain = pc.match_substring_regex(text, r"^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$")
    _refuse(plain, file, name, "is not a number", "write digits with a point, without separators or units")
    return text.cast(pa.float64())


def yes_no(table: pa.Table, name: str, file: Path) -> pa.ChunkedArray:
    """As 0 and 1, for everybody."""
    values = numbers(table, name, file)
    right = pc.fill_null(pc.is_in(values, pa.array([0.0, 1.0])), False)
    _refuse(right, file, name, "is neither yes nor no", "write 1 for treated and 0 for held out, in every row")
    return values


def texts(table: pa.Table, name: str, file: Path) -> pa.ChunkedArray:
    """As labels; empty cells are a label of their own."""
    return column(table, name, file).cast(pa.string())


def _refuse(right: pa.ChunkedArray, file: Path, name: str, found: str, advice: str) -> None:
    wrong = pc.index(right, False).as_py()
    if wrong >= 0:
        raise InputError(f"{found}; {advice}", file=file.name, row=wrong + 2, column=name)

"""Every file is read by a process of its own, inside limits (`reading/`): a hostile one ends that process, never us."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa

from ..errors import InputError
from .apart import run_apart
from .headers import every_word
from .reading import child
from .reading.limits import OPERATOR, Limits
from .refusals import refusal
from .sheet import Sheet

CSV_ENDINGS = frozenset({".csv", ".txt", ".tsv", ".asc"})
ENDINGS = CSV_ENDINGS | {".xlsx", ".parquet"}
_KNOWN_OTHERS = {
    ".xls": "is_old_workbook", ".et": "is_old_workbook", ".doc": "is_word", ".docx": "is_word", ".wps": "is_word",
    ".xlsm": "is_macro_workbook", ".xlsb": "is_binary_workbook", ".ods": "is_open_document", ".zip": "is_archive",
    ".rar": "is_archive", ".7z": "is_archive", ".gz": "is_archive", ".pdf": "is_pdf",
}  # fmt: skip
_WHY_MOST = 1 << 16


def read_sheet(
    path: str | Path,
    *,
    encoding: str = "",
    separator: str = "",
    header_row: int = 0,
    sheet: str = "",
    words: Collection[str] = (),
    limits: Limits = OPERATOR,
) -> Sheet:
    """The cells of a CSV, `.xlsx` or Parquet file with their row numbers.

    Parameters
    ----------
    encoding, separator, header_row (from 1), sheet : found where not given
    words : further headers to know the header's row and the sheet by, as `plain` gives them
    limits : `OPERATOR` for files of whoever runs the command, `UPLOAD` for what comes from outside
    Raises
    ------
    InputError: no such file, not what its name says, damaged, or too much for the limits
    """
    path = Path(path)
    _readable(path)
    with tempfile.TemporaryDirectory(prefix="jiugong-") as folder:
        request = {
            "source": str(path.absolute()), "folder": folder, "kind": _kind(path), "ending": path.suffix.lower(),
            "encoding": encoding, "separator": separator, "header_row": header_row, "sheet": sheet,
            "words": sorted({*every_word(), *words}), "limits": asdict(limits),
        }  # fmt: skip
        code = _run(request, limits.wall_seconds)
        if code == child.REFUSED:
            raise _refused(Path(folder) / child.WHY, path, limits)
        if code != child.DONE:
            raise _ended(code, path, limits)
        try:
            return Sheet.load(Path(folder) / child.CELLS)
        except (pa.ArrowInvalid, ValueError, KeyError, TypeError, OSError):
            raise refusal("unreadable", file=path.name) from None


def _readable(path: Path) -> None:
    if not path.is_file():
        raise refusal("no_such_file", file=str(path))
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        code = _KNOWN_OTHERS.get(ending, "other_ending")
        raise refusal(code, file=path.name, ending=ending, endings=", ".join(sorted(ENDINGS)))
    if path.stat().st_size == 0:
        raise refusal("empty", file=path.name)
    if not os.access(path, os.R_OK):
        raise refusal("may_not_be_read", file=path.name)


def _kind(path: Path) -> str:
    ending = path.suffix.lower()
    return "csv" if ending in CSV_ENDINGS else ending.removeprefix(".")


def _run(request: dict[str, Any], patience: int) -> int:
    return run_apart(child.__file__, request, seconds=patience)


def _ended(code: int, path: Path, limits: Limits) -> InputError:
    """A negative code is a signal: the process went beyond its limits, or its reader broke on the file."""
    name = "too_much" if code < 0 else "unreadable"
    advice = "too_much_workbook" if name == "too_much" and path.suffix.lower() == ".xlsx" else name
    return refusal(advice, file=path.name, megabytes=limits.memory_bytes >> 20, seconds=limits.cpu_seconds, ended=code)


def _refused(why: Path, path: Path, limits: Limits) -> InputError:
    try:
        said = json.loads(why.read_bytes()[:_WHY_MOST])
        facts = {str(key): _harmless(value) for key, value in said.items() if key != "file"}
        code, sheet, row = str(facts.pop("code")), str(facts.pop("sheet", "")), facts.pop("row", None)
    except (ValueError, KeyError, AttributeError, OSError):
        return refusal("unreadable", file=path.name)
    if code == "too_much":
        return _ended(-1, path, limits)
    known: dict[str, Any] = {key: value for key, value in facts.items() if key != "column"}
    return refusal(code, file=path.name, sheet=sheet, row=row if isinstance(row, int) else None, **known)


def _harmless(value: Any) -> str | int:
    """What the reading process says may come from the file: one line, and not long."""
    if isinstance(value, int):
        return value
    return "".join(letter if letter.isprintable() else " " for letter in str(value))[:200]

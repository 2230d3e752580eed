"""Excel workbooks, read by a child process with limits (`excel_child.py` says why)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow as pa

from ..errors import InputError
from . import excel_child
from .sheet import Sheet

_CHILD = Path(excel_child.__file__)
_PATIENCE = 300  # seconds on the wall; the child's own limit is on processor time


def read_excel(path: Path, *, sheet: str = "", header_row: int = 0) -> Sheet:
    """The sheet (the first when not named), cells as the text that a person sees; header_row 0: found."""
    with tempfile.TemporaryDirectory(prefix="jiugong-") as folder:
        target = Path(folder) / "cells.arrow"
        code = _run([str(path), str(target), sheet, str(header_row)])
        if code:
            raise InputError(_sentence(code, sheet, header_row), file=path.name)
        with pa.OSFile(str(target)) as source:
            cells = pa.ipc.open_file(source).read_all()
    return _sheet(cells)


def _run(arguments: list[str]) -> int:
    command = [sys.executable, "-I", str(_CHILD), *arguments]
    try:
        # The child's complaints may quote cells, so nobody hears them.
        return subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False).returncode  # noqa: S603
    except subprocess.TimeoutExpired:
        return -1


def _sentence(code: int, sheet: str, header_row: int) -> str:
    known = {
        excel_child.NOT_A_WORKBOOK: "is not an Excel workbook that can be opened (damaged, or locked with a password); "
        "save it again as .xlsx without a password",
        excel_child.NO_SUCH_SHEET: f"has no sheet '{sheet}'; name one that it has in the mapping (sheet = …)",
        excel_child.EMPTY: f"has no {f'row {header_row}' if header_row else 'row'} to take the headers from; give a sheet with a header row",
    }
    return known.get(
        code,
        f"could not be read within {excel_child.MEMORY >> 30} GB and {excel_child.SECONDS} s (the reading process ended "
        f"with {code}); delete the stray cells far outside the data, or save the sheet as CSV",
    )


def _sheet(cells: pa.Table) -> Sheet:
    headers = {key.decode(): value.decode() for key, value in cells.schema.metadata.items()}
    width = len(headers)
    return Sheet.of(
        [headers[f"h{place}"] for place in range(width)],
        [cells.column(f"c{place}") for place in range(width)],
        rows=cells.column("row"),
        numbers=[cells.column(f"n{place}") for place in range(width)],
    )

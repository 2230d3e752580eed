"""The only importer of the library here: a small sheet read safely, and what the policy says of offers and suitability.

Everything that needs pyarrow is imported where it is used: a web process that shows lists does not load it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from jiugong.errors import InputError

from ..core.errors import Refused
from ..core.verdict import Reason, refused
from ..organisation.bridge import policy

if TYPE_CHECKING:
    from collections.abc import Collection

    from jiugong.policy import Suitability, Wording

MOST_ROWS, MOST_COLUMNS, SECONDS = 5_000, 60, 10  # of a product table


@dataclass(frozen=True)
class Cells:
    """A sheet as text. `rows`: its row number as a person counts, and header -> text, empty cells left out.

    `doubles`: headers that stand there twice; `broken`: (row, header) of cells whose formula came to an error.
    `misshapen`: rows with more or fewer fields than the header.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]
    doubles: tuple[str, ...] = ()
    broken: tuple[tuple[int, str], ...] = ()
    misshapen: tuple[int, ...] = ()


def read_cells(path: Path, *, name: str, words: Collection[str]) -> Cells:
    """The cells of a small workbook or CSV, read by the library's child process inside limits.

    `name`: what the person calls the file; `words`: our headers, by which the header's row and the sheet are known.
    """
    from jiugong.warehouse import UPLOAD, read_sheet

    limits = replace(UPLOAD, rows=MOST_ROWS, columns=MOST_COLUMNS, cpu_seconds=SECONDS, wall_seconds=2 * SECONDS)
    try:
        sheet = read_sheet(path, words=[plain(word) for word in words], limits=limits)
    except InputError as error:
        text = error.chinese.replace(str(path), name).replace(path.name, name)
        raise Refused(refused(Reason(error.code, text))) from None
    numbers = sheet.rows.to_pylist()
    columns = {header: sheet.table.column(header).to_pylist() for header in sheet.headers}
    rows = tuple(
        (number, {header: str(cells[place]) for header, cells in columns.items() if cells[place] is not None})
        for place, number in enumerate(numbers)
    )
    broken = tuple(
        (numbers[place], header)
        for header, marks in sheet.errors.items()
        for place, mark in enumerate(marks.to_pylist())
        if mark
    )
    misshapen = tuple(row.row for row in sheet.misshapen)
    return Cells(tuple(sheet.headers), rows, tuple(sheet.duplicates), broken, misshapen)


def plain(header: str) -> str:
    """The header as it is compared: without unit, spaces, full width and case."""
    from jiugong.warehouse.reading.header import plain as plain_header

    return plain_header(header)


def unit_of(header: str) -> str:
    """`起存金额（万元）` -> `万元`; empty where there is none."""
    from jiugong.warehouse.reading.header import suffix

    return suffix(header)


def wording() -> Wording:
    return policy().wording


def suitability() -> Suitability:
    return policy().suitability


def deposit_categories() -> frozenset[str]:
    return frozenset(policy().value.deposit_categories)


def elderly_age() -> int:
    return policy().calling.elderly_age

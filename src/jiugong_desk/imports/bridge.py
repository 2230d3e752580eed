"""The library for this room: reading files, matching headers, words for columns and faults (rows, comparing, storing: the rest).

Everything that needs pyarrow or the engine is imported where it is used: a web process that shows lists loads neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from jiugong.errors import InputError

from ..core.errors import Refused
from ..core.verdict import Reason, refused
from . import labels
from .values import FILE_DELETED, UNKNOWN_TABLE, Known, number_cell

if TYPE_CHECKING:
    from jiugong.warehouse.contracts import TableContract
    from jiugong.warehouse.mapping import Source
    from jiugong.warehouse.sheet import Sheet

# Branches and staff come by the command line: undoing them would mean undoing people's posts.
DATE_KINDS = ("date", "month", "instant")
# What the error grid shows cell by cell needs no notice above it.
IN_THE_GRID = ("other_shape", "number_cells", "error_cells", "repeated_key", "two_outlets")
# What this room says itself, with the consequence.
OURS = ("no_outlet", "unknown_outlet")
NOBODY = Known()
TABLES = ("customer_list", "customers", "balances", "loans", "maturities", "transactions", "contacts")
READING = ("encoding", "separator", "header_row", "sheet")
FORBIDDEN = "forbidden_header"
Settings = Mapping[str, Any]


def refusing(error: InputError, *, name: str, path: Path | None = None) -> Refused:
    """The library's complaint about a file, for the page. `name`: what the person calls the file."""
    if error.code == FORBIDDEN:
        headers = "、".join(f"“{header}”" for header in error.column.split("', '"))
        return Refused(refused(Reason(FORBIDDEN, FILE_DELETED.text, {"headers": headers}, FILE_DELETED.remedy)))
    text = error.chinese
    if path is not None:  # where it lies is nobody's business
        text = text.replace(str(path), name).replace(path.name, name)
    return Refused(refused(Reason(error.code, text)))


def contract(table: str) -> TableContract:
    from jiugong.warehouse.contracts import READABLE

    return READABLE[table]


def column_label(table: str, name: str) -> str:
    """What banks call the column."""
    from jiugong.warehouse.headers import label

    return label(table, name)


def reason_text(code: str, table: str, column: str) -> str:
    from jiugong.warehouse.reasons import reason

    if code in labels.FAULTS:
        return str(labels.FAULTS[code])
    if code == "not_a_choice" and (words := choice_words(table, column)):
        return _("不在允许的取值之内：{words}").format(words="、".join(words))
    return reason(code, contract(table).column(column) if column else None)


def is_personal(table: str, column: str) -> bool:
    """Whether a cell of this column is masked in the grid. What no column was made of may be anything."""
    return not column or contract(table).column(column).personal


def masked(value: str | None, table: str, column: str, header: str) -> str:
    from jiugong.warehouse.masks import masked as mask
    from jiugong.warehouse.masks import masked_unknown

    return mask(value, contract(table).column(column)) if column else masked_unknown(value or "", header)


def units() -> Mapping[str, int]:
    from jiugong.warehouse.headers import UNITS

    return UNITS


def read_cells(path: Path, cells: Path, settings: Settings, *, name: str) -> None:
    """Read the file in the library's child process, inside limits, and keep its cells beside it.

    Kept under another name and renamed, so that a killed reading leaves no half of it.
    """
    from jiugong.warehouse import UPLOAD, read_sheet

    asked = {key: settings[key] for key in READING if settings.get(key)}
    try:
        sheet = read_sheet(path, **asked, words=tuple(settings.get("columns", ())), limits=UPLOAD)
    except InputError as error:
        raise refusing(error, name=name, path=path) from None
    draft = cells.with_suffix(".draft")
    sheet.save(draft)
    draft.replace(cells)


def load_cells(cells: Path) -> Sheet:
    from jiugong.warehouse import Sheet as SheetClass

    return SheetClass.load(cells)


def mended(sheet: Sheet, corrections: Mapping[tuple[int, str], str], left_out: Iterable[int]) -> Sheet:
    """The cells as corrected, without the rows that are left out."""
    return sheet.corrected(corrections).without_rows(set(left_out))


def guess_table(sheet: Sheet, file_name: str) -> str:
    """The table that the headers and the file's name speak for; refused where none is one of ours."""
    from jiugong.warehouse.inspection import candidates
    from jiugong.warehouse.mapping import Source

    found = [each for each in candidates(sheet, Source(), file_name) if each.table in TABLES]
    if not found:
        raise Refused(refused(UNKNOWN_TABLE))
    return found[0].table


def source_of(settings: Settings, table: str, known: Known = NOBODY) -> Source:
    """What is said of the file; names of units and staff stand for their codes where the settings say nothing else."""
    from jiugong.warehouse.mapping import Source

    held = {name: settings.get(name, {}) for name in ("columns", "units", "dates", "constants", "values")}
    names = contract(table).names
    for column, words in (("branch_id", known.units), ("manager_id", known.staff)):
        if column in names:
            held["values"] = held["values"] | {column: {**words, **held["values"].get(column, {})}}
    return Source(table=table, **held)


def match(sheet: Sheet, table: str, settings: Settings) -> dict[str, str]:
    """Header -> column of the table, "" where none stands for it."""
    from jiugong.warehouse.matching import match_headers

    found = match_headers(sheet, contract(table), source_of(settings, table)).found
    by_header = {match.header: name for name, match in found.items()}
    return {header: by_header.get(header, "") for header in sheet.headers}


def detect(sheet: Sheet, table: str, settings: Settings, *, as_of: date, name: str, known: Known = NOBODY) -> dict[str, Any]:  # fmt: skip
    """What was found and what it means: of headers, forms and counts only, no cell's value."""
    from jiugong.warehouse import inspect
    from jiugong.warehouse.headers import UNITS
    from jiugong.warehouse.reading.header import plain

    source = source_of(settings, table, known)
    try:
        found = inspect(sheet, table=table, source=source, as_of=as_of, name=name)
    except InputError as error:
        raise refusing(error, name=name) from None
    columns = {each.header: each for each in found.columns if each.header}
    lines = []
    for header in found.headers:
        each = columns.get(header)
        lines.append(
            {
                "header": header,
                "plain": plain(header),
                "column": each.column if each else "",
                "by": each.by if each else "",
                "unit": UNITS.get(each.unit, 1) if each and each.kind == "money" else None,
                "unit_from": each.unit_from if each else "",
                "date": each.format if each and each.kind in DATE_KINDS else None,
                "forms": [form for form, _count in each.dates.forms[:3]] if each and each.dates else [],
            }
        )
    kept = ("kind", "encoding", "separator", "sheet", "header_row")
    return {key: getattr(found, key) for key in kept} | {
        "columns": lines,
        "sheets": list(found.sheets),
        "rows": found.rows + found.misshapen,
        "missing": list(found.missing),
        "twice": sorted({name for name, _one, _other in found.doubled}),
        "notices": [
            [each.code, each.chinese, each.english] for each in found.notices if each.code not in (*IN_THE_GRID, *OURS)
        ],
    }


def texts(sheet: Sheet, rows: Sequence[int]) -> dict[int, dict[str, str]]:
    """The cells of these rows as text, by row and header."""
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = sheet.rows.to_numpy().searchsorted(list(rows)) if len(sheet.rows) else []
    places = [
        int(p)
        for p, row in zip(wanted, rows, strict=False)
        if p < len(sheet.rows) and sheet.rows[int(p)].as_py() == row
    ]
    taken = pc.take(sheet.table, pa.array(places, pa.int64()))
    numbers = pc.take(sheet.rows, pa.array(places, pa.int64())).to_pylist()
    columns = {name: taken.column(name).cast(pa.string()).to_pylist() for name in taken.column_names}
    return {row: {name: columns[name][at] or "" for name in columns} for at, row in enumerate(numbers)}


def first_rows(sheet: Sheet, count: int) -> list[int]:
    rows: list[int] = sheet.rows.slice(0, count).to_pylist()
    return rows


def only(sheet: Sheet, rows: set[int]) -> Sheet:
    """The sheet with these rows alone, to check them anew."""
    return sheet.without_rows({*sheet.rows.to_pylist(), *(bad.row for bad in sheet.misshapen)} - rows)


def choice_words(table: str, name: str) -> list[str]:
    """What a cell of a column with choices may say, in the bank's words; none where anything goes."""
    from jiugong.warehouse.headers import learned_values

    column = contract(table).column(name)
    if column.kind == "bool":
        return ["是", "否"]
    words = {value: word for word, value in reversed(list(learned_values(table, name).items()))}
    return [words.get(choice, choice) for choice in column.choices]


def column_note(table: str, name: str) -> str:
    """What a column may hold, for the template."""
    column = contract(table).column(name)
    return "、".join(choice_words(table, name)) if column.choices else str(labels.KINDS.get(column.kind, ""))


def read_mended(path: Path, *, row_header: str, ignored: Sequence[str], batch_table: str, matched: Mapping[str, str], name: str) -> dict[int, dict[str, str]] | None:  # fmt: skip
    """The rows of a workbook of faulty rows that came back, by row number; None where it is another file.

    Raises
    ------
    Refused: the file cannot be read, or an identifier has become a number
    """
    import pyarrow as pa

    from jiugong.warehouse import UPLOAD, read_sheet
    from jiugong.warehouse.contracts import NEVER_A_NUMBER

    try:
        sheet = read_sheet(path, words=(row_header,), limits=UPLOAD)
    except InputError as error:
        raise refusing(error, name=name, path=path) from None
    if row_header not in sheet.table.column_names:
        return None
    form = contract(batch_table)
    for header, marks in sheet.numbers.items():
        column = matched.get(header, "")
        if column and form.column(column).kind in NEVER_A_NUMBER and True in marks.to_pylist():
            raise Refused(refused(number_cell(header)))
    cells = {
        header: sheet.table.column(header).cast(pa.string()).to_pylist()
        for header in sheet.table.column_names
        if header in matched
    }
    rows = sheet.table.column(row_header).cast(pa.string()).to_pylist()
    return {
        int(row): {header: (texts[at] or "").strip() for header, texts in cells.items() if header not in ignored}
        for at, row in enumerate(rows)
        if (row or "").isdecimal() and len(row) < 9
    }

"""From a file's cells to a canonical table: typed column by column, with the rows that break the contract set aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import MisuseError
from ..nearest import suggest
from .cleaning import cleaned
from .contracts import NEVER_A_NUMBER, TABLES, TableContract
from .headers import FORMULA_ERRORS
from .kinds import Reading, Values, parse
from .mapping import Source
from .masks import masked
from .matching import match_headers, require
from .reasons import reason
from .sheet import Sheet
from .units import unit_of


@dataclass(frozen=True)
class Rejection:
    """One cell that breaks the contract; its whole row was set aside. `value` is masked where it is personal.

    `column`: the canonical one (empty: the whole row); `header`: as the file writes it; `sheet`: of a workbook.
    """

    file: str
    row: int
    table: str
    column: str
    value: str
    code: str
    reason: str
    header: str = ""
    sheet: str = ""


@dataclass(frozen=True)
class Conformed:
    """What became of a file: the canonical rows, where each stood, what was set aside, the headers not used."""

    table: pa.Table
    rows: pa.Array
    rejections: tuple[Rejection, ...]
    quarantined: int
    unused: tuple[str, ...] = ()


def conform(table: pa.Table, name: str, *, file: str = "", as_of: date | None = None) -> tuple[pa.Table, list[Rejection]]:  # fmt: skip
    """Type a raw table to the contract of a canonical table.

    Parameters
    ----------
    table : headers canonical or learned (`客户号`), cells as text or already typed; further columns are left out
    name : of the canonical table
    file : named in rejections and errors
    as_of : dates after it are rejected where the contract says that they lie in the past; None: no such check
    Returns
    -------
    the canonical table (all columns of the contract, null where the file has none), and one Rejection for each cell
    that breaks it; rows with a rejection are not in the table, the order of the others is kept. Row numbers count the
    header as row 1.
    Raises
    ------
    InputError: a required column is missing, a column is forbidden (class-3 data, credit bureau), a header stands twice
    """
    if name not in TABLES:
        raise MisuseError(f"'{name}' is no canonical table; {suggest(name, TABLES)}")
    done = conform_sheet(Sheet.of(table), TABLES[name], Source(), file=file, as_of=as_of)
    return done.table, list(done.rejections)


def conform_sheet(sheet: Sheet, contract: TableContract, source: Source, *, file: str, as_of: date | None) -> Conformed:
    """As `conform`, with what the mapping says about the file, and the file's own row numbers."""
    matching = match_headers(sheet, contract, source)
    require(matching, sheet, contract, file=file)
    headers = {name: match.header for name, match in matching.found.items()}
    texts = {column.name: cleaned(sheet, headers, column, contract, source) for column in contract.columns}
    table, faults = _typed(texts, contract, _readings(headers, sheet, source, as_of), sheet.table.num_rows)
    _mark_number_cells(faults, sheet, headers, contract)
    _mark_error_cells(faults, texts)
    bad = _any_fault(faults, sheet.table.num_rows)
    rejections = _rejections(faults, texts, sheet, contract, file, headers)
    rejections += [
        Rejection(file, row.row, contract.name, "", "", "fields", reason("fields"), sheet=sheet.origin.sheet)
        for row in sheet.misshapen
    ]
    rows = sheet.rows
    if pc.any(bad).as_py():  # else no copy: of thirty million rows it is two gigabytes
        table, rows = table.filter(pc.invert(bad)), rows.filter(pc.invert(bad))
    return Conformed(
        table,
        rows.combine_chunks(),
        tuple(sorted(rejections, key=lambda rejection: rejection.row)),
        (pc.sum(bad).as_py() or 0) + len(sheet.misshapen),
        matching.unused,
    )


def _readings(headers: Mapping[str, str], sheet: Sheet, source: Source, as_of: date | None) -> dict[str, Reading]:  # fmt: skip
    def unit(name: str) -> int:
        return unit_of(name, headers.get(name, ""), source, sheet).size

    return {name: Reading(unit(name), source.dates.get(name, ""), as_of) for name in {*headers, *source.constants}}


def _typed(
    texts: Mapping[str, Values], contract: TableContract, readings: Mapping[str, Reading], count: int
) -> tuple[pa.Table, dict[str, Values]]:
    """The values of all columns of the contract, and the faults of those that the file has."""
    values, faults = {}, {}
    for column in contract.columns:
        text = texts[column.name]
        if text is None:
            values[column.name] = pa.nulls(count, column.type)
        else:
            parsed = parse(column, text, readings[column.name], id_type=texts.get("id_type"))
            values[column.name], faults[column.name] = parsed
    return pa.table(values, schema=contract.schema), faults


def _mark_number_cells(
    faults: dict[str, Values], sheet: Sheet, headers: Mapping[str, str], contract: TableContract
) -> None:
    """A number where an identifier belongs is at fault, however it looks."""
    for name, header in headers.items():
        if contract.column(name).kind in NEVER_A_NUMBER:
            marks = sheet.numbers.get(header)
            if pa.types.is_floating(sheet.table.column(header).type):
                marks = sheet.table.column(header).is_valid()
            if marks is not None:
                faults[name] = pc.if_else(marks.combine_chunks(), pa.scalar("number_cell"), faults[name])


def _mark_error_cells(faults: dict[str, Values], texts: Mapping[str, Values]) -> None:
    """What a formula failed to compute is no empty cell, unless the mapping says so (nulls)."""
    wrong = pa.array(FORMULA_ERRORS)
    for name, fault in faults.items():
        faults[name] = pc.if_else(pc.is_in(texts[name], value_set=wrong), pa.scalar("error_cell"), fault)


def _any_fault(faults: Mapping[str, Values], count: int) -> Values:
    bad = pa.repeat(pa.scalar(False), count)
    for fault in faults.values():
        bad = pc.or_(bad, fault.is_valid())
    return bad


def _rejections(
    faults: Mapping[str, Values],
    texts: Mapping[str, Values],
    sheet: Sheet,
    contract: TableContract,
    file: str,
    headers: Mapping[str, str],
) -> list[Rejection]:
    found = []
    for name, fault in faults.items():
        bad, column = fault.is_valid(), contract.column(name)
        parts = (part.filter(bad).to_pylist() for part in (sheet.rows, texts[name], fault))
        found += [
            Rejection(
                file, row, contract.name, name, masked(value, column), code, reason(code, column),
                headers.get(name, ""), sheet.origin.sheet,
            )
            for row, value, code in zip(*parts, strict=True)
        ]  # fmt: skip
    return found

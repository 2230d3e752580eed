"""From a file's cells to a canonical table: typed column by column, with the rows that break the contract set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import InputError, MisuseError
from ..nearest import nearest, suggest
from .contracts import NEVER_A_NUMBER, TABLES, Column, TableContract
from .headers import FORBIDDEN, learned, learned_values, plain, unit_in
from .kinds import Reading, Values, parse
from .mapping import Source
from .masks import masked
from .reasons import reason
from .sheet import Sheet

_SPACES = " \t\r\n\v\f\u3000\u00a0\ufeff"  # the full-width space, the no-break space and the stray mark among them
_AS_WRITTEN = frozenset({"name", "text"})  # rare characters in names have look-alikes that folding would swap in


@dataclass(frozen=True)
class Rejection:
    """One cell that breaks the contract; its whole row was set aside. `value` is masked where it is personal."""

    file: str
    row: int
    table: str
    column: str
    value: str
    code: str
    reason: str


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
    headers = match_headers(sheet, contract, source, file=file)
    texts = {column.name: _clean(sheet, headers, column, contract, source) for column in contract.columns}
    table, faults = _typed(texts, contract, _readings(headers, source, as_of), sheet.table.num_rows)
    _mark_number_cells(faults, sheet, headers, contract)
    bad = _any_fault(faults, sheet.table.num_rows)
    rejections = _rejections(faults, texts, sheet, contract, file)
    rejections += [
        Rejection(file, row.row, contract.name, "", "", "fields", reason("fields")) for row in sheet.misshapen
    ]
    good = pc.invert(bad)
    return Conformed(
        table.filter(good),
        sheet.rows.filter(good).combine_chunks(),
        tuple(sorted(rejections, key=lambda rejection: rejection.row)),
        (pc.sum(bad).as_py() or 0) + len(sheet.misshapen),
        tuple(header for header in sheet.table.column_names if header not in headers.values()),
    )


def match_headers(sheet: Sheet, contract: TableContract, source: Source, *, file: str) -> dict[str, str]:
    """Canonical column -> the file's header: by the mapping, else by the learned words."""
    known = learned(contract.name)
    found: dict[str, str] = {}
    for header in sheet.table.column_names:
        if FORBIDDEN.search(plain(header)):
            raise InputError(
                "must not be held (passwords, card secrets, biometrics, credit-bureau data); have the extract made "
                "again without it, and delete this one",
                file=file,
                column=header,
            )
        name = source.columns.get(plain(header), known.get(plain(header), ""))
        if not name or name in source.constants:
            continue
        if name in found or header in sheet.duplicates:
            raise InputError(
                f"'{found.get(name, header)}' and '{header}' both stand for {name}; leave one out in the mapping (\"{header}\" = \"\")",
                file=file,
                column=header,
            )
        found[name] = header
    for name in contract.required:
        if name not in found and name not in source.constants:
            free = [header for header in sheet.table.column_names if header not in found.values()]
            raise InputError(_missing(name, contract, free, known), file=file, column=name)
    return found


def _missing(name: str, contract: TableContract, free: Sequence[str], known: Mapping[str, str]) -> str:
    words = [word for word, column in known.items() if column == name]
    near = next((header for header in free if nearest(plain(header), words)), "")
    others = f"the file's other columns are {', '.join(free)}" if free else "all its headers stand for other columns"
    hint = f"'{near}' looks like it" if near else others
    return (
        f"required for {contract.name}, and no header of the file stands for it; {hint}; name it in a mapping "
        f'([file.columns] "{near or "…"}" = "{name}") or head the column \'{name}\''
    )


def _readings(headers: Mapping[str, str], source: Source, as_of: date | None) -> dict[str, Reading]:
    def unit(name: str) -> int:
        return source.units.get(name) or unit_in(headers.get(name, "")) or 1

    return {name: Reading(unit(name), source.dates.get(name, ""), as_of) for name in {*headers, *source.constants}}


def _clean(sheet: Sheet, headers: Mapping[str, str], column: Column, contract: TableContract, source: Source) -> Values:
    """The column as trimmed text, nulls as null, the bank's codes as ours; None where the file has no such column."""
    count = sheet.table.num_rows
    if column.name in source.constants:
        return pa.repeat(pa.scalar(source.constants[column.name]), count)
    if column.name not in headers:
        return None
    text = _as_text(sheet.table.column(headers[column.name])).combine_chunks()
    if column.kind not in _AS_WRITTEN:
        text = pc.utf8_normalize(text, form="NFKC")
    text = pc.utf8_trim(text, characters=_SPACES)
    text = pc.if_else(pc.is_in(text, value_set=pa.array(source.nulls, pa.string())), pa.scalar(None, pa.string()), text)
    words = {**learned_values(contract.name, column.name), **source.values.get(column.name, {})}
    return _replaced(text, words) if words else text


def _as_text(values: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    return values if values.type == pa.string() else values.cast(pa.string())


def _replaced(text: Values, words: Mapping[str, str]) -> Values:
    """The bank's words as ours; mapped to an empty text, a word stands for nothing known."""
    place = pc.index_in(text, value_set=pa.array(list(words), pa.string()))
    return pc.if_else(
        pc.is_valid(place), pc.take(pa.array([word or None for word in words.values()], pa.string()), place), text
    )


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


def _any_fault(faults: Mapping[str, Values], count: int) -> Values:
    bad = pa.repeat(pa.scalar(False), count)
    for fault in faults.values():
        bad = pc.or_(bad, fault.is_valid())
    return bad


def _rejections(
    faults: Mapping[str, Values], texts: Mapping[str, Values], sheet: Sheet, contract: TableContract, file: str
) -> list[Rejection]:
    found = []
    for name, fault in faults.items():
        bad, column = fault.is_valid(), contract.column(name)
        parts = (part.filter(bad).to_pylist() for part in (sheet.rows, texts[name], fault))
        found += [
            Rejection(file, row, contract.name, name, masked(value, column), code, reason(code, column))
            for row, value, code in zip(*parts, strict=True)
        ]
    return found

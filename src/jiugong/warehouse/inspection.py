"""What a file is, before it is loaded: its shape, which table, what each column was taken for, and what to look at.

Pure data: everything can be written as JSON, and nothing personal stands in it unless `masked=False` asks for it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from ..errors import MisuseError
from ..nearest import suggest
from .cleaning import cleaned
from .contracts import READABLE, Column, TableContract
from .date_forms import DateForms, date_forms
from .headers import label, table_of
from .kinds import Values
from .mapping import Source
from .masks import masked as mask
from .masks import masked_unknown
from .matching import Matching, match_headers, refuse_forbidden
from .notices import Notice
from .reader import read_sheet
from .reading.header import plain
from .reading.limits import OPERATOR, Limits
from .sheet import Sheet
from .suspicions import suspicions
from .units import Unit, unit_of

FIRST_ROWS, EXAMPLES = 20, 3


@dataclass(frozen=True)
class Candidate:
    """A table that the file may be: how many of its headers it explains, and which required columns it would miss."""

    table: str
    explained: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class ColumnFound:
    """What a canonical column was made of.

    label : what people call it; header : as the file writes it, empty for a constant of the mapping
    by : mapping, remembered, learned, constant
    unit, unit_from : money only: 元, 万元 …; declared, header, group (header over it), title (above all), assumed
    dates : dates only: the forms found; format : the one that was declared
    filled : share of rows with a value; examples : a few values, masked
    """

    column: str
    label: str
    kind: str
    required: bool
    header: str
    by: str
    unit: str = ""
    unit_from: str = ""
    dates: DateForms | None = None
    format: str = ""
    filled: float = 0.0
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inspection:
    """A file before it is loaded. `table`: the chosen one, empty where no header is known; `tables`: all, the best first.

    rows : with the header's fields; misshapen : those with more or fewer. missing : required columns without a header;
    unused : headers of no column; doubled : (column, header, other header); first : FIRST_ROWS rows under `headers`, at
    the row numbers `numbers`
    """

    file: str
    kind: str
    encoding: str
    separator: str
    sheet: str
    sheets: tuple[str, ...]
    hidden: tuple[str, ...]
    header_row: int
    above: tuple[str, ...]
    rows: int
    misshapen: int
    table: str
    tables: tuple[Candidate, ...]
    columns: tuple[ColumnFound, ...]
    missing: tuple[str, ...]
    unused: tuple[str, ...]
    doubled: tuple[tuple[str, str, str], ...]
    headers: tuple[str, ...]
    numbers: tuple[int, ...]
    first: tuple[tuple[str, ...], ...]
    notices: tuple[Notice, ...]

    @property
    def loadable(self) -> bool:
        """Whether a load would take the file: its table is known, no required column is missing, none stands twice."""
        return bool(self.table) and not self.missing and not self.doubled

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self) | {"loadable": self.loadable}

    def learned_source(self, match: str = "*") -> Source:
        """What was found, to be remembered of the source: header by header."""
        columns = {plain(found.header): found.column for found in self.columns if found.header}
        return Source(match=match, table=self.table, columns=columns)


def inspect(
    file: str | Path | Sheet,
    *,
    table: str | None = None,
    source: Source = Source(),  # noqa: B008 - frozen
    as_of: date | None = None,
    branches: Collection[str] | None = None,
    masked: bool = True,
    name: str = "",
    limits: Limits = OPERATOR,
) -> Inspection:
    """What a file is and what would be made of it; nothing is loaded.

    Parameters
    ----------
    file : a path, or a sheet that was read already (`name`: what to call it)
    table : the canonical table, or `customer_list`; else the source's, else the one that explains most headers
    source : the mapping, with what is remembered of the source (`Source.with_remembered`)
    branches : the known outlets' codes; others are counted
    masked : False shows personal values of the examples and of the first rows as they are
    Raises
    ------
    InputError: the file cannot be read, or holds what must not be held
    """
    if table and table not in READABLE:
        raise MisuseError(f"'{table}' is no table; {suggest(table, READABLE)}")
    if not isinstance(file, Sheet):
        name, file = name or Path(file).name, read_source(Path(file), source, limits=limits)
    refuse_forbidden(file, file=name)
    tables = candidates(file, source, name)
    chosen = table or source.table or (tables[0].table if tables else "")
    contract = READABLE.get(chosen, TableContract("", ()))
    matching = match_headers(file, contract, source)
    texts = _texts(file, matching, contract, source)
    columns = tuple(_found(column, texts[column.name], file, matching, source, contract, masked) for column in contract.columns if column.name in texts)  # fmt: skip
    return Inspection(
        file=name,
        kind=file.origin.kind,
        encoding=file.origin.encoding,
        separator=file.origin.separator,
        sheet=file.origin.sheet,
        sheets=file.origin.sheets,
        hidden=file.origin.hidden,
        header_row=file.origin.header_row,
        above=file.origin.above,
        rows=file.table.num_rows,
        misshapen=len(file.misshapen),
        table=chosen,
        tables=tables,
        columns=columns,
        missing=matching.missing,
        unused=matching.unused,
        doubled=matching.doubled,
        headers=tuple(file.headers),
        numbers=tuple(file.rows.slice(0, FIRST_ROWS).to_pylist()),
        first=_first_rows(file, matching, contract, masked),
        notices=tuple(suspicions(file, contract, source, matching, texts, as_of=as_of, branches=branches)),
    )


def candidates(sheet: Sheet, source: Source, name: str = "") -> tuple[Candidate, ...]:
    """The tables that explain a header, the likeliest first: most headers, fewest missing, then as the file's name says."""
    found = []
    for table, contract in READABLE.items():
        matching = match_headers(sheet, contract, source if source.table in {"", table} else Source())
        if matching.found:
            found.append(Candidate(table, len(matching.found), matching.missing))
    said = table_of(name)
    return tuple(sorted(found, key=lambda each: (len(each.missing) - each.explained, each.table != said)))


def read_source(path: Path, source: Source, *, limits: Limits = OPERATOR) -> Sheet:
    """The cells of a file, as the mapping says it is written."""
    return read_sheet(
        path,
        encoding=source.encoding,
        separator=source.separator,
        header_row=source.header_row,
        sheet=source.sheet,
        words={*source.columns, *source.remembered},
        limits=limits,
    )


def _texts(sheet: Sheet, matching: Matching, contract: TableContract, source: Source) -> dict[str, Values]:
    headers = {name: match.header for name, match in matching.found.items()}
    found = {column.name: cleaned(sheet, headers, column, contract, source) for column in contract.columns}
    return {name: text for name, text in found.items() if text is not None}


def _found(
    column: Column,
    text: Values,
    sheet: Sheet,
    matching: Matching,
    source: Source,
    contract: TableContract,
    hide: bool,
) -> ColumnFound:
    match = matching.found.get(column.name)
    header = match.header if match else ""
    unit = unit_of(column.name, header, source, sheet) if column.kind == "money" else Unit(1, "")
    format_ = source.dates.get(column.name, "")
    return ColumnFound(
        column=column.name,
        label=label(contract.name, column.name),
        kind=column.kind,
        required=column.required,
        header=header,
        by=match.by if match else "constant",
        unit=unit.word if column.kind == "money" else "",
        unit_from=unit.origin,
        dates=date_forms(text) if column.kind in {"date", "month", "instant"} and not format_ else None,
        format=format_,
        filled=round(1 - text.null_count / len(text), 4) if len(text) else 0.0,
        examples=_examples(column, text, hide),
    )


def _examples(column: Column, text: Values, hide: bool) -> tuple[str, ...]:
    some = pc.unique(text.drop_null().slice(0, 1_000)).slice(0, EXAMPLES).to_pylist()
    return tuple(mask(value, column) if hide else value for value in some)


def _first_rows(sheet: Sheet, matching: Matching, contract: TableContract, hide: bool) -> tuple[tuple[str, ...], ...]:
    by_header: Mapping[str, str] = {match.header: name for name, match in matching.found.items()}
    columns = []
    for header in sheet.headers:
        values = ["" if value is None else str(value) for value in sheet.table[header].slice(0, FIRST_ROWS).to_pylist()]
        if hide and header in by_header:
            values = [mask(value, contract.column(by_header[header])) for value in values]
        elif hide:
            values = [masked_unknown(value, header) for value in values]
        columns.append(values)
    return tuple(zip(*columns, strict=True))

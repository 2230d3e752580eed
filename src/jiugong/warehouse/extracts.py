"""One file, read and checked: the canonical rows in it, what was set aside, what to look at. And several of them together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .clashes import clashes
from .conform import Conformed, Rejection, conform_sheet
from .contracts import CUSTOMER_LIST, READABLE, TABLES
from .lists import Part, cannot_be_split, is_plain, list_notices, made_numbers, split
from .mapping import Source
from .masks import masked
from .matching import match_headers
from .notices import Notice, notice
from .reasons import reason
from .sheet import Sheet
from .store.batches import FileReport
from .units import unit_notices


@dataclass(frozen=True)
class Extract:
    """What one file holds. `kept`: the numbers of the rows that are loaded, each whole; `parts`: what they say.

    table : what the file was read as: a canonical table, or `customer_list`, which has several parts
    """

    file: str
    table: str
    parts: Mapping[str, Part]
    kept: pa.Array
    rejections: tuple[Rejection, ...] = ()
    quarantined: int = 0
    unused: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    sheet: str = ""

    @property
    def report(self) -> FileReport:
        loaded = len(self.kept)
        return FileReport(self.file, self.table, loaded + self.quarantined, loaded, self.quarantined, self.unused)

    def without(self, codes: Mapping[int, str], name: str) -> Extract:
        """With rows of the file set aside, and of a list all rows of their customers. `codes`: file's row -> code."""
        key = TABLES[name].column(TABLES[name].key[0])
        table, rows = self.parts[name].table, self.parts[name].rows
        values = dict(zip(rows.to_pylist(), table[key.name].to_pylist(), strict=True))
        all_codes = self._with_twins(codes)
        rejections = [
            Rejection(
                self.file, row, self.table, key.name, masked(values.get(row), key), code, reason(code), sheet=self.sheet
            )
            for row, code in all_codes.items()
        ]
        gone = pa.array(sorted(all_codes), pa.int64())
        parts = {
            part: Part(
                held.table.filter(kept := pc.invert(pc.is_in(held.rows, value_set=gone))), held.rows.filter(kept)
            )
            for part, held in self.parts.items()
        }
        return replace(
            self,
            parts=parts,
            kept=self.kept.filter(pc.invert(pc.is_in(self.kept, value_set=gone))),
            rejections=tuple(sorted([*self.rejections, *rejections], key=lambda rejection: rejection.row)),
            quarantined=self.quarantined + len(all_codes),
        )

    def _with_twins(self, codes: Mapping[int, str]) -> dict[int, str]:
        """The customer of a list stands in `customers` once, but his loans may stand in further rows of the file."""
        if self.table != CUSTOMER_LIST:
            return dict(codes)
        owner = {row: customer for part in self.parts.values() for row, customer in zip(part.rows.to_pylist(), part.table["customer_id"].to_pylist(), strict=True)}  # fmt: skip
        code_of = {owner[row]: code for row, code in codes.items()}
        return {row: code_of[customer] for row, customer in sorted(owner.items()) if customer in code_of}


@dataclass(frozen=True)
class Joined:
    """The files of a load together: by canonical table their rows, none of whose keys clash."""

    tables: Mapping[str, pa.Table]
    extracts: tuple[Extract, ...]

    @property
    def files(self) -> tuple[FileReport, ...]:
        return tuple(extract.report for extract in self.extracts)

    @property
    def rejections(self) -> tuple[Rejection, ...]:
        return tuple(rejection for extract in self.extracts for rejection in extract.rejections)


def extract(sheet: Sheet, table: str, source: Source = Source(), *, file: str, as_of: date) -> Extract:  # noqa: B008
    """Check a sheet's rows and take it apart.

    Parameters
    ----------
    table : a canonical table or `customer_list`; a list with columns of customers only is `customers`
    as_of : the date that the file speaks of; a list's balances are of the last month that was complete on it
    Raises
    ------
    InputError: a required column is missing, a column is forbidden, two headers stand for one column
    """
    if table == CUSTOMER_LIST and is_plain(match_headers(sheet, READABLE[table], source), source.constants):
        table = "customers"
    done = conform_sheet(sheet, READABLE[table], source, file=file, as_of=as_of)
    matching = match_headers(sheet, READABLE[table], source)
    found = list(unit_notices(sheet, READABLE[table], source, matching))
    plain: dict[str, Any] = {"file": file, "table": table, "unused": done.unused, "sheet": sheet.origin.sheet}
    if table != CUSTOMER_LIST:
        parts = {table: Part(done.table, done.rows)}
        return Extract(
            **plain,
            parts=parts,
            kept=done.rows,
            rejections=done.rejections,
            quarantined=done.quarantined,
            notices=tuple(found),
        )
    done = _without(done, cannot_be_split(done.table), file, sheet.origin.sheet)
    found += [note for note in list_notices(matching) if note.code != "derived_loans"]
    if made := made_numbers(done.table):
        found.append(notice("derived_loans", column="loan_id", count=made))
    return Extract(
        **plain,
        parts=split(done.table, done.rows, {*matching.found, *source.constants}, as_of),
        kept=done.rows,
        rejections=done.rejections,
        quarantined=done.quarantined,
        notices=tuple(found),
    )


def join_extracts(extracts: Iterable[Extract]) -> Joined:
    """All rows of a load by table; those whose keys clash move from their extract to its rejections."""
    parts = list(extracts)
    names = sorted({name for part in parts for name in part.parts})
    for name in names:
        _set_clashes_aside(name, parts)
    tables = {
        name: pa.concat_tables([part.parts[name].table for part in parts if name in part.parts]) for name in names
    }
    return Joined(tables, tuple(parts))


def _set_clashes_aside(name: str, extracts: list[Extract]) -> None:
    mine = [place for place, part in enumerate(extracts) if name in part.parts]
    bounds = np.cumsum([0] + [extracts[place].parts[name].table.num_rows for place in mine])
    found = clashes(pa.concat_tables([extracts[place].parts[name].table for place in mine]), TABLES[name])
    for nth, place in enumerate(mine):
        rows = extracts[place].parts[name].rows
        inside = {rows[at - int(bounds[nth])].as_py(): code for at, code in found.items() if bounds[nth] <= at < bounds[nth + 1]}  # fmt: skip
        if inside:
            extracts[place] = extracts[place].without(inside, name)


def _without(done: Conformed, codes: Mapping[int, str], file: str, sheet: str) -> Conformed:
    """A conformed list without some of its rows, by position."""
    key = READABLE[CUSTOMER_LIST].column("customer_id")
    places = sorted(codes)
    rows, values = (_taken(part, places) for part in (done.rows, done.table[key.name]))
    rejections = [
        Rejection(file, row, CUSTOMER_LIST, key.name, masked(value, key), codes[at], reason(codes[at]), sheet=sheet)
        for at, row, value in zip(places, rows, values, strict=True)
    ]
    kept = np.ones(done.table.num_rows, bool)
    kept[places] = False
    return replace(
        done,
        table=done.table.filter(pa.array(kept)),
        rows=done.rows.filter(pa.array(kept)),
        rejections=tuple(sorted([*done.rejections, *rejections], key=lambda rejection: rejection.row)),
        quarantined=done.quarantined + len(places),
    )


def _taken(values: pa.Array, places: Sequence[int]) -> list[Any]:
    return list(values.take(pa.array(places, pa.int64())).to_pylist())

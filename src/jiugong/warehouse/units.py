"""In what unit a file writes a column of money, and where it says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .contracts import TableContract
from .headers import UNITS, unit_in
from .mapping import Source
from .matching import Matching
from .notices import Notice, notice
from .reading.header import folded
from .sheet import Sheet

DECLARED, HEADER, GROUP, TITLE, ASSUMED = "declared", "header", "group", "title", "assumed"
_TITLE = re.compile(rf"单位[:：]?(?:人民币)?({'|'.join(sorted(UNITS, key=len, reverse=True))})")


@dataclass(frozen=True)
class Unit:
    """`size` units of currency in one; `origin`: declared in the mapping, in the header, in a group header over it, in a title
    above all, or assumed."""

    size: int
    origin: str

    @property
    def word(self) -> str:
        return next((word for word, size in UNITS.items() if size == self.size), str(self.size))


def unit_of(name: str, header: str, source: Source, sheet: Sheet) -> Unit:
    """What is declared counts before what the header says, and that before `单位：万元` above all headers."""
    if name in source.units:
        return Unit(source.units[name], DECLARED)
    if (said := unit_in(header)) is not None:
        return Unit(said, GROUP if header.strip() in {name.strip() for name in sheet.origin.grouped} else HEADER)
    for title in sheet.origin.above:
        if found := _TITLE.search(folded(title)):
            return Unit(UNITS[found[1]], TITLE)
    return Unit(1, ASSUMED)


def unit_notices(sheet: Sheet, contract: TableContract, source: Source, matching: Matching) -> Iterator[Notice]:
    """Units that stand apart from their columns: right as a rule, but somebody should see it."""
    for name, match in matching.found.items():
        unit = unit_of(name, match.header, source, sheet) if contract.column(name).kind == "money" else Unit(1, "")
        if unit.origin in {GROUP, TITLE}:
            yield notice(f"{unit.origin}_unit", column=name, header=match.header, unit=unit.word)

"""In what unit a file writes a column of money, and where it says so."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .headers import UNITS, unit_in
from .mapping import Source
from .reading.header import folded
from .sheet import Sheet

DECLARED, HEADER, TITLE, ASSUMED = "declared", "header", "title", "assumed"
_TITLE = re.compile(rf"单位[:：]?(?:人民币)?({'|'.join(sorted(UNITS, key=len, reverse=True))})")


@dataclass(frozen=True)
class Unit:
    """`size` units of currency in one; `origin`: declared in the mapping, in the header, in a title above it, or assumed."""

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
        return Unit(said, HEADER)
    for title in sheet.origin.above:
        if found := _TITLE.search(folded(title)):
            return Unit(UNITS[found[1]], TITLE)
    return Unit(1, ASSUMED)

"""Where the header stands: titles above it, group headers over it (客户信息 | 余额 over 客户号 …), words that are known."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

LOOK = 10  # rows in which the header is looked for
_SUFFIX = re.compile(r"[(\[]([^()\[\]]*)[)\]]$")
_SPACE = re.compile(r"\s+")

Cells = Sequence[str]
Merged = Mapping[int, Collection[tuple[int, int]]]


@dataclass(frozen=True)
class Header:
    """row : its place in the rows looked at; known : how many of its names are known; above : the rows over it

    grouped : those of the names whose unit stands in the group header over them
    """

    row: int
    names: tuple[str, ...]
    known: int
    above: tuple[str, ...] = ()
    grouped: tuple[str, ...] = ()


def plain(header: str) -> str:
    """The header as it is compared: without unit, spaces, line breaks, full width and case."""
    return _SUFFIX.sub("", folded(header)) or folded(header)


def suffix(header: str) -> str:
    """`余额（万元）` -> `万元`; empty where there is none."""
    found = _SUFFIX.search(folded(header))
    return found[1] if found else ""


def folded(header: str) -> str:
    return _SPACE.sub("", unicodedata.normalize("NFKC", header)).lower()


def find_header(top: Sequence[Cells], words: Set[str], row: int | None = None, merged: Merged | None = None) -> Header:
    """The header among the first rows of a file.

    row : where it is said to stand; merged : row -> (first, last) columns of merged cells, where the file knows them.
    In text a merged cell is followed by empty ones, so there a group reaches up to the next.
    """
    if row is not None:
        return _header(top, row, top[row] if row < len(top) else (), words, merged)
    counts = [_known(cells, words) for cells in top]
    best = max(counts, default=0)
    # A cell of one row over an empty cell of the next: 客户号 merged over both rows, 余额 over 活期 and 定期.
    both = [_stacked(upper, lower) for upper, lower in pairwise(top)]
    stacked = [_known(cells, words) for cells in both]
    if max(stacked, default=0) > max(best, 1):
        place = stacked.index(max(stacked))
        return _header(top, place + 1, both[place], words, merged)
    place = counts.index(best) if best > 1 else _first_filled(top)
    return _header(top, place, top[place] if top else (), words, merged)


def _header(top: Sequence[Cells], row: int, cells: Cells, words: Set[str], merged: Merged | None) -> Header:
    groups = (
        _groups(top[row - 1], len(cells), None if merged is None else merged.get(row - 1, ()))
        if 0 < row <= len(top)
        else []
    )
    names, grouped = _under(groups, cells) if groups else (list(cells), ())
    titles = tuple(" ".join(cell.strip() for cell in each if cell.strip())[:200] for each in top[:row])
    return Header(row, tuple(names), _known(names, words), tuple(title for title in titles if title), tuple(grouped))


def _known(cells: Cells, words: Set[str]) -> int:
    return len({plain(cell) for cell in cells if cell.strip()} & words)


def _first_filled(top: Sequence[Cells]) -> int:
    """The first row with two filled cells: above it stand titles in one merged cell. A single column has one cell."""
    filled = [sum(bool(cell.strip()) for cell in cells) for cells in top]
    return next((place for most in (2, 1) for place, count in enumerate(filled) if count >= most), 0)


def _stacked(upper: Cells, lower: Cells) -> list[str]:
    width = max(len(upper), len(lower))
    pairs = zip(_padded(upper, width), _padded(lower, width), strict=True)
    return [low if low.strip() else up for up, low in pairs]


def _padded(cells: Cells, width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _groups(above: Cells, width: int, spans: Collection[tuple[int, int]] | None) -> list[str]:
    """The group header over each column, as far as the row above the header is one: it has several cells, and empty ones."""
    filled = sum(bool(cell.strip()) for cell in above)
    if not 2 <= filled < max(len(above), width):
        return []
    over = [cell.strip() for cell in _padded(above, width)]
    if spans is None:
        for place in range(1, len(over)):
            over[place] = over[place] or over[place - 1]
        return over
    for first, last in spans:
        over[first : last + 1] = [over[first]] * len(over[first : last + 1])
    return over


def _under(groups: Sequence[str], cells: Cells) -> tuple[list[str], list[str]]:
    """The names, with what the group over them adds: the unit, and the group where a name stands twice; and who got a unit."""
    times, names, grouped = Counter(plain(cell) for cell in cells if cell.strip()), [], []
    for group, cell in zip(groups, cells, strict=False):
        name = cell
        if cell.strip() and group and group != cell.strip():
            if times[plain(cell)] > 1:
                name = f"{_SUFFIX.sub('', unicodedata.normalize('NFKC', group))}{cell.strip()}"
            if suffix(group) and not suffix(cell):
                name = f"{name.strip()}（{suffix(group)}）"
                grouped.append(name)
        names.append(name)
    return names, grouped

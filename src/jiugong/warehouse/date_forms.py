"""In which form a column's dates are written, in words that can be shown."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import pyarrow.compute as pc

from .kinds import Values

_MOST = 20_000  # distinct texts that are looked at
_TIME = r"(?:[T ]\d{1,2}:\d{2}.*)?"
_FORMS = tuple(
    (re.compile(pattern), shown)
    for pattern, shown in (
        (rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}{_TIME}", "2026-03-02"),
        (rf"\d{{4}}/\d{{1,2}}/\d{{1,2}}{_TIME}", "2026/3/2"),
        (rf"\d{{4}}\.\d{{1,2}}\.\d{{1,2}}{_TIME}", "2026.3.2"),
        (rf"\d{{4}}年\d{{1,2}}月\d{{1,2}}日?{_TIME}", "2026年3月2日"),
        (rf"\d{{8}}{_TIME}", "20260302"),
        (r"\d{4}-\d{1,2}", "2026-03"),
        (r"\d{4}[/.]\d{1,2}", "2026/3"),
        (r"\d{4}年\d{1,2}月", "2026年3月"),
        (r"(?:19|20)\d{4}", "202603"),
        (r"[2-7]\d{4}", "Excel 日期序号"),
    )
)
_TWO_FIRST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}")


@dataclass(frozen=True)
class DateForms:
    """forms : form -> cells, the commonest first; formats : declarations that would read the cells no form fits

    example : such a cell; two formats mean that day and month cannot be told apart, none that all cells are read.
    """

    forms: tuple[tuple[str, int], ...] = ()
    formats: tuple[str, ...] = ()
    example: str = ""
    other: int = 0


def date_forms(text: Values) -> DateForms:
    """Of the cleaned text of a column of dates, months or times."""
    counted = pc.value_counts(text.drop_null())
    forms: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for pair in counted.slice(0, _MOST).to_pylist():
        cell, count = pair["values"], pair["counts"]
        form = next((shown for pattern, shown in _FORMS if pattern.fullmatch(cell)), "")
        (forms if form else left)[form or cell] += count
    formats, example = _formats(left)
    other = sum(left.values())
    return DateForms(tuple(forms.most_common()), formats, example, other)


def _formats(left: Counter[str]) -> tuple[tuple[str, ...], str]:
    """What could be declared so that all cells of the form 03/04/2026 can be read."""
    found = [(cell, match) for cell in left if (match := _TWO_FIRST.fullmatch(cell))]
    if not found:
        return (), ""
    example, match = found[0]
    sign, year = match[2], "%Y" if len(match[4]) == 4 else "%y"
    firsts, seconds = (max(int(other[part]) for _, other in found) for part in (1, 3))
    formats = []
    if seconds <= 12:
        formats.append(f"%d{sign}%m{sign}{year}")
    if firsts <= 12:
        formats.append(f"%m{sign}%d{sign}{year}")
    return tuple(formats), example

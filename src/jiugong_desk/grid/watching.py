"""What the pages of the watch lists show, limited to whom the viewer may see."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from ..organisation.models import Staff
from .definitions import DEFINITIONS, fact_name, parameter_name
from .forms import month_name
from .models import WatchEntry, WatchList
from .queries import MONTHS_SHOWN
from .rules import sparkline

MONEY = frozenset({"threshold", "amount", "amount_before"})
ORDER = ("threshold", "amount_before", "amount", "day")  # what was, then what is


@dataclass(frozen=True)
class Watched:
    """A list over its months: the newest of them, how many the viewer sees on it, the month before, the course."""

    newest: WatchList
    count: int
    before: int | None
    line: str
    spoken: str
    months: list[tuple[WatchList, int]]  # newest first

    @property
    def difference(self) -> int | None:
        return None if self.before is None else self.count - self.before


def overview(staff: Staff) -> list[Watched]:
    """Every list with its last months (two queries)."""
    counts = dict(
        WatchEntry.objects.visible_to(staff).order_by().values_list("watch_list").annotate(number=Count("pk"))
    )
    by_code: dict[str, list[WatchList]] = defaultdict(list)
    for found in WatchList.objects.order_by("code", "-month"):
        if len(by_code[found.code]) < MONTHS_SHOWN:
            by_code[found.code].append(found)
    order = list(DEFINITIONS)
    codes = sorted(by_code, key=lambda code: order.index(code) if code in order else len(order))
    return [_watched([(one, counts.get(one.pk, 0)) for one in by_code[code]]) for code in codes]


def _watched(months: list[tuple[WatchList, int]]) -> Watched:
    oldest_first = months[::-1]
    return Watched(
        newest=months[0][0],
        count=months[0][1],
        before=months[1][1] if len(months) > 1 else None,
        line=sparkline([count for _, count in oldest_first]),
        spoken="；".join(f"{month_name(one.month)} {count:,}" for one, count in oldest_first),
        months=months,
    )


@dataclass(frozen=True)
class Shown:
    """One fact of a row: `money` as text of an amount, else a text."""

    value: str
    money: bool


def facts_of(
    found: WatchList, entries: list[WatchEntry]
) -> tuple[list[str], list[tuple[WatchEntry, list[Shown | None]]]]:
    """The names of the facts that occur on this page, and the rows with theirs in that order."""
    there = {key for entry in entries for key in entry.facts}
    keys = [key for key in ORDER if key in there] + sorted(there - set(ORDER))
    rows = [
        (entry, [Shown(entry.facts[key], key in MONEY) if key in entry.facts else None for key in keys])
        for entry in entries
    ]
    return [fact_name(found.code, key) for key in keys], rows


def parameters_of(found: WatchList) -> list[tuple[str, str]]:
    return [(parameter_name(key), value) for key, value in found.parameters.items()]


def months_of(found: WatchList) -> list[tuple[date, str]]:
    """The months of the same list with their references, newest first."""
    return list(WatchList.objects.filter(code=found.code).order_by("-month").values_list("month", "ref"))

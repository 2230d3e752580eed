"""What the pages of the watch lists show, limited to whom the viewer may see."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet

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
    """A list over its months: the newest of them, how many the viewer sees on it, the month before, the course.

    In some months it was not frozen: nobody knows who would have been on it, which is not the same as nobody.
    """

    newest: WatchList
    count: int
    before: int | None
    line: str
    spoken: str
    months: list[tuple[date, WatchList | None, int | None]]  # newest first

    @property
    def difference(self) -> int | None:
        return None if self.before is None else self.count - self.before


def overview(staff: Staff) -> list[Watched]:
    """Every list with its last months, up to the newest in which any was frozen (two queries)."""
    counts = dict(
        WatchEntry.objects.visible_to(staff).order_by().values_list("watch_list").annotate(number=Count("pk"))
    )
    by_code: dict[str, dict[date, WatchList]] = defaultdict(dict)
    for found in WatchList.objects.order_by("code", "-month"):
        by_code[found.code][found.month] = found
    newest = max((month for lists in by_code.values() for month in lists), default=None)
    order = list(DEFINITIONS)
    codes = sorted(by_code, key=lambda code: order.index(code) if code in order else len(order))
    return [_watched(by_code[code], counts, newest) for code in codes if newest]


def _watched(lists: dict[date, WatchList], counts: dict[int, int], until: date) -> Watched:
    def count(month: date) -> int | None:
        return counts.get(lists[month].pk, 0) if month in lists else None

    newest = max(lists)
    course = [(month, lists.get(month), count(month)) for month in _months(until, min(lists))]
    oldest_first = course[::-1]
    said = (f"{month_name(month)} {'—' if number is None else f'{number:,}'}" for month, _, number in oldest_first)
    return Watched(
        newest=lists[newest],
        count=counts.get(lists[newest].pk, 0),
        before=count(_month_before(newest)),
        line=sparkline([number for _, _, number in oldest_first]),
        spoken="；".join(said),
        months=course,
    )


def _months(newest: date, oldest: date) -> list[date]:
    """Newest first, at most so many as are shown."""
    found = [newest]
    while len(found) < MONTHS_SHOWN and found[-1] > oldest:
        found.append(_month_before(found[-1]))
    return found


def _month_before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def entries(staff: Staff, found: WatchList) -> QuerySet[WatchEntry]:
    """Those on the list whom the viewer may see, by number."""
    rows: QuerySet[WatchEntry] = WatchEntry.objects.visible_to(staff).filter(watch_list=found)
    return rows.order_by("customer__customer_no").select_related("customer", "customer__unit", "customer__manager")


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

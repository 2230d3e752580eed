"""What the pages of the watch lists show, limited to whom the viewer may see."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from ..organisation.models import Staff
from .forms import month_name
from .models import WatchEntry, WatchList
from .queries import MONTHS_SHOWN
from .rules import sparkline

FACTS: dict[str, Any] = {
    "amount": _("金额"),
    "average": _("上月日均"),
    "average_before": _("前月日均"),
    "category": _("种类"),
    "gap": _("距门槛"),
    "inflow": _("流入"),
    "last_transaction_on": _("最近交易"),
    "level": _("级别"),
    "matures_on": _("到期日"),
    "month_end": _("月末余额"),
    "opened_on": _("开户日期"),
    "payroll_before": _("此前代发"),
    "product": _("产品"),
    "replaced": _("已承接"),
    "threshold": _("门槛"),
}
MONEY = frozenset(
    {"amount", "average", "average_before", "gap", "inflow", "month_end", "payroll_before", "replaced", "threshold"}
)


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
    return [_watched([(one, counts.get(one.pk, 0)) for one in lists]) for lists in by_code.values()]


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


def facts_of(entries: list[WatchEntry]) -> tuple[list[Any], list[tuple[WatchEntry, list[Shown | None]]]]:
    """The names of the facts that occur on this page, and the rows with theirs in that order."""
    keys = sorted({key for entry in entries for key in entry.facts})
    rows = [
        (entry, [Shown(entry.facts[key], key in MONEY) if key in entry.facts else None for key in keys])
        for entry in entries
    ]
    return [FACTS.get(key, key) for key in keys], rows


def months_of(found: WatchList) -> list[tuple[date, str]]:
    """The months of the same list with their references, newest first."""
    return list(WatchList.objects.filter(code=found.code).order_by("-month").values_list("month", "ref"))

"""The amendments of a campaign in its figures: frozen with the report, in words, and as lines on its charts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..campaigns import marks
from ..campaigns.models import Campaign
from ..campaigns.plan import LABELS


def frozen(campaign: Campaign, *, until: datetime | None) -> list[dict[str, Any]]:
    """As a report keeps them: number, day, the parts that changed and the reason; those in force at the cut-off."""
    return [
        {"number": one.number, "day": one.day.isoformat(), "parts": list(one.parts), "reason": one.reason}
        for one in marks.marks(campaign, until=until)
    ]


def told(figures: Mapping[str, Any]) -> list[dict[str, str]]:
    """In words, for pages and documents. Reports from before there were amendments have none."""
    return [
        {
            "name": _("变更{n}").format(n=one["number"]),
            "day": _day(one["day"]),
            "parts": pgettext("列举", "、").join(str(LABELS[name]) for name in one["parts"]),
            "reason": one["reason"],
        }
        for one in figures.get("amendments", ())
    ]


def note(figures: Mapping[str, Any]) -> str:
    """What stands under every chart, for who cannot see its lines: which, since when, and what was changed."""
    said = [_("{name}（{day}）：{parts}").format(**row) for row in told(figures)]
    return _("{which}。").format(which=pgettext("并列", "；").join(said)) if said else ""


def moved(figures: Mapping[str, Any]) -> str:
    """What another end of the campaign does to the figures, and what it does not."""
    if not any("ends_on" in one["parts"] for one in figures.get("amendments", ())):
        return ""
    return _("时间进度和均匀推进按变更后的结束日期计算；效果的评价窗口仍按启动时的结束日期，不随变更移动。")


def lines(figures: Mapping[str, Any], days: Sequence[date]) -> list[dict[str, Any]]:
    """Where a chart of these days has its dashed lines: at the day, or at the next one that it shows."""
    found: dict[int, list[Mapping[str, Any]]] = {}
    for one in figures.get("amendments", ()) if days else ():
        since = date.fromisoformat(one["day"])
        at = next((place for place, day in enumerate(days) if day >= since), len(days) - 1)
        found.setdefault(at, []).append(one)
    return [{"at": at, "label": _label(ones)} for at, ones in found.items()]


def _label(ones: Iterable[Mapping[str, Any]]) -> str:
    """变更1 3月5日; the names of all that fall on one place."""
    names = [_("变更{n}").format(n=one["number"]) for one in ones]
    last = max(one["day"] for one in ones)
    return f"{pgettext('列举', '、').join(names)} {_day(last)}"


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return _("{month}月{day}日").format(month=day.month, day=day.day)

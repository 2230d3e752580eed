"""Targets with a measure, a number and a day: read from a form, checked, said in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from ..core.verdict import Reason
from .measures import MEASURES, MOST_GOALS, PERCENT, PRIMARY

NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
REMEDY = _("请在“量化目标”中更正。")
LATEST_AFTER = 366  # days after the campaign's end by which a target must be judged

Goal = Mapping[str, str]


def goals_from(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """The rows of a sent form that say anything, as a plan keeps them."""
    rows = []
    for number in range(MOST_GOALS):
        row = {name: str(data.get(f"goal-{number}-{name}", "")).strip() for name in ("measure", "target", "by")}
        if row["measure"]:
            rows.append(row)
    return rows


def goal_faults(goals: Iterable[Goal], primary: str, ends_on: date) -> list[Reason]:
    """What is wrong with the targets: an unknown measure, no number, no day; one measure twice."""
    found, seen = [], set()
    for goal in goals:
        measure = MEASURES.get(str(goal.get("measure")))
        if measure is None:
            found.append(Reason("goal_measure", _("量化目标用了未知的指标。"), remedy=REMEDY))
            continue
        facts = {"what": measure.label}
        target = str(goal.get("target", ""))
        if not NUMBER.fullmatch(target) or (measure.unit is PERCENT and Decimal(target) > 100):
            found.append(
                Reason("goal_target", _("“{what}”的目标值须是数字（百分数不超过 100，最多两位小数）。"), facts, REMEDY)
            )
        if not _day_fits(str(goal.get("by", "")), ends_on):
            found.append(Reason("goal_day", _("“{what}”的考核日须是活动结束后一年以内的日期。"), facts, REMEDY))
        if goal["measure"] in seen:
            found.append(Reason("goal_twice", _("“{what}”设了两次目标。"), facts, REMEDY))
        seen.add(goal["measure"])
    if primary and primary not in PRIMARY:
        found.append(Reason("primary_measure", _("主要指标须是户均日均存款提升或达成率提升。"), remedy=REMEDY))
    return found


def _day_fits(text: str, ends_on: date) -> bool:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    return abs((day - ends_on).days) <= LATEST_AFTER


def target_of(goals: Iterable[Goal], measure: str) -> Decimal | None:
    """In the measure's unit; None where there is none, or what is being typed is no number yet."""
    told = next((str(goal.get("target", "")) for goal in goals if goal.get("measure") == measure), "")
    return Decimal(told) if NUMBER.fullmatch(told) else None


def sentence(goal: Goal) -> str:
    """接通率 不低于 50%（2026-03-31 前）."""
    measure = MEASURES[goal["measure"]]
    bound = _text("不高于") if measure.most else _text("不低于")
    return _text("{what} {bound} {target}{unit}（{by} 前）").format(
        what=measure.label, bound=bound, target=f"{Decimal(goal['target']):,}", unit=measure.unit, by=goal["by"]
    )

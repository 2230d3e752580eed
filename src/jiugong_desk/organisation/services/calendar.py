"""Seed the bank's calendar from the published public holidays; the bank's own changes are never overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import holidays
from django.db import transaction

from ...audit import services as audit
from ...core import clock
from ..calendar import weekly_rule
from ..models import CalendarDay
from .acting import COMMAND_LINE

CHAIN = "system"  # the calendar is the whole bank's


@transaction.atomic
def seed_calendar(*, years: Iterable[int], by_staff_no: str = COMMAND_LINE, at: datetime | None = None) -> int:
    """Add the public holidays and the worked weekend days of these years; how many days were new.

    A year whose make-up days are not yet announced gets its holidays only (the State Council's notice comes in
    November): seed it again later. Days that the desk knows already stay as they are.
    """
    wanted = sorted(set(years))
    days = list(_exceptions(wanted))
    before = CalendarDay.objects.count()
    CalendarDay.objects.bulk_create(days, ignore_conflicts=True)
    added = CalendarDay.objects.count() - before
    if added:
        audit.record(
            chain=CHAIN, by=by_staff_no, at=at or clock.now(), verb="calendar.seeded", about="calendar",
            ref="-".join(str(year) for year in (wanted[0], wanted[-1])), facts={"days": added},
        )  # fmt: skip
    return added


def _exceptions(years: list[int]) -> Iterable[CalendarDay]:
    """The days that differ from the weekly rule."""
    china = holidays.country_holidays("CN", years=years, language="zh_CN")
    for day, name in sorted(china.items()):
        if _within(day, years) and weekly_rule(day):
            yield CalendarDay(day=day, is_working=False, note=name[:60])
    for day in sorted(china.weekend_workdays):
        if _within(day, years):
            yield CalendarDay(day=day, is_working=True, note="调休上班")


def _within(day: date, years: list[int]) -> bool:
    return day.year in years

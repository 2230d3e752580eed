"""The bank's working days: the weekly rule, and the days that differ from it (public holidays, 调休)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from ..core.once import once_a_page
from .models import CalendarDay

ONE_DAY = timedelta(days=1)
LOOK_AHEAD = timedelta(days=60)  # no run of days off is nearly as long


def weekly_rule(day: date) -> bool:
    """Monday to Friday."""
    return day.weekday() < 5


def is_working_day(day: date) -> bool:
    return _exceptions(day.year).get(day, weekly_rule(day))


@once_a_page
def _exceptions(year: int) -> Mapping[date, bool]:
    """The days of the year that differ from the weekly rule, or might: some thirty."""
    days = CalendarDay.objects.filter(day__range=(date(year, 1, 1), date(year, 12, 31)))
    return dict(days.values_list("day", "is_working"))


def working_days(start: date, end: date) -> list[date]:
    """The working days from `start` to `end`, both included (a query for each year)."""
    known = {year: _exceptions(year) for year in range(start.year, end.year + 1)}
    days = (start + ONE_DAY * number for number in range((end - start).days + 1))
    return [day for day in days if known[day.year].get(day, weekly_rule(day))]


def next_working_days(after: date, n: int) -> list[date]:
    """The first `n` working days after that day (not itself)."""
    found: list[date] = []
    start = after + ONE_DAY
    while len(found) < n:
        found += working_days(start, start + LOOK_AHEAD)
        start += LOOK_AHEAD + ONE_DAY
    return found[:n]

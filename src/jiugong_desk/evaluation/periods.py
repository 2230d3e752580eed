"""The bank's ten days (旬): days 1-10, 11-20 and 21 to the end of a month; and whole months around a campaign."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

ONE_DAY = timedelta(days=1)
DAYS_OF_A_MONTH_OF_OUTCOME = 30


@dataclass(frozen=True)
class Period:
    """From `start` to `end`, both included."""

    start: date
    end: date

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def clipped(self, start: date, end: date) -> Period:
        return Period(max(self.start, start), min(self.end, end))


def last_day_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def ten_days_of(day: date) -> Period:
    """The 旬 that holds the day; the last one of a month has 8 to 11 days."""
    if day.day <= 10:
        return Period(day.replace(day=1), day.replace(day=10))
    if day.day <= 20:
        return Period(day.replace(day=11), day.replace(day=20))
    return Period(day.replace(day=21), last_day_of_month(day))


def ten_days_between(start: date, end: date) -> list[Period]:
    """Every 旬 that the days from `start` to `end` touch, in order, whole."""
    found, day = [], start
    while day <= end:
        period = ten_days_of(day)
        found.append(period)
        day = period.end + ONE_DAY
    return found


def ten_days_name(day: date) -> str:
    """2026年1月上旬."""
    part = (_("上旬"), _("中旬"), _("下旬"))[min((day.day - 1) // 10, 2)]
    return _("{year}年{month}月{part}").format(year=day.year, month=day.month, part=part)


def month_after(month: date, count: int = 1) -> date:
    """The first day of the month `count` months later (earlier where negative)."""
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def months_measured(window_days: int) -> int:
    """How many whole months the outcome is averaged over: one for every thirty days of the policy's window."""
    return max(1, window_days // DAYS_OF_A_MONTH_OF_OUTCOME)


def base_months(starts_on: date, count: int) -> tuple[date, ...]:
    """The `count` whole months that ended before the campaign began, oldest first."""
    return tuple(month_after(starts_on.replace(day=1), -back) for back in range(count, 0, -1))


def outcome_months(ends_on: date, count: int) -> tuple[date, ...]:
    """The first `count` whole months that begin after the campaign's last day."""
    return tuple(month_after(ends_on.replace(day=1), ahead) for ahead in range(1, count + 1))


def newest_months(first_day: date, until: date, count: int) -> tuple[date, ...]:
    """The last `count` whole months up to `until` that began on or after the first day; the first ones if none is over."""
    first = first_day if first_day.day == 1 else month_after(first_day.replace(day=1))
    last = month_after((until + ONE_DAY).replace(day=1), -1)
    start = max(first, month_after(last, 1 - count))
    return tuple(month_after(start, ahead) for ahead in range(count))

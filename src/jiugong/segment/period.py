"""Which months a customer's assets are measured over."""

from __future__ import annotations

from datetime import date, timedelta

from ..errors import MisuseError

MONTHS = {"month_average": 1, "quarter_average": 3, "year_average": 12, "point_in_time": 1}


def measured_months(measure: str, as_of: date) -> tuple[date, ...]:
    """First days of the months, oldest first: the last complete ones on `as_of` (whose last day counts as complete)."""
    if measure not in MONTHS:
        raise MisuseError(
            f"asset_measure is '{measure}'; it is one of {', '.join(sorted(MONTHS))}: correct the policy's [grid]"
        )
    month = first_of_month(first_of_month(as_of + timedelta(days=1)) - timedelta(days=1))
    months = [month]
    for _ in range(MONTHS[measure] - 1):
        months.append(first_of_month(months[-1] - timedelta(days=1)))
    return tuple(reversed(months))


def first_of_month(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def last_day(month: date) -> date:
    """The last day of its month."""
    return first_of_month(first_of_month(month) + timedelta(days=31)) - timedelta(days=1)


def days_of(month: date) -> int:
    """How many days the month has."""
    return last_day(month).day

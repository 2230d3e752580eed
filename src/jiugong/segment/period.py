"""Which months a customer's assets are measured over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ..errors import MisuseError
from ..policy import Grid

MONTHS = {"month_average": 1, "quarter_average": 3, "year_average": 12, "point_in_time": 1}


@dataclass(frozen=True)
class Window:
    """Months whose balances make one average, oldest first: weighted by their days, a single month by nothing."""

    months: tuple[date, ...]

    def days(self, month: date) -> int:
        """How much an amount of that month counts."""
        return days_of(month) if len(self.months) > 1 else 1

    @property
    def weight(self) -> int:
        """What the weighted sum is divided by."""
        return sum(map(self.days, self.months))


def windows(grid: Grid, as_of: date, *, hold: bool = False) -> tuple[Window, ...]:
    """What is measured on `as_of`; with `hold`, then what was measured in each of the months before it that count.

    A band is lost only after `months_below_before_down` months below it, and won at once: so it is that of the best of
    the last so many months.
    """
    found = []
    for _ in range(grid.months_below_before_down if hold else 1):
        found.append(Window(measured_months(grid.asset_measure, as_of)))
        as_of = found[-1].months[-1] - timedelta(days=1)
    return tuple(found)


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

"""The only place that asks what time it is.

The demo runs on a shifted clock (`JIUGONG_CLOCK_OFFSET_SECONDS`), so that its campaign is in the middle of a working
day whenever it is opened; every page then shows the demo's time. Services never call this: they are given `at`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The desk's present moment, aware, in the bank's time zone."""
    return timezone.localtime(timezone.now() + timedelta(seconds=settings.CLOCK_OFFSET_SECONDS))


def machine_now() -> datetime:
    """The machine's own moment, never shifted: what leases are measured by. Never shown, never kept as a date."""
    return datetime.now(UTC)


def bank_date(moment: datetime) -> date:
    """The bank's calendar date of a moment (not the UTC date)."""
    return timezone.localtime(moment).date()


def midnight(day: date) -> datetime:
    """The moment at which this date begins in the bank's zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def seconds_until(moment: datetime) -> int:
    """From the machine's present moment to an aware one: the offset that makes a desk open at that moment."""
    return round((moment - datetime.now(UTC)).total_seconds())


def of_the_desk(machine: datetime) -> datetime:
    """A moment of the machines' as the desk counts it: the same, but in the demo."""
    return machine + timedelta(seconds=settings.CLOCK_OFFSET_SECONDS)


def is_shifted() -> bool:
    """Whether the desk runs on demo time."""
    return bool(settings.CLOCK_OFFSET_SECONDS)

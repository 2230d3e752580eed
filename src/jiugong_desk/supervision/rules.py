"""What somebody is doing this minute, how urgent it is, and what may be done about it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

Spans = Sequence[tuple[time, time]]
# The more, the further up; a light weighs as much as a state of the same number.
WEIGHTS = {
    "away": 5, "silent": 4, "untrained": 4, "exhausted": 2, "waiting": 1, "idle": 1, "calling": 0, "receiving": 0,
    "covered": 0, "closed": 0,
}  # fmt: skip
LIGHTS = {"red": 5, "yellow": 3, "green": 0}


@dataclass(frozen=True)
class Hour:
    """A moment in the bank's day. `opened`: when the calling hours that run began; None outside them."""

    now: datetime
    opened: datetime | None
    elapsed: float  # how much of the day's calling hours has passed, 0 to 1


@dataclass(frozen=True)
class Seen:
    """What the desk knows of somebody at a moment.

    away, covered : on leave today; and somebody stands in. calling, receiving : holds a customer to call; sits with one
    untaught : has customers, all of them in campaigns whose course he has still to pass
    left, due : customers still to be called, and those of them that may be called now
    last_at : when he last finished a call or a visit today
    """

    away: bool = False
    covered: bool = False
    calling: bool = False
    receiving: bool = False
    untaught: bool = False
    left: int = 0
    due: int = 0
    last_at: datetime | None = None


def hour_of(now: datetime, *, is_working_day: bool, hours: Spans) -> Hour:
    """The calling hours as they stand at this moment."""
    spans = [_span(now, begin, end) for begin, end in hours] if is_working_day else []
    total = sum((end - begin for begin, end in spans), timedelta())
    passed = sum((min(max(now, begin), end) - begin for begin, end in spans), timedelta())
    opened = next((begin for begin, end in spans if begin <= now < end), None)
    return Hour(now, opened, passed / total if total else 0.0)


def _span(now: datetime, begin: time, end: time) -> tuple[datetime, datetime]:
    day = timezone.localtime(now).date()
    return timezone.make_aware(datetime.combine(day, begin)), timezone.make_aware(datetime.combine(day, end))


def silence(seen: Seen, hour: Hour) -> timedelta:
    """How long he has done nothing that the desk knows of, in the calling hours that run; none outside them."""
    if hour.opened is None:
        return timedelta()
    since = max(hour.opened, seen.last_at) if seen.last_at else hour.opened
    return max(hour.now - since, timedelta())


def state_of(seen: Seen, hour: Hour, *, silence_minutes: int) -> str:
    """One code of `words.STATES`: of several that hold, the one that explains the others.

    Nobody is called silent who is away, busy with a customer, or has nobody whom he may call now.
    """
    silent = silence(seen, hour) > timedelta(minutes=silence_minutes)
    holds = (
        ("covered", seen.away and seen.covered),
        ("away", seen.away),
        ("calling", seen.calling),
        ("receiving", seen.receiving),
        ("closed", hour.opened is None),
        ("untrained", seen.untaught),
        ("exhausted", not seen.left),
        ("waiting", not seen.due),
        ("silent", silent),
    )
    return next((code for code, held in holds if held), "idle")


def shortfall(done: int, expected: int) -> float:
    """What is missing of what the hour asks for, as a share of it; 0 where nothing is."""
    return max(0.0, (expected - done) / expected) if expected else 0.0


def risk(state: str, *, light: str = "green", behind: float = 0.0) -> tuple[float, float]:
    """The larger, the sooner somebody should look: first the state or the light, then what is missing of the day."""
    return max(WEIGHTS[state], LIGHTS[light]), behind

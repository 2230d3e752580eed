"""How far somebody is behind the even pace of his list, and why. Pure.

Measured in his own days on duty: a list of so many customers, with the attempts that the policy allows each, is spread
evenly over the days of the campaign on which the roster has him on duty. Leave and holidays are no days, part time is an
equal share of each: neither makes anybody late.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from .bridge import Supervision

GREEN, YELLOW, RED = "green", "yellow", "red"
ORDER = (GREEN, YELLOW, RED)


@dataclass(frozen=True)
class Work:
    """One person and one campaign at a moment.

    listed, left : customers who are his; those still to be called
    calls_left : calls that these take at most
    begun : whether anybody on his list was ever called
    days, passed : his days on duty of the whole campaign; those that are over, today by the part that has passed
    a_day : calls that he can make on a day on duty
    faults : customers whom he gave back today because of the telephone
    others_left : customers of the campaign whom colleagues of his outlet have still to call who are late
    """

    listed: int
    left: int
    calls_left: int
    begun: bool
    days: int
    passed: float
    a_day: int
    away: bool = False
    covered: bool = False
    trained: bool = True
    faults: int = 0
    others_left: int = 0


@dataclass(frozen=True)
class Finding:
    """How somebody stands. `reason`: a code of `words.REASONS`, empty where the light is green.

    behind : days on duty; below 0: ahead. settled, expected : calls that are no more to be made, and that should be by now
    needed : calls a day from now on, to be through at the end
    """

    light: str
    reason: str
    behind: float
    settled: int
    expected: int
    needed: int
    a_day: int

    @property
    def weight(self) -> int:
        return ORDER.index(self.light)

    @property
    def days_behind(self) -> float:
        return max(0.0, round(self.behind, 1))


def assess(work: Work, *, attempts: int, limits: Supervision) -> Finding:
    """The light, and of several reasons the one that somebody can do most about."""
    total = work.listed * attempts
    behind = behind_of(work, attempts)
    expected = round(total * work.passed / work.days) if work.days else 0
    needed = ceil(work.calls_left / max(work.days - work.passed, 1.0))
    stuck, reason = _stuck(work, limits)
    light = max((by_days(behind, limits), stuck), key=ORDER.index)
    if not reason and light != GREEN:
        reason = _slow(work, needed)
    return Finding(light, reason, behind, total - work.calls_left, expected, needed, work.a_day)


def behind_of(work: Work, attempts: int) -> float:
    """In days on duty; who has nobody left to call is behind in nothing."""
    total = work.listed * attempts
    if not (work.left and total and work.days):
        return min(0.0, work.passed - work.days)
    return work.passed - work.days * (total - work.calls_left) / total


def by_days(behind: float, limits: Supervision) -> str:
    if behind >= limits.days_far_behind:
        return RED
    return YELLOW if behind >= limits.days_behind else GREEN


def _stuck(work: Work, limits: Supervision) -> tuple[str, str]:
    """What stops him whatever he does: at least this light, and why."""
    stops = (
        (RED, "uncovered", work.left > 0 and work.away and not work.covered),
        (YELLOW, "untrained", work.left > 0 and not work.trained and not work.away),
        (YELLOW, "line", work.left > 0 and work.faults >= limits.line_faults),
        (
            YELLOW,
            "exhausted",
            bool(work.listed) and not work.left and bool(work.others_left) and work.passed < work.days,
        ),
    )
    return next(((light, reason) for light, reason, holds in stops if holds), (GREEN, ""))


def _slow(work: Work, needed: int) -> str:
    """Why he is behind where nothing stops him: more than a day can hold, never begun, or slow."""
    if not work.begun:
        return "not_begun"
    return "overloaded" if needed > work.a_day else "slow"


def is_recovered(found: Finding, limits: Supervision) -> bool:
    """Caught up to half of what is yellow: who goes to and fro across the limit begins no ladder anew."""
    return found.light == GREEN and found.behind <= float(limits.days_behind) / 2

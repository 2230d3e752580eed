"""Who is told of a delay, and when: the person first, then the head, then the head's superior. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from .bridge import Supervision
from .pace import GREEN, Finding, is_recovered

SELF, HEAD, SUB_BRANCH = 1, 2, 3
RUNGS = (SELF, HEAD, SUB_BRANCH)


@dataclass(frozen=True)
class Reach:
    """Who is there today: the person, or whoever stands in for him; and his head."""

    person: bool = True
    head: bool = True

    def from_rung(self, rung: int) -> int:
        """The lowest rung from this one on at which somebody is there to be told; the last one in any case."""
        there = {SELF: self.person, HEAD: self.head, SUB_BRANCH: True}
        return next(one for one in RUNGS if one >= rung and there[one])


@dataclass(frozen=True)
class Raised:
    """An alert that is open: where it stands, where it began, and how many working days of the bank ago."""

    rung: int
    began: int
    days: int


@dataclass(frozen=True)
class Step:
    """What follows: opened, escalated (to this rung), recovered, over."""

    kind: str
    rung: int = 0


def after(rung: int, limits: Supervision) -> int:
    """So many working days after the beginning this rung is told."""
    return {SELF: 0, HEAD: limits.head_after_days, SUB_BRANCH: limits.sub_branch_after_days}[rung]


def rung_due(began: int, days: int, limits: Supervision) -> int:
    """How high it should stand after so many working days, where it began at this rung."""
    return max(rung for rung in RUNGS if rung >= began and days >= after(rung, limits) - after(began, limits))


def decide(
    raised: Raised | None, found: Finding | None, *, reach: Reach, limits: Supervision, began: int = SELF,
    rests: bool = False,
) -> Step | None:  # fmt: skip
    """The next step of one person in one campaign; None: everything stays.

    found : None where the campaign, or his part in it, is over
    began : where it begins if it is opened: higher, where the last one was settled by hand and he has not recovered since
    rests : it was settled by hand a short while ago
    """
    if raised is None:
        if found is None or found.light == GREEN or rests:
            return None
        return Step("opened", reach.from_rung(began))
    if found is None:
        return Step("over", raised.rung)
    if is_recovered(found, limits):
        return Step("recovered", raised.rung)
    rung = max(raised.rung, reach.from_rung(rung_due(raised.began, raised.days, limits)), reach.from_rung(raised.rung))
    return Step("escalated", rung) if rung > raised.rung else None

"""The board's arithmetic, and who may change the policy's bands. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from operator import add
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..core.verdict import ALLOWED, Reason, Verdict, refused
from . import reasons

CENT = Decimal("0.01")
HEATS = 5
Place = tuple[int | None, int | None]  # income band (0: unknown), asset band; (None, None): not segmented
OUTSIDE: Place = (None, None)
Quadrants = tuple[int, ...]  # customers, in the order of `Customer.Quadrant`


@dataclass(frozen=True)
class Sums:
    """What stands on one place: customers, currency units that they hold and are worth, and their value quadrants."""

    customers: int = 0
    assets: Decimal = Decimal(0)
    current_value: Decimal = Decimal(0)
    lifetime_value: Decimal = Decimal(0)
    quadrants: Quadrants = (0, 0, 0, 0)

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.customers + other.customers,
            self.assets + other.assets,
            self.current_value + other.current_value,
            self.lifetime_value + other.lifetime_value,
            tuple(map(add, self.quadrants, other.quadrants)),
        )

    def average(self, amount: Decimal) -> Decimal | None:
        """Of one customer, to the cent; None where there is nobody."""
        return (amount / self.customers).quantize(CENT, ROUND_HALF_UP) if self.customers else None

    @property
    def average_assets(self) -> Decimal | None:
        return self.average(self.assets)

    @property
    def average_value(self) -> Decimal | None:
        return self.average(self.current_value)


@dataclass(frozen=True)
class Measure:
    """What the board may be coloured by. `crowded`: most of it lies on one place, so the root is shown."""

    label: Any
    of: Callable[[Sums], int | Decimal | None]
    money: bool = True
    crowded: bool = True


MEASURES: Mapping[str, Measure] = {
    "customers": Measure(_("户数"), lambda sums: sums.customers, money=False),
    "assets": Measure(_("资产合计"), lambda sums: sums.assets),
    "average": Measure(_("户均资产"), lambda sums: sums.average_assets),
    "current": Measure(_("当前价值合计"), lambda sums: sums.current_value),
    "lifetime": Measure(_("生命周期价值合计"), lambda sums: sums.lifetime_value),
}


def heat(value: int | Decimal | None, most: int | Decimal) -> int:
    """How dark a place is, 0 (nothing) to 5, by the root of its share: the few rich stay visible beside the many."""
    if not value or value <= 0 or most <= 0:
        return 0
    return math.ceil(HEATS * math.sqrt(float(value) / float(most)))


@dataclass(frozen=True)
class Change:
    """Against the month before: the difference, and its share of what was there (None where nothing was)."""

    difference: int
    share: float | None

    @property
    def arrow(self) -> str:
        return "↑" if self.difference > 0 else "↓" if self.difference < 0 else "→"


def change(now: Sums, before: Sums | None) -> Change | None:
    """None where there is no month before."""
    if before is None:
        return None
    difference = now.customers - before.customers
    return Change(difference, difference / before.customers if before.customers else None)


WIDE, HIGH, EDGE = 100, 24, 2


def sparkline(values: Sequence[int | Decimal | None]) -> str:
    """Points of a line over the months, left to right, in a box of 100 by 24; empty with fewer than two values.

    A month without a value (nobody there to average over) is left out. A level line runs through the middle.
    """
    known = [(place, float(value)) for place, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(value for _, value in known), max(value for _, value in known)
    step = (WIDE - 2 * EDGE) / (len(values) - 1)
    rise = (HIGH - 2 * EDGE) / (high - low) if high > low else 0
    middle = HIGH / 2
    return " ".join(
        f"{EDGE + place * step:.1f},{HIGH - EDGE - (value - low) * rise if rise else middle:.1f}"
        for place, value in known
    )


VERSION = re.compile(r"[A-Za-z0-9.-]{1,30}")


def may_draft(*, version: str, taken: bool, effective_from: date, today: date) -> Verdict:
    """A number of its own, and a day that has not passed: what was segmented is never reckoned again."""
    found = []
    if not VERSION.fullmatch(version):
        found.append(reasons.PLAIN_VERSION)
    if taken:
        found.append(_with(reasons.TAKEN, version=version))
    if effective_from < today:
        found.append(_with(reasons.PAST, day=effective_from))
    return refused(*found) if found else ALLOWED


def may_edit(drafter: str, person: str) -> Verdict:
    return ALLOWED if drafter == person else refused(reasons.NOT_YOURS)


def may_approve(*, previewed: bool, effective_from: date, today: date) -> Verdict:
    """Nobody approves what he has not been shown, or what should have begun before."""
    found = [] if previewed else [reasons.NOT_PREVIEWED]
    if effective_from < today:
        found.append(_with(reasons.PAST, day=effective_from))
    return refused(*found) if found else ALLOWED


def _with(reason: Reason, **facts: Any) -> Reason:
    return Reason(reason.code, reason.text, facts, reason.remedy)

"""What a plan is likely to come to, beside the plan: each step with its interval, and where that comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from ..audiences.counting import Counted
from ..customers.policies import grid
from . import bridge, results
from .models import Campaign, Participant
from .plan import offers_of
from .staffing import calls_by_day, days_left

SHOWN = (
    "reached", "valid", "interested", "invited", "visited", "converted", "complaints", "deposits", "calls", "hours", "cost",
)  # fmt: skip
MONEY = ("deposits", "cost")


@dataclass(frozen=True)
class Line:
    """One figure: `label` is short, `about` says what is counted of what; None where there is no telling."""

    key: str
    label: str
    about: str
    unit: str
    low: float | None
    central: float | None
    high: float | None

    @property
    def is_money(self) -> bool:
        return self.key in MONEY


@dataclass(frozen=True)
class Expectation:
    """`source`: what it was learned from, in words; `finish`: the days on which the list is likely to be worked off.

    finished : chance that it is before the end; None while nobody is named
    calls_offered : what the managers can make in what is left of the period; 0 while nobody is named
    """

    lines: list[Line]
    source: str
    confidence: float
    finish: tuple[date | None, date | None]
    finished: float | None
    calls_offered: int

    @property
    def cost(self) -> Decimal | None:
        """Yuan, in the middle; None while it cannot be told."""
        found = next((line.central for line in self.lines if line.key == "cost"), None)
        return None if found is None else Decimal(str(found))


def of_plan(campaign: Campaign, counted: Counted, people: Iterable[Participant], *, at: datetime) -> Expectation | None:
    """The expectation of a plan whose audience has been counted; None where that is empty."""
    if not counted.eligible:
        return None
    days, calls = days_left(campaign, at=at), calls_by_day(campaign, people, at=at)
    found = bridge.forecast(
        audience=counted.audience, eligible=counted.eligible, held_out=min(campaign.holdout_size, counted.eligible),
        levels=dict(_levels(counted)), daily_calls=calls if any(calls) else [],
        offer_cost=float(sum((offer.cost for offer in offers_of(campaign)), Decimal(0))),
        past=results.past(campaign.unit),
    )  # fmt: skip
    english = (get_language() or "").startswith("en")
    finish = found.figures.get("finish")
    return Expectation(
        lines=[_line(found[key], english) for key in SHOWN],
        source=found.source_en if english else found.source,
        confidence=found.confidence,
        finish=(_day(days, finish.low), _day(days, finish.high)) if finish else (None, None),
        finished=found.finished,
        calls_offered=sum(calls),
    )


def cost_of(campaign: Campaign, counted: Counted, *, at: datetime) -> Decimal | None:
    """Yuan that the plan is likely to cost; None where nothing can be told."""
    found = of_plan(campaign, counted, campaign.participants.all(), at=at)
    return found.cost if found else None


def _levels(counted: Counted) -> Counter[int]:
    """The audience's customers by level, from their places on the grid; 0 where income or assets are unknown."""
    bands = len(grid().asset_bands) + 1
    levels: Counter[int] = Counter()
    for (asset, income), customers in counted.cells.get("audience", {}).items():
        levels[bands * (income - 1) + asset if income and asset else 0] += customers
    return levels


def _line(figure: Any, english: bool) -> Line:
    meaning = figure.meaning
    about, unit = (meaning.label_en, meaning.unit_en) if english else (meaning.label, meaning.unit)
    label, _, more = about.partition(":" if english else "：")
    return Line(figure.key, label, more.strip(), unit, figure.low, figure.central, figure.high)


def _day(days: list[date], number: float) -> date | None:
    """The n-th working day of the period; None beyond its end."""
    place = int(number) if number == number and number < len(days) + 1 else 0
    return days[place - 1] if place >= 1 else None

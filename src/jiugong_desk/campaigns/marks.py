"""The amendments in force: what is marked, on which day, on every chart and in every report of the campaign."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from ..core.clock import bank_date
from .models import Amendment, Campaign
from .plan import LABELS


def in_force(campaign: Campaign, *, until: datetime | None = None) -> list[Amendment]:
    """Those that took effect, the first one first; up to a moment, where one is named (one query)."""
    rows = Amendment.objects.everyone().filter(campaign=campaign, state=Amendment.State.EFFECTIVE)
    if until is not None:
        rows = rows.filter(ended_at__lte=until)
    return list(rows.select_related("base", "result", "drafted_by").order_by("number"))


def end_at_launch(campaign: Campaign) -> date:
    """The last day of the plan as it was launched: what the evaluation was tied to before anybody knew a figure."""
    first = in_force(campaign)[:1]
    return date.fromisoformat(first[0].base.plan["ends_on"]) if first else campaign.ends_on


@dataclass(frozen=True)
class Mark:
    """An amendment as charts and reports name it. `parts`: as `plan.LABELS` knows them."""

    number: int
    day: date
    parts: tuple[str, ...]
    reason: str


def parts_of(changes: Iterable[str]) -> tuple[str, ...]:
    """What is changed, in the order of the plan."""
    changed = set(changes)
    return tuple(name for name in LABELS if name in changed)


def marks(campaign: Campaign, *, until: datetime | None = None) -> list[Mark]:
    """In the order in which they took effect (one query)."""
    return [_mark(one) for one in in_force(campaign, until=until)]


def _mark(one: Amendment) -> Mark:
    assert one.number is not None  # the database sees to both
    assert one.ended_at is not None
    return Mark(one.number, bank_date(one.ended_at), parts_of(one.changes), one.reason)

"""What the desk knows of many callers at one moment: a bounded number of queries, however many people there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from ..calls.models import Pause
from ..campaigns.models import Campaign, Participant
from ..core.clock import bank_date
from ..duty import queries as duty
from ..duty.rules import Slot
from ..organisation.calendar import is_working_day
from ..organisation.models import Posting, Staff, Unit
from ..organisation.permissions import roles_with
from . import figures, rules
from .bridge import calling
from .figures import Lists, Made, Shared
from .scope import below


@dataclass(frozen=True)
class Scene:
    """What is known of many people at one moment, each by staff id."""

    hour: rules.Hour
    campaigns: tuple[Campaign, ...]
    parts: Mapping[int, list[tuple[Campaign, int]]]  # the campaigns of each, with the calls that he can make a day
    slots: Mapping[int, Slot]
    made: Mapping[int, Made]
    held: Mapping[int, datetime]
    receiving: set[int]
    visited: Mapping[int, datetime]
    passed: Mapping[int, set[str]]
    lists: Lists
    shared: Shared
    pauses: Mapping[int, Pause]
    hours: Mapping[int, Any]
    covers: Mapping[int, list[int]]  # for whom each stands in


def posts_of(viewer: Staff, people: Iterable[int]) -> dict[int, Unit]:
    """Which of these people he answers for, and where they call (one query)."""
    inside = below(viewer)
    return {} if inside is None else posts_at(inside, people)


def posts_at(where: Unit | Q, people: Iterable[int]) -> dict[int, Unit]:
    """Where each of these calls, of posts at the unit or of a filter on postings (one query)."""
    inside = where if isinstance(where, Q) else Q(unit=where)
    rows = Posting.objects.filter(
        inside, ended_on=None, role__in=roles_with("call.work"), staff__in=set(people), staff__is_active=True
    )  # fmt: skip
    found: dict[int, Unit] = {}
    for post in rows.select_related("unit").order_by("pk"):
        found.setdefault(post.staff_id, post.unit)
    return found


def slots_on(people: Iterable[int], day: date) -> dict[int, Slot]:
    """Their places in the roster of the day, and those of whom they stand in for; nobody's on a day that is not worked."""
    keys = set(people)
    return {
        slot.person: slot for slot in duty.roster_for(keys | figures.covered_by(keys, day), day, day).slots.values()
    }


def scene(
    people: Mapping[int, Unit], now: datetime, *, campaigns: list[Campaign], parts: list[Participant],
    slots: Mapping[int, Slot],
) -> Scene:  # fmt: skip
    """Everything that the rows are made of (eleven queries)."""
    keys, policy = set(people), calling()
    receiving, visited = figures.visits_of(keys, now)
    working = is_working_day(bank_date(now)) or policy.on_public_holidays
    covers: dict[int, list[int]] = defaultdict(list)
    for slot in slots.values():
        if slot.cover is not None:
            covers[slot.cover].append(slot.person)
    by_pk = {one.pk: one for one in campaigns}
    taking_part: dict[int, list[tuple[Campaign, int]]] = defaultdict(list)
    for part in parts:
        taking_part[part.staff_id].append((by_pk[part.campaign_id], part.daily_calls))
    return Scene(
        hour=rules.hour_of(now, is_working_day=working, hours=policy.hours),
        campaigns=tuple(campaigns),
        parts=taking_part,
        slots=slots,
        made=figures.made_today(keys, now),
        held=figures.held_since(keys, now),
        receiving=receiving,
        visited=visited,
        passed=figures.passed(keys, campaigns),
        lists=figures.lists_of(keys | {person for persons in covers.values() for person in persons}, now),
        shared=figures.shared_at({unit.pk for unit in people.values()}, now),
        pauses=figures.pauses(keys, now),
        hours=duty.hours_of(keys),
        covers=covers,
    )

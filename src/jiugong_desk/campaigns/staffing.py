"""Who takes part in a campaign, what they can do in what is left of it, and where the roster has holes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from ..core.clock import bank_date
from ..duty import queries as duty
from ..duty import rules as rosters
from ..organisation.calendar import working_days
from ..organisation.models import Posting, Staff, Unit
from .bridge import policy
from .models import Campaign, Participant


@dataclass(frozen=True)
class Effort:
    """Calls that the managers can make in what is left of the period, and calls that the list needs at most."""

    days: int
    capacity: int
    needed: int


def participants_of(campaign: Campaign) -> list[Participant]:
    """With staff and their current posts (two queries)."""
    postings = Prefetch("staff__postings", Posting.objects.filter(ended_on=None).select_related("unit"))
    return list(campaign.participants.select_related("staff").prefetch_related(postings))


def days_left(campaign: Campaign, *, at: datetime) -> list[date]:
    """The working days of the period from today on (one query)."""
    return working_days(max(campaign.starts_on, bank_date(at)), campaign.ends_on)


def capacities(campaign: Campaign, people: Iterable[Participant], *, at: datetime) -> dict[int, int]:
    """Calls that each can make in what is left of the period, by staff id: leave and part time reckoned in."""
    people = list(people)
    total = {person.staff_id: 0 for person in people}
    for (staff_id, _on), number in _capacity(campaign, people, at=at).items():
        total[staff_id] += number
    return total


def calls_by_day(campaign: Campaign, people: Iterable[Participant], *, at: datetime) -> list[int]:
    """Calls that all of them together can make on each working day that is left; empty where nobody is named."""
    people = list(people)
    total = dict.fromkeys(days_left(campaign, at=at), 0)
    for (_staff_id, on), number in _capacity(campaign, people, at=at).items():
        total[on] += number
    return list(total.values()) if people else []


def _capacity(campaign: Campaign, people: list[Participant], *, at: datetime) -> dict[tuple[int, date], int]:
    first = max(campaign.starts_on, bank_date(at))
    calls = {person.staff_id: person.daily_calls for person in people}
    return duty.capacity_for(calls, first, campaign.ends_on) if calls and first <= campaign.ends_on else {}


def effort(campaign: Campaign, people: Iterable[Participant], *, treated: int, at: datetime) -> Effort:
    """At the worst, every customer takes all the attempts that the policy allows."""
    needed = treated * policy().calling.attempts_per_campaign
    return Effort(len(days_left(campaign, at=at)), sum(capacities(campaign, people, at=at).values()), needed)


def may_take_part(campaign: Campaign, person: Participant) -> bool:
    """Somebody who calls, with a post at or below the campaign's unit."""
    posts = [posting.unit.path for posting in person.staff.postings.all() if posting.ended_on is None]
    return person.staff.may("call.work") and any(campaign.unit.holds(path) for path in posts)


@dataclass(frozen=True)
class Holes:
    """The holes of a roster in words, the outlets in which somebody has to fill them, and who stands in for the others."""

    away: tuple[str, ...]
    deserted: tuple[str, ...]
    places: tuple[Unit, ...]
    stand_ins: frozenset[int] = frozenset()


def holes_of(campaign: Campaign, people: Iterable[Participant], on: date) -> Holes:
    first, staff = max(campaign.starts_on, on), {person.staff_id: person.staff for person in people}
    if first > campaign.ends_on or not staff:
        return Holes((), (), ())
    roster = duty.roster_for(staff, first, campaign.ends_on)
    found = rosters.holes(roster)
    days_of: dict[int, list[date]] = defaultdict(list)
    empty: dict[int, list[date]] = defaultdict(list)
    for slot in found.person_days:
        days_of[slot.person].append(slot.day)
    for outlet, day in found.outlet_days:
        empty[outlet].append(day)
    units = Unit.objects.in_bulk({*empty, *(_outlet(staff[person]) for person in days_of)} - {0})
    return Holes(
        tuple(f"{staff[person]} {rosters.days_text(days)}" for person, days in days_of.items()),
        tuple(_("{outlet} {days} 无人在岗").format(outlet=units[outlet].name, days=rosters.days_text(days))
              for outlet, days in empty.items()),
        tuple(units.values()),
        roster.covers,
    )  # fmt: skip


def _outlet(staff: Staff) -> int:
    return next((posting.unit_id for posting in staff.postings.all() if posting.ended_on is None), 0)


def callers_of(campaign: Campaign, on: date) -> list[Staff]:
    """Everybody who calls in what is left of the period: the participants, and whoever stands in for one of them."""
    people = {person.staff_id: person.staff for person in participants_of(campaign)}
    first = max(campaign.starts_on, on)
    covers = duty.roster_for(people, first, campaign.ends_on).covers if first <= campaign.ends_on else frozenset()
    return [*people.values(), *Staff.objects.filter(pk__in=covers - people.keys()).order_by("staff_no")]

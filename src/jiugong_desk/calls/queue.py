"""Who is next: one query says it for the claim, the counts and the lists on the page.

A manager is offered what was dealt to him; after that, what was dealt to those for whom he stands in that day, and
callbacks of colleagues at his outlet that any of them may make; after that, what nobody was dealt in campaigns where he
takes part; all of it only in campaigns whose course he has passed.
Never what is another manager's, and on his own leave nothing. Order: callback due, then never tried, then retry; inside
these his own first, what he has not given back before, the longest due, the customer who could bring the most.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from ..campaigns.cover import running_on, taught_on_page
from ..campaigns.models import Campaign, ListEntry, Participant
from ..campaigns.taught import taught_to
from ..core.clock import bank_date
from ..duty.queries import Turn, turn_of, turn_on_page
from ..organisation.models import Staff

State = ListEntry.State
CALLBACK, FRESH, RETRY = 0, 1, 2
OWN, COVERED, NOBODYS = 0, 1, 2
LEFT = Q(arm=ListEntry.Arm.TREATED, state__in=ListEntry.UNFINISHED)  # what is still to be called
SPREAD = 8  # rows read; over so many places colleagues begin in what nobody was dealt

RANK = Case(
    When(state=State.CALLBACK, then=Value(CALLBACK)),
    When(attempts=0, then=Value(FRESH)),
    default=Value(RETRY),
)
ORDER = (
    "rank",
    "whose",
    "releases",
    F("due_at").asc(nulls_first=True),
    F("customer__potential_value").desc(nulls_last=True),
    "pk",
)
RELATED = ("campaign__script", "customer__unit")


def running(campaign: Campaign, day: date) -> bool:
    """Launched, not paused, inside its dates."""
    return campaign.state == Campaign.State.LAUNCHED and campaign.starts_on <= day <= campaign.ends_on


@dataclass(frozen=True)
class Reach:
    """Whose customers somebody may be offered on a day, and in which campaigns.

    `taught`: those whose course he has passed as it is now, also where it was changed after the launch. No others.
    """

    staff: Staff
    day: date
    turn: Turn
    taught: frozenset[str]

    def includes(self, entry: ListEntry) -> bool:
        """Whether the entry is his to call today: his own, nobody's, one of those whom he covers, or promised by all."""
        dealt = entry.manager_id in (None, self.staff.pk, *self.turn.covered_ids)
        return not self.turn.away and (dealt or self._is_promised_by_all(entry))

    def _is_promised_by_all(self, entry: ListEntry) -> bool:
        home = self.staff.home
        here = home is not None and entry.customer.unit_id == home.pk
        return entry.shared and entry.state == State.CALLBACK and here

    def is_trained_for(self, entry: ListEntry) -> bool:
        return entry.campaign.ref in self.taught


def reach_of(staff: Staff, now: datetime) -> Reach:
    """As it stands this moment (two queries where he neither is away nor stands in)."""
    day = bank_date(now)
    return Reach(staff, day, turn_of(staff, day), frozenset(taught_to(staff)))


def reach_on_page(staff: Staff) -> Reach:
    """For the page that he looks at, by what the page has asked already."""
    assert staff.looks_at is not None
    return Reach(staff, bank_date(staff.looks_at), turn_on_page(staff), frozenset(taught_on_page(staff)))


def workable(
    staff: Staff, now: datetime, campaign: Campaign | None = None, *, reach: Reach | None = None
) -> QuerySet[ListEntry]:
    """What is left to do for this person in running campaigns, due or not, claimed or not."""
    reach = reach or reach_of(staff, now)
    rows = ListEntry.objects.everyone()
    if reach.turn.away:
        return rows.none()
    taking_part = Participant.objects.filter(staff=staff).values("campaign")
    dealt = Q(manager=staff) | Q(manager=None, campaign__in=taking_part)
    if staff.home is not None:
        dealt |= Q(shared=True, state=State.CALLBACK, customer__unit=staff.home, campaign__in=taking_part)
    if reach.turn.covered:
        dealt |= Q(manager__in=reach.turn.covered_ids)
    rows = rows.filter(dealt, LEFT, running_on(reach.day), campaign__ref__in=reach.taught)
    return rows if campaign is None else rows.filter(campaign=campaign)


def stood_in_for(entry: ListEntry, by: Staff) -> Staff | None:
    """In whose place `by` works on the entry; None where it is his own, or was nobody's."""
    return entry.manager if entry.manager_id not in (None, by.pk) else None


def whose(staff: Staff) -> Case:
    """His own before those of whom he stands in for, and these before what nobody was dealt."""
    return Case(When(manager=staff, then=Value(OWN)), When(manager=None, then=Value(NOBODYS)), default=Value(COVERED))


def due(now: datetime) -> Q:
    return Q(due_at=None) | Q(due_at__lte=now)


def unclaimed(now: datetime) -> Q:
    """Nobody works on it: never claimed, given back, or the lease has run out."""
    return Q(claimed_by=None) | Q(lease_until__lt=now)


def held(staff: Staff, now: datetime) -> QuerySet[ListEntry]:
    """What this person has open, the oldest first."""
    rows = ListEntry.objects.everyone().filter(claimed_by=staff, lease_until__gte=now)
    return rows.order_by("claimed_at", "pk")


def first_held(staff: Staff, now: datetime) -> ListEntry | None:
    return held(staff, now).select_related(*RELATED).first()


def customer_is_elsewhere(now: datetime) -> Exists:
    """Whether somebody works on the same customer in another entry (another campaign's)."""
    others = ListEntry.objects.everyone().filter(customer=OuterRef("customer"), lease_until__gte=now)
    return Exists(others.exclude(pk=OuterRef("pk")))


def offered(reach: Reach, *, now: datetime, campaign: Campaign | None = None) -> QuerySet[Any]:
    """What could be offered this moment, in the order in which it is."""
    found = workable(reach.staff, now, campaign, reach=reach)
    rows: Any = found.filter(due(now), unclaimed(now), ~customer_is_elsewhere(now))
    ordered: QuerySet[Any] = (
        rows.annotate(rank=RANK, whose=whose(reach.staff)).select_related(*RELATED).order_by(*ORDER)
    )
    return ordered


def next_entry(
    reach: Reach, *, now: datetime, campaign: Campaign | None = None, without: Collection[int] = ()
) -> ListEntry | None:
    """The entry to offer next, not yet claimed; `without` are primary keys that were looked at already (1 query; 2 where nobody was dealt the first).

    Of what nobody was dealt, colleagues begin at different places, so that they do not all run for the same one.
    """
    rows = offered(reach, now=now, campaign=campaign)
    if without:
        rows = rows.exclude(pk__in=without)
    first: ListEntry | None = rows.first()
    if first is None or first.manager_id:
        return first
    several = list(rows[:SPREAD])
    return several[reach.staff.pk % len(several)] if several else None

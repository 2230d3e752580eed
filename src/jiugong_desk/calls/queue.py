"""Who is next: one query says it for the claim, the counts and the lists on the page.

A manager is offered what was dealt to him and, after that, what nobody was dealt in campaigns where he takes part;
never what is another manager's. Order: callback due, then never tried, then retry; inside these, what he has not given
back before, the longest due, the customer who could bring the most.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from ..campaigns.models import Campaign, ListEntry, Participant
from ..campaigns.schooling import barred_from
from ..core.clock import bank_date
from ..organisation.models import Staff

State = ListEntry.State
CALLBACK, FRESH, RETRY = 0, 1, 2
SPREAD = 8  # rows read; over so many places colleagues begin in what nobody was dealt

RANK = Case(
    When(state=State.CALLBACK, then=Value(CALLBACK)),
    When(attempts=0, then=Value(FRESH)),
    default=Value(RETRY),
)
ORDER = (
    "rank",
    F("manager").asc(nulls_last=True),  # one's own before what nobody was dealt
    "releases",
    F("due_at").asc(nulls_first=True),
    F("customer__potential_value").desc(nulls_last=True),
    "pk",
)
RELATED = ("campaign__script", "customer__unit")


def running(campaign: Campaign, day: date) -> bool:
    """Launched, not paused, inside its dates."""
    return campaign.state == Campaign.State.LAUNCHED and campaign.starts_on <= day <= campaign.ends_on


def workable(staff: Staff, now: datetime, campaign: Campaign | None = None) -> QuerySet[ListEntry]:
    """What is left to do for this person in running campaigns, due or not, claimed or not (a query of its own before).

    Nothing of a campaign whose course he has not passed, also where it was changed after the launch.
    """
    day = bank_date(now)
    taking_part = Participant.objects.filter(staff=staff).values("campaign")
    rows = (
        ListEntry.objects.everyone()
        .filter(
            Q(manager=staff) | Q(manager=None, campaign__in=taking_part),
            arm=ListEntry.Arm.TREATED,
            state__in=(State.OPEN, State.CALLBACK),
            campaign__state=Campaign.State.LAUNCHED,
            campaign__starts_on__lte=day,
            campaign__ends_on__gte=day,
        )
        .exclude(campaign__ref__in=barred_from(staff))
    )
    return rows if campaign is None else rows.filter(campaign=campaign)


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


def next_entry(
    staff: Staff, *, now: datetime, campaign: Campaign | None = None, without: Collection[int] = ()
) -> ListEntry | None:
    """The entry to offer next, not yet claimed; `without` are primary keys that were looked at already (1 query; 2 where nobody was dealt the first).

    Of what nobody was dealt, colleagues begin at different places, so that they do not all run for the same one.
    """
    rows: Any = workable(staff, now, campaign).filter(due(now), unclaimed(now), ~customer_is_elsewhere(now))
    if without:
        rows = rows.exclude(pk__in=without)
    rows = rows.annotate(rank=RANK).select_related(*RELATED).order_by(*ORDER)
    first: ListEntry | None = rows.first()
    if first is None or first.manager_id:
        return first
    several = list(rows[:SPREAD])
    return several[staff.pk % len(several)] if several else None

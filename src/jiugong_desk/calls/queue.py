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
from ..customers.models import Customer
from ..duty.queries import Turn, turn_of, turn_on_page
from ..organisation.models import Staff

State = ListEntry.State
CALLBACK, FRESH, RETRY = 0, 1, 2
OWN, COVERED, NOBODYS = 0, 1, 2
LEFT = Q(arm=ListEntry.Arm.TREATED, state__in=ListEntry.UNFINISHED)  # what is still to be called
SPREAD = 8  # rows read; over so many places colleagues begin in what nobody was dealt

RANKS = {
    CALLBACK: Q(state=State.CALLBACK),
    FRESH: ~Q(state=State.CALLBACK) & Q(attempts=0),
    RETRY: ~Q(state=State.CALLBACK) & Q(attempts__gt=0),
}
RANK = Case(*(When(which, then=Value(rank)) for rank, which in RANKS.items()))
ORDER = (
    "rank",
    "whose",
    "releases",
    F("due_at").asc(nulls_first=True),
    F("customer__potential_value").desc(nulls_last=True),
    "pk",
)
RELATED = ("campaign__script", "customer__unit")
PROMISED_BY_ALL = Q(shared=True, state=State.CALLBACK)  # a callback that anybody at the outlet may make


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
    return _left(reach, campaign, of=_dealt(reach) | _of_others(reach))


def _left(reach: Reach, campaign: Campaign | None, *, of: Q) -> QuerySet[ListEntry]:
    rows = ListEntry.objects.everyone()
    if reach.turn.away:
        return rows.none()
    rows = rows.filter(of, LEFT, running_on(reach.day), campaign__ref__in=reach.taught)
    return rows if campaign is None else rows.filter(campaign=campaign)


def _dealt(reach: Reach) -> Q:
    return Q(manager__in=(reach.staff.pk, *reach.turn.covered_ids))


def _of_others(reach: Reach) -> Q:
    """In campaigns where he takes part: what nobody was dealt, and callbacks of colleagues at his outlet that any of them
    may make.
    """
    free, home = Q(manager=None), reach.staff.home
    if home is not None:
        free |= Q(Exists(Customer.objects.everyone().filter(pk=OuterRef("customer"), unit=home)), PROMISED_BY_ALL)
    return free & Q(campaign__in=Participant.objects.filter(staff=reach.staff).values("campaign"))


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


def _customers_at_work(now: datetime) -> QuerySet[Any, Any]:
    """Whom somebody has open, in whichever campaign: few, so that a list is compared with them at once."""
    return ListEntry.objects.everyone().filter(claimed_by__isnull=False, lease_until__gte=now).values("customer")


def offered(reach: Reach, *, now: datetime, campaign: Campaign | None = None, of: Q | None = None) -> QuerySet[Any]:
    """What could be offered this moment, in the order in which it is; `of`: only this part of it."""
    found = workable(reach.staff, now, campaign, reach=reach) if of is None else _left(reach, campaign, of=of)
    rows: Any = found.filter(due(now), unclaimed(now)).exclude(customer__in=_customers_at_work(now))
    ordered: QuerySet[Any] = (
        rows.annotate(rank=RANK, whose=whose(reach.staff)).select_related("campaign", "customer__unit").order_by(*ORDER)
    )
    return ordered


def like(entry: Any, *, reach: Reach, now: datetime) -> QuerySet[Any]:
    """What could be offered beside `entry` (one of `offered`): of its kind and its campaign, dealt to the same one."""
    mine = _dealt(reach) if entry.manager_id in (reach.staff.pk, *reach.turn.covered_ids) else _of_others(reach)
    return offered(reach, now=now, campaign=entry.campaign, of=RANKS[entry.rank] & mine & Q(manager=entry.manager_id))


def _place(entry: Any) -> tuple[Any, ...]:
    """Its place among those of its rank, as `ORDER` has it."""
    due, worth = entry.due_at, entry.customer.potential_value
    return entry.whose, entry.releases, due is not None, due, worth is None, -(worth or 0), entry.pk


def next_entry(
    reach: Reach, *, now: datetime, campaign: Campaign | None = None, without: Collection[int] = ()
) -> ListEntry | None:
    """The entry to offer next, not yet claimed: the first of what is `offered`; `without` are primary keys that were
    looked at already (2 queries while he has customers of his own whom nobody has tried).

    One question to all of it would read every list of the bank. What was dealt to him is few and has its index; what
    colleagues promised and what nobody was dealt is asked for rank by rank, as far as it could come before.
    """

    def best(of: Q, count: int = 1) -> list[Any]:
        return list(offered(reach, now=now, campaign=campaign, of=of).exclude(pk__in=without)[:count])

    mine = best(_dealt(reach))
    found: ListEntry | None = mine[0] if mine else None
    for rank, of_rank in RANKS.items():
        if mine and (mine[0].rank, mine[0].whose) == (rank, OWN):
            break
        beside = best(of_rank & _of_others(reach), SPREAD)
        promised = [entry for entry in beside if entry.manager_id is not None][:1]
        if mine and mine[0].rank == rank:  # a stand-in's, maybe beside a promise for all of the outlet
            found = min(*mine, *promised, key=_place) if promised else found
            break
        if beside:
            # Of nobody's each begins elsewhere, so that not all run for the same one.
            found = promised[0] if promised else beside[reach.staff.pk % len(beside)]
            break
    return found

"""What can be given from one person to another, and who could take it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, F, Q, QuerySet, Value, When

from ..calls.queue import LEFT, State, unclaimed
from ..campaigns.cover import running_on
from ..campaigns.models import Campaign, ListEntry, Participant
from ..core.clock import bank_date
from ..core.verdict import Verdict
from ..duty.queries import absent_on, turn_of
from ..organisation.models import Staff
from ..training.queries import is_trained
from . import rules
from .answering import answers_for
from .bridge import calling
from .figures import passed
from .scope import below

MOVES = "call.reassign"
# Never tried before promised: whoever promised a call is the one whom the customer expects.
ORDER = Case(
    When(state=State.CALLBACK, then=Value(2)), When(attempts=0, then=Value(0)), default=Value(1)
)  # fmt: skip


@dataclass(frozen=True)
class Moving:
    """Customers of one person in one campaign. `free`: they can be given to somebody else; `busy`: somebody talks to them now."""

    campaign: Campaign
    free: int
    busy: int
    callbacks: int  # of the free ones


def lists_of(staff: Staff, now: datetime, *, by: Staff) -> list[Moving]:
    """What he has left in every campaign that runs, by its start, as far as it is the viewer's to move."""
    rows = ListEntry.objects.everyone().filter(LEFT, running_on(bank_date(now)), _within(by), manager=staff)
    campaigns = Campaign.objects.everyone().filter(entries__in=rows.values("pk")).distinct()
    return [_moving(staff, campaign, now, by) for campaign in campaigns.order_by("starts_on", "pk")]


def _moving(staff: Staff, campaign: Campaign, now: datetime, by: Staff) -> Moving:
    free = movable(staff, campaign, now, by=by)
    every = ListEntry.objects.everyone().filter(LEFT, _within(by), manager=staff, campaign=campaign).count()
    number = free.count()
    return Moving(campaign, number, every - number, free.filter(state=State.CALLBACK).count())


def movable(staff: Staff, campaign: Campaign, now: datetime, *, by: Staff) -> QuerySet[ListEntry]:
    """What is left of his list and is with nobody this moment, in the order in which it would go."""
    rows: QuerySet[ListEntry] = ListEntry.objects.everyone().filter(
        LEFT, free(now), running_on(bank_date(now)), _within(by), manager=staff, campaign=campaign
    )  # fmt: skip
    return rows.annotate(turn=ORDER).order_by("turn", F("due_at").asc(nulls_first=True), "pk")


def _within(by: Staff) -> Q:
    """Customers below his own posts: who calls for two outlets has customers of both, and each head moves his own."""
    return below(by, "customer__unit__path", permission=MOVES) or Q(pk__in=[])


def free(now: datetime) -> Q:
    """With nobody, and not just called: who takes back what he saved a moment ago has the customer again."""
    settled = now - timedelta(seconds=calling().undo_seconds)
    return unclaimed(now) & (Q(last_attempt_at=None) | Q(last_attempt_at__lte=settled))


def may_take_over(to: Staff, staff: Staff, campaign: Campaign, now: datetime) -> Verdict:
    """Whether `to` can be given what `staff` has left."""
    return rules.may_take_over(
        himself=to.is_same_person_as(staff),
        takes_part=Participant.objects.filter(campaign=campaign, staff=to).exists(),
        taught=is_trained(f"campaign:{campaign.ref}", to),
        away=turn_of(to, bank_date(now)).away,
    )


def receivers(staff: Staff, campaigns: list[Campaign], now: datetime, *, by: Staff) -> list[Staff]:
    """To whom he may give them: on duty today, taking part in one of these campaigns with its course passed, of his people."""
    parts = Participant.objects.filter(campaign__in=campaigns).exclude(staff=staff).select_related("staff")
    people = {part.staff_id: part.staff for part in parts}
    taught, away = passed(people, campaigns), absent_on(bank_date(now))
    return sorted(
        (
            person for key, person in people.items()
            if taught.get(key) and key not in away and not person.is_same_person_as(staff) and answers_for(by, person, MOVES)
        ),
        key=lambda person: person.staff_no,
    )  # fmt: skip

"""From willing to deposited: where the customers of a campaign stand, as columns with counts and sums.

Nothing is moved by hand: a column is what calls and visits say. Willing: said so, and no visit is booked (or it was missed
or called off: it is to be booked again). Invited: a visit is to come. Visited: has been here. Deposited: a deposit was
agreed there, by what the interview records; what has really arrived is the evaluation's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..appointments.models import Appointment, Discussed
from ..campaigns.models import Campaign, ListEntry
from ..organisation.models import Staff
from .bridge import deposit_categories
from .models import Call
from .outcomes import INTERESTED, INVITED, REACHED

WILLING, INVITED_STAGE, VISITED, DEPOSITED = "willing", "invited", "visited", "deposited"
STAGES: Mapping[str, str | Promise] = MappingProxyType(
    {WILLING: _("愿意"), INVITED_STAGE: _("已邀约"), VISITED: _("已到店"), DEPOSITED: _("已达成存款")}
)
SHOWN = 20  # cards of a column; its count says how many there are
LONG_AGO = timedelta(days=7)  # a customer who is willing waits no longer than this without being marked


@dataclass(frozen=True)
class Card:
    """One customer. `visit`: the one that his column speaks of; `waits`: he is willing, and nobody has booked for long."""

    entry: ListEntry
    visit: Appointment | None
    amount: Decimal | None
    waits: bool


@dataclass
class Column:
    """`total` is of the money agreed in the last column, of the potential (yuan a year) in the others."""

    stage: str
    label: str | Promise
    count: int = 0
    total: Decimal = Decimal(0)
    cards: list[Card] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.count - len(self.cards)


def campaigns_of(staff: Staff) -> QuerySet[Campaign]:
    """Whose customers can be followed: started, and not over."""
    rows: QuerySet[Campaign] = Campaign.objects.visible_to(staff).filter(state__in=Campaign.RUNNING)
    return rows.order_by("-starts_on", "title")


def board(staff: Staff, campaign: Campaign, now: datetime) -> list[Column]:
    """The four columns as far as this person sees the list (ten queries, however long it is)."""
    rows = staged(ListEntry.objects.visible_to(staff).filter(campaign=campaign, arm=ListEntry.Arm.TREATED))
    columns = {stage: Column(stage, label) for stage, label in STAGES.items()}
    sums = rows.order_by().values("stage").annotate(count=Count("pk"), potential=Sum("customer__potential_value"))
    for found in sums.exclude(stage=""):
        column = columns[found["stage"]]
        column.count, column.total = found["count"], found["potential"] or Decimal(0)
    columns[DEPOSITED].total = _agreed(rows)
    for stage, column in columns.items():
        if column.count:
            column.cards = _cards(rows.filter(stage=stage), now)
    return list(columns.values())


def staged(rows: QuerySet[ListEntry]) -> QuerySet[Any]:
    """Each entry with its `stage`; empty for whom there is nothing to follow."""
    visits = Appointment.objects.everyone().filter(entry=OuterRef("pk"))
    agreed = Discussed.objects.filter(visit__entry=OuterRef("pk"), **_AGREED, category__in=deposit_categories())
    # What he has said last; that nobody answered since then, or that he is to be called back, unsays nothing.
    talks = Call.objects.everyone().filter(entry=OuterRef("pk"), outcome__in=REACHED - {"call_back", "hung_up"})
    coming = Exists(visits.filter(state__in=(Appointment.State.BOOKED, Appointment.State.ARRIVED)))
    stage = Case(
        When(Exists(agreed), then=Value(DEPOSITED)),
        When(coming, then=Value(INVITED_STAGE)),
        When(Exists(visits.filter(state=Appointment.State.FINISHED)), then=Value(VISITED)),
        When(said__in=INTERESTED | INVITED, then=Value(WILLING)),
        default=Value(""),
        output_field=CharField(),
    )
    staged_rows: QuerySet[Any] = rows.annotate(said=Subquery(talks.values("outcome")[:1])).annotate(stage=stage)
    return staged_rows


_AGREED = {"outcome": Discussed.Outcome.AGREED}


def _agreed(rows: QuerySet[Any]) -> Decimal:
    deposits = Discussed.objects.filter(
        visit__entry__in=rows.filter(stage=DEPOSITED).values("pk"), **_AGREED, category__in=deposit_categories()
    )
    total: Decimal | None = deposits.aggregate(total=Sum("amount"))["total"]
    return total or Decimal(0)


def _cards(rows: QuerySet[Any], now: datetime) -> list[Card]:
    """The longest waiting first (three queries)."""
    newest = Appointment.objects.everyone().filter(entry=OuterRef("pk")).exclude(state=Appointment.State.CANCELLED)
    entries = list(
        rows.annotate(visit_id=Subquery(newest.order_by("-starts_at").values("pk")[:1]))
        .select_related("customer", "manager").order_by("last_attempt_at", "pk")[:SHOWN]
    )  # fmt: skip
    visits = Appointment.objects.everyone().in_bulk([entry.visit_id for entry in entries if entry.visit_id])
    amounts = dict(
        Discussed.objects.filter(visit__in=visits, **_AGREED, category__in=deposit_categories())
        .order_by().values_list("visit").annotate(total=Sum("amount"))
    )  # fmt: skip
    return [
        Card(
            entry, visits.get(entry.visit_id), amounts.get(entry.visit_id),
            waits=entry.stage == WILLING and entry.last_attempt_at is not None and now - entry.last_attempt_at > LONG_AGO,
        )
        for entry in entries
    ]  # fmt: skip

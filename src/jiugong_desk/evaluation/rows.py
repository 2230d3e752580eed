"""What was done for each customer of a list in a period: one row a customer, so that every sum is made at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from ..appointments.models import Appointment, Discussed
from ..calls.models import Call
from ..calls.outcomes import INVITED, OUTCOMES, REACHED
from ..campaigns.models import Campaign, ListEntry
from ..core.clock import midnight
from .bridge import policy

FINAL = frozenset(code for code, outcome in OUTCOMES.items() if outcome.final)
WILLING = frozenset(code for code, outcome in OUTCOMES.items() if outcome.group == "interested")
THERE = Q(state__in=[Appointment.State.ARRIVED, Appointment.State.FINISHED])
AGREED = Q(state=Appointment.State.FINISHED, discussed__outcome=Discussed.Outcome.AGREED)
COUNTS = (
    "treated",
    "calls",
    "attempted",
    "reached",
    "valid",
    "interested",
    "invited",
    "done",
    "due",
    "visited",
    "converted",
)


@dataclass(frozen=True)
class Span:
    """A period in moments: from `start`'s midnight to `end`'s, or to the data cut-off where that comes first."""

    start: date
    end: date
    cutoff: datetime | None = None

    @property
    def moments(self) -> tuple[datetime, datetime]:
        over = midnight(self.end + timedelta(days=1))
        return midnight(self.start), min(over, self.cutoff or over)


@dataclass(frozen=True)
class Row:
    """A customer of the treated arm. Each field but the first three is a count, or 0/1."""

    outlet: int
    manager: int | None
    agreed: Decimal
    counts: dict[str, int]


def treated(campaign: Campaign, entries: QuerySet[ListEntry] | None = None) -> QuerySet[ListEntry]:
    """The customers to be called; `entries` limits them to what somebody may see."""
    everyone = ListEntry.objects.everyone() if entries is None else entries
    return everyone.filter(campaign=campaign, arm=ListEntry.Arm.TREATED)


def calls_of(entries: QuerySet[ListEntry], span: Span) -> QuerySet[Call]:
    start, end = span.moments
    return Call.objects.everyone().filter(entry__in=entries, at__gte=start, at__lt=end)


def visits_of(entries: QuerySet[ListEntry], span: Span) -> QuerySet[Appointment]:
    """Visits that were due in the period; cancelled ones are not due, one received before its hour is due at once.

    A visit is received on its own day only, so that this moves none from one period to another.
    """
    start, end = span.moments
    due = Q(starts_at__gte=start, starts_at__lt=end) | Q(THERE, arrived_at__gte=start, arrived_at__lt=end)
    return Appointment.objects.everyone().filter(due, entry__in=entries).exclude(state=Appointment.State.CANCELLED)


def rows_of(entries: QuerySet[ListEntry], span: Span) -> list[Row]:
    """Every customer of `entries` with the work of the period (three queries)."""
    seconds = policy().calling.valid_talk_seconds
    called = calls_of(entries, span).order_by().values("entry").annotate(
        calls=Count("id"),
        reached=Count("id", filter=Q(outcome__in=REACHED)),
        valid=Count("id", filter=Q(outcome__in=REACHED, talk_seconds__gte=seconds, purpose_disclosed=True)),
        interested=Count("id", filter=Q(outcome__in=WILLING)),
        invited=Count("id", filter=Q(outcome__in=INVITED)),
        final=Count("id", filter=Q(outcome__in=FINAL)),
    )  # fmt: skip
    visited = visits_of(entries, span).order_by().values("entry").annotate(
        due=Count("id", distinct=True),  # a visit stands here once for each product that was talked about
        visited=Count("id", filter=THERE, distinct=True),
        converted=Count("id", filter=AGREED, distinct=True),
        agreed=Sum("discussed__amount", filter=AGREED),
    )  # fmt: skip
    by_call: dict[int, dict[str, Any]] = {row["entry"]: dict(row) for row in called}
    by_visit: dict[int, dict[str, Any]] = {row["entry"]: dict(row) for row in visited}
    listed = entries.order_by("pk").values_list("pk", "customer__unit", "manager")
    return [_row(unit, manager, by_call.get(pk, {}), by_visit.get(pk, {})) for pk, unit, manager in listed]


def _row(unit: int, manager: int | None, call: dict[str, Any], visit: dict[str, Any]) -> Row:
    calls = call.get("calls", 0)
    used_up = calls >= policy().calling.attempts_per_campaign
    counts = {
        "treated": 1,
        "calls": calls,
        "attempted": int(calls > 0),
        **{step: int(call.get(step, 0) > 0) for step in ("reached", "valid", "interested", "invited")},
        "done": int(used_up or call.get("final", 0) > 0),
        "due": visit.get("due", 0),
        "visited": visit.get("visited", 0),
        "converted": int(visit.get("converted", 0) > 0),
    }
    return Row(unit, manager, visit.get("agreed") or Decimal(0), counts)


def agreed(rows: Iterable[Row]) -> str:
    """The money that visits agreed on, to the cent: one text on every database."""
    return f"{sum((row.agreed for row in rows), Decimal(0)):.2f}"


def total(rows: Iterable[Row]) -> dict[str, int]:
    """The counts of all rows together."""
    sums = dict.fromkeys(COUNTS, 0)
    for row in rows:
        for key, value in row.counts.items():
            sums[key] += value
    return sums


def grouped(rows: Iterable[Row], key: Callable[[Row], Hashable]) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return dict(groups)

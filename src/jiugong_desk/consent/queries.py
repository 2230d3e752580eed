"""What is known of customers' wishes: two queries for any number of them up to a chunk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice

from django.db.models import Exists, F, OuterRef, Subquery, Window
from django.db.models.functions import RowNumber

from ..core.clock import bank_date
from ..customers.models import Customer, Loan
from .bridge import calling
from .models import Channel, Complaint, ConsentRecord, Contact, DoNotCall
from .rules import ContactFacts

MARKETING = "marketing"
CHUNK = 10_000  # ids in one statement; SQLite takes 32,766 parameters


def contact_facts(customer_ids: Iterable[int]) -> dict[int, ContactFacts]:
    """The facts of these customers as they stand this moment, by primary key.

    Campaign fields stand at their defaults, which refuse: fill them in with `dataclasses.replace`. Ids that are no
    customer's are absent.
    """
    facts: dict[int, ContactFacts] = {}
    for ids in _chunks(customer_ids):
        facts.update(_facts(ids))
    return facts


def _facts(ids: list[int]) -> Iterator[tuple[int, ContactFacts]]:
    mine = OuterRef("pk")
    consents = ConsentRecord.objects.filter(customer=mine, purpose=MARKETING, channel=Channel.CALL)
    wishes = {
        "agrees": Subquery(consents.order_by("-at", "-pk").values("granted")[:1]),
        "refuses": Exists(DoNotCall.objects.filter(customer=mine)),
        "complains": Exists(Complaint.objects.everyone().filter(customer=mine, settled_at=None)),
        "awaits_decision": Exists(Loan.objects.filter(customer=mine, decision_pending=True)),
        "may_await": Exists(Loan.objects.filter(customer=mine, decision_pending=None)),
    }
    rows = Customer.objects.everyone().filter(pk__in=ids).order_by().annotate(**wishes)
    reached = _reached(ids)
    for pk, status, mobile, *answers in rows.values_list("pk", "status", "mobile_digest", *wishes):
        agrees, refuses, complains, awaits_decision, may_await = answers
        times = reached.get(pk, [])
        yield (
            pk,
            ContactFacts(
                status=status,
                consent_call=agrees,
                do_not_call=refuses,
                complaint_open=complains,
                loan_decision_pending=True if awaits_decision else None if may_await else False,
                has_mobile=bool(mobile),
                last_reached_at=times[0] if times else None,
                reached_before=tuple(times[1:]),
            ),
        )


def _reached(ids: list[int]) -> dict[int, list[datetime]]:
    """The latest contacts that reached each customer, newest first, as many as the cap looks at."""
    newest_first = Window(RowNumber(), partition_by=F("customer"), order_by=F("at").desc())
    rows = (
        Contact.objects.filter(customer__in=ids, reached=True)
        .annotate(place=newest_first)
        .filter(place__lte=max(1, calling().reached_calls_per_7_days))
        .order_by("-at")
        .values_list("customer_id", "at")
    )
    times: dict[int, list[datetime]] = defaultdict(list)
    for pk, at in rows:
        times[pk].append(at)
    return times


def last_complaint(customer: Customer) -> date | None:
    """The day of his latest complaint, settled or not (one query)."""
    at = Complaint.objects.everyone().filter(customer=customer).order_by("-at").values_list("at", flat=True).first()
    return bank_date(at) if at else None


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(ids)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk

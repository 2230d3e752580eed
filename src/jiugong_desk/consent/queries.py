"""What is known of customers' wishes: six queries for any number of them up to a chunk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.db.models import F, Window
from django.db.models.functions import RowNumber

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
    consents = current_consents(ids, Channel.CALL)
    refusing = set(DoNotCall.objects.filter(customer__in=ids).values_list("customer_id", flat=True))
    unsettled = Complaint.objects.everyone().filter(customer__in=ids, settled_at=None)
    complaining = set(unsettled.values_list("customer_id", flat=True))
    deciding = set(Loan.objects.filter(customer__in=ids, decision_pending=True).values_list("customer_id", flat=True))
    reached = _reached(ids)
    rows = Customer.objects.everyone().filter(pk__in=ids).values_list("pk", "status", "mobile_digest")
    for pk, status, mobile in rows:
        times = reached.get(pk, [])
        yield (
            pk,
            ContactFacts(
                status=status,
                consent_call=consents.get(pk),
                do_not_call=pk in refusing,
                complaint_open=pk in complaining,
                loan_decision_pending=pk in deciding,
                has_mobile=bool(mobile),
                last_reached_at=times[0] if times else None,
                reached_before=tuple(times[1:]),
            ),
        )


def current_consents(ids: list[int], channel: str) -> dict[int, bool]:
    """Whether each customer agrees to marketing over the channel: the newest entry holds; absent where there is none."""
    entries = ConsentRecord.objects.filter(customer__in=ids, purpose=MARKETING, channel=channel)
    return dict(entries.order_by("at", "pk").values_list("customer_id", "granted"))


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


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(ids)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk

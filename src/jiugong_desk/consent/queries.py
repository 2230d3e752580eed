"""What is known of customers' wishes: two queries for any number of them up to a chunk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from ..core.clock import bank_date
from ..core.once import once_a_page
from ..core.verdict import Verdict
from ..customers.models import Customer, Loan
from . import caps
from .bridge import calling, contacting
from .caps import Budget, Reached
from .channels import Channel, Kind, Subject
from .models import Complaint, ConsentRecord, Contact, DoNotCall
from .rules import ContactFacts, may_contact

MARKETING = "marketing"
CHUNK = 10_000  # ids in one statement; SQLite takes 32,766 parameters


def contact_facts(customer_ids: Iterable[int], *, channel: str = Channel.CALL) -> dict[int, ContactFacts]:
    """The facts of these customers as they stand this moment, by primary key; consent to this channel.

    Campaign fields stand at their defaults, which refuse: fill them in with `dataclasses.replace`. Ids that are no
    customer's are absent.
    """
    facts: dict[int, ContactFacts] = {}
    for ids in _chunks(customer_ids):
        facts.update(_facts(ids, channel))
    return facts


def may_serve(customer_ids: Iterable[int], *, at: datetime) -> dict[int, Verdict]:
    """Whether each may be addressed about what he himself asked for or has under way, by primary key. By whichever way:
    whether there is a number to dial, whoever does it sees.
    """
    asked = {"kind": Kind.SERVICE, "subject": Subject.REQUEST}
    return {
        pk: may_contact(facts, **asked, now=at, calling=calling(), contact=contacting())
        for pk, facts in contact_facts(customer_ids, channel=Channel.VISIT).items()
    }


def budget_of(customer: Customer, now: datetime) -> Budget:
    """What marketing may still ask of this customer, over all channels and over each (1 query)."""
    contacts = _reached((customer.pk,)).get(customer.pk, [])
    return caps.budget(contacts, now=now, calling=calling(), contact=contacting())


def campaign_calls() -> QuerySet[Contact]:
    """The contacts that campaigns made: marketing calls that reached somebody. What staff write down is none of them."""
    return Contact.objects.filter(channel=Channel.CALL, kind=Kind.MARKETING, reached=True)


def _facts(ids: list[int], channel: str) -> Iterator[tuple[int, ContactFacts]]:
    mine = OuterRef("pk")
    consents = ConsentRecord.objects.filter(customer=mine, purpose=MARKETING, channel=channel)
    wishes = {
        "agrees": Subquery(consents.order_by("-at", "-pk").values("granted")[:1]),
        "refuses": Exists(DoNotCall.objects.filter(customer=mine)),
        "complains": Exists(Complaint.objects.everyone().filter(customer=mine, settled_at=None)),
        "awaits_decision": Exists(Loan.objects.filter(customer=mine, decision_pending=True)),
        "may_await": Exists(Loan.objects.filter(customer=mine, decision_pending=None)),
    }
    rows = Customer.objects.everyone().filter(pk__in=ids).order_by().annotate(**wishes)
    reached = _reached(tuple(ids))
    for pk, status, mobile, born, *answers in rows.values_list("pk", "status", "mobile_digest", "birth_date", *wishes):
        agrees, refuses, complains, awaits_decision, may_await = answers
        yield (
            pk,
            ContactFacts(
                status=status,
                consent=agrees,
                do_not_call=refuses,
                complaint_open=complains,
                loan_decision_pending=True if awaits_decision else None if may_await else False,
                has_mobile=bool(mobile),
                born=born,
                contacts=tuple(reached.get(pk, ())),
                channel=channel,
            ),
        )


@once_a_page
def _reached(ids: tuple[int, ...]) -> dict[int, list[Reached]]:
    """The latest marketing contacts that reached each customer, newest first: of each channel as many as a cap counts."""
    newest_first = Window(RowNumber(), partition_by=[F("customer"), F("channel")], order_by=F("at").desc())
    rows = (
        Contact.objects.filter(customer__in=ids, kind=Kind.MARKETING, reached=True)
        .annotate(place=newest_first)
        .filter(place__lte=caps.most_counted(calling(), contacting()))
        .order_by("-at")
        .values_list("customer_id", "at", "channel")
    )
    found: dict[int, list[Reached]] = defaultdict(list)
    for pk, at, channel in rows:
        found[pk].append(Reached(at, channel))
    return found


def last_complaint(customer: Customer) -> date | None:
    """The day of his latest complaint, settled or not (one query)."""
    at = Complaint.objects.everyone().filter(customer=customer).order_by("-at").values_list("at", flat=True).first()
    return bank_date(at) if at else None


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(ids)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk

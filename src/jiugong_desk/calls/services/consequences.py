"""What a call means to the other rooms, and how that is taken back. Their records point to the call by its `ref`.

Inner verbs: the verb that calls them runs the transaction and writes the audit record that stands for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ...appointments.models import Appointment
from ...appointments.services import book, unbook
from ...appointments.slots import receiver
from ...campaigns.models import ListEntry
from ...consent.services import forget_contact, open_complaint, record_contact, stop_calling
from ...customers.services import forget_answers, record_answer
from ...organisation.models import Staff
from ...scripts.content import Question
from .. import rules
from ..models import Call
from ..outcomes import STICKING


def book_visit(
    entry: ListEntry, said: rules.Said, *, absent: Staff | None, by: Staff, at: datetime
) -> Appointment | None:
    """The visit that was agreed: to the caller; in somebody's place, to whoever receives that day."""
    if said.visit_at is None:
        return None
    manager = receiver(absent, by, said.visit_at)
    return book(entry.customer, manager=manager, starts_at=said.visit_at, entry=entry, by=by, at=at, audit=False)


def follow(call: Call, said: rules.Said, *, questions: Mapping[str, Question], by: Staff, at: datetime) -> None:
    """The contact is counted, the answers are kept, and the customer's word is heard."""
    customer = call.entry.customer
    record_contact(customer, channel="call", reached=said.outcome.reached, source_ref=call.ref, at=call.at)
    for key, value in said.answers.items():
        record_answer(
            customer, question=key, label=questions[key].label, value=value, source_ref=call.ref, by=by, at=call.at
        )
    heed(call, said, by=by, at=at)


def heed(call: Call, said: rules.Said, *, by: Staff, at: datetime) -> None:
    """A refusal for ever and a complaint act for the whole bank, in the transaction that records them."""
    if said.outcome.code == "refused_forever":
        stop_calling(call.entry.customer, source="call", by=by, at=at, audit=False)
    if said.outcome.code == "complaint":
        open_complaint(call.entry.customer, source_ref=call.ref, by=by, at=at, audit=False)


def revoke(call: Call, *, by: Staff, at: datetime) -> dict[str, str]:
    """As though it had not been recorded; what the customer answered, by question. Never for a word that sticks."""
    assert call.outcome not in STICKING, "what sticks is not taken back"
    forget_contact(call.entry.customer, source_ref=call.ref)
    give_up_visit(call, by=by, at=at)
    return forget_answers(call.entry.customer, source_ref=call.ref)


def give_up_visit(call: Call, *, by: Staff, at: datetime) -> None:
    """Its slot is free again, where it still is one; `Stale` where the customer has come already."""
    over = (Appointment.State.MISSED, Appointment.State.CANCELLED)
    if call.visit is not None and call.visit.state not in over:
        unbook(call.visit, by=by, at=at)

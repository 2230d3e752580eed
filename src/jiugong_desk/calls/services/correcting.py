"""Correct what was recorded about a call: what it said before stays beside it, with the reason.

The call's row says what holds now, so that every count and every list is right without knowing of corrections. Where it
is the customer's latest call, the list follows; a customer's word that sticks is heard, and never unsaid.
"""

from __future__ import annotations

import json
from datetime import date, datetime

from django.db import transaction

from ...audit import services as audit_log
from ...campaigns.models import Campaign, ListEntry
from ...consent.services import recount_contact
from ...core.clock import bank_date
from ...core.errors import Stale, hold
from ...core.masks import hide_numbers
from ...core.pages import require
from ...core.verdict import Verdict
from ...customers.services import answers_from, forget_answers
from ...organisation.calendar import next_working_days
from ...organisation.models import Staff
from ...scripts.content import Content
from .. import queue, rules
from ..bridge import calling, dispositions
from ..models import Call, Correction
from ..outcomes import OUTCOMES
from .consequences import book_visit, give_up_visit, heed
from .leases import TAKEN, lock_customer
from .recording import ended_like, wishes


@transaction.atomic
def correct(
    call: Call,
    *,
    outcome: str,
    reason: str,
    talk_seconds: int = 0,
    purpose_disclosed: bool = False,
    callback_at: datetime | None = None,
    visit_at: datetime | None = None,
    note: str = "",
    seen: int = 0,
    by: Staff,
    at: datetime,
) -> Call:
    """The call as it should have been recorded. `seen`: how many corrections stood on the page that he corrected from."""
    require(by, "call.work")
    if not lock_customer(call.entry):
        raise Stale(TAKEN)
    rows = Call.objects.everyone().select_related("entry__campaign__script", "entry__customer__unit", "visit")
    found: Call | None = rows.filter(pk=call.pk).first()
    if found is None:
        raise Stale(rules.reason("taken_back_already"))
    call, callback_at = found, _same_minute(callback_at, found.callback_at)
    if call.corrections.count() != seen:
        raise Stale(rules.reason("corrected_meanwhile"))
    answers = answers_from(call.entry.customer, source_ref=call.ref)
    said = rules.Said(
        OUTCOMES[outcome], talk_seconds, purpose_disclosed, {}, callback_at, _visit_at(call, outcome, visit_at),
        hide_numbers(note.strip()), tuple(call.skipped) if OUTCOMES[outcome].reached else (),
    )  # fmt: skip
    hold(_verdict(call, said, reason=reason, answered=bool(answers), by=by, at=at))
    if not said.outcome.reached:
        forget_answers(call.entry.customer, source_ref=call.ref)
    Correction.objects.create(call=call, at=at, by=by, reason=reason.strip(), said=_said(call, answers))
    _entry_follows(call, said, at=at)
    _rooms_follow(call, said, by=by, at=at)
    before, call = call.outcome, _rewritten(call, said)
    audit_log.record(
        chain=call.entry.customer.unit.code, by=by.staff_no, at=at, verb="call.corrected", about="call", ref=call.ref,
        facts={"entry": call.entry.ref, "before": before, "outcome": call.outcome, "state": call.entry.state},
    )  # fmt: skip
    return call


def _same_minute(asked: datetime | None, promised: datetime | None) -> datetime | None:
    """A page shows minutes: what it sends back unchanged is the promise as it stands."""
    if (
        asked is not None
        and promised is not None
        and asked.replace(second=0, microsecond=0) == promised.replace(second=0, microsecond=0)
    ):
        return promised
    return asked


def _visit_at(call: Call, outcome: str, visit_at: datetime | None) -> datetime | None:
    """The visit that stands, where the call goes on inviting to it; else the one that is booked now."""
    if call.visit is not None and OUTCOMES[outcome].asks_visit:
        return call.visit.starts_at  # moved, missed or called off: that is the visit's own story
    return visit_at


def correction_verdict(call: Call, *, by: Staff, on: date) -> Verdict:
    """Whether he may correct this call at all on that day; what he would write is judged when he writes it."""
    made_on, days = bank_date(call.at), calling().correction_days
    last_day = next_working_days(made_on, days)[-1] if days else made_on
    closed = call.entry.campaign.state == Campaign.State.CLOSED
    return rules.may_correct(own=call.by_id == by.pk, today=on, last_day=last_day, closed=closed)


def _verdict(call: Call, said: rules.Said, *, reason: str, answered: bool, by: Staff, at: datetime) -> Verdict:
    verdict = correction_verdict(call, by=by, on=bank_date(at))
    verdict = verdict and rules.is_correction(call.outcome, said, reason_given=reason.strip(), answered=answered)
    promised_before = said.callback_at == call.callback_at and said.outcome.code == call.outcome
    booked_before = call.visit is not None and said.outcome.asks_visit
    moment = call.at if promised_before or booked_before else at
    script = call.entry.campaign.script.read if call.entry.campaign.script else Content()
    return verdict and rules.may_record(said, at=moment, script=script, steps=False)


def _entry_follows(call: Call, said: rules.Said, *, at: datetime) -> None:
    """The customer's place on the list, where this was his latest call and it now ends differently."""
    entry = call.entry
    same = said.outcome.code == call.outcome and said.callback_at == call.callback_at
    if same or entry.last_attempt_at != call.at:
        return
    ended = ended_like(entry)
    ended[call.outcome] -= 1
    follows = rules.what_follows(
        said, attempts=entry.attempts, alike=ended[said.outcome.code] + 1, at=call.at,
        eligible=wishes(said, entry, at=at, counted=True), calling=calling(), dispositions=dispositions(),
    )  # fmt: skip
    after = {
        "state": follows.state,
        "due_at": follows.due_at,
        "outcome": said.outcome.code,
        "shared": entry.shared and said.callback_at is not None,
    }
    untouched = ListEntry.objects.everyone().filter(
        queue.unclaimed(at), pk=entry.pk, attempts=entry.attempts, last_attempt_at=call.at
    )
    if untouched.update(**after, claimed_by=None, claimed_at=None, lease_until=None) != 1:
        raise Stale(TAKEN)
    for name, value in after.items():
        setattr(entry, name, value)


def _rooms_follow(call: Call, said: rules.Said, *, by: Staff, at: datetime) -> None:
    recount_contact(call.entry.customer, source_ref=call.ref, reached=said.outcome.reached)
    if call.visit is not None and not said.outcome.asks_visit:
        give_up_visit(call, by=by, at=at)
        call.visit = None
    elif call.visit is None:
        call.visit = book_visit(call.entry, said, absent=call.stood_in_for, by=by, at=at)
    if said.outcome.code != call.outcome:
        heed(call, said, by=by, at=at)


def _rewritten(call: Call, said: rules.Said) -> Call:
    call.outcome, call.talk_seconds, call.purpose_disclosed = (
        said.outcome.code, said.talk_seconds, said.purpose_disclosed,
    )  # fmt: skip
    call.callback_at, call.note, call.skipped = said.callback_at, said.note, list(said.skipped)
    call.save(update_fields=["outcome", "talk_seconds", "purpose_disclosed", "callback_at", "note", "skipped", "visit"])
    return call


def _said(call: Call, answers: dict[str, str]) -> str:
    """What the record said until now."""
    kept = {
        "outcome": call.outcome, "talk_seconds": call.talk_seconds, "purpose_disclosed": call.purpose_disclosed,
        "callback_at": call.callback_at and call.callback_at.isoformat(), "note": call.note, "answers": answers,
        "visit_at": call.visit and call.visit.starts_at.isoformat(),
    }  # fmt: skip
    return json.dumps(kept, ensure_ascii=False)

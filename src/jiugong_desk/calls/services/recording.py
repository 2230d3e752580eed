"""Record how a call ended: the call, the list, the answers, the wishes and the visit, in one transaction, once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ...appointments.services import give_up_slot
from ...audit import services as audit_log
from ...campaigns.models import ListEntry
from ...consent.reasons import YOU
from ...consent.rules import eligibility
from ...core.clock import bank_date
from ...core.errors import Refused, Stale, hold
from ...core.fields import digest
from ...core.masks import hide_numbers
from ...core.pages import require
from ...core.verdict import ALLOWED, Reason, Verdict, refused
from ...organisation.calendar import is_working_day
from ...organisation.models import Staff
from ...scripts.content import Content
from .. import rules
from ..bridge import calling, contacting, dispositions
from ..facts import facts_of
from ..models import Call
from ..outcomes import OUTCOMES
from ..phone import phone_for
from ..queue import stood_in_for
from .consequences import book_visit, follow
from .drafts import drop_draft
from .leases import NOT_HELD

UNKNOWN_OUTCOME = Reason("unknown_outcome", _("没有这个通话结果。"), remedy=_("请刷新页面后重新选择。"), who=YOU)
# Of the entry, as it stood before the call.
KEPT = ("state", "due_at", "outcome", "attempts", "last_attempt_at", "shared", "number_at", "claimed_at")
OTHER_BODY = Reason(
    "submission_reused",
    _("这次登记已经保存过，内容不同，未再保存。"),
    remedy=_("请刷新页面查看已保存的结果。"),
    who=YOU,
)


def record_outcome(
    entry: ListEntry,
    *,
    submission: str,
    outcome: str,
    talk_seconds: int = 0,
    purpose_disclosed: bool = False,
    answers: Mapping[str, Any] | None = None,
    callback_at: datetime | None = None,
    visit_at: datetime | None = None,
    note: str = "",
    skipped: Sequence[str] = (),
    shared: bool = False,
    number_unseen: bool = False,
    by: Staff,
    at: datetime,
) -> Call:
    """The call that `by`, who holds the entry, has just made.

    `submission` is the sender's key: the same key with the same content is the same call, however often it is sent;
    with other content it is refused. `answers` are texts by the script's question keys; empty ones were
    not asked. `skipped` are keys of steps. `shared`: whether colleagues at the outlet may make the callback too.
    `number_unseen`: the caller says how he talked without the number (the customer called, or he knew it); needed where
    neither the desk showed it in this claim nor an exchange told of a call, and else without effect.
    """
    require(by, "call.work")
    if outcome not in OUTCOMES:
        raise Refused(refused(UNKNOWN_OUTCOME))
    given = {key: str(value).strip() for key, value in (answers or {}).items() if str(value).strip()}
    said = rules.Said(
        OUTCOMES[outcome], talk_seconds, purpose_disclosed, given, callback_at, visit_at, hide_numbers(note.strip()),
        tuple(sorted(set(skipped))), shared and callback_at is not None,
    )  # fmt: skip
    body = _body(entry, said, by)
    try:
        return _record(entry, submission, body, said, on_his_word=number_unseen, by=by, at=at)
    except (Refused, IntegrityError):
        earlier = _earlier(submission, body)  # sent again, or twice at once: the other one has won
        if earlier is None:
            raise
        return earlier


@transaction.atomic
def _record(
    entry: ListEntry, submission: str, body: str, said: rules.Said, *, on_his_word: bool, by: Staff, at: datetime
) -> Call:
    script = entry.campaign.script.read if entry.campaign.script else Content()
    hold(rules.may_record(said, at=at, script=script))
    attempt = entry.attempts + 1
    follows = rules.what_follows(
        said, attempts=attempt, alike=ended_like(entry)[said.outcome.code] + 1, at=at, eligible=wishes(said, entry, at=at),
        calling=calling(), dispositions=dispositions(),
    )  # fmt: skip
    after: dict[str, Any] = {
        "state": follows.state, "due_at": follows.due_at, "outcome": said.outcome.code,
        "attempts": attempt, "last_attempt_at": at, "claimed_by": None, "claimed_at": None, "lease_until": None,
        "shared": said.shared,
    }  # fmt: skip
    before = {name: _kept(getattr(entry, name)) for name in KEPT}
    _finish_entry(entry, after, by=by, at=at)
    unseen = entry.number_at is None and not phone_for(
        entry, by=by, at=at, talk_seconds=said.talk_seconds, claimed_at=entry.claimed_at
    )
    if unseen and not on_his_word:  # asked last: who has lost the customer is told of that
        raise Refused(refused(rules.reason("number_unseen")))
    absent = stood_in_for(entry, by)
    visit = book_visit(entry, said, absent=absent, by=by, at=at)
    give_up_slot(by=by)
    call: Call = Call.objects.create(
        submission=submission, body_digest=body, entry=entry, by=by, stood_in_for=absent, at=at, outcome=said.outcome.code,
        talk_seconds=said.talk_seconds, purpose_disclosed=said.purpose_disclosed, callback_at=said.callback_at,
        note=said.note, skipped=list(said.skipped), visit=visit, before=before, number_unseen=unseen,
    )  # fmt: skip
    drop_draft(entry)
    follow(call, said, questions=script.questions, by=by, at=at)
    audit_facts = {
        "entry": entry.ref, "outcome": said.outcome.code, "attempt": attempt, "state": follows.state,
        "talk_seconds": said.talk_seconds, "answers": len(said.answers), "skipped": len(said.skipped), "closed_because": follows.closed_because,
        "number_unseen": unseen,
    }  # fmt: skip
    if absent is not None:
        audit_facts["stood_in_for"] = absent.staff_no
    audit_log.record(
        chain=entry.customer.unit.code, by=by.staff_no, at=at, verb="call.recorded", about="call", ref=call.ref,
        facts=audit_facts,
    )  # fmt: skip
    for name, value in after.items():  # only now: after a refusal the caller's object stays as it was
        setattr(entry, name, value)
    return call


def _kept(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def ended_like(entry: ListEntry) -> Counter[str]:
    """How many of the entry's calls ended in each way so far (one query; none where it was never called)."""
    if not entry.attempts:
        return Counter()
    return Counter(Call.objects.everyone().filter(entry=entry).values_list("outcome", flat=True))


def wishes(said: rules.Said, entry: ListEntry, *, at: datetime, counted: bool = False) -> Verdict:
    """Whether the customer may be called again at all, asked only where a call follows; a promise is checked here.

    `counted`: whether the entry counts this call already, as it does where the call is corrected.
    """
    if said.outcome.final and said.callback_at is None:
        return ALLOWED
    facts = facts_of(entry, at)
    if counted:
        facts = replace(facts, attempts=entry.attempts - 1)
    if said.callback_at is not None:
        working = is_working_day(bank_date(said.callback_at))
        hold(
            rules.may_promise(
                facts, callback_at=said.callback_at, at=at, ends_on=entry.campaign.ends_on, is_working_day=working,
                calling=calling(), contact=contacting(),
            )
        )  # fmt: skip
    return eligibility(facts)


def _finish_entry(entry: ListEntry, after: Mapping[str, Any], *, by: Staff, at: datetime) -> None:
    """End the lease and say what follows; only for whoever holds the live lease, and only once."""
    mine = ListEntry.objects.everyone().filter(
        pk=entry.pk, claimed_by=by, lease_until__gte=at, attempts=entry.attempts, state=entry.state
    )
    if mine.update(**after) != 1:
        raise Stale(NOT_HELD)


def _body(entry: ListEntry, said: rules.Said, by: Staff) -> str:
    """A keyed fingerprint of what was sent, by whom and about whom."""
    parts = [
        entry.pk, by.pk, said.outcome.code, said.talk_seconds, said.purpose_disclosed, sorted(said.answers.items()),
        said.callback_at and said.callback_at.timestamp(), said.visit_at and said.visit_at.timestamp(), said.note,
        *([said.skipped] if said.skipped else []), *(["shared"] if said.shared else []),
    ]  # fmt: skip
    return digest(json.dumps(parts, ensure_ascii=False))


def _earlier(submission: str, body: str) -> Call | None:
    call: Call | None = Call.objects.with_taken_back().filter(submission=submission).first()
    if call is not None and call.body_digest != body:
        raise Refused(refused(OTHER_BODY))
    return call

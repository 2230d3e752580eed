"""Calls that were made: one's own of a day, one of them with its corrections, and the one that can be taken back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ..campaigns.models import ListEntry
from ..core.clock import bank_date, midnight
from ..core.verdict import Verdict
from ..customers.services import said_in
from ..organisation.models import Staff
from ..telephony.rules import PhoneCall
from ..ui.templatetags.desk import day_time
from . import rules
from .bridge import calling
from .models import Call, Correction
from .outcomes import label_of
from .phone import phone_behind
from .queue import RELATED
from .services.correcting import correction_verdict


@dataclass(frozen=True)
class Undo:
    """The latest call, while it can be taken back; `seconds` left."""

    call: Call
    words: str
    seconds: int


def undo_offer(staff: Staff, now: datetime) -> Undo | None:
    """One query, by whom and when."""
    limit = calling().undo_seconds
    made = Call.objects.everyone().filter(by=staff, at__gte=now - timedelta(seconds=limit), at__lte=now)
    call = made.select_related("entry__customer", "visit").first()
    if call is None or not rules.may_take_back(call.outcome, own=True, made_at=call.at, at=now, seconds=limit):
        return None
    left = limit - int((now - call.at).total_seconds())
    return Undo(call, in_words(call), left) if left > 0 else None


def in_words(call: Call) -> str:
    """How it ended, with the time that was agreed."""
    words = str(label_of(call.outcome))
    if call.callback_at:
        words = _("%(outcome)s，约 %(at)s 回拨") % {"outcome": words, "at": day_time(call.callback_at)}
    if call.visit:
        words = _("%(outcome)s，%(at)s 到店") % {"outcome": words, "at": day_time(call.visit.starts_at)}
    return words


def made_on(staff: Staff, day: date) -> list[tuple[Call, str | Promise]]:
    """His calls of a day, the newest first."""
    start = midnight(day)
    rows = Call.objects.visible_to(staff).filter(by=staff, at__gte=start, at__lt=start + timedelta(days=1))
    rows = rows.select_related("entry__customer", "entry__campaign").prefetch_related("corrections")
    return [(call, label_of(call.outcome)) for call in rows]


@dataclass(frozen=True)
class Before:
    """What the record said until a correction."""

    correction: Correction
    said: dict[str, Any]
    label: str | Promise

    @property
    def callback_at(self) -> datetime | None:
        return rules.moment_of(self.said.get("callback_at"))

    @property
    def visit_at(self) -> datetime | None:
        return rules.moment_of(self.said.get("visit_at"))


@dataclass(frozen=True)
class Record:
    call: Call
    label: str | Promise
    answers: list[tuple[str, str]]
    before: list[Before]
    phone: PhoneCall | None  # what the exchange told of it, where there is one
    against: Verdict  # why the viewer cannot correct it; allowed: he can


def record_of(call: Call, staff: Staff, now: datetime) -> Record:
    """The call as it stands, the customer's answers, what it said before (seven queries)."""
    return Record(
        call=call,
        label=label_of(call.outcome),
        answers=said_in(call.entry.customer, source_ref=call.ref),
        before=[_before(row) for row in call.corrections.select_related("by")],
        phone=phone_behind(call),
        against=correction_verdict(call, by=staff, on=bank_date(now)),
    )


def made_today(entry_ref: str, staff: Staff, now: datetime) -> Call | None:
    """His latest call today with this customer, whom he has not taken again since; also where he may not see him any more."""
    if not staff.may("call.work"):
        return None
    made = Call.objects.everyone().filter(by=staff, at__gte=midnight(bank_date(now)), entry__ref=entry_ref)
    return made.exclude(entry__claimed_by=staff).select_related("visit").first()


def entry_of(submission: str, entry_ref: str, staff: Staff) -> ListEntry | None:
    """Whose call he has recorded under this key: the answer was lost and it is sent again, though the customer may not be
    his to see any more. None where he has recorded none.
    """
    made = Call.objects.everyone().filter(submission=submission, entry__ref=entry_ref, by=staff)
    call = made.select_related(*(f"entry__{name}" for name in RELATED)).first() if staff.may("call.work") else None
    return call.entry if call else None


def _before(row: Correction) -> Before:
    said = json.loads(row.said)
    return Before(row, said, label_of(said["outcome"]))

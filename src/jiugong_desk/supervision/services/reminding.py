"""Remind somebody, once; and his word that he has read it."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ...audit import services as audit_log
from ...core.clock import bank_date
from ...core.errors import Stale, hold
from ...core.pages import require
from ...core.verdict import Reason
from ...duty.queries import turn_of
from ...organisation.models import Staff
from .. import rules, words
from ..answering import must_answer_for
from ..models import Reminder
from ..scope import post_of

ALREADY = Reason("already_reminded", _("今天已提醒过，对方还没有确认。"), remedy=_("确认后才能再次提醒。"))
SEEN = Reason("already_seen", _("这条提醒已经确认过。"))


@transaction.atomic
def remind(staff: Staff, *, about: str, note: str = "", by: Staff, at: datetime) -> Reminder:
    """A card on his page of today, until he says that he has read it. Refused while an earlier one is unread."""
    must_answer_for(by, staff)
    assert about in words.REMINDERS, f"'{about}' is none of {tuple(words.REMINDERS)}"
    turn = turn_of(staff, bank_date(at))
    hold(rules.may_remind(himself=by.is_same_person_as(staff), away=turn.away, cover=turn.cover_name))
    hold(rules.good_note(note))
    unit = post_of(staff)
    try:
        with transaction.atomic():
            made: Reminder = Reminder.objects.create(
                staff=staff, unit=unit, about=about, note=note.strip(), by=by, at=at, day=bank_date(at)
            )  # fmt: skip
    except IntegrityError:  # somebody else has just done it
        raise Stale(ALREADY) from None
    audit_log.record(
        chain=unit.code, by=by.staff_no, at=at, verb="reminder.sent", about="reminder", ref=made.ref,
        facts={"to": staff.staff_no, "kind": about},
    )  # fmt: skip
    return made


@transaction.atomic
def acknowledge(reminder: Reminder, *, by: Staff, at: datetime) -> None:
    """He has read it. Nobody else can say so for him."""
    require(by, "call.work")
    if reminder.staff_id != by.pk:
        raise PermissionDenied("call.work")
    if not Reminder.objects.everyone().filter(pk=reminder.pk, acknowledged_at=None).update(acknowledged_at=at):
        raise Stale(SEEN)
    reminder.acknowledged_at = at
    audit_log.record(
        chain=reminder.unit.code, by=by.staff_no, at=at, verb="reminder.seen", about="reminder", ref=reminder.ref,
        facts={"kind": reminder.about},
    )  # fmt: skip

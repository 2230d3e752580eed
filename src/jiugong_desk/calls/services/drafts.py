"""What is typed beside a call is kept as it is typed, until the call has its outcome. Only whoever typed it reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ...campaigns.models import ListEntry
from ...consent.reasons import YOU
from ...core.errors import Refused, Stale
from ...core.pages import require
from ...core.verdict import Reason, refused
from ...organisation.models import Staff
from ..models import Call, Draft
from .leases import NOT_HELD, mine

FIELDS = (
    "outcome", "talk_seconds", "purpose_disclosed", "number_unseen", "callback_at", "callback_other", "shared", "visit_at",
    "note",
)  # fmt: skip
SKIP, ANSWER = "skip", "answer-"  # the left-out steps; the prefix of a question's field
LONGEST = 20_000  # characters of the form
KEPT = timedelta(days=7)
TOO_LONG = Reason("draft_too_long", _("输入过长，没有暂存。"), remedy=_("请缩短备注或回答。"), who=YOU)


@transaction.atomic
def keep_draft(entry: ListEntry, typed: Mapping[str, Any], *, by: Staff, at: datetime) -> None:
    """For whoever holds the customer; otherwise `Stale`. Not audited: nothing is recorded before the outcome is."""
    require(by, "call.work")
    if mine(entry, by=by, at=at).select_for_update(no_key=True).first() is None:  # the outcome waits, and then drops it
        raise Stale(NOT_HELD)
    keep_typed(entry, typed, by=by, at=at)


def keep_typed(entry: ListEntry, typed: Mapping[str, Any], *, by: Staff, at: datetime) -> None:
    """Inner verb: `by` holds the customer."""
    known = {name: value for name, value in typed.items() if _is_ours(name) and value}
    text = json.dumps(known, ensure_ascii=False)
    if len(text) > LONGEST:
        raise Refused(refused(TOO_LONG))
    Draft.objects.update_or_create(entry=entry, defaults={"by": by, "at": at, "typed": text})


def drop_draft(entry: ListEntry) -> None:
    Draft.objects.filter(entry=entry).delete()


def forget_drafts(*, at: datetime) -> int:
    """Of calls that never got an outcome: whose customer is closed, or that nobody has come back to for days."""
    left = Q(at__lt=at - KEPT) | ~Q(entry__state__in=ListEntry.UNFINISHED)
    return Draft.objects.filter(left).delete()[0]


def draft_of(entry: ListEntry, by: Staff) -> dict[str, Any]:
    """The fields of the form as he left them, by name; none where he has typed nothing. What he said of the number was of
    that claim, and is not said again by itself.
    """
    found = Draft.objects.filter(entry=entry, by=by).first()
    typed: dict[str, Any] = json.loads(found.typed) if found else {}
    if found and entry.claimed_at is not None and found.at < entry.claimed_at:
        typed.pop("number_unseen", None)
    return typed


def typed_of(call: Call, answers: Mapping[str, str], *, shared: bool = False) -> dict[str, Any]:
    """The form from which this call was recorded; times as the bank's clocks show them."""
    typed: dict[str, Any] = {ANSWER + question: value for question, value in answers.items()}
    typed |= {"outcome": call.outcome, "note": call.note, SKIP: list(call.skipped)}
    typed["talk_seconds"] = str(call.talk_seconds or "")
    typed["purpose_disclosed"] = "on" if call.purpose_disclosed else ""
    typed["number_unseen"] = "on" if call.number_unseen else ""
    typed["callback_other"] = f"{timezone.localtime(call.callback_at):%Y-%m-%dT%H:%M}" if call.callback_at else ""
    typed["shared"] = "on" if shared else ""
    typed["visit_at"] = timezone.localtime(call.visit.starts_at).isoformat() if call.visit else ""
    return typed


def _is_ours(name: str) -> bool:
    return name in (*FIELDS, SKIP) or name.startswith(ANSWER)

"""A check and what follows from it. Each step is taken once, from the state before it; the call itself stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from ...audit import services as audit
from ...core.errors import Refused, Stale, hold
from ...core.pages import require
from ...core.verdict import refused
from ...organisation.models import Staff
from .. import form, queries, rules
from ..models import Check

State, Kind = Check.State, Check.Kind


@transaction.atomic
def record_check(check: Check, *, marks: Mapping[str, str], comment: str, by: Staff, at: datetime) -> None:
    """The checker's form; the result goes to the caller and to whoever heads him."""
    require(by, "quality.check")
    hold(rules.not_his_own(caller=check.caller.person_key, by=by.person_key))
    hold(rules.good_form(marks, comment))
    result = form.result_of(marks)
    said: dict[str, Any] = {
        "form_version": form.CURRENT, "marks": dict(marks), "result": result, "comment": comment.strip(),
        "checked_by": by, "checked_at": at,
    }  # fmt: skip
    _move(check, State.WAITING, State.CHECKED, Kind.FORM, **said)
    _record(check, "check.recorded", {"result": result}, by=by, at=at)


@transaction.atomic
def acknowledge(check: Check, *, by: Staff, at: datetime) -> None:
    """The caller has read it."""
    _must_be_the_callers(check, by)
    _move(check, State.CHECKED, State.ACKNOWLEDGED, Kind.FORM, acknowledged_at=at)
    _record(check, "check.acknowledged", {}, by=by, at=at)


@transaction.atomic
def object_to(check: Check, *, reason: str, by: Staff, at: datetime) -> None:
    """The caller sees it otherwise. Once: after the answer there is no second objection."""
    _must_be_the_callers(check, by)
    hold(rules.good_reason(reason))
    _move(check, State.CHECKED, State.OBJECTED, Kind.FORM, objection=reason.strip(), objected_at=at)
    _record(check, "check.objected", {}, by=by, at=at)


@transaction.atomic
def answer(check: Check, *, upheld: bool, text: str, by: Staff, at: datetime) -> None:
    """A checker answers an objection. The marks stay as they were given; `upheld` says that the caller was right."""
    require(by, "quality.check")
    hold(rules.not_his_own(caller=check.caller.person_key, by=by.person_key))
    hold(rules.good_reason(text))
    _move(
        check, State.OBJECTED, State.SETTLED, Kind.FORM, upheld=upheld, answer=text.strip(), answered_by=by,
        answered_at=at,
    )  # fmt: skip
    _record(check, "check.answered", {"upheld": upheld}, by=by, at=at)


@transaction.atomic
def record_call_back(check: Check, *, heard: str, comment: str, by: Staff, at: datetime) -> None:
    """What the customer said to a second person. Whoever may not be called now is put down as such, and only so."""
    require(by, "quality.call_back")
    hold(rules.not_his_own(caller=check.caller.person_key, by=by.person_key))
    assert heard in Check.Heard.values, "the form offers only these"
    if heard in (Check.Heard.DIFFERS, Check.Heard.DENIED) or comment.strip():
        hold(rules.good_reason(comment))
    if heard != Check.Heard.FORBIDDEN:
        queries.hold_may_be_asked(check)
    elif queries.may_be_asked(check):
        raise Refused(refused(rules.MAY_BE_ASKED))
    _move(
        check, State.WAITING, State.DONE, Kind.CALL_BACK, heard=heard, comment=comment.strip(), checked_by=by,
        checked_at=at,
    )  # fmt: skip
    _record(check, "check.called_back", {"heard": heard}, by=by, at=at)


def _must_be_the_callers(check: Check, by: Staff) -> None:
    require(by, "call.work")
    if check.caller_id != by.pk:
        raise PermissionDenied("call.work")


def _move(check: Check, before: str, after: str, kind: str, **values: Any) -> None:
    rows = Check.objects.everyone().filter(pk=check.pk, state=before, kind=kind)
    if not rows.update(state=after, **values):
        raise Stale(rules.CHANGED)
    check.state = after


def _record(check: Check, verb: str, facts: Mapping[str, Any], *, by: Staff, at: datetime) -> None:
    audit.record(
        chain=check.unit.code, by=by.staff_no, at=at, verb=verb, about="check", ref=check.ref,
        facts={"kind": check.kind, **facts},
    )  # fmt: skip

"""What people do with an alert: take note of it, and settle it with the reason."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ...audit import services as audit_log
from ...core.clock import bank_date
from ...core.errors import Refused, Stale, hold
from ...core.verdict import ALLOWED, Reason, Verdict, refused
from ...duty.queries import turn_of
from ...organisation.models import Staff
from .. import rules
from ..answering import answers_for, must_answer_for
from ..ladder import SELF
from ..models import Alert, AlertStep
from ..scope import SEES

CHANGED = Reason("alert_changed", _("这条预警已被他人处理，或已自动关闭。"), remedy=_("请刷新页面后再看。"))
NOTED = Reason("already_noted", _("这条预警已有人知悉。"))
NOT_HIS = Reason("not_his_to_note", _("这条预警现在不由您确认。"), remedy=_("由上面写明的人处理；进度恢复后自动关闭。"))


def may_note(alert: Alert, *, by: Staff, at: datetime) -> Verdict:
    """At first the person, or whoever stands in for him; once it has gone up, who answers for him and not he himself."""
    if (_stands_with(alert, by) and not by.is_same_person_as(alert.staff)) or (
        alert.rung == SELF and _is_about(alert, by, at)
    ):
        return ALLOWED
    return refused(NOT_HIS)


def _stands_with(alert: Alert, by: Staff) -> bool:
    """Whoever answers for the person; once it has gone up over somebody's head, not he, but whom it has gone up to."""
    return answers_for(by, alert.staff) and (alert.to_unit is None or by.may_at(SEES, alert.to_unit))


@transaction.atomic
def take_note(alert: Alert, *, by: Staff, at: datetime) -> None:
    """Whoever is to act has seen it. It stops no clock."""
    hold(may_note(alert, by=by, at=at))
    seen = Alert.objects.everyone().filter(pk=alert.pk, state=Alert.State.OPEN, rung=alert.rung, acknowledged_at=None)
    if not seen.update(acknowledged_by=by, acknowledged_at=at):
        raise Stale(NOTED if alert.is_open else CHANGED)
    AlertStep.objects.create(alert=alert, kind="acknowledged", rung=alert.rung, by=by, at=at)
    _audit(alert, "alert.noted", by=by, at=at, facts={"rung": alert.rung})


def _is_about(alert: Alert, by: Staff, at: datetime) -> bool:
    """On his own leave it is not his; on the days of the cover it is the stand-in's."""
    turn = turn_of(by, bank_date(at))
    return not turn.away and alert.staff_id in (by.pk, *turn.covered_ids)


@transaction.atomic
def resolve(alert: Alert, *, code: str, note: str = "", by: Staff, at: datetime) -> None:
    """Settled by hand, with what was done. Where nothing gets better it comes again, to the same rung."""
    must_answer_for(by, alert.staff)
    if not _stands_with(alert, by):
        raise Refused(refused(NOT_HIS))
    hold(rules.good_resolution(code, note, himself=by.is_same_person_as(alert.staff)))
    rows = Alert.objects.everyone().filter(pk=alert.pk, state=Alert.State.OPEN, rung=alert.rung)
    if not rows.update(state=Alert.State.RESOLVED, closed_on=bank_date(at), closed_at=at):
        raise Stale(CHANGED)
    alert.state, alert.closed_at = Alert.State.RESOLVED, at
    AlertStep.objects.create(alert=alert, kind="resolved", rung=alert.rung, by=by, code=code, note=note.strip(), at=at)
    _audit(alert, "alert.resolved", by=by, at=at, facts={"rung": alert.rung, "code": code})


def _audit(alert: Alert, verb: str, *, by: Staff, at: datetime, facts: dict[str, object]) -> None:
    audit_log.record(
        chain=alert.unit.code, by=by.staff_no, at=at, verb=verb, about="alert", ref=alert.ref, facts=facts
    )  # fmt: skip

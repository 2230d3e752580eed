"""Ask, decide, withdraw, make void: the one way in which anything is approved here.

Every verb locks the matter first and its approvals after, as the matter's own edits do: two at once wait for each other
and never for ever, and exactly one of them succeeds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ..audit import services as audit_log
from ..core.errors import Stale, hold
from ..core.pages import require
from ..core.verdict import Reason
from ..organisation.models import Staff, Unit
from . import kinds, rules
from .models import Approval

State = Approval.State

DECIDED = Reason("decided", _("这份审批已由他人办理，或内容已改动。"), remedy=_("请刷新页面，核对后再办理。"))


@transaction.atomic
def ask(
    kind: str, about: str, *, title: str, unit: Unit, digest: str, makers: Iterable[str], by: Staff, at: datetime
) -> Approval:
    """Lay the matter before whoever decides on its kind. The caller has checked the right and holds the matter's row.

    `makers`: the person keys of everybody who had a hand in the content.
    """
    made: Approval = Approval.objects.create(
        kind=kind, about=about, title=title[:120], unit=unit, digest=digest,
        makers=sorted(set(makers)), asked_by=by, asked_at=at,
    )  # fmt: skip
    _record(made, "approval.asked", by=by, at=at)
    return made


@transaction.atomic
def decide(approval: Approval, *, approve: bool, comment: str, by: Staff, at: datetime) -> None:
    """Approve or send back just the content that this approval was asked for."""
    kind = kinds.of(approval.kind)
    require(by, kind.permission)
    hold(rules.may_decide(by.person_key, approval.makers))
    hold(rules.may_comment(comment, approve=approve))
    subject = kind.find(approval.about)
    if kind.digest(subject) != approval.digest:
        raise Stale(DECIDED)
    to = State.APPROVED if approve else State.REJECTED
    _move(approval, to, comment=comment, by=by, at=at)
    if approve:
        hold(kind.against(subject, at))
    kind.settle(subject, to, comment=comment.strip(), by=by, at=at)
    _record(approval, f"approval.{to.value}", by=by, at=at)


@transaction.atomic
def withdraw(approval: Approval, *, by: Staff, at: datetime) -> None:
    """Take back what one asked for, while nobody has decided."""
    if not approval.asked_by.is_same_person_as(by):
        raise PermissionDenied("withdraw")
    kind = kinds.of(approval.kind)
    subject = kind.find(approval.about)
    _move(approval, State.WITHDRAWN, comment="", by=by, at=at)
    kind.settle(subject, State.WITHDRAWN, comment="", by=by, at=at)
    _record(approval, "approval.withdrawn", by=by, at=at)


@transaction.atomic
def void(about: str, *, by: Staff, at: datetime, but: str = "") -> None:
    """The content changed: no open approval of it counts any more. The caller holds the matter's row.

    `but`: the kind whose decision is the reason, where another decider sent the matter back.
    """
    for approval in Approval.objects.everyone().filter(about=about, state=State.OPEN).exclude(kind=but):
        _move(approval, State.VOID, comment="", by=by, at=at)


def _move(approval: Approval, to: str, *, comment: str, by: Staff, at: datetime) -> None:
    values: dict[str, Any] = {"state": to, "comment": comment.strip(), "decided_by": by, "decided_at": at}
    if not Approval.objects.everyone().filter(pk=approval.pk, state=State.OPEN).update(**values):
        raise Stale(DECIDED)
    for name, value in values.items():
        setattr(approval, name, value)


def _record(approval: Approval, verb: str, *, by: Staff, at: datetime) -> None:
    facts = {"kind": approval.kind, "about": approval.about, "digest": approval.digest}
    audit_log.record(
        chain=approval.unit.code, by=by.staff_no, at=at, verb=verb, about="approval", ref=approval.ref, facts=facts
    )

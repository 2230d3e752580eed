"""Somebody stops calling for a while and says why; his next claim ends it."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ...audit import services as audit_log
from ...consent.reasons import YOU
from ...core.errors import Stale
from ...core.pages import require
from ...core.verdict import Reason
from ...organisation.models import Staff
from ..models import Pause

PAUSED_ALREADY = Reason("paused_already", _("您已在暂停中。"), remedy=_("请先点“继续工作”。"), who=YOU)


@transaction.atomic
def pause(*, why: str, by: Staff, at: datetime) -> Pause:
    """From now on he is known to be at something else. What he has open stays open, and runs out as ever."""
    require(by, "call.work")
    assert why in Pause.Why.values, f"'{why}' is none of {Pause.Why.values}"
    try:
        with transaction.atomic():
            begun = Pause.objects.create(staff=by, why=why, began_at=at)
    except IntegrityError as error:
        raise Stale(PAUSED_ALREADY) from error
    _audit("pause.begun", by=by, at=at, facts={"why": why})
    return begun


@transaction.atomic
def resume(*, by: Staff, at: datetime) -> bool:
    """Back at the telephone. False, and nothing written, where he was not away from it."""
    require(by, "call.work")
    ended = Pause.objects.filter(staff=by, ended_at=None).update(ended_at=at)
    if ended:
        _audit("pause.ended", by=by, at=at, facts={})
    return bool(ended)


def _audit(verb: str, *, by: Staff, at: datetime, facts: dict[str, str]) -> None:
    assert by.home is not None, "whoever calls has a post"
    audit_log.record(chain=by.home.code, by=by.staff_no, at=at, verb=verb, about="staff", ref=by.ref, facts=facts)

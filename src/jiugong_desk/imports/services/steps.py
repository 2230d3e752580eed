"""What every verb about a batch does: move it on if it still is as the steward saw it, then write one record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ...audit import services as audit_log
from ...core.errors import Stale
from ...organisation.models import Staff
from .. import rules
from ..models import Batch

State = Batch.State
OPEN = (State.UNREADABLE, State.REVIEW, State.READY)


def move(batch: Batch, *, seen: int, from_states: tuple[str, ...], **values: Any) -> None:
    """One conditional UPDATE decides: `Stale` where somebody changed the batch since revision `seen`."""
    rows = Batch.objects.everyone().filter(pk=batch.pk, revision=seen, state__in=from_states)
    if not rows.update(revision=seen + 1, **values):
        raise Stale(rules.CHANGED if batch.state in from_states else rules.NOT_OPEN)
    batch.refresh_from_db()


def audit(batch: Batch, verb: str, *, by: Staff, at: datetime, facts: Mapping[str, Any]) -> None:
    audit_log.record(
        chain=batch.unit.code, by=by.staff_no, at=at, verb=verb, about="import", ref=batch.ref, facts=facts
    )

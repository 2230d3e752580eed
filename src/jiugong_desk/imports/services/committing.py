"""Weigh it, commit it, undo it, or let it be. The worker does what takes long."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from ...core.errors import Refused, Stale, hold
from ...core.pages import require
from ...core.verdict import refused
from ...jobs.models import Job
from ...jobs.services import enqueue
from ...organisation.models import Staff
from .. import checking, folder, rules, work
from ..models import Batch
from ..queries import undo_verdict
from .steps import OPEN, State, audit, move


@transaction.atomic
def ask_preview(batch: Batch, *, mode: str, whole: bool, seen: int, by: Staff, at: datetime) -> Job:
    """Check the whole file once more and see what it would do."""
    require(by, "data.load")
    if whole and not checking.sees_all(by):
        raise Refused(refused(rules.WHOLE_OUTSIDE))
    move(
        batch, seen=seen, from_states=(State.REVIEW, State.READY), state=State.WEIGHING, mode=mode, whole=whole,
        preview={}, error="", error_code="",
    )  # fmt: skip
    return enqueue(work.PREVIEW, about=batch.ref, by=by, at=at)


@transaction.atomic
def ask_commit(
    batch: Batch, *, control: rules.Control, column: str, reason: str, seen: int, by: Staff, at: datetime
) -> Job:
    """Commit what was weighed. A difference from the control figures, or rows left behind, need a reason."""
    require(by, "data.load")
    if batch.state != State.READY or batch.revision != seen:
        raise Stale(rules.CHANGED)
    checked = batch.preview["checked"]
    verdict = rules.may_commit(
        control, rows=checked["read"], amount=sum_in(batch, column), loaded=checked["good"],
        set_aside=checked["bad"] + checked["left_out"], bad=checked["bad"], reason=reason,
        gone=rows_gone(batch), grave=grave_changes(batch),
    )  # fmt: skip
    hold(verdict)
    found = sum_in(batch, column)
    kept = {
        "rows": control.count,
        "amount": str(control.amount) if control.amount is not None else None,
        "found": str(found) if found is not None else None,
    }
    move(
        batch, seen=seen, from_states=(State.READY,), state=State.COMMITTING, committed_by=by,
        control=kept | {"column": column, "reason": reason.strip()[:120]}, error="", error_code="",
    )  # fmt: skip
    return enqueue(work.COMMIT, about=batch.ref, by=by, at=at)


def rows_gone(batch: Batch) -> int:
    return sum(int(said.get("gone", 0)) for said in batch.preview.get("tables", {}).values())


def grave_changes(batch: Batch) -> int:
    """Cells that say who a customer is, or turn a refusal into a consent."""
    return sum(sum(said.get("grave", {}).values()) for said in batch.preview.get("tables", {}).values())


def sum_in(batch: Batch, column: str) -> Decimal | None:
    """What the rows to be loaded add up to in a column `table.name`, yuan."""
    table, _, name = column.partition(".")
    found = batch.preview.get("sums", {}).get(table, {}).get(name)
    return None if found is None else Decimal(found)


@transaction.atomic
def ask_undo(batch: Batch, *, seen: int, by: Staff, at: datetime) -> Job:
    """Take the batch back: what it inserted goes, what it changed is as it was."""
    require(by, "data.load")
    hold(undo_verdict(batch))
    move(batch, seen=seen, from_states=(State.COMMITTED,), state=State.UNDOING, undone_by=by, error="", error_code="")
    return enqueue(work.UNDO, about=batch.ref, by=by, at=at)


@transaction.atomic
def try_again(batch: Batch, *, by: Staff, at: datetime) -> Job:
    """A commit or an undo that was given up half-way goes on where it stopped."""
    require(by, "data.load")
    verbs: dict[str, str] = {State.COMMITTING: work.COMMIT, State.UNDOING: work.UNDO}
    if batch.state not in verbs:
        raise Stale(rules.NOT_OPEN)
    Batch.objects.everyone().filter(pk=batch.pk, state=batch.state).update(error="", error_code="")
    return enqueue(verbs[batch.state], about=batch.ref, by=by, at=at)


@transaction.atomic
def discard(batch: Batch, *, seen: int, by: Staff, at: datetime) -> None:
    """Nothing of it is loaded; the file and its cells are deleted."""
    require(by, "data.load")
    move(batch, seen=seen, from_states=OPEN, state=State.DISCARDED)
    facts: dict[str, Any] = {"corrected": batch.corrections.count()}
    batch.corrections.all().delete()
    batch.faults.all().delete()
    batch.left_out.all().delete()
    Batch.objects.everyone().filter(pk=batch.pk).update(purged_at=at)
    audit(batch, "import.discarded", by=by, at=at, facts=facts)
    transaction.on_commit(lambda: folder.remove(batch.ref))

"""The error grid's verbs: see one cell, say what it should be, leave a row out, bring the mended rows back as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from ...core.errors import Refused, Stale, hold
from ...core.pages import require
from ...core.verdict import refused
from ...exports import services as exports
from ...jobs.services import enqueue
from ...organisation.models import Staff
from .. import bridge, checking, rules, work, workbooks
from ..models import Batch, Correction, LeftOut
from .steps import OPEN, State, audit

LONGEST = 400
MOST_ROWS = 5_000


def cell(batch: Batch, *, row: int, header: str) -> str:
    """What the cell says now: as corrected, else as it came. Inner: whoever shows it has seen to the audit."""
    corrected = batch.corrections.filter(row=row, header=header).first()
    if corrected is not None:
        return str(corrected.text)
    found = bridge.texts(checking.as_read(batch), [row])
    if row not in found or header not in found[row]:
        raise Refused(refused(rules.UNKNOWN_CELL))
    return found[row][header]


@transaction.atomic
def show_cell(batch: Batch, *, row: int, header: str, by: Staff, at: datetime) -> str:
    """One personal cell in the clear, to be corrected; where it stands is audited, what it says is not."""
    require(by, "data.load")
    _require_open(batch)
    text = cell(batch, row=row, header=header)
    audit(batch, "import.cell_shown", by=by, at=at, facts={"row": row, "column": _column(batch, header)})
    return text


@transaction.atomic
def correct(batch: Batch, *, row: int, header: str, text: str, by: Staff, at: datetime) -> int:
    """The cell shall say this; the row, and those that it clashes with, are checked at once. How many faults it still has."""
    require(by, "data.load")
    _lock_open(batch)
    cell(batch, row=row, header=header)  # refused where there is no such cell
    with _checked_anew(batch, row):
        Correction.objects.update_or_create(
            batch=batch, row=row, header=header, defaults={"text": text.strip()[:LONGEST], "by": by, "at": at}
        )
    return batch.faults.filter(row=row).count()


@transaction.atomic
def leave_out(batch: Batch, *, row: int, reason: str, by: Staff, at: datetime) -> None:
    """The row is not loaded, for a stated reason."""
    require(by, "data.load")
    hold(rules.good_reason(reason))
    _lock_open(batch)
    with _checked_anew(batch, row) as sheet:
        if not checking.has_row(sheet, row):
            raise Refused(refused(rules.UNKNOWN_CELL))
        LeftOut.objects.update_or_create(
            batch=batch, row=row, defaults={"reason": reason.strip()[:60], "by": by, "at": at}
        )


@transaction.atomic
def take_in(batch: Batch, *, row: int, by: Staff, at: datetime) -> None:
    """The row is loaded after all, and its faults stand in the grid again."""
    require(by, "data.load")
    _lock_open(batch)
    with _checked_anew(batch, row):
        batch.left_out.filter(row=row).delete()


@transaction.atomic
def mend_from_file(batch: Batch, *, rows: Mapping[int, Mapping[str, str]], by: Staff, at: datetime) -> int:
    """The rows that were downloaded and mended come back: every cell that now says something else is a correction,
    and the worker checks the file anew. How many cells that was.
    """
    require(by, "data.load")
    if len(rows) > MOST_ROWS:
        raise Refused(refused(rules.TOO_MANY_MENDED))
    _lock_open(batch)
    held = bridge.texts(checking.as_read(batch), sorted(rows))
    if unknown := sorted(set(rows) - set(held)):
        raise Refused(rules.rows_unknown(unknown))
    changed = [
        Correction(batch=batch, row=row, header=header, text=text[:LONGEST], by=by, at=at)
        for row, cells in rows.items()
        for header, text in cells.items()
        if header in held[row] and text != held[row][header]
    ]
    Correction.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["batch", "row", "header"], update_fields=["text", "by", "at"]
    )
    batch.left_out.filter(row__in=list(rows)).delete()
    _changed(batch, state=State.READING, counts=batch.counts | {"mended": len(changed)})
    enqueue(work.READ, about=batch.ref, by=by, at=at)
    audit(batch, "import.mended", by=by, at=at, facts={"rows": len(rows), "corrected": len(changed)})
    return len(changed)


@transaction.atomic
def take_home(batch: Batch, *, reason: str, by: Staff, at: datetime) -> bytes:
    """The rows at fault as a workbook, in the clear; how many they are and why is audited.

    Whoever uploaded the file has had them anyway. Of another's file they count against the day, as any list does.
    """
    require(by, "data.load")
    hold(rules.good_reason(reason))
    _require_open(batch)
    content, rows = workbooks.faulty_rows(batch)
    title, own = gettext("批次{number} 错误行").format(number=batch.pk), batch.by.is_same_person_as(by)
    exports.note("import_faults", title=title, rows=rows, clear=True, free=own, remedy=rules.MEND_HERE, by=by, at=at)
    audit(batch, "import.faults_taken", by=by, at=at, facts={"rows": rows, "reason": reason.strip()[:120]})
    return content


def _column(batch: Batch, header: str) -> str:
    """The column that the header stands for; of others not even the header, since it is the file's own text."""
    columns = {line["header"]: line["column"] for line in batch.detected.get("columns", [])}
    return str(columns.get(header, ""))


def _require_open(batch: Batch) -> None:
    if not batch.is_open:
        raise Stale(rules.NOT_OPEN)


def _lock_open(batch: Batch) -> None:
    """Corrections of one batch come one after the other; refused once it has gone on."""
    states = [state for state in OPEN if state != State.UNREADABLE]
    if not Batch.objects.everyone().select_for_update(no_key=True).filter(pk=batch.pk, state__in=states).exists():
        raise Stale(rules.NOT_OPEN)
    batch.refresh_from_db()


@contextmanager
def _checked_anew(batch: Batch, row: int) -> Iterator[Any]:
    """Around a change of one row; the sheet as it was read."""
    sheet = checking.as_read(batch)
    those = checking.related(batch, sheet, row)
    yield sheet
    checking.check_rows(batch, sheet, those | checking.related(batch, sheet, row))
    _recount(batch)


def _recount(batch: Batch) -> None:
    """After one row changed. Exact as long as all faults are in the grid; the preview counts the whole file anew."""
    counts = dict(batch.counts)
    bad = batch.faults.values("row").distinct().count()
    left_out = batch.left_out.count()
    if counts.get("faults", 0) <= checking.MOST_FAULTS:
        counts |= {"bad": bad, "left_out": left_out, "good": counts["read"] - bad - left_out}
    _changed(batch, counts=counts)


def _changed(batch: Batch, **values: object) -> None:
    """What was weighed before no longer holds."""
    fresh = {"state": State.REVIEW, "preview": {}, "revision": batch.revision + 1}
    Batch.objects.everyone().filter(pk=batch.pk).update(**{**fresh, **values})
    batch.refresh_from_db()

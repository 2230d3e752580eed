"""How the file is to be read: the steward changes what was found, and the worker reads it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from ...core.errors import Refused
from ...core.pages import require
from ...core.verdict import refused
from ...jobs.services import enqueue
from ...organisation.models import Staff
from .. import bridge, rules, work
from ..models import Batch
from .steps import OPEN, State, audit, move
from .uploading import same_file


@transaction.atomic
def change(
    batch: Batch, *, settings: Mapping[str, Any], table: str, seen: int, by: Staff, at: datetime, as_of: date | None = None
) -> None:  # fmt: skip
    """Read and check the file anew in this way. Corrections stay with their cells, unless another sheet is read.

    `as_of`: the day that the file speaks of, if it was said wrongly; refused where the same file was given for that day.
    """
    require(by, "data.load")
    if batch.is_deleted:
        raise Refused(refused(rules.CELLS_GONE))
    day = as_of or batch.as_of
    if day != batch.as_of and (twin := same_file(batch.content, as_of=day, table=table, by=by, other_than=batch)):
        raise Refused(rules.given_before(twin.pk))
    elsewhere = {key: settings.get(key) or None for key in ("sheet", "header_row", "separator")} != {
        key: batch.settings.get(key) or None for key in ("sheet", "header_row", "separator")
    }
    other_table = table != batch.table
    kept = dict(settings)
    if other_table:  # what headers stood for was said of another table
        kept = {key: settings[key] for key in bridge.READING if settings.get(key)}
    move(
        batch, seen=seen, from_states=OPEN, state=State.READING, settings=kept, table=table, asked_table=table, as_of=day,
        preview={}, error="", error_code="",
    )  # fmt: skip
    if elsewhere:
        batch.corrections.all().delete()
        batch.left_out.all().delete()
    enqueue(work.READ, about=batch.ref, by=by, at=at)
    audit(batch, "import.settings", by=by, at=at, facts={"table": table, "as_of": day.isoformat()})

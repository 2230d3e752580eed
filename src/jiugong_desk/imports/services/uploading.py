"""A file comes in: kept in the private folder under a random name, then read by the worker. The same file again is the same batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from ...core.pages import require
from ...core.refs import new_ref
from ...customers.loading import loader_home
from ...jobs.services import enqueue
from ...organisation.models import Staff
from .. import folder, work
from ..models import Batch
from .steps import State, audit

OVER = (State.DISCARDED, State.UNDONE)


@dataclass(frozen=True)
class Upload:
    """What the steward says of the file. `table` is empty where the worker shall find out."""

    name: str
    table: str
    source: str
    as_of: date


def upload(chunks: Iterable[bytes], *, said: Upload, by: Staff, at: datetime) -> tuple[Batch, bool]:
    """The batch of this file, and whether it is new: the same content for the same date and table changes nothing."""
    require(by, "data.load")
    home, ref = loader_home(by), new_ref()
    batch: Batch | None = None
    try:
        content, size = folder.keep(ref, work.ending_of(said.name), chunks)
        with transaction.atomic():
            if (known := same_file(content, as_of=said.as_of, table=said.table, by=by)) is not None:
                return known, False
            batch = Batch.objects.create(
                ref=ref, unit=home, by=by, at=at, file_name=said.name[-120:], size=size, content=content,
                source=said.source, asked_table=said.table, as_of=said.as_of,
            )  # fmt: skip
            enqueue(work.READ, about=ref, by=by, at=at)
            facts = {"as_of": said.as_of.isoformat(), "content": content, "table": said.table}
            audit(batch, "import.uploaded", by=by, at=at, facts=facts)
        return batch, True
    finally:
        if batch is None:  # not needed, or the disk is full
            folder.remove(ref)


def same_file(content: str, *, as_of: date, table: str, by: Staff, other_than: Batch | None = None) -> Batch | None:
    """The first batch of the same content for the same date and table that the steward may see, and that still stands."""
    same = Batch.objects.visible_to(by).filter(content=content, as_of=as_of).exclude(state__in=OVER).order_by("pk")
    for batch in same.exclude(pk=other_than.pk) if other_than else same:
        if not table or table in (batch.table, batch.asked_table) or not (batch.table or batch.asked_table):
            found: Batch = batch
            return found
    return None

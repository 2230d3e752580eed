"""The library for the warehouse: what a batch is laid over, its load, its undo.

Everything that needs pyarrow or the engine is imported where it is used.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings as desk
from django.db import DataError, IntegrityError

from jiugong.errors import InputError

from ...core.errors import Refused
from ...core.verdict import Reason, refused
from ...jobs.worker import told
from ..values import UNFIT, WAREHOUSE, LaterLoads

if TYPE_CHECKING:
    import pyarrow as pa

    from jiugong.warehouse import Snapshot

log = logging.getLogger("jiugong_desk.imports")
PASSING = ("IOException", "OutOfMemoryException", "InterruptException", "ConnectionException")  # the engine's


def _refused_by_warehouse(error: InputError) -> Refused:
    """It speaks to whoever runs commands: what it says is kept for the administrator."""
    return Refused(refused(Reason(WAREHOUSE.code, WAREHOUSE.text, {"why": str(error)}, WAREHOUSE.remedy)))


@contextmanager
def fitting() -> Iterator[None]:
    """What the engine or the desk's tables cannot hold is refused: the work would fail again however often it began.

    What may go another way next time (a lost connection, no memory, a full disk) goes on as an error.
    """
    try:
        yield
    except _unfit() as error:
        if type(error).__name__ in PASSING:
            raise
        why = error.chinese if isinstance(error, InputError) else type(error).__name__
        log.error("unfit: %s", told(type(error), error.__traceback__))
        raise Refused(refused(Reason(UNFIT.code, UNFIT.text, {"why": why}, UNFIT.remedy))) from None


def _unfit() -> tuple[type[Exception], ...]:
    import duckdb

    return InputError, DataError, IntegrityError, ArithmeticError, ValueError, TypeError, LookupError, duckdb.Error


def stands(as_of: date) -> str:
    """What a load of this date is laid over: it names the content of the date, or of the earlier one that it begins as."""
    base = base_of(as_of)
    return f"{base.as_of} {base.digest}" if base else ""


def terms(batch_name: str, *, mode: str, at: str, as_of: date, afresh: Sequence[str]) -> Any:
    """A date that is not there yet begins as the newest earlier one, but for the tables that come whole."""
    from jiugong.warehouse import Terms
    from jiugong.warehouse.snapshots import snapshot_dates

    onto = not date_stands(as_of) and any(day < as_of for day in snapshot_dates(desk.WAREHOUSE))
    return Terms(mode=mode, batch=batch_name, at=at, onto_previous=onto, afresh=tuple(afresh) if onto else ())


def date_stands(as_of: date) -> bool:
    from jiugong.warehouse.store.manifest import read_manifest

    return read_manifest(desk.WAREHOUSE, as_of) is not None


def load(tables: Mapping[str, pa.Table], as_of: date, said: Any) -> tuple[Snapshot, dict[str, Any]]:
    """Into the warehouse as one batch; the same batch again does nothing. The snapshot, and counts by table."""
    from dataclasses import asdict

    from jiugong.warehouse import load_tables

    try:
        done = load_tables(desk.WAREHOUSE, as_of, tables, said)
    except InputError as error:
        raise _refused_by_warehouse(error) from None
    return done.snapshot, {name: asdict(counts) for name, counts in done.batch.tables.items()}


def base_of(as_of: date) -> Snapshot | None:
    """What a load of this date is laid over: the date itself, where it stands, else the newest earlier one."""
    from jiugong.warehouse.snapshots import find_snapshot as find
    from jiugong.warehouse.snapshots import snapshot_dates

    earlier = [day for day in snapshot_dates(desk.WAREHOUSE) if day < as_of]
    if date_stands(as_of) or not earlier:
        return find(desk.WAREHOUSE, as_of)
    return find(desk.WAREHOUSE, earlier[-1])


def find_snapshot(as_of: date) -> Snapshot | None:
    from jiugong.warehouse.snapshots import find_snapshot as find

    return find(desk.WAREHOUSE, as_of)


def drop_bare_date(as_of: date) -> None:
    """A date that began as an earlier one and has no batch of its own left is no date; the same again does nothing.

    Kept where a later date is there, which may have begun as this one, or where an inherited batch was undone in it.
    """
    from jiugong.warehouse.store.files import locked, sweep, sync_folder
    from jiugong.warehouse.store.manifest import BEFORE, MANIFEST, dates, named_files, read_manifest

    folder = desk.WAREHOUSE / as_of.isoformat()
    try:
        with locked(desk.WAREHOUSE):
            manifest = read_manifest(desk.WAREHOUSE, as_of)
            if manifest is None or manifest.onto is None or any(day > as_of for day in dates(desk.WAREHOUSE)):
                return
            if any((known.as_of == as_of) != known.undone for known in manifest.batches):
                return
            (folder / MANIFEST).unlink()  # from here on it does not count
            sync_folder(folder)
            (folder / BEFORE).unlink(missing_ok=True)
            sweep(desk.WAREHOUSE, named_files(desk.WAREHOUSE))
    except InputError as error:
        raise _refused_by_warehouse(error) from None


def holds_batch(as_of: date, batch_name: str) -> bool:
    """Whether the warehouse has this batch, not undone: the truth about a commit that was interrupted."""
    from jiugong.warehouse.store.manifest import read_manifest

    manifest = read_manifest(desk.WAREHOUSE, as_of)
    found = manifest.batch(batch_name) if manifest else None
    return found is not None and not found.undone


def keys_of(snapshot: Snapshot | None) -> dict[str, list[str]]:
    """What a snapshot knows of loans (their numbers), balances and maturities (their customers'), for an undo."""
    wanted = {"loans": "loan_id", "balances": "customer_id", "maturities": "customer_id"}
    if snapshot is None:
        return {table: [] for table in wanted}
    return {
        table: sorted(set(snapshot.read(table, [key])[key].to_pylist())) if table in snapshot.tables else []
        for table, key in wanted.items()
    }


def undo(as_of: date, batch_name: str) -> None:
    """Take the batch back in the warehouse; the same again does nothing.

    Raises
    ------
    LaterLoads: later batches met its rows
    """
    from jiugong.warehouse import LaterBatches, undo_batch

    try:
        undo_batch(desk.WAREHOUSE, as_of, batch_name)
    except LaterBatches as error:
        raise LaterLoads(error.batches) from None
    except InputError as error:
        raise _refused_by_warehouse(error) from None

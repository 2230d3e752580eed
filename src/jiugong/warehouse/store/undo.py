"""A batch is taken back: its layers leave the stacks, and every row reads as if it had never come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import ibis

from ...errors import InputError
from ..contracts import TABLES, TableContract
from ..snapshots import Snapshot
from .batches import Batch
from .files import data_of, locked, sweep, sync_folder
from .layout import key_of
from .manifest import Manifest, dates, named_files, read_manifest, write_manifest
from .relations import same, scan
from .stacks import Layer, Stack, without
from .write import merging, open_engine

_BATCH = "__batch"


class LaterBatches(InputError):
    """Later loads met rows of the batch, so it cannot be undone before them. `batches`: their names, newest first."""

    code = "later_batches"

    def __init__(self, batch: str, batches: Sequence[str], *, file: str) -> None:
        self.batches = tuple(name for name in batches if name)
        named = ", ".join(f"'{name}'" for name in self.batches)
        if len(self.batches) == len(batches):
            message = f"later loads met rows of batch '{batch}': {named}; undo these first, from the left"
        else:
            message = f"later loads met rows of batch '{batch}' and are part of the base by now; load the right rows over it instead"  # fmt: skip
        super().__init__(message, file=file)


@dataclass(frozen=True)
class Undone:
    """What an undo did. `also_in`: later dates that began as this one and still hold what the batch brought."""

    snapshot: Snapshot
    batch: Batch
    changed: bool
    also_in: tuple[date, ...] = ()


def batches(warehouse: str | Path, as_of: date) -> tuple[Batch, ...]:
    """The batches of a date in the order in which they came, the undone ones too.

    A date that began as an earlier one also has those of that date that can be undone in it.

    Raises
    ------
    InputError: nothing was ever loaded into that date
    """
    return _manifest(Path(warehouse), as_of).batches


def undo_batch(warehouse: str | Path, as_of: date, batch: str) -> Undone:
    """Take a batch back: what it inserted goes, what it changed is as it was. The same again does nothing.

    Raises
    ------
    LaterBatches: later batches met keys of its rows; undo those first
    InputError: no such batch there; another load is running
    """
    folder = Path(warehouse)
    if not folder.is_dir():
        raise InputError("holds no snapshot; load one with `jiugong ingest`", file=str(warehouse))
    with locked(folder):
        before = _manifest(folder, as_of)
        found = _find(before, batch, folder)
        if not found.undone:
            backend = open_engine(folder)
            _refuse_later(backend, folder, before, batch)
            after = _taken_back(backend, folder, before, batch)
            sync_folder(data_of(folder))
            write_manifest(folder, after)
            sweep(folder, named_files(folder))
        else:
            after = before
    return Undone(Snapshot.of(folder, after), _find(after, batch, folder), after is not before, _heirs(folder, as_of, found))  # fmt: skip


def _manifest(warehouse: Path, as_of: date) -> Manifest:
    found = read_manifest(warehouse, as_of)
    if found is None:
        near = ", ".join(str(day) for day in dates(warehouse)[-5:])
        raise InputError(f"holds no snapshot of {as_of}; the newest are {near or 'none'}", file=str(warehouse))
    return found


def _find(manifest: Manifest, batch: str, warehouse: Path) -> Batch:
    found = manifest.batch(batch)
    if found is None:
        names = ", ".join(f"'{known.id}'" for known in manifest.batches) or "none"
        raise InputError(f"the snapshot of {manifest.as_of} has no batch '{batch}' that could be undone; it has {names}", file=str(warehouse))  # fmt: skip
    return found


def _refuse_later(backend: Any, warehouse: Path, manifest: Manifest, batch: str) -> None:
    met: set[str] = set()
    for name, parts in manifest.tables.items():
        for stack in parts.values():
            for place, layer in enumerate(stack.layers):
                if layer.batch == batch and layer.rows:
                    met |= _meeting(backend, data_of(warehouse), TABLES[name], layer, stack.above(place))
    if met:
        order = [known.id for known in manifest.batches]
        newest_first = sorted(met, key=lambda name: order.index(name) if name in order else -1, reverse=True)
        raise LaterBatches(batch, [name if name in order else "" for name in newest_first], file=str(warehouse))


def _meeting(backend: Any, data: Path, contract: TableContract, layer: Layer, above: Iterable[Layer]) -> set[str]:
    """The batches of the layers above that have, or left as it was, a key of this one's rows."""
    key = key_of(contract)
    mine = scan(backend, data, [layer.file]).select(*key)
    later = [
        scan(backend, data, [file]).select(*key).mutate(**{_BATCH: ibis.literal(upper.batch)})
        for upper in above
        for file in (upper.file, upper.met)
        if file
    ]
    if not later:
        return set()
    theirs = ibis.union(*later) if len(later) > 1 else later[0]
    meeting = theirs.semi_join(mine, same(theirs, mine, key, contract)).select(_BATCH).distinct()
    return set(backend.to_pyarrow(meeting)[_BATCH].to_pylist())


def _taken_back(backend: Any, warehouse: Path, manifest: Manifest, batch: str) -> Manifest:
    tables: dict[str, Mapping[str, Stack]] = {}
    for name, parts in manifest.tables.items():
        left = {part: without(stack, batch, merging(backend, warehouse, TABLES[name], part)) for part, stack in parts.items()}  # fmt: skip
        left = {part: stack for part, stack in left.items() if stack.layers}
        if left:
            tables[name] = left
    history = tuple(known.taken_back() if known.id == batch else known for known in manifest.batches)
    return replace(manifest, tables=tables, batches=history)


def _heirs(warehouse: Path, as_of: date, batch: Batch) -> tuple[date, ...]:
    """Later dates that began as this one, or as one that did, and in which the batch has not been undone."""
    line, found = {as_of}, []
    for day in dates(warehouse):
        manifest = read_manifest(warehouse, day) if day > as_of else None
        if manifest and manifest.onto and manifest.onto.as_of in line:
            line.add(day)
            known = manifest.batch(batch.id)
            if not (known and known.undone):
                found.append(day)
    return tuple(found)

"""A load: rows are compared with what stands, written as layers, and count when the manifest has been replaced."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from ...errors import InputError, MisuseError
from ...nearest import suggest
from ..clashes import clashes
from ..contracts import TABLES
from ..snapshots import Snapshot
from .batches import MODES, Batch, Counts, FileReport
from .begin import begun
from .compare import compared
from .files import data_of, locked, sweep, sync_folder
from .layout import ROW_GROUP, WHOLE
from .manifest import Manifest, named_files, read_manifest, write_manifest
from .stacks import Layer, Stack, pushed
from .write import empty_layer, merging, open_engine, write_layers


@dataclass(frozen=True)
class Terms:
    """How a load is meant.

    mode : "replace": a row replaces the row of its key; "update": its empty cells leave what stands; "new": only keys
        that do not stand yet are inserted. Rows of tables without a key are counted in every mode.
    batch : the caller's name for the load; the same again does nothing. By default it is made from the content.
    at : when, as the caller wants it kept
    onto_previous : a date that is not there yet begins as the newest earlier one
    afresh : tables that it then begins without
    """

    mode: str = MODES[0]
    batch: str = ""
    at: str = ""
    onto_previous: bool = False
    afresh: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise MisuseError(f"'{self.mode}' is no mode of a load; {suggest(self.mode, MODES)}")
        for name in self.afresh:
            if name not in TABLES:
                raise MisuseError(f"'{name}' is no canonical table; {suggest(name, TABLES)}")
        if self.afresh and not self.onto_previous:
            raise MisuseError("tables begin afresh only where a date begins as an earlier one: add onto_previous")


@dataclass(frozen=True)
class Loaded:
    """What a load did. `changed`: the tables are others now. `repeated`: the batch of this name had been loaded already.

    An extract that comes again without a name is reported as what it is now, but kept as what it was when it came first.
    """

    snapshot: Snapshot
    batch: Batch
    changed: bool
    repeated: bool = False


def load_tables(warehouse: str | Path, as_of: date, tables: Mapping[str, pa.Table], terms: Terms = Terms()) -> Loaded:
    """Lay canonical tables over the snapshot of a date as one batch; all of them or none.

    Parameters
    ----------
    tables : as `conform` returned them, each key once
    Raises
    ------
    MisuseError: a table is not canonical, or a key comes twice
    InputError: the batch's name was given to another load, or was undone; another load is running
    """
    for name, table in tables.items():
        if name not in TABLES or table.schema.names != list(TABLES[name].names):
            raise MisuseError(f"'{name}' is not a canonical table; pass what `conform` returned for one of {', '.join(TABLES)}.")  # fmt: skip
        if found := clashes(table, TABLES[name]):
            raise MisuseError(
                f"{len(found):,} rows of '{name}' have a key that comes more than once; leave one row for each key"
            )
    with locked(Path(warehouse)):
        return commit(Path(warehouse), as_of, tables, terms, content=_content_of(tables, terms))


def done_before(manifest: Manifest | None, as_of: date, terms: Terms, content: str) -> Batch | None:
    """The batch of the caller's name, where it has been loaded into this date before from the same content."""
    found = manifest.batch(terms.batch) if manifest and terms.batch else None
    if found is None:
        return None
    if found.as_of != as_of or found.content != content:
        other = f"another load ({', '.join(file.file for file in found.files) or 'tables'}, into {found.as_of})"
        raise InputError(
            f"batch '{terms.batch}' is the name of {other}; nothing was loaded: give this one another name"
        )
    if found.undone:
        raise InputError(f"batch '{terms.batch}' was loaded and undone; to load it after all, give it another name")
    return found


def commit(
    warehouse: Path,
    as_of: date,
    tables: Mapping[str, pa.Table],
    terms: Terms,
    *,
    content: str,
    files: Sequence[FileReport] = (),
    quarantine: str = "",
) -> Loaded:
    """Load tables without clashes. Call it inside `locked`."""
    stood = read_manifest(warehouse, as_of)
    before = begun(warehouse, as_of, stood, onto_previous=terms.onto_previous, afresh=terms.afresh)
    if done := done_before(before, as_of, terms, content):
        return Loaded(Snapshot.of(warehouse, before), done, changed=False, repeated=True)
    name = terms.batch or _free_name(before, content)
    stacks, counts = _laid(warehouse, before, tables, name, terms.mode)
    batch = Batch(name, as_of, content, terms.mode, terms.at, tuple(files), counts, quarantine)
    after = replace(before, tables=stacks, batches=(*before.batches, batch))
    known = next((old for old in before.batches if old.content == content and not old.undone), None)
    changed = stood is None or after.digest != before.digest
    if known and not changed and not terms.batch:  # the same extract again: nothing is written, not even that it came
        after, batch = before, replace(batch, id=known.id)
    else:
        sync_folder(data_of(warehouse))
        write_manifest(warehouse, after)
    sweep(warehouse, named_files(warehouse))
    return Loaded(Snapshot.of(warehouse, after), batch, changed)


def _laid(
    warehouse: Path, before: Manifest, tables: Mapping[str, pa.Table], name: str, mode: str
) -> tuple[dict[str, Mapping[str, Stack]], dict[str, Counts]]:
    """The stacks with the load on top, and what it did to each table."""
    backend = open_engine(warehouse)
    stacks, counts = dict(before.tables), {}
    for table, rows in sorted(tables.items()):
        contract, parts = TABLES[table], dict(stacks.get(table, {}))
        if rows.num_rows:
            expression = compared(backend, data_of(warehouse), rows, contract, before.tables, mode)
            layers, counts[table] = write_layers(backend, warehouse, expression, contract, name)
        else:  # a table that came without rows is there; where it stands, nothing is taken from it
            layers = {WHOLE: empty_layer(warehouse, contract, name)}
            counts[table] = Counts()
        for part, layer in layers.items():
            parts[part] = _on_top(warehouse, backend, table, part, parts.get(part, Stack()), layer)
        stacks[table] = parts
    return stacks, counts


def _on_top(warehouse: Path, backend: object, table: str, part: str, stack: Stack, layer: Layer) -> Stack:
    return pushed(stack, layer, merging(backend, warehouse, TABLES[table], part))


def _free_name(manifest: Manifest, content: str) -> str:
    taken = {batch.id for batch in manifest.batches}
    names = (content[:12] + (f"-{number}" if number > 1 else "") for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _content_of(tables: Mapping[str, pa.Table], terms: Terms) -> str:
    """A digest of the rows in their order, however they are chunked, and of the mode."""
    digest = hashlib.sha256(terms.mode.encode())
    for name, table in sorted(tables.items()):
        digest.update(name.encode())
        for start in range(0, table.num_rows, ROW_GROUP):
            piece = table.slice(start, ROW_GROUP).replace_schema_metadata(None).combine_chunks()
            digest.update(piece.to_batches()[0].serialize())
    return digest.hexdigest()

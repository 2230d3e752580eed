"""Extracts in, one snapshot out: all files are read and checked before anything is written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from ..errors import InputError, MisuseError
from ..nearest import suggest
from .conform import Rejection
from .contracts import READABLE
from .doubts import Doubt, doubts
from .extracts import Extract, Joined, extract, join_extracts
from .headers import table_of
from .identity import identity
from .inspection import read_source
from .mapping import Source, read_mapping, source_for
from .quarantine import quarantine_folder, write_quarantine
from .reader import ENDINGS
from .snapshots import Snapshot
from .store.batches import Batch, FileReport
from .store.files import locked
from .store.load import Loaded, Terms, commit, done_before
from .store.manifest import read_manifest
from .store.preview import TableChange, preview_tables

# What is being done, bytes done, bytes in all.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class IngestReport:
    """What a load did.

    changed : the tables are others now; false where the snapshot already held just these rows
    repeated : the batch had been loaded already, and this is what it did then (without its rejections)
    batch : the load as the history keeps it, with the counts of new, changed, unchanged and left rows by table
    """

    snapshot: Snapshot
    files: tuple[FileReport, ...]
    rejections: tuple[Rejection, ...]
    quarantine: Path | None
    changed: bool
    batch: Batch
    doubts: tuple[Doubt, ...] = ()
    repeated: bool = False

    @property
    def read(self) -> int:
        return sum(file.read for file in self.files)

    @property
    def loaded(self) -> int:
        return sum(file.loaded for file in self.files)

    @property
    def quarantined(self) -> int:
        return sum(file.quarantined for file in self.files)

    def as_dict(self) -> dict[str, Any]:
        """For `--report`: plain values, stable keys (tables.md)."""
        return {
            "as_of": self.snapshot.as_of.isoformat(),
            "digest": self.snapshot.digest,
            "changed": self.changed,
            "repeated": self.repeated,
            "batch": self.batch.id,
            "mode": self.batch.mode,
            "tables": {name: asdict(counts) for name, counts in self.batch.tables.items()},
            "files": [_plain(file) for file in self.files],
            "read": self.read,
            "loaded": self.loaded,
            "quarantined": self.quarantined,
            "quarantine": str(self.quarantine) if self.quarantine else None,
            "warnings": [doubt.as_dict() for doubt in self.doubts],
        }


@dataclass(frozen=True)
class Preview:
    """What a load would do; nothing was written. `tables`: counts and sums by table (see `TableChange`)."""

    files: tuple[FileReport, ...]
    rejections: tuple[Rejection, ...]
    tables: tuple[TableChange, ...]
    doubts: tuple[Doubt, ...] = ()

    @property
    def quarantined(self) -> int:
        return sum(file.quarantined for file in self.files)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for `--report`; amounts as text."""
        return {
            "files": [_plain(file) for file in self.files],
            "tables": {change.table: change.as_dict() for change in self.tables},
            "quarantined": self.quarantined,
            "warnings": [doubt.as_dict() for doubt in self.doubts],
        }


def _plain(file: FileReport) -> dict[str, Any]:
    return vars(file) | {"unused": list(file.unused)}


@dataclass(frozen=True)
class _Task:
    path: Path
    table: str
    source: Source

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.is_file() else 0  # the reading says it better


def ingest(
    paths: Iterable[str | Path],
    *,
    warehouse: str | Path,
    as_of: date,
    mapping: str | Path | None = None,
    table: str | None = None,
    terms: Terms = Terms(),  # noqa: B008 - frozen
    progress: Progress | None = None,
) -> IngestReport:
    """Load a bank's extracts into the snapshot of a date, as one batch.

    Parameters
    ----------
    paths : files (CSV, `.xlsx`, Parquet), or folders of them; in a folder, files whose table cannot be told are passed over
    warehouse : the folder of the snapshots; made if it is not there
    as_of : the date that the extracts speak of; a table of an earlier load of the same date is added to, by key
    mapping : the bank's mapping file (docs/reference/ingest.md)
    table : the canonical table of every path; else the mapping says, or the file's name
    terms : what a row does to one that stands (mode), the batch's name, whether a new date begins as the previous one
    progress : called with what is being done, the bytes done and the bytes in all
    Returns
    -------
    IngestReport: per file the rows read, loaded and quarantined; the snapshot; the batch; the quarantine file
    Raises
    ------
    InputError: a file cannot be read, has no such column, or must not be held, or the batch's name was given to another
        load; then nothing was written
    """
    folder = Path(warehouse)
    tasks = _tasks(paths, read_mapping(mapping), table)
    content = identity([(task.table, task.path) for task in tasks], mapping, terms.mode)
    manifest = read_manifest(folder, as_of)
    if manifest and (done := done_before(manifest, as_of, terms, content)):
        return _report(folder, Loaded(Snapshot.of(folder, manifest), done, changed=False, repeated=True), (), ())
    load = _everything(tasks, as_of, progress)
    with locked(folder):
        found = doubts(folder, as_of, terms, load)
        quarantine = write_quarantine(folder, as_of, load.rejections)
        name = quarantine.name if quarantine else ""
        loaded = commit(folder, as_of, load.tables, terms, content=content, files=load.files, quarantine=name)
    return _report(folder, loaded, load.rejections, found)


def preview(
    paths: Iterable[str | Path],
    *,
    warehouse: str | Path,
    as_of: date,
    mapping: str | Path | None = None,
    table: str | None = None,
    terms: Terms = Terms(),  # noqa: B008 - frozen
    progress: Progress | None = None,
) -> Preview:
    """What `ingest` would do with the same arguments: the same reading and checks, and nothing is written."""
    load = _everything(_tasks(paths, read_mapping(mapping), table), as_of, progress)
    folder = Path(warehouse)
    changes = preview_tables(folder, as_of, load.tables, terms)
    return Preview(load.files, load.rejections, changes, doubts(folder, as_of, terms, load))


def _everything(tasks: Sequence[_Task], as_of: date, progress: Progress | None) -> Joined:
    tell = progress or (lambda label, done, total: None)
    total = sum(task.size for task in tasks)
    parts, done = [], 0
    for task in tasks:
        tell(task.path.name, done, total)
        parts.append(_read(task, as_of))
        done += task.size
    tell("snapshot", total, total)
    pa.default_memory_pool().release_unused()  # what the reading took is needed for sorting
    return join_extracts(parts)


def _report(
    warehouse: Path, loaded: Loaded, rejections: tuple[Rejection, ...], found: tuple[Doubt, ...]
) -> IngestReport:
    batch = loaded.batch
    path = quarantine_folder(warehouse) / batch.quarantine if batch.quarantine else None
    return IngestReport(loaded.snapshot, batch.files, rejections, path, loaded.changed, batch, found, loaded.repeated)


def _tasks(paths: Iterable[str | Path], sources: tuple[Source, ...], table: str | None) -> list[_Task]:
    if table is not None and table not in READABLE:
        raise MisuseError(f"'{table}' is no canonical table; {suggest(table, READABLE)}")
    found: dict[str, _Task] = {}
    for path in map(Path, paths):
        inside = sorted(file for file in path.rglob("*") if file.suffix.lower() in ENDINGS) if path.is_dir() else [path]
        for file in inside:
            source = source_for(file.name, sources)
            name = table or source.table or table_of(file.name)
            if name:
                found.setdefault(os.path.realpath(file), _Task(file, name, source))
            elif not path.is_dir():
                if not file.exists():
                    raise InputError("no such file; check the path", file=file.name)
                raise InputError(
                    f"its name does not tell which table it is; say --table, or put it in the mapping, or name it after one of {', '.join(READABLE)} (customers_2026.csv)",
                    file=file.name,
                )
    if not found:
        raise InputError(
            "no file to load; give files, or a folder with files named after their tables (customers_2026.csv)"
        )
    return list(found.values())


def _read(task: _Task, as_of: date) -> Extract:
    sheet = read_source(task.path, task.source)
    return extract(sheet, task.table, task.source, file=task.path.name, as_of=as_of)

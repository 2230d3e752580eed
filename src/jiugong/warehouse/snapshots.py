"""Snapshots: the canonical tables as of a date, in Parquet, replaced whole or not at all.

A warehouse is a folder with one folder per date. In it `manifest.json` names the file of each table; the files carry
their content's digest in their names and are never written twice. Replacing the manifest (one atomic rename) is the
moment at which a load counts: killed before, it leaves the snapshot that was; killed after, it is complete.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import InputError, MisuseError
from .contracts import TABLES

_MANIFEST, _LOCK, _DRAFT = "manifest.json", ".lock", ".draft"
_FORMAT = 1


@dataclass(frozen=True)
class Snapshot:
    """The tables of one date. `digest` names the content: equal digests, equal tables."""

    folder: Path
    as_of: date
    digest: str
    files: Mapping[str, str]

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(sorted(self.files))

    def path(self, name: str) -> Path:
        """The Parquet file of a table."""
        if name not in self.files:
            raise InputError(
                f"the snapshot of {self.as_of} has no table '{name}', only {', '.join(self.tables)}; "
                f"load it with `jiugong ingest … --table {name} --as-of {self.as_of}`",
                file=str(self.folder),
            )
        return self.folder / self.files[name]

    def read(self, name: str) -> pa.Table:
        """A table, with the columns and types of its contract."""
        return pq.read_table(self.path(name))


def open_snapshot(warehouse: str | Path, as_of: date | None = None) -> Snapshot:
    """The snapshot of a date; None: the newest.

    Raises
    ------
    InputError: no snapshot there, or none of that date (the message names those that are)
    """
    days = snapshot_dates(warehouse)
    if not days:
        raise InputError("holds no snapshot; load one with `jiugong ingest`", file=str(warehouse))
    wanted = days[-1] if as_of is None else as_of
    found = find_snapshot(warehouse, wanted)
    if found is None:
        near = ", ".join(str(day) for day in days[-5:])
        raise InputError(f"holds no snapshot of {wanted}; the newest are {near}", file=str(warehouse))
    return found


def find_snapshot(warehouse: str | Path, as_of: date) -> Snapshot | None:
    """The snapshot of exactly that date, or None."""
    folder = Path(warehouse) / as_of.isoformat()
    manifest = folder / _MANIFEST
    if not manifest.is_file():
        return None
    content = json.loads(manifest.read_text(encoding="utf-8"))
    if content["format"] != _FORMAT:
        raise InputError(f"has format {content['format']}, and this version reads {_FORMAT}; load the extracts again", file=str(manifest))  # fmt: skip
    return Snapshot(folder, as_of, content["digest"], content["tables"])


def snapshot_dates(warehouse: str | Path) -> list[date]:
    """Dates with a complete snapshot, oldest first."""
    return sorted(date.fromisoformat(found.parent.name) for found in Path(warehouse).glob(f"????-??-??/{_MANIFEST}"))


def write_snapshot(warehouse: str | Path, as_of: date, tables: Mapping[str, pa.Table]) -> Snapshot:
    """Put the tables into the snapshot of that date beside those it has; all of them or none.

    Call it inside `locked`. The same rows in the same order give the same digest, and nothing is written.
    """
    for name, table in tables.items():
        if name not in TABLES or table.schema.names != list(TABLES[name].names):
            raise MisuseError(f"'{name}' is not a canonical table; pass what `conform` returned for one of {', '.join(TABLES)}.")  # fmt: skip
    before = find_snapshot(warehouse, as_of)
    folder = Path(warehouse) / as_of.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    files = dict(before.files if before else {})
    files.update({name: _put(folder, name, table) for name, table in sorted(tables.items())})
    digest = hashlib.sha256(json.dumps([as_of.isoformat(), files], sort_keys=True).encode()).hexdigest()
    if before and before.digest == digest:
        return before
    _replace_manifest(folder, {"format": _FORMAT, "as_of": as_of.isoformat(), "digest": digest, "tables": files})
    _sweep(folder, keep={*files.values(), *(before.files.values() if before else ())})
    return Snapshot(folder, as_of, digest, files)


@contextmanager
def locked(warehouse: str | Path) -> Iterator[None]:
    """One load at a time in a warehouse. A killed load's lock ends with its process."""
    Path(warehouse).mkdir(parents=True, exist_ok=True)
    with (Path(warehouse) / _LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError("another load is running in this warehouse; start again when it has ended", file=str(warehouse)) from None  # fmt: skip
        yield


def _put(folder: Path, name: str, table: pa.Table) -> str:
    draft = folder / f"{_DRAFT}-{name}"
    with draft.open("wb") as file:
        pq.write_table(table.replace_schema_metadata(None), file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())
    with draft.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    final = f"{name}-{digest[:16]}.parquet"
    draft.replace(folder / final)
    return final


def _replace_manifest(folder: Path, content: Mapping[str, object]) -> None:
    draft = folder / f"{_DRAFT}-{_MANIFEST}"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / _MANIFEST)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(folder: Path, *, keep: set[str]) -> None:
    """Remove what killed loads left and what the manifest before last named; a reader may still hold the last."""
    for file in folder.iterdir():
        if file.name.startswith(_DRAFT) or (file.suffix == ".parquet" and file.name not in keep):
            file.unlink()

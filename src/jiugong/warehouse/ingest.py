"""Extracts in, one snapshot out: all files are read and checked before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import InputError, MisuseError
from ..nearest import suggest
from .conform import Conformed, Rejection, conform_sheet
from .contracts import TABLES, TableContract
from .files import ENDINGS, read_sheet
from .headers import table_of
from .mapping import Source, read_mapping, source_for
from .masks import masked
from .merge import clashes, merged
from .quarantine import write_quarantine
from .reasons import reason
from .snapshots import Snapshot, find_snapshot, locked, write_snapshot

# What is being done, bytes done, bytes in all.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class FileReport:
    """What became of one file: read = loaded + quarantined. `unused`: headers that no column was made of."""

    file: str
    table: str
    read: int
    loaded: int
    quarantined: int
    unused: tuple[str, ...] = ()


@dataclass(frozen=True)
class IngestReport:
    """What a load did. `changed` is false where the snapshot already held just these rows."""

    snapshot: Snapshot
    files: tuple[FileReport, ...]
    rejections: tuple[Rejection, ...]
    quarantine: Path | None
    changed: bool

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
            "files": [vars(file) | {"unused": list(file.unused)} for file in self.files],
            "read": self.read,
            "loaded": self.loaded,
            "quarantined": self.quarantined,
            "quarantine": str(self.quarantine) if self.quarantine else None,
        }


@dataclass(frozen=True)
class _Task:
    path: Path
    contract: TableContract
    source: Source

    @property
    def size(self) -> int:
        return self.path.stat().st_size


def ingest(
    paths: Iterable[str | Path],
    *,
    warehouse: str | Path,
    as_of: date,
    mapping: str | Path | None = None,
    table: str | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Load a bank's extracts into the snapshot of a date.

    Parameters
    ----------
    paths : files (CSV, `.xlsx`, Parquet), or folders of them; in a folder, files whose table cannot be told are passed over
    warehouse : the folder of the snapshots; made if it is not there
    as_of : the date that the extracts speak of; a table of an earlier load of the same date is added to, by key
    mapping : the bank's mapping file (docs/reference/ingest.md)
    table : the canonical table of every path; else the mapping says, or the file's name
    progress : called with what is being done, the bytes done and the bytes in all
    Returns
    -------
    IngestReport: per file the rows read, loaded and quarantined; the snapshot; the quarantine file
    Raises
    ------
    InputError: a file cannot be read, has no such column, or must not be held; then nothing was written
    """
    tasks = _tasks(paths, read_mapping(mapping), table)
    tell = progress or (lambda label, done, total: None)
    total = sum(task.size for task in tasks)
    parts, done = [], 0
    for task in tasks:
        tell(task.path.name, done, total)
        parts.append(_read(task, as_of))
        done += task.size
    tell("snapshot", total, total)
    by_table = {name: _together(name, tasks, parts) for name in sorted({task.contract.name for task in tasks})}
    rejections = tuple(item for part in parts for item in part.rejections)
    with locked(warehouse):
        before = find_snapshot(warehouse, as_of)
        tables = {name: merged(_old(before, name), load, TABLES[name]) for name, load in by_table.items()}
        quarantine = write_quarantine(warehouse, as_of, rejections)
        snapshot = write_snapshot(warehouse, as_of, tables)
    files = tuple(_file_report(task, part) for task, part in zip(tasks, parts, strict=True))
    return IngestReport(snapshot, files, rejections, quarantine, before is None or before.digest != snapshot.digest)


def _old(before: Snapshot | None, name: str) -> pa.Table | None:
    return before.read(name) if before and name in before.files else None


def _tasks(paths: Iterable[str | Path], sources: tuple[Source, ...], table: str | None) -> list[_Task]:
    if table is not None and table not in TABLES:
        raise MisuseError(f"'{table}' is no canonical table; {suggest(table, TABLES)}")
    found: dict[Path, _Task] = {}
    for path in map(Path, paths):
        inside = sorted(file for file in path.rglob("*") if file.suffix.lower() in ENDINGS) if path.is_dir() else [path]
        for file in inside:
            source = source_for(file.name, sources)
            name = table or source.table or table_of(file.name)
            if name:
                found.setdefault(file.resolve(), _Task(file, TABLES[name], source))
            elif not path.is_dir():
                raise InputError(
                    f"its name does not tell which table it is; say --table, or put it in the mapping, or name it after one of {', '.join(TABLES)} (customers_2026.csv)",
                    file=file.name,
                )
    if not found:
        raise InputError(
            "no file to load; give files, or a folder with files named after their tables (customers_2026.csv)"
        )
    return list(found.values())


def _read(task: _Task, as_of: date) -> Conformed:
    source = task.source
    sheet = read_sheet(
        task.path,
        encoding=source.encoding,
        separator=source.separator,
        header_row=source.header_row,
        sheet=source.sheet,
    )
    return conform_sheet(sheet, task.contract, source, file=task.path.name, as_of=as_of)


def _together(name: str, tasks: list[_Task], parts: list[Conformed]) -> pa.Table:
    """All rows of a table's files; those whose keys clash move from their part to its rejections."""
    contract = TABLES[name]
    mine = [place for place, task in enumerate(tasks) if task.contract.name == name]
    bounds = np.cumsum([0] + [parts[place].table.num_rows for place in mine])
    whole = pa.concat_tables([parts[place].table for place in mine])
    found = clashes(whole, contract)
    for nth, place in enumerate(mine):
        inside = {at - int(bounds[nth]): code for at, code in found.items() if bounds[nth] <= at < bounds[nth + 1]}
        if inside:
            parts[place] = _without(parts[place], inside, contract, tasks[place].path.name)
    return pa.concat_tables([parts[place].table for place in mine])


def _without(part: Conformed, codes: Mapping[int, str], contract: TableContract, file: str) -> Conformed:
    key = contract.column(contract.key[0])
    places = pa.array(sorted(codes), pa.int64())
    rows, values = pc.take(part.rows, places).to_pylist(), pc.take(part.table.column(key.name), places).to_pylist()
    rejections = [
        Rejection(file, row, contract.name, key.name, masked(value, key), codes[at], reason(codes[at]))
        for at, row, value in zip(places.to_pylist(), rows, values, strict=True)
    ]
    kept = np.ones(part.table.num_rows, bool)
    kept[places.to_numpy()] = False
    return replace(
        part,
        table=part.table.filter(pa.array(kept)),
        rows=part.rows.filter(pa.array(kept)),
        rejections=tuple(sorted([*part.rejections, *rejections], key=lambda rejection: rejection.row)),
        quarantined=part.quarantined + len(codes),
    )


def _file_report(task: _Task, part: Conformed) -> FileReport:
    loaded = part.table.num_rows
    return FileReport(
        task.path.name, task.contract.name, loaded + part.quarantined, loaded, part.quarantined, part.unused
    )

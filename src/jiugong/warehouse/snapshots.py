"""Snapshots: the canonical tables as of a date, read from the layers that its loads have laid (docs/explanation/warehouse.md).

A warehouse is a folder with one folder per date, whose `manifest.json` names files of the common folder `data/`. Files
are never written twice and belong to as many dates as name them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from ..errors import InputError
from .contracts import TABLES
from .store.files import data_of
from .store.layout import PART, in_order, part_in
from .store.manifest import Manifest, dates, read_manifest
from .store.ranges import Range, ranges_of
from .store.relations import files_of
from .store.stacks import Stack, readings


@dataclass(frozen=True)
class Snapshot:
    """The tables of one date. `digest` names the content: equal digests, equal tables."""

    folder: Path
    as_of: date
    digest: str
    stacks: Mapping[str, Mapping[str, Stack]]

    @classmethod
    def of(cls, warehouse: Path, manifest: Manifest) -> Snapshot:
        return cls(warehouse / manifest.as_of.isoformat(), manifest.as_of, manifest.digest, manifest.tables)

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(sorted(self.stacks))

    @property
    def data(self) -> Path:
        """The folder of the files, for `engine.connect(readable=[…])`."""
        return data_of(self.folder.parent)

    def months(self, name: str) -> tuple[date, ...]:
        """First days of the months that the table has rows of, oldest first; nothing is read."""
        return tuple(date.fromisoformat(f"{part}-01") for part in sorted(self.stacks[name]))

    def relation(self, backend: Any, name: str) -> Any:
        """A table as an expression of an engine that may read `data`: the columns of its contract, in no order.

        Only the months and columns that the query needs are read, and of a range of customers only its row groups.
        Where nothing lies above the base, it is a scan of its files and no more.
        """
        return files_of(backend, self.data, TABLES[name], self._readings(name).values())

    def read(self, name: str, columns: Sequence[str] | None = None, where: ds.Expression | None = None) -> pa.Table:
        """A table in memory, with the types of its contract: by month where it has months, then by customer and key.

        Parameters
        ----------
        columns : only these, in this order; by default those of the contract
        where : only rows for which this expression of pyarrow.dataset is true
        """
        contract, parts = TABLES[name], sorted(self._readings(name).items())
        wanted = list(columns or contract.names)
        if all(len(files) == 1 for _, files in parts):
            files = [str(self.data / file) for _, (file,) in parts]
            return ds.dataset(files, schema=contract.schema).to_table(columns=wanted, filter=where)
        from . import engine

        backend = engine.connect(readable=[self.data])
        rows = self.relation(backend, name)
        rows = in_order(rows.mutate(**{PART: part_in(rows, contract)}), contract).select(*contract.names)
        table = backend.to_pyarrow(rows).cast(contract.schema)
        return (table if where is None else table.filter(where)).select(wanted)

    def customer_ranges(self, number: int) -> tuple[Range, ...]:
        """At most so many half-open ranges of customer_id, `(from, below)`, that cut the customers about evenly.

        None is an open end: together they hold every customer, those that came later too. Only the statistics of the row
        groups are read, so ranges are never finer than these (131,072 rows).
        """
        files = [self.data / files[0] for files in self._readings("customers").values()]
        return ranges_of(files, number)

    def _readings(self, name: str) -> Mapping[str, tuple[str, ...]]:
        if name not in self.stacks:
            raise InputError(
                f"the snapshot of {self.as_of} has no table '{name}', only {', '.join(self.tables)}; "
                f"load it with `jiugong ingest … --table {name} --as-of {self.as_of}`",
                file=str(self.folder),
            )
        parts = readings(self.stacks[name])
        if not all((self.data / file).exists() for files in parts.values() for file in files):
            raise InputError(
                f"the snapshot of {self.as_of} was loaded into more than once since it was opened, and its files are "
                "gone; open it again",
                file=str(self.folder),
            )
        return parts


def open_snapshot(warehouse: str | Path, as_of: date | None = None) -> Snapshot:
    """The snapshot of a date; None: the newest.

    Raises
    ------
    InputError: no snapshot there, or none of that date (the message names those that are)
    """
    if as_of is not None and (found := find_snapshot(warehouse, as_of)):
        return found
    days = snapshot_dates(warehouse)
    if not days:
        raise InputError("holds no snapshot; load one with `jiugong ingest`", file=str(warehouse))
    found = find_snapshot(warehouse, days[-1]) if as_of is None else None
    if found is None:
        near = ", ".join(str(day) for day in days[-5:])
        raise InputError(f"holds no snapshot of {as_of}; the newest are {near}", file=str(warehouse))
    return found


def find_snapshot(warehouse: str | Path, as_of: date) -> Snapshot | None:
    """The snapshot of exactly that date, or None. A date whose only load was undone holds none."""
    manifest = read_manifest(Path(warehouse), as_of)
    return Snapshot.of(Path(warehouse), manifest) if manifest and manifest.tables else None


def snapshot_dates(warehouse: str | Path) -> list[date]:
    """Dates with a snapshot, oldest first."""
    return [day for day in dates(Path(warehouse)) if find_snapshot(warehouse, day)]

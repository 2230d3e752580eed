"""What a load lets pass but somebody should look at: a file without rows, codes of outlets that nobody knows.

A warning and no quarantine: the customers of an outlet that opened last week must not be lost because the list of outlets
is a month old. The desk shows such customers to nobody until the outlet is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from .extracts import Joined
from .snapshots import Snapshot
from .store.begin import begun
from .store.load import Terms
from .store.manifest import read_manifest

EMPTY_FILE, UNKNOWN_OUTLET = "empty_file", "unknown_outlet"
_OUTLET_IN = {"branches": "parent_id", "customers": "branch_id", "staff": "branch_id"}
_SHOWN = 10


@dataclass(frozen=True)
class Doubt:
    """One thing to look at. `code` is stable; `values`: the commonest codes, `more`: how many others there are.

    empty_file : `file` has a header and no rows; nothing came into `table` from it, and nothing was taken away
    title_unit, group_unit : a unit stands apart from its column, as `text` says
    total_only, total_left, point_as_average, derived_loans : how a customer list was taken, as `text` says
    unknown_outlet : `rows` rows of the load name in `column` outlets that stand neither in it nor in the snapshot
    """

    code: str
    table: str
    file: str = ""
    column: str = ""
    rows: int = 0
    values: tuple[str, ...] = ()
    more: int = 0
    text: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"values": list(self.values)}

    def __str__(self) -> str:
        if self.text:
            return f"{self.file} -> {self.table}: {self.text}"
        if self.code == EMPTY_FILE:
            return f"{self.file} -> {self.table}: has a header and no rows; nothing was changed by it"
        others = f" and {self.more:,} more" if self.more else ""
        return (
            f"{self.table}, {self.column}: {self.rows:,} rows name outlets that branches does not have: "
            f"{', '.join(self.values)}{others}; load the list of outlets, or correct the codes"
        )


def doubts(warehouse: Path, as_of: date, terms: Terms, load: Joined) -> tuple[Doubt, ...]:
    """Of a load that is about to be laid over the date."""
    tables = load.tables
    empty = [Doubt(EMPTY_FILE, file.table, file.file) for file in load.files if file.read == 0]
    noticed = [
        Doubt(note.code, part.table, part.file, note.column, note.count, text=note.english)
        for part in load.extracts
        for note in part.notices
    ]
    return (*empty, *noticed, *_unknown_outlets(tables, _outlets(warehouse, as_of, terms, tables)))


def _outlets(warehouse: Path, as_of: date, terms: Terms, tables: Mapping[str, pa.Table]) -> pa.Array | None:
    """The codes that stand or come in this load; None where there is no list of outlets to measure by."""
    if not set(_OUTLET_IN) & set(tables):
        return None
    stood = read_manifest(warehouse, as_of)
    manifest = begun(warehouse, as_of, stood, onto_previous=terms.onto_previous, afresh=terms.afresh)
    snapshot = Snapshot.of(warehouse, manifest)
    known = [tables["branches"]["branch_id"]] if "branches" in tables else []
    if "branches" in snapshot.tables:
        known.append(snapshot.read("branches", ["branch_id"])["branch_id"])
    return pa.concat_arrays([chunk for column in known for chunk in column.chunks]) if known else None


def _unknown_outlets(tables: Mapping[str, pa.Table], known: pa.Array | None) -> Iterator[Doubt]:
    if known is None:
        return
    for table, column in sorted(_OUTLET_IN.items()):
        if table in tables:
            codes = tables[table][column].drop_null()
            strange = codes.filter(pc.invert(pc.is_in(codes, value_set=known)))
            if len(strange):
                counted = sorted(
                    pc.value_counts(strange).to_pylist(), key=lambda each: (-each["counts"], each["values"])
                )
                values = tuple(each["values"] for each in counted[:_SHOWN])
                yield Doubt(UNKNOWN_OUTLET, table, "", column, len(strange), values, len(counted) - len(values))

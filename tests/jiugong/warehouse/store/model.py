"""The plain version: a warehouse in memory, one row after the other, that replays its loads whenever it is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from jiugong.warehouse import TABLES

Row = tuple[Any, ...]
Tables = dict[str, Counter[Row]]
KINDS = ("new", "changed", "unchanged", "left")


def table(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Canonical; what a row leaves out is null."""
    contract = TABLES[name]
    return pa.Table.from_pylist([{each: row.get(each) for each in contract.names} for row in rows], contract.schema)


def counted(rows: pa.Table) -> Counter[Row]:
    return Counter(tuple(row.values()) for row in rows.to_pylist())


@dataclass(frozen=True)
class Load:
    """One batch: rows by table, and what they did when they came."""

    batch: str
    tables: Mapping[str, pa.Table]
    mode: str
    written: Mapping[str, frozenset[Row]] = field(default_factory=dict)  # keys that it inserted or changed
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def keys(self, name: str) -> frozenset[Row]:
        return frozenset(_key(name, row) for row in counted(self.tables[name]))


@dataclass
class Day:
    """A date: its loads from the very first on, those of earlier dates that it began as among them."""

    loads: list[Load] = field(default_factory=list)
    undone: set[str] = field(default_factory=set)

    def tables(self) -> Tables:
        state: Tables = {}
        for load in self.loads:
            if load.batch not in self.undone:
                for name, rows in load.tables.items():
                    state[name], _, _ = laid(name, state.get(name, Counter()), rows, load.mode)
        return state

    def load(self, batch: str, tables: Mapping[str, pa.Table], mode: str) -> Load:
        state, written, counts = self.tables(), {}, {}
        for name, rows in tables.items():
            _, written[name], counts[name] = laid(name, state.get(name, Counter()), rows, mode)
        done = Load(batch, tables, mode, written, counts)
        self.loads.append(done)
        return done

    def meeting(self, batch: str) -> set[str]:
        """Later batches that came with a key that this one wrote."""
        place = next(place for place, load in enumerate(self.loads) if load.batch == batch)
        written = self.loads[place].written
        return {
            later.batch
            for later in self.loads[place + 1 :]
            if later.batch not in self.undone
            and any(name in written and written[name] & later.keys(name) for name in later.tables)
        }


def laid(name: str, before: Counter[Row], load: pa.Table, mode: str) -> tuple[Counter[Row], frozenset[Row], dict[str, int]]:  # fmt: skip
    """A load over a table: the rows after it, the keys written, the counts."""
    after, written, counts = Counter(before), set(), dict.fromkeys(KINDS, 0)
    stands = {_key(name, row): row for row in before}
    for row, number in counted(load).items():
        if not TABLES[name].key:
            more = max(0, number - before[row])
            after[row] += more
            counts["new"] += more
            counts["unchanged"] += number - more
            if more:
                written.add(row)
            continue
        old = stands.get(_key(name, row))
        new = row if mode != "update" or old is None else tuple(b if a is None else a for a, b in zip(row, old, strict=True))  # fmt: skip
        kind = "new" if old is None else "left" if mode == "new" else "unchanged" if new == old else "changed"
        counts[kind] += 1
        if kind in ("new", "changed"):
            written.add(_key(name, row))
            after[new] += 1
            if old is not None:
                del after[old]
    return after, frozenset(written), counts


def total(name: str, rows: Counter[Row], column: str) -> Decimal:
    place = TABLES[name].names.index(column)
    return sum(((row[place] or Decimal(0)) * number for row, number in rows.items()), Decimal(0))


def _key(name: str, row: Row) -> Row:
    contract = TABLES[name]
    return tuple(row[contract.names.index(each)] for each in contract.key or contract.names)


def day(month: int) -> date:
    return date(2026, month, 28)

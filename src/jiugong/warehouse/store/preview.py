"""What a load would do to each table, in counts and in sums of money, without writing anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..contracts import TABLES, TableContract
from .batches import CHANGED, NEW, Counts
from .begin import begun
from .compare import WAS, compared, money_of
from .files import data_of
from .layout import KIND
from .load import Terms
from .manifest import Manifest, read_manifest
from .relations import table_of
from .write import open_engine

_N, _SUM = "__n", "__sum_"


@dataclass(frozen=True)
class Sums:
    """Yuan in one column: of the load's own rows, and of the whole table before and after it. Nulls count as nothing."""

    load: Decimal
    before: Decimal
    after: Decimal


@dataclass(frozen=True)
class TableChange:
    """What a load would do to a table. `sums`: by column of money."""

    table: str
    counts: Counts
    rows_before: int
    rows_after: int
    sums: Mapping[str, Sums]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, amounts as text."""
        sums = {
            name: {which: str(amount) for which, amount in asdict(each).items()} for name, each in self.sums.items()
        }
        rows = {"rows_before": self.rows_before, "rows_after": self.rows_after}
        return asdict(self.counts) | rows | {"sums": sums}


def preview_tables(
    warehouse: str | Path,
    as_of: date,
    tables: Mapping[str, pa.Table],
    terms: Terms = Terms(),  # noqa: B008 - frozen
) -> tuple[TableChange, ...]:
    """What `load_tables` would do with the same arguments.

    Raises
    ------
    InputError: the date cannot begin as the terms say
    """
    folder = Path(warehouse)
    stood = read_manifest(folder, as_of)
    before = begun(folder, as_of, stood, onto_previous=terms.onto_previous, afresh=terms.afresh)
    backend = open_engine(folder)
    return tuple(_change(backend, folder, TABLES[name], rows, before, terms.mode) for name, rows in sorted(tables.items()))  # fmt: skip


def _change(backend: Any, folder: Path, contract: TableContract, rows: pa.Table, before: Manifest, mode: str) -> TableChange:  # fmt: skip
    stood = _stood(backend, folder, contract, before)
    by_kind = _by_kind(backend, folder, contract, rows, before, mode) if rows.num_rows else {}
    counts = Counts(**{kind: found[_N] for kind, found in by_kind.items()})
    load = {name: _plain_sum(rows, name) for name in money_of(contract)}
    sums = {}
    for name in money_of(contract):
        gained = sum((by_kind.get(kind, {}).get(_SUM + name) or Decimal(0) for kind in (NEW, CHANGED)), Decimal(0))
        lost = by_kind.get(CHANGED, {}).get(_SUM + WAS + name) or Decimal(0)
        was = stood[name] or Decimal(0)
        sums[name] = Sums(load[name], was, was + gained - lost)
    return TableChange(contract.name, counts, stood[_N], stood[_N] + counts.new, sums)


def _stood(backend: Any, folder: Path, contract: TableContract, before: Manifest) -> dict[str, Any]:
    if contract.name not in before.tables:
        return {_N: 0} | dict.fromkeys(money_of(contract))
    table = table_of(backend, data_of(folder), contract, before.tables[contract.name])
    asked = {_N: table.count()} | {name: table[name].sum() for name in money_of(contract)}
    return dict(backend.to_pyarrow(table.aggregate(**asked)).to_pylist()[0])


def _by_kind(
    backend: Any, folder: Path, contract: TableContract, rows: pa.Table, before: Manifest, mode: str
) -> dict[str, dict[str, Any]]:
    found = compared(backend, data_of(folder), rows, contract, before.tables, mode)
    names = [each for name in money_of(contract) for each in (name, WAS + name)]
    asked = found.group_by(KIND).aggregate(**{_N: found.count()}, **{_SUM + name: found[name].sum() for name in names})
    return {row[KIND]: row for row in backend.to_pyarrow(asked).to_pylist()}


def _plain_sum(rows: pa.Table, name: str) -> Decimal:
    total = pc.sum(rows[name].cast(pa.decimal128(38, 2))).as_py()
    return total if total is not None else Decimal(0)

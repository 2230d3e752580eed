"""Rows that meet: keys that come twice in one load, and a load into a snapshot that is already there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from . import engine
from .contracts import TableContract

_AT, _NTH = "__at", "__nth"


def clashes(table: pa.Table, contract: TableContract) -> dict[int, str]:
    """Position -> code of the rows that cannot be loaded because their key comes more than once.

    Alike in every column: all but the first are `repeated` (a join that fanned out, a file sent twice). Different: none
    can be chosen, so all are set aside, as `two_outlets` where a customer's branch differs, else as `conflicting`.
    Tables without a key have no clashes: two withdrawals of 100 on one day are two.
    """
    if not contract.key or table.group_by(list(contract.key)).aggregate([]).num_rows == table.num_rows:
        return {}
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in _with_a_twin(table, contract.key).to_pylist():
        groups[tuple(row[name] for name in contract.key)].append(row)
    found: dict[int, str] = {}
    for rows in groups.values():
        places = sorted(row.pop(_AT) for row in rows)
        code = _verdict(rows)
        found.update(dict.fromkeys(places[1:] if code == "repeated" else places, code))
    return found


def _verdict(rows: Sequence[dict[str, Any]]) -> str:
    if all(row == rows[0] for row in rows):
        return "repeated"
    outlets = {row["branch_id"] for row in rows if "customer_id" in row and "branch_id" in row}
    return "two_outlets" if len(outlets) > 1 else "conflicting"


def _with_a_twin(table: pa.Table, key: Sequence[str]) -> pa.Table:
    backend = engine.connect()
    rows = ibis.memtable(table.append_column(_AT, pa.array(range(table.num_rows), pa.int64())))
    often = rows.group_by(*key).aggregate(n=rows.count()).filter(lambda t: t.n > 1).drop("n")
    return backend.to_pyarrow(rows.semi_join(often, _same(rows, often, key)))


def merged(before: pa.Table | None, load: pa.Table, contract: TableContract) -> pa.Table:
    """The load laid over what was there, in a fixed order, so that the same load again changes nothing.

    With a key, a row of the load replaces the row of its key. Without one, equal rows are counted, and there are as
    many as the side that has more.
    """
    if before is None:
        return _ordered(load, contract)
    backend, old, new = engine.connect(), ibis.memtable(before), ibis.memtable(load)
    if contract.key:
        both = ibis.union(old.anti_join(new, _same(old, new, contract.key)).select(*contract.names), new)
    else:
        both = ibis.union(_numbered(old), _numbered(new), distinct=True).drop(_NTH)
    return _ordered(backend.to_pyarrow(both).cast(contract.schema), contract)


def _same(left: Any, right: Any, key: Sequence[str]) -> Any:
    return reduce(and_, (left[name].identical_to(right[name]) for name in key))


def _numbered(rows: Any) -> Any:
    return rows.mutate(**{_NTH: ibis.row_number().over(group_by=rows.columns)})


def _ordered(table: pa.Table, contract: TableContract) -> pa.Table:
    names: Iterable[str] = contract.key or contract.names
    return pc.take(table, pc.sort_indices(table, sort_keys=[(name, "ascending") for name in names])).combine_chunks()

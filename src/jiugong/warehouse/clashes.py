"""Keys that come twice in one load: which rows must be set aside, and why."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from . import engine
from .contracts import TableContract
from .store.relations import same

_AT, _KINDS, _FIRST, _OUTLETS, _CODE, _OF = "__at", "__kinds", "__first", "__outlets", "__code", "__of_"


def clashes(table: pa.Table, contract: TableContract) -> dict[int, str]:
    """Position -> code of the rows that cannot be loaded because their key comes more than once.

    Alike in every column: all but the first are `repeated` (a join that fanned out, a file sent twice). Different: none
    can be chosen, so all are set aside, as `two_outlets` where a customer's branch differs, else as `conflicting`.
    Tables without a key have no clashes: two withdrawals of 100 on one day are two.
    """
    if not contract.key or table.num_rows < 2:
        return {}
    backend = engine.connect()
    rows = ibis.memtable(table)
    often = rows.group_by(*contract.key).having(rows.count() > 1).aggregate()
    keys = backend.to_pyarrow(often)
    return _verdicts(backend, table, keys, contract) if keys.num_rows else {}


def _verdicts(backend: Any, table: pa.Table, keys: pa.Table, contract: TableContract) -> dict[int, str]:
    places = pa.array(np.arange(table.num_rows, dtype=np.int64))
    rows, often = ibis.memtable(table.append_column(_AT, places)), ibis.memtable(keys)
    twins = rows.semi_join(often, same(rows, often, contract.key, contract))
    kinds = twins.group_by(*contract.names).aggregate(**{_FIRST: twins[_AT].min()})
    groups = kinds.group_by(*contract.key).aggregate(
        **{_KINDS: kinds.count(), _FIRST: kinds[_FIRST].min(), _OUTLETS: _outlets(kinds, contract)}
    )
    groups = groups.rename({_OF + name: name for name in contract.key})
    both = twins.join(groups, same(twins, groups, contract.key, contract, prefix=_OF))
    code = ibis.cases((both[_KINDS] == 1, "repeated"), (both[_OUTLETS] > 1, "two_outlets"), else_="conflicting")
    found = both.filter((both[_KINDS] > 1) | (both[_AT] != both[_FIRST])).select(_AT, **{_CODE: code}).order_by(_AT)
    answer = backend.to_pyarrow(found)
    return dict(zip(answer[_AT].to_pylist(), answer[_CODE].to_pylist(), strict=True))


def _outlets(kinds: Any, contract: TableContract) -> Any:
    """In how many outlets the customer is; none at all counts as one."""
    if not {"customer_id", "branch_id"} <= set(contract.names):
        return ibis.literal(0)
    return kinds["branch_id"].nunique() + kinds["branch_id"].isnull().any().cast("int64")

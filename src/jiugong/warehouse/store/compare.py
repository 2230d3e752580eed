"""What a load means to a table: each of its rows is new, changed, unchanged or left, and reads as it would be written.

One expression for the load that writes and for the preview that only counts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from ..contracts import TableContract
from .batches import CHANGED, LEFT, NEW, UNCHANGED
from .layout import KIND, PART, part_in
from .manifest import Stacks
from .relations import files_of, same
from .stacks import readings

_STOOD, _TIMES, _NTH = "__stood", "__times", "__nth"
WAS = "__was_"  # before a column's name: what stood there


def compared(backend: Any, data: Path, load: pa.Table, contract: TableContract, before: Stacks, mode: str) -> Any:
    """The rows of a load without clashes, with their part and kind.

    Parameters
    ----------
    load : canonical, each key once
    before : the tables that it is laid over
    mode : "replace": the row of the key as a whole; "update": an empty cell leaves what stands; "new": keys that stand
        are left. Without a key, rows are counted in every mode: there will be as many equal rows as the side has that
        has more.
    Returns
    -------
    ibis table: the columns of the contract as they will be, `__part`, `__kind`, and `__was_…` for those of money
    """
    backend.con.register(f"load_{contract.name}", load)
    rows = backend.table(f"load_{contract.name}")
    rows = rows.mutate(**{PART: part_in(rows, contract)})
    touched = _parts_of(backend, rows)
    stood = readings(before.get(contract.name, {}))
    reading = [stood[part] for part in touched if part in stood]
    if not reading:
        return rows.mutate(**{KIND: ibis.literal(NEW)}, **{WAS + name: ibis.null("decimal(18, 2)") for name in money_of(contract)})  # fmt: skip
    old = files_of(backend, data, contract, reading)
    return _by_key(rows, old, contract, mode) if contract.key else _counted(rows, old, contract)


def money_of(contract: TableContract) -> tuple[str, ...]:
    """The columns that hold amounts."""
    return tuple(column.name for column in contract.columns if column.kind == "money")


def _parts_of(backend: Any, rows: Any) -> list[str]:
    return sorted(backend.to_pyarrow(rows.select(PART).distinct())[PART].to_pylist())


def _by_key(rows: Any, old: Any, contract: TableContract, mode: str) -> Any:
    met = old.semi_join(rows, same(old, rows, contract.key, contract))
    met = met.select(**{WAS + name: met[name] for name in contract.names}).mutate(**{_STOOD: True})
    both = rows.left_join(met, same(rows, met, contract.key, contract, prefix=WAS))
    stood = both[_STOOD].notnull()
    values = {name: both[name] for name in contract.names}
    if mode == "update":
        values = {name: ibis.coalesce(both[name], both[WAS + name]) for name in contract.names}
    others = [name for name in contract.names if name not in contract.key]
    alike = ibis.and_(*(values[name].identical_to(both[WAS + name]) for name in others)) if others else True
    touched = ibis.literal(LEFT) if mode == "new" else ibis.ifelse(alike, UNCHANGED, CHANGED)
    return both.select(
        both[PART],
        **values,
        **{KIND: ibis.ifelse(stood, touched, NEW)},
        **{WAS + name: both[WAS + name] for name in money_of(contract)},
    )


def _counted(rows: Any, old: Any, contract: TableContract) -> Any:
    """One row for each copy: unchanged as many as stand already, new above that."""
    names = contract.names
    wanted = rows.group_by(*names, PART).aggregate(**{_TIMES: rows.count()})
    met = old.semi_join(wanted, same(old, wanted, names, contract))
    met = met.group_by(*names).aggregate(**{_STOOD: met.count()})
    met = met.rename({WAS + name: name for name in names})
    both = wanted.left_join(met, same(wanted, met, names, contract, prefix=WAS))
    copies = both.mutate(**{_NTH: ibis.range(both[_TIMES]).unnest()})
    kind = ibis.ifelse(copies[_NTH] < copies[_STOOD].fill_null(0), UNCHANGED, NEW)
    money = {WAS + name: ibis.null("decimal(18, 2)") for name in money_of(contract)}
    return copies.select(copies[PART], *names, **{KIND: kind}, **money)

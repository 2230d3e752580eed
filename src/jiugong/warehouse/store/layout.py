"""How the rows of a table lie: cut into months where it has a time, in order of the customer, in row groups that prune.

Measured on 10 million balance rows: against zstd, lz4 takes a third less time to read and half as much space again; snappy
lies between in time. Row groups of 131,072 rows are 64 of the engine's vectors; a
smaller group prunes little better and costs a footer entry for each column.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import ibis

from ..contracts import TableContract

ROW_GROUP = 131_072
COMPRESSION = "lz4"
PART, KIND = "__part", "__kind"
WHOLE = ""  # the only part of a table without months

# The column whose month a table is cut by. It belongs to the key where there is one, so no key is ever in two parts.
MONTH_OF: Mapping[str, str] = MappingProxyType({"balances": "month", "transactions": "booked_at", "contacts": "at"})


def key_of(contract: TableContract) -> tuple[str, ...]:
    """The columns by which rows meet: the key; all where rows are counted."""
    return contract.key or contract.names


def order_of(contract: TableContract) -> tuple[str, ...]:
    """The columns that a part is sorted by: the customer first, so that a range of customers is a range of row groups."""
    owner = ("customer_id",) if "customer_id" in contract.names else ()
    return owner + tuple(name for name in key_of(contract) if name not in owner)


def part_in(rows: Any, contract: TableContract) -> Any:
    """The part of each row, as text: `2026-05`, or nothing."""
    column = MONTH_OF.get(contract.name)
    return ibis.literal(WHOLE) if column is None else rows[column].strftime("%Y-%m")


def in_order(rows: Any, contract: TableContract) -> Any:
    """The rows of all parts in the order in which they are written."""
    return rows.order_by([rows[PART], *(rows[name] for name in order_of(contract))])

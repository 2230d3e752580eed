"""A customer list is split: one row holds a customer, his balances by category, and a loan of his.

A row is loaded or set aside as a whole. A customer with several loans may stand in several rows, if these say the same of
him. A loan without a number gets one made of customer number and kind, so that the same list again means the same loan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .clashes import clashes
from .contracts import CATEGORIES, CUSTOMER_LIST, LOAN_FACTS, READABLE, TABLES, TableContract
from .matching import Matching
from .notices import Notice, notice

_PERSON = TableContract(
    CUSTOMER_LIST,
    tuple(column for column in READABLE[CUSTOMER_LIST].columns if column.name in TABLES["customers"].names or (column.kind == "money" and column.name not in LOAN_FACTS)),
    ("customer_id",),
)  # fmt: skip
_OF_LOANS = frozenset({*LOAN_FACTS, "loan_id", "loan_kind", "new_home"})
_AMOUNTS = tuple(name for name in _PERSON.names if name not in TABLES["customers"].names)


@dataclass(frozen=True)
class Part:
    """Rows of a canonical table that came out of a file, and the row of the file from which each came."""

    table: pa.Table
    rows: pa.Array


def is_plain(matching: Matching, constants: Mapping[str, str]) -> bool:
    """Whether a list has the columns of customers only: then it is read as such."""
    return {*matching.found, *constants} <= set(TABLES["customers"].names)


def last_month(as_of: date) -> date:
    """The first day of the last month that is complete on the day."""
    ends = (as_of + timedelta(days=1)).day == 1
    return as_of.replace(day=1) if ends else (as_of.replace(day=1) - timedelta(days=1)).replace(day=1)


def cannot_be_split(table: pa.Table) -> dict[int, str]:
    """Position -> code of the rows of a conformed list that contradict themselves or each other."""
    loans, there = _loans(table)
    found = {int(at): "contradicting_loan" for at in np.flatnonzero(_contradicting(table))}
    of_people = clashes(table.select(_PERSON.names), _PERSON)
    found |= {at: code for at, code in of_people.items() if code != "repeated"}
    for at, code in clashes(loans, TABLES["loans"]).items():
        found.setdefault(int(there[at]), code)
    with_loan = set(there.tolist())
    for at, code in of_people.items():
        if at not in with_loan:
            found.setdefault(at, code)
    return found


def split(table: pa.Table, rows: pa.Array, present: Collection[str], as_of: date) -> dict[str, Part]:
    """The canonical tables of a conformed list in which nothing contradicts itself. `present`: the columns it has."""
    numbered = table.select(["customer_id"]).append_column("at", pa.array(np.arange(table.num_rows)))
    firsts = numbered.group_by("customer_id").aggregate([("at", "min")])["at_min"]
    at = pa.array(np.sort(firsts.to_numpy()), pa.int64())
    people = table.take(at)
    parts = {"customers": Part(people.select(TABLES["customers"].names), rows.take(at))}
    if set(_AMOUNTS) & set(present):
        parts["balances"] = _balances(people, rows.take(at), present, last_month(as_of))
    if _OF_LOANS & set(present):
        loans, there = _loans(table)
        parts["loans"] = Part(loans, rows.take(pa.array(there)))
    return parts


def made_numbers(table: pa.Table) -> int:
    """How many loans of a conformed list have no number of their own."""
    _, there = _loans(table)
    return int(table["loan_id"].take(pa.array(there)).null_count)


def list_notices(matching: Matching) -> Iterator[Notice]:
    """What is done with a list that it does not say itself, as far as its headers tell."""
    held = [name for category in CATEGORIES for name in (category, f"{category}_end") if name in matching.found]
    if "total" in matching.found:
        yield notice("total_left" if held else "total_only", column="total", header=matching.found["total"].header)
    for name in held:
        if name.endswith("_end") and name.removesuffix("_end") not in held:
            yield notice("point_as_average", column=name, header=matching.found[name].header)
    if "loan_id" not in matching.found and _OF_LOANS & set(matching.found):
        yield notice("derived_loans", column="loan_id")


def _balances(people: pa.Table, rows: pa.Array, present: Collection[str], month: date) -> Part:
    contract = TABLES["balances"]
    pairs = [(category, category, f"{category}_end") for category in CATEGORIES]
    if not any(name in present for pair in pairs for name in pair[1:]):
        pairs = [("other", "total", "")]
    tables, numbers = [], []
    for category, average, end in pairs:
        at_end = (
            people[end] if end else pa.chunked_array([pa.nulls(people.num_rows, contract.column("month_end").type)])
        )
        daily = pc.coalesce(people[average], at_end)
        held = daily.is_valid()
        columns = {
            "customer_id": people["customer_id"].filter(held),
            "average_daily": daily.filter(held),
            "month_end": at_end.filter(held),
        }
        count = len(columns["customer_id"])
        constant = {"category": pa.repeat(category, count), "month": pa.repeat(pa.scalar(month), count), "account_id": pa.nulls(count, pa.string())}  # fmt: skip
        both = columns | constant
        tables.append(pa.table([both[name] for name in contract.names], schema=contract.schema))
        numbers.append(pc.array_filter(rows, held.combine_chunks()))
    return Part(pa.concat_tables(tables), pa.concat_arrays(numbers))


def _loans(table: pa.Table) -> tuple[pa.Table, np.ndarray]:
    """The loans in a list, with numbers made where they have none; and in which of its rows each stands."""
    kind = _kind(table)
    there = pc.or_(
        table["loan_id"].is_valid(), pc.or_(table["loan_kind"].is_valid(), pc.fill_null(table["new_home"], False))
    )
    for name in ("principal", "outstanding"):
        there = pc.or_(there, pc.fill_null(pc.greater(table[name], pa.scalar(0, table[name].type)), False))
    there = pc.or_(there, table["drawn_on"].is_valid())
    made = pc.binary_join_element_wise(table["customer_id"], pc.fill_null(kind, "loan"), "-")
    columns = {"loan_id": pc.coalesce(table["loan_id"], made), "customer_id": table["customer_id"], "kind": kind}
    contract = TABLES["loans"]
    loans = pa.table([columns.get(name, table[name] if name in LOAN_FACTS else None) for name in contract.names], schema=contract.schema)  # fmt: skip
    return loans.filter(there), np.flatnonzero(there.combine_chunks().to_numpy(zero_copy_only=False))


def _kind(table: pa.Table) -> pa.ChunkedArray:
    """`mortgage` (按揭) is of a new home or a resale, as the column 一手楼 says; without it, of neither."""
    kind, new = table["loan_kind"], table["new_home"]
    vague = pc.or_(kind.is_null(), pc.equal(kind, "mortgage"))
    said = pc.if_else(pc.fill_null(new, False), "mortgage_new_home", pc.if_else(pc.and_(pc.fill_null(pc.invert(new), False), kind.is_valid()), "mortgage_resale", None))  # fmt: skip
    return pc.if_else(pc.fill_null(vague, True), said, kind)


def _contradicting(table: pa.Table) -> Any:
    """A new home that is no mortgage of a new home; and the other way round."""
    kind, new = table["loan_kind"], table["new_home"]
    of_new = pc.fill_null(pc.is_in(kind, value_set=pa.array(["mortgage", "mortgage_new_home"])), True)
    wrong = pc.and_(pc.fill_null(new, False), pc.and_(kind.is_valid(), pc.invert(of_new)))
    other = pc.and_(pc.fill_null(pc.invert(new), False), pc.fill_null(pc.equal(kind, "mortgage_new_home"), False))
    return pc.or_(wrong, other).combine_chunks().to_numpy(zero_copy_only=False)

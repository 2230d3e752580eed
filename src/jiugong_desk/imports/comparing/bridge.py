"""What a load would do to each table: rows, sums, cells by column, and the first changed rows from old to new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings as desk

from ..bridge import choice_words, contract
from ..storing.bridge import base_of

if TYPE_CHECKING:
    import pyarrow as pa

    from jiugong.warehouse import Snapshot, Terms
    from jiugong.warehouse.contracts import TableContract

EXAMPLES = 50
WAS, IS, DIFFERS, GRAVE, STOOD = "__was_", "__is_", "__differs_", "__grave_", "__stood"


@dataclass
class Weighed:
    """`tables`: counts and sums as text, by table; `examples`: the first changed rows, masked, of keyed tables."""

    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    examples: list[dict[str, Any]] = field(default_factory=list)


def weigh(tables: Mapping[str, pa.Table], as_of: date, said: Terms) -> Weighed:
    """Compare with what stands; a table that begins afresh with the one that it replaces. Nothing is written."""
    base, weighed = base_of(as_of), Weighed()
    for name, rows in sorted(tables.items()):
        afresh = name in said.afresh
        terms = replace(said, mode="replace", afresh=()) if afresh else replace(said, afresh=())
        told = _counted(name, rows, as_of, terms, afresh=afresh)
        told["with"] = base.as_of.isoformat() if base and name in base.tables else ""
        if contract(name).key and rows.num_rows:
            found, examples = _cells(contract(name), rows, base, terms.mode)
            weighed.examples += examples
            told |= found
        weighed.tables[name] = told
    weighed.examples = sorted(weighed.examples, key=lambda row: not row["grave"])[:EXAMPLES]
    return weighed


def _counted(name: str, rows: pa.Table, as_of: date, terms: Terms, *, afresh: bool) -> dict[str, Any]:
    """Rows and sums; of a table that comes whole, what is not in the file will be gone."""
    from jiugong.warehouse import preview_tables

    (change,) = preview_tables(desk.WAREHOUSE, as_of, {name: rows}, terms)
    told = change.as_dict() | {"gone": 0}
    if afresh:
        told["gone"] = change.rows_before - change.counts.changed - change.counts.unchanged
        told["rows_after"] = change.rows_after - told["gone"]
        for sums in told["sums"].values():
            sums["after"] = sums["load"]
    return told


def _cells(form: TableContract, rows: pa.Table, base: Snapshot | None, mode: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:  # fmt: skip
    import ibis

    from jiugong.warehouse import engine
    from jiugong.warehouse.store.relations import same

    others = [name for name in form.names if name not in form.key]
    backend = engine.connect(readable=[base.data] if base else [])
    load = ibis.memtable(rows)
    if base is not None and form.name in base.tables:
        old = base.relation(backend, form.name)
        met = old.semi_join(load, same(old, load, form.key, form))
        met = met.select(**{WAS + name: met[name] for name in form.names}).mutate(**{STOOD: True})
        both = load.left_join(met, same(load, met, form.key, form, prefix=WAS))
        both = both.mutate(**{STOOD: both[STOOD].fill_null(False)})
    else:
        nothing = {WAS + column.name: ibis.null(_ibis_type(load, column.name)) for column in form.columns}
        both = load.mutate(**nothing, **{STOOD: ibis.literal(False)})
    both = both.mutate(**{IS + name: _after(both, name, mode) for name in others})
    stood = both[STOOD]
    both = both.mutate(**{DIFFERS + name: stood & ~both[IS + name].identical_to(both[WAS + name]) for name in others})
    both = both.mutate(**{GRAVE + name: rule.fill_null(False) for name, rule in _grave(both, form).items()})
    grave = [name for name in others if GRAVE + name in both.columns]
    asked = {DIFFERS + name: both[DIFFERS + name].sum() for name in others}
    asked |= {GRAVE + name: both[GRAVE + name].sum() for name in grave} | _told(both, form, mode)
    (sums,) = backend.to_pyarrow(both.aggregate(**asked)).to_pylist()
    told = {name: int(count or 0) for name, count in sums.items() if not name.startswith((DIFFERS, GRAVE))}
    columns = {name: int(sums[DIFFERS + name] or 0) for name in others if sums[DIFFERS + name]}
    graves = {name: int(sums[GRAVE + name] or 0) for name in grave if sums[GRAVE + name]}
    if not columns:
        return told | {"columns": {}, "grave": {}}, []
    changed = both.filter(ibis.or_(*(both[DIFFERS + name] for name in columns)))
    first = ibis.or_(*(changed[GRAVE + name] for name in grave)) if grave else ibis.literal(False)
    changed = changed.order_by(first.desc(), *form.key).limit(EXAMPLES)
    names = [name for name in (*form.key, "name") if name in form.names]
    lines = [_example(line, form, names, list(columns)) for line in backend.to_pyarrow(changed).to_pylist()]
    return told | {"columns": columns, "grave": graves}, lines


def _ibis_type(load: Any, name: str) -> Any:
    return load[name].type()


def _after(both: Any, name: str, mode: str) -> Any:
    """What the cell will say: an update's empty cell leaves what stands, and `new` leaves every row that stands."""
    import ibis

    if mode == "update":
        return ibis.coalesce(both[name], both[WAS + name])
    return ibis.ifelse(both[STOOD], both[WAS + name], both[name]) if mode == "new" else both[name]


def _grave(both: Any, form: TableContract) -> dict[str, Any]:
    """Who the customer is, and a refusal that would become a consent."""
    if form.name != "customers":
        return {}
    was = {name: both[WAS + name] for name in form.names if name not in form.key}
    now = {name: both[IS + name] for name in was}
    rules = {"id_number": both[DIFFERS + "id_number"] & was["id_number"].notnull()}
    for name in ("consent_call", "consent_sms"):
        rules[name] = both[STOOD] & ~was[name].fill_null(True) & now[name].fill_null(False)
    rules["do_not_call"] = both[STOOD] & was["do_not_call"].fill_null(False) & ~now["do_not_call"].fill_null(False)
    return rules


def _told(both: Any, form: TableContract, mode: str) -> dict[str, Any]:
    """Customers who would reach no page, ID numbers that contradict the birthday, loans whose decision nobody knows."""
    if form.name == "customers":
        number = both[IS + "id_number"]
        told = both[IS + "birth_date"].strftime("%Y%m%d") != number.substr(6, 8)
        return {
            "no_outlet": both[IS + "branch_id"].isnull().sum(),
            "birth": (both[DIFFERS + "id_number"] & (number.length() == 18) & told).fill_null(False).sum(),
        }
    if form.name == "loans":
        unknown = both[IS + "decision_pending"].isnull() & (~both[STOOD] if mode == "new" else both[STOOD].notnull())
        return {"pending": both["customer_id"].nunique(where=unknown)}
    return {}


def _example(line: Mapping[str, Any], form: TableContract, names: list[str], columns: list[str]) -> dict[str, Any]:
    named = [line[IS + name] if IS + name in line else line[name] for name in names]
    cells = [
        [name, shown(line[WAS + name], form.name, name), shown(line[IS + name], form.name, name), bool(line.get(GRAVE + name))]
        for name in columns
        if line[DIFFERS + name]
    ]  # fmt: skip
    return {
        "table": form.name,
        "who": " ".join(shown(value, form.name, name) for value, name in zip(named, names, strict=True)),
        "cells": cells,
        "grave": any(cell[3] for cell in cells),
    }


def shown(value: Any, table: str, name: str) -> str:
    """A value as the preview may show it: the bank's word, the cent, masked where it is personal."""
    from jiugong.warehouse.masks import masked as mask

    column = contract(table).column(name)
    if value is None or value == "":
        return "—"
    if column.kind == "bool":
        return "是" if value else "否"
    if column.kind == "money":
        return f"{value:,.2f}"
    if column.choices:
        return dict(zip(column.choices, choice_words(table, name), strict=True)).get(value, str(value))
    return mask(str(value), column)

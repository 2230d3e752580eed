"""The only importer of the library here: watch lists of a snapshot, what another policy would move, the grid shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jiugong.errors import InputError
from jiugong.policy import Grid, Policy, Value

from ..customers import bridge as customers
from ..customers.policies import grid
from .definitions import DEFINITIONS

if TYPE_CHECKING:
    from jiugong.segment import WatchList
    from jiugong.warehouse import Snapshot

__all__ = ["Frozen", "Grid", "Policy", "Value", "compared", "grid", "newest_snapshot", "watched"]

Fact = str | int | Decimal | date


@dataclass(frozen=True)
class Frozen:
    """A watch list as the library gives it at a month's end.

    `definition` says in words who is on it; `parameters` are the numbers in it, as text; `rows` hold a customer number
    and the facts that put the customer there, without personal data.
    """

    code: str
    name: str
    definition: str
    as_of: date
    policy_version: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    rows: Sequence[tuple[str, Mapping[str, Any]]] = ()


def watched(snapshot: Snapshot, policy: Policy) -> list[Frozen]:
    """The watch lists at the last month-end of the snapshot; those whose tables it lacks are left out.

    What matured is told by earlier snapshots too, since most extracts name only what is still to come. Where nothing is
    named that falls due in the days that a list looks at, it is not known.

    Somebody who is near, or fell below, several limits stands on a list once: at the highest.
    """
    from jiugong.segment import watch_lists
    from jiugong.warehouse.engine import connect

    backend = connect(readable=[snapshot.data])
    tables = {name: snapshot.relation(backend, name) for name in snapshot.tables}
    if "maturities" in tables:
        tables["maturities"] = _with_matured(backend, snapshot, tables["maturities"])
    found = []
    for one in watch_lists(tables, policy=policy, as_of=snapshot.as_of):
        if one.rows is None or not _is_known(backend, tables, one):
            continue
        said, parameters = DEFINITIONS[one.code], {key: _text(value) for key, value in one.parameters.items()}
        rows = backend.to_pyarrow(one.rows.order_by("customer_id", "threshold")).to_pylist()
        facts = {
            row.pop("customer_id"): {key: value for key, value in row.items() if value is not None} for row in rows
        }
        found.append(
            Frozen(
                one.code, said.name, said.text.format(**parameters), one.as_of, policy.label, parameters,
                list(facts.items()),
            )
        )  # fmt: skip
    return found


EARLIER = 3  # months: the last one but two before the snapshot's still names all that matured in the month looked at


def _with_matured(backend: Any, snapshot: Snapshot, present: Any) -> Any:
    """The snapshot's maturities, and those of earlier ones that fell due up to its month-end, before the next of them.

    What both name counts once, as the present one has it; two equal rows of one snapshot are two maturities.
    """
    found = present
    next_day = (snapshot.as_of + timedelta(days=1)).replace(day=1)
    for one in _snapshots_before(snapshot):
        rows = one.relation(backend, "maturities")
        due = rows.filter((rows.matures_on >= one.as_of) & (rows.matures_on < next_day))
        known = [due[name].identical_to(present[name]) for name in due.columns]
        found, next_day = found.union(due.anti_join(present, known)), one.as_of
    return found


def _snapshots_before(snapshot: Snapshot) -> Iterator[Snapshot]:
    """The newest snapshot with maturities of each of the months before, the latest first."""
    from jiugong.segment import measured_months
    from jiugong.warehouse import open_snapshot
    from jiugong.warehouse.snapshots import snapshot_dates

    def month_end(day: date) -> int:
        (month,) = measured_months("month_average", day)
        return month.year * 12 + month.month

    warehouse, now = snapshot.folder.parent, month_end(snapshot.as_of)
    newest = {month_end(day): day for day in snapshot_dates(warehouse) if day < snapshot.as_of}
    for month in range(now - 1, now - 1 - EARLIER, -1):
        if month in newest:
            found = open_snapshot(warehouse, newest[month])
            if customers.has_table(found, "maturities"):
                yield found


def _is_known(backend: Any, tables: Mapping[str, Any], one: WatchList) -> bool:
    """Of the lists of maturities: whether anything at all is named that falls due in the days that it looks at."""
    month_before = one.as_of.replace(day=1) - timedelta(days=1)
    days = {
        "matured": (month_before.replace(day=1), month_before),
        "maturing": (one.as_of + timedelta(days=1), one.as_of + timedelta(days=one.parameters.get("due_days", 0))),
    }
    if one.code not in days:
        return True
    rows = tables["maturities"]
    return bool(backend.to_pyarrow(rows.filter(rows.matures_on.between(*days[one.code])).count()).as_py())


def _text(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


EXAMPLES = 20  # customers named for each flow of a preview


def newest_snapshot() -> Snapshot | None:
    """None where the warehouse is empty."""
    try:
        return customers.snapshot()
    except InputError:
        return None


def compared(snapshot: Snapshot, old: Policy, new: Policy) -> list[dict[str, Any]]:
    """Who would stand where: a row for each unit, place under `old` and place under `new`.

    unit: its code; before, after: [income band, asset band, level]; customers: how many; examples: numbers of a few who
    would move.
    """
    import pyarrow as pa

    one, two = (customers.segmented(snapshot, policy, columns=customers.CELL) for policy in (old, new))
    people = snapshot.read("customers", ["customer_id", "branch_id"]).sort_by("customer_id")
    assert one["customer_id"].equals(two["customer_id"]), "both are in the order of customers"
    assert len(people) == len(one), "one row a customer"
    columns = {"unit": people["branch_id"], "customer": one["customer_id"]}
    for side, table in (("before", one), ("after", two)):
        columns |= {f"{side}_{name}": table[name] for name in ("income_band", "asset_band", "level")}
    keys = [name for name in columns if name != "customer"]
    grouped = pa.table(columns).group_by(keys).aggregate([("customer", "count"), ("customer", "list")])
    rows = grouped.sort_by([(key, "ascending") for key in keys])
    return [_flow(row) for row in rows.to_pylist()]


def _flow(row: Mapping[str, Any]) -> dict[str, Any]:
    places = {
        side: [row[f"{side}_{name}"] for name in ("income_band", "asset_band", "level")] for side in ("before", "after")
    }
    moved = places["before"] != places["after"]
    examples = row["customer_list"][:EXAMPLES] if moved else []
    return {"unit": row["unit"], **places, "customers": row["customer_count"], "examples": examples}

"""The customers of a snapshot, with their place on the grid: new and changed rows are written, the rest is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..core.bulk import insert_rows, update_rows
from ..organisation.models import Staff, Unit
from . import bridge
from .identity import name_digest, number_digest
from .models import Customer

if TYPE_CHECKING:
    import pyarrow as pa

    from jiugong.warehouse import Snapshot

COLUMNS = (
    "customer_id", "name", "id_type", "id_number", "birth_date", "mobile", "occupation", "branch_id", "manager_id",
    "opened_on", "annual_income", "income_source", "income_as_of", "payroll", "card_holder", "mobile_active",
    "risk_capacity", "risk_test_expires_on", "status",
)  # fmt: skip
PLACE = (
    "customer_id", "assets", "asset_band", "income_band", "level", "quadrant", "current_value", "potential_value",
    "lifetime_value", "lifetime_low", "lifetime_high", "annual_income", "income_source", "income_as_of",
    "income_confidence",
)  # fmt: skip
SECRET = ("name", "id_number", "mobile")  # compared by their digests: nothing is decrypted to see whether it changed
DIGESTS = ("name_digest", "id_digest", "mobile_digest")
COMPARED = (
    *DIGESTS, "id_type", "birth_date", "mobile_tail", "occupation", "unit_id", "manager_id", "opened_on", "status",
    "payroll", "card_holder", "mobile_active", "risk_capacity", "risk_test_expires_on", *PLACE[1:],
)  # fmt: skip
DATED = ("snapshot_on", "policy_version")
WRITTEN = [
    name.removesuffix("_id") if name in ("unit_id", "manager_id") else name for name in (*SECRET, *COMPARED, *DATED)
]
MONEY = (
    "annual_income", "assets", "current_value", "potential_value", "lifetime_value", "lifetime_low", "lifetime_high",
)  # fmt: skip
CENT = Decimal("0.01")
BATCH = 1_000


@dataclass
class People:
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    without_unit: int = 0
    without_manager: int = 0
    dated: int = 0


def load_people(snapshot: Snapshot, segments: pa.Table, policy_version: str, *, batch: str = "") -> People:
    """Bring every customer up to date by his number. Whoever calls it holds the one lock that loads have.

    `batch` is written to the new ones, for an undo.
    """
    counts = People()
    stored = _stored()
    dated = (snapshot.as_of, policy_version)
    new: list[tuple[Any, ...]] = []
    renamed: list[tuple[Any, ...]] = []
    changed: list[tuple[Any, ...]] = []  # the same person with other figures: nothing is encrypted anew
    to_date: list[str] = []
    for number, values in sorted(_incoming(snapshot, segments, counts).items()):
        before, compared = stored.get(number), tuple(values[name] for name in COMPARED)
        if before is not None and before[: len(COMPARED)] == compared:
            counts.unchanged += 1
            if before[len(COMPARED) :] != dated:
                to_date.append(number)
        elif before is not None and before[: len(DIGESTS)] == compared[: len(DIGESTS)]:
            changed.append((number, *compared[len(DIGESTS) :], *dated))
        else:
            row = (number, *(values[name] for name in SECRET), *compared, *dated)
            (new if before is None else renamed).append(row)
    insert_rows(Customer, ["customer_no", "came_with", *WRITTEN], ((row[0], batch, *row[1:]) for row in new))
    update_rows(Customer, "customer_no", WRITTEN, renamed)
    update_rows(Customer, "customer_no", WRITTEN[len(SECRET) + len(DIGESTS) :], changed)
    counts.new, counts.changed = len(new), len(renamed) + len(changed)
    for start in range(0, len(to_date), BATCH):
        chunk = Customer.objects.everyone().filter(customer_no__in=to_date[start : start + BATCH])
        counts.dated += chunk.update(snapshot_on=dated[0], policy_version=dated[1])
    return counts


def _stored() -> dict[str, tuple[Any, ...]]:
    rows = Customer.objects.everyone().values_list("customer_no", *COMPARED, *DATED)
    return {row[0]: row[1:] for row in rows.iterator(chunk_size=5_000)}


def _incoming(snapshot: Snapshot, segments: pa.Table, counts: People) -> dict[str, dict[str, Any]]:
    """What each customer's row should hold, by customer number."""
    places = {row[0]: dict(zip(PLACE[1:], row[1:], strict=True)) for row in bridge.rows(segments, PLACE)}
    units = dict(Unit.objects.values_list("code", "pk"))
    managers = dict(Staff.objects.values_list("staff_no", "pk"))
    found: dict[str, dict[str, Any]] = {}
    for row in _records(snapshot):
        number = row["customer_id"]
        unit, manager = units.get(row["branch_id"]), managers.get(row["manager_id"])
        if unit is None:
            counts.without_unit += 1
            continue
        counts.without_manager += manager is None
        found[number] = _values(row, places.get(number, {})) | {"unit_id": unit, "manager_id": manager}
    return found


def _records(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    for row in bridge.rows(snapshot.read("customers"), COLUMNS):
        yield dict(zip(COLUMNS, row, strict=True))


def _values(row: Mapping[str, Any], place: Mapping[str, Any]) -> dict[str, Any]:
    mobile = row["mobile"] or ""
    values = {name: row[name] for name in COLUMNS if name not in ("customer_id", "branch_id", "manager_id")}
    values |= {name: place.get(name, row.get(name)) for name in PLACE[1:]}
    for name in ("name", "id_type", "id_number", "mobile", "occupation", "income_source", "risk_capacity", "quadrant"):
        values[name] = values[name] or ""
    values["id_type"], values["occupation"] = values["id_type"][:10], values["occupation"][:60]
    values["status"] = values["status"] or Customer.Status.ACTIVE
    for name in MONEY:
        values[name] = None if values[name] is None else Decimal(str(values[name])).quantize(CENT)
    return values | {
        "name_digest": name_digest(row["name"]),
        "id_digest": number_digest(row["id_number"]),
        "mobile_digest": number_digest(mobile),
        "mobile_tail": mobile[-4:],
    }

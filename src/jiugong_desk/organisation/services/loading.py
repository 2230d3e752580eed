"""Load units and staff from the bank's extract. What the extract does not mention stays; nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ...audit import services as audit
from ...core.clock import bank_date
from ...core.errors import Refused, hold
from ...core.verdict import Reason, refused
from .. import rules
from ..bridge import roles
from ..models import Posting, Staff, Unit
from .acting import require_if_staff, staff_no_of
from .units import path_below

if TYPE_CHECKING:
    import pyarrow as pa

KINDS: Mapping[str, Unit.Kind] = {
    **{kind.value: kind for kind in Unit.Kind},
    "总行": Unit.Kind.HEAD_OFFICE,
    "分行": Unit.Kind.BRANCH,
    "一级支行": Unit.Kind.SUB_BRANCH,
    "二级支行": Unit.Kind.OUTLET,
    "网点": Unit.Kind.OUTLET,
    "部门": Unit.Kind.DEPARTMENT,
}
NAMED_AT_MOST = 5  # how many codes a refusal lists

Row = Mapping[str, Any]


@dataclass(frozen=True)
class OrganisationLoad:
    """What one load changed. `staff_absent`: accounts that the extract does not mention (left as they are)."""

    units_new: int = 0
    units_changed: int = 0
    staff_new: int = 0
    staff_renamed: int = 0
    postings_begun: int = 0
    postings_ended: int = 0
    staff_absent: int = 0

    @property
    def changed(self) -> bool:
        return any(value for name, value in asdict(self).items() if name != "staff_absent")


@transaction.atomic
def load_organisation(branches: pa.Table, staff: pa.Table, *, by: Staff | None, at: datetime) -> OrganisationLoad:
    """Canonical `branches` and `staff` tables into units, accounts (without a password) and posts.

    `branches.level` is a kind of unit (`outlet` or 网点, ...; empty: head office at the root, otherwise outlet);
    `staff.post` is a role of the policy; a person with several posts has several rows. A person's posts are brought
    to what the extract says: posts it no longer names are ended. The same tables again change nothing.
    """
    require_if_staff(by, "data.load")
    units, new, changed = _load_units(branches.to_pylist())
    load = _load_staff(staff.to_pylist(), units, at, OrganisationLoad(units_new=new, units_changed=changed))
    if load.changed:
        root = Unit.objects.order_by("path").values_list("code", flat=True)[0]
        audit.record(
            chain=root, by=staff_no_of(by), at=at, verb="organisation.loaded", about="organisation", ref=root,
            facts=asdict(load),
        )  # fmt: skip
    return load


def _refuse_unknown(code: str, text: Any, values: Iterable[str]) -> None:
    unknown = sorted(set(values))
    if unknown:
        named = ", ".join(unknown[:NAMED_AT_MOST])
        raise Refused(refused(Reason(code, text, {"named": named, "count": len(unknown)})))


def _load_units(rows: list[Row]) -> tuple[dict[str, Unit], int, int]:
    known = {unit.code: unit for unit in Unit.objects.select_related("parent")}
    for row in rows:
        hold(rules.good_unit_code(row["branch_id"]))
    levels = {str(row["level"]) for row in rows if row.get("level")}
    _refuse_unknown("unknown_unit_level", _("不认识的机构层级：{named}。"), levels - KINDS.keys())
    new = changed = 0
    for row in _parents_first(rows, known):
        parent = known.get(row.get("parent_id") or "")
        values = {
            "name": row["name"],
            "kind": KINDS[row["level"]]
            if row.get("level")
            else (Unit.Kind.OUTLET if parent else Unit.Kind.HEAD_OFFICE),
            "unit_class": row.get("class") or "",
            "parent_id": parent.pk if parent else None,
            "path": path_below(parent, row["branch_id"]),
        }
        unit = known.get(row["branch_id"])
        if unit is None:
            known[row["branch_id"]] = Unit.objects.create(code=row["branch_id"], **values)
            new += 1
        elif any(getattr(unit, name) != value for name, value in values.items()):
            known[unit.code] = _changed(unit, values)
            changed += 1
    _mend_paths(known)
    return known, new, changed


def _changed(unit: Unit, values: Mapping[str, Any]) -> Unit:
    for name, value in values.items():
        setattr(unit, name, value)
    unit.save(update_fields=[name.removesuffix("_id") for name in values])
    return unit


def _parents_first(rows: list[Row], known: Mapping[str, Unit]) -> Iterable[Row]:
    """The rows in an order in which every parent comes before its children; refuses unknown parents and circles."""
    mentioned = {row["branch_id"] for row in rows}
    parents = {row["parent_id"] for row in rows if row.get("parent_id")}
    _refuse_unknown("unknown_parent", _("上级机构不存在：{named}。"), parents - mentioned - known.keys())
    placed = set(known) - mentioned
    waiting = list(rows)
    while waiting:
        ready = [row for row in waiting if not row.get("parent_id") or row["parent_id"] in placed]
        if not ready:
            circle = (row["branch_id"] for row in waiting)
            _refuse_unknown("unit_circle", _("这些机构互为上级，形成了循环：{named}。"), circle)
        yield from ready
        placed |= {row["branch_id"] for row in ready}
        waiting = [row for row in waiting if row["branch_id"] not in placed]


def _mend_paths(units: Mapping[str, Unit]) -> None:
    """Units that the extract does not mention may lie below one that moved."""
    by_id = {unit.pk: unit for unit in units.values()}

    def path_of(unit: Unit) -> str:
        parent = by_id.get(unit.parent_id) if unit.parent_id else None
        return f"{path_of(parent) if parent else ''}{unit.code}."

    for unit in units.values():
        path = path_of(unit)
        if unit.path != path:
            unit.path = path
            unit.save(update_fields=["path"])


def _load_staff(rows: list[Row], units: Mapping[str, Unit], at: datetime, load: OrganisationLoad) -> OrganisationLoad:
    _refuse_unknown("unknown_role", _("政策中没有这些岗位：{named}。"), {row["post"] for row in rows} - roles().keys())
    _refuse_unknown(
        "unknown_unit", _("员工所属机构不存在：{named}。"), {row["branch_id"] for row in rows} - units.keys()
    )
    names = {row["staff_id"]: row["name"] for row in rows}
    known = {person.staff_no: person for person in Staff.objects.all()}
    fresh = [_without_password(number, name) for number, name in names.items() if number not in known]
    Staff.objects.bulk_create(fresh)
    renamed = [person for person in known.values() if names.get(person.staff_no, person.name) != person.name]
    for person in renamed:
        person.name = names[person.staff_no]
    Staff.objects.bulk_update(renamed, ["name"])
    people = known | {person.staff_no: person for person in fresh}
    wanted = {(people[row["staff_id"]].pk, units[row["branch_id"]].pk, row["post"]) for row in rows}
    begun, ended = _bring_postings_to(wanted, {people[number].pk for number in names}, at)
    return OrganisationLoad(
        units_new=load.units_new,
        units_changed=load.units_changed,
        staff_new=len(fresh),
        staff_renamed=len(renamed),
        postings_begun=begun,
        postings_ended=ended,
        staff_absent=len(known.keys() - names.keys()),
    )


def _without_password(staff_no: str, name: str) -> Staff:
    person = Staff(staff_no=staff_no, name=name, person_key=staff_no)
    person.set_unusable_password()
    return person


def _bring_postings_to(wanted: set[tuple[int, int, str]], staff: set[int], at: datetime) -> tuple[int, int]:
    today = bank_date(at)
    open_now = {
        (posting.staff_id, posting.unit_id, posting.role): posting
        for posting in Posting.objects.filter(staff__in=staff, ended_on=None)
    }
    over = [posting.pk for key, posting in open_now.items() if key not in wanted]
    Posting.objects.filter(pk__in=over).update(ended_on=today)
    begun = sorted(wanted - open_now.keys())
    Posting.objects.bulk_create(
        Posting(staff_id=person, unit_id=unit, role=role, began_on=today) for person, unit, role in begun
    )
    return len(begun), len(over)

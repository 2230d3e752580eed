"""What a policy version would move, for its page: by place and unit, limited to the viewer's units and customers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ..customers.models import Customer
from ..customers.queries import units_of
from ..organisation.models import PolicyVersion, Staff, Unit
from .rules import heat

PlaceName = tuple[int | None, int | None, int | None]  # income band, asset band, level


@dataclass(frozen=True)
class Square:
    customers: int
    share: float
    heat: int
    same: bool
    query: str


@dataclass(frozen=True)
class Preview:
    """Places as they are down, as they would be across. `up` and `down`: by level, where both have one."""

    snapshot_on: str
    old: str
    new: str
    total: int
    moved: int
    up: int
    down: int
    columns: list[str]
    lines: list[tuple[str, int, list[Square | None]]]
    units: list[tuple[str, int, int]]  # name, customers, of them moved; those with most moves first


def of_version(version: PolicyVersion, staff: Staff, unit: Unit | None) -> Preview | None:
    """None where nobody has looked at just this content yet."""
    if not version.is_previewed:
        return None
    kept: Mapping[str, Any] = version.preview or {}
    names = _units(staff, unit)
    flows = [flow for flow in kept["flows"] if flow["unit"] in names]
    pairs: Counter[tuple[PlaceName, PlaceName]] = Counter()
    for flow in flows:
        pairs[_place(flow["before"]), _place(flow["after"])] += flow["customers"]
    moved = {pair: number for pair, number in pairs.items() if pair[0] != pair[1]}
    levels = [(one[2], two[2], number) for (one, two), number in moved.items() if one[2] and two[2]]
    columns, lines = _matrix(pairs, max(moved.values(), default=0))
    return Preview(
        snapshot_on=kept["snapshot_on"], old=kept["old"], new=kept["new"], total=pairs.total(),
        moved=sum(moved.values()),
        up=sum(number for one, two, number in levels if two > one),
        down=sum(number for one, two, number in levels if two < one),
        columns=columns, lines=lines, units=_by_unit(flows, names),
    )  # fmt: skip


def _units(staff: Staff, unit: Unit | None) -> dict[str, str]:
    units = units_of(staff)
    if unit is not None:
        units = units.filter(path__startswith=unit.path)
    return dict(units.values_list("code", "name"))


def _place(raw: Iterable[Any]) -> PlaceName:
    income, asset, level = raw
    return income, asset, level


def name_of(place: PlaceName) -> str:
    income, asset, level = place
    if asset is None:
        return _("不参加分级")
    return f"L{level} C{asset}-I{income}" if level else f"C{asset}-I?"


def _order(place: PlaceName) -> tuple[int, ...]:
    income, asset, _level = place
    return (-(income if income is not None else -1), -(asset or 0))


def _matrix(
    pairs: Counter[tuple[PlaceName, PlaceName]], most: int
) -> tuple[list[str], list[tuple[str, int, list[Square | None]]]]:
    rows = sorted({one for one, _two in pairs}, key=_order)
    columns = sorted({two for _one, two in pairs}, key=_order)
    lines = []
    for one in rows:
        total = sum(pairs[one, two] for two in columns)
        squares: list[Square | None] = []
        for two in columns:
            number, same = pairs[one, two], one == two
            dark = 0 if same else heat(number, most)
            query = "" if same else f"before={_code(one)}&after={_code(two)}"
            squares.append(Square(number, number / total, dark, same, query) if number else None)
        lines.append((name_of(one), total, squares))
    return [name_of(two) for two in columns], lines


def _by_unit(flows: list[Any], names: Mapping[str, str]) -> list[tuple[str, int, int]]:
    total: Counter[str] = Counter()
    moved: Counter[str] = Counter()
    for flow in flows:
        total[flow["unit"]] += flow["customers"]
        moved[flow["unit"]] += flow["customers"] if flow["before"] != flow["after"] else 0
    return [
        (names[code], total[code], moved[code])
        for code, _n in sorted(total.items(), key=lambda i: (-moved[i[0]], i[0]))
    ]


def _code(place: PlaceName) -> str:
    return ".".join("x" if part is None else str(part) for part in place)


def examples(version: PolicyVersion, staff: Staff, before: str, after: str) -> list[Customer]:
    """A few of those who would move so, of whom the viewer sees; none where the places are none of the preview's."""
    if not version.is_previewed or not before:
        return []
    numbers = [
        number
        for flow in (version.preview or {})["flows"]
        if (_code(_place(flow["before"])), _code(_place(flow["after"]))) == (before, after)
        for number in flow["examples"]
    ]
    seen = Customer.objects.visible_to(staff).filter(customer_no__in=numbers[:500])
    return list(seen.select_related("unit", "manager").order_by("customer_no")[:20])

"""Who moved between two months: counts from place to place, and the customers behind each of them.

Nodes are levels; 0 is known to hold something but unscored (income unknown). Three more stand for what is outside the
grid. A customer who moved several times between the two months went from his first place to his last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Sum, Value, When
from django.utils.translation import gettext_lazy as _

from ..customers.history import Spot
from ..customers.models import Move, Standing, StandingMonth, seen_by
from ..customers.standing_models import held_by
from ..organisation.models import Staff
from .forms import MigrationChoice

UNSCORED, OUTSIDE, ABSENT, ELSEWHERE = 0, -1, -2, -3
BEFORE: Mapping[int, Any] = {
    UNSCORED: _("未分级"), OUTSIDE: _("不参加分级"), ABSENT: _("新客户"), ELSEWHERE: _("从他处转入"),
}  # fmt: skip
AFTER: Mapping[int, Any] = {
    UNSCORED: _("未分级"), OUTSIDE: _("不参加分级"), ABSENT: _("不在数据中"), ELSEWHERE: _("转往他处"),
}  # fmt: skip


@dataclass(frozen=True)
class Flow:
    before: int
    after: int
    customers: int


@dataclass(frozen=True)
class Migration:
    """`flows` hold who stayed as well (before == after). `reasons`: of those who moved, the commonest first."""

    first: StandingMonth
    last: StandingMonth
    flows: tuple[Flow, ...]
    reasons: tuple[tuple[str, int], ...]

    @property
    def before(self) -> Counter[int]:
        found: Counter[int] = Counter()
        for flow in self.flows:
            found[flow.before] += flow.customers
        return found

    @property
    def after(self) -> Counter[int]:
        found: Counter[int] = Counter()
        for flow in self.flows:
            found[flow.after] += flow.customers
        return found

    def total(self, *, up: bool) -> int:
        """How many rose, or fell, from level to level."""
        between = (flow for flow in self.flows if flow.before > 0 and flow.after > 0)
        return sum(f.customers for f in between if (f.after > f.before) == up and f.after != f.before)


@dataclass(frozen=True)
class Journey:
    """One customer between the two months. `key`: his last move; `seen`: whether the viewer may see him now."""

    key: int
    before: int
    after: int
    why: str
    assets: Decimal
    seen: bool


def migration(staff: Staff, choice: MigrationChoice) -> Migration | None:
    """Whom the viewer looked after at the first month's end or looks after at the last one's. None without two months."""
    if choice.first is None or choice.last is None:
        return None
    kept = StandingMonth.objects.in_bulk([choice.first, choice.last])
    flows: Counter[tuple[int, int]] = Counter()
    why: Counter[str] = Counter()
    for one in journeys(staff, choice):
        flows[one.before, one.after] += 1
        if one.before != one.after:
            why[one.why] += 1
    gone: Counter[int] = Counter()
    for (before, _after), number in flows.items():
        gone[before] += number
    for node, number in _standing(staff, choice).items():
        flows[node, node] += number - gone[node]
    made = tuple(Flow(before, after, number) for (before, after), number in sorted(flows.items()) if number)
    return Migration(kept[choice.first], kept[choice.last], made, commonest(why))


def commonest(why: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(why.items(), key=lambda pair: (-pair[1], pair[0])))


def journeys(staff: Staff, choice: MigrationChoice, *, with_sight: bool = False) -> Iterator[Journey]:
    """Of everybody who moved; a loop over moves, not over customers. `with_sight`: look up `seen`, else it is True.

    In the database two joins of a year's moves with themselves would take ten times as long.
    """
    if held_by(staff) is None:
        return
    aside = {ABSENT, ELSEWHERE}
    for _customer, moves in groupby(_steps(staff, choice, with_sight), key=itemgetter(0)):
        steps = list(moves)
        before, after = steps[0][5], steps[-1][6]
        if {before, after} <= aside:
            continue
        yield Journey(steps[-1][1], before, after, _why(steps), steps[-1][3] or Decimal(0), bool(steps[-1][4]))


def _why(steps: list[tuple[Any, ...]]) -> str:
    """Of the last move that changed the place; a change of unit or manager is the reason only where nothing else is."""
    changed = [step[2] for step in steps if step[2] != Move.Why.TRANSFERRED]
    return str(changed[-1] if changed else steps[-1][2])


def _steps(staff: Staff, choice: MigrationChoice, with_sight: bool) -> Iterator[tuple[Any, ...]]:
    """customer, key, why, assets after, seen, node before, node after: every move between the months, in order."""
    spot = Spot(None, unit=choice.unit, manager=choice.manager)
    condition = seen_by(staff, "customer__") if with_sight else Q()
    sight = (
        Case(When(condition, then=Value(1)), default=Value(0)) if condition else Value(0 if condition is None else 1)
    )
    rows = Move.objects.everyone().filter(month__gt=choice.first, month__lte=choice.last)
    return (
        rows.order_by("customer", "month")
        .values_list(
            "customer", "pk", "why", "to_assets", sight,
            _node(spot, staff, "from_", Q(why=Move.Why.ENTERED)), _node(spot, staff, "to_", Q(why=Move.Why.LEFT)),
        )
        .iterator(chunk_size=10_000)
    )  # fmt: skip


def _node(spot: Spot, staff: Staff, prefix: str, absent: Q) -> Case:
    held: Any = held_by(staff, prefix)
    here = spot.condition(prefix) & held
    cases = [When(absent, then=Value(ABSENT))]
    if here:  # an empty condition holds for everybody
        cases.append(When(~here, then=Value(ELSEWHERE)))
    return Case(
        *cases,
        When(**{f"{prefix}asset_band": None}, then=Value(OUTSIDE)),
        When(**{f"{prefix}level": None}, then=Value(UNSCORED)),
        default=F(f"{prefix}level"),
        output_field=IntegerField(),
    )


def _standing(staff: Staff, choice: MigrationChoice) -> Counter[int]:
    """How many stood on each node at the first month's end."""
    spot = Spot(choice.first, unit=choice.unit, manager=choice.manager)
    rows = Standing.objects.visible_to(staff).filter(spot.condition(), month=choice.first).order_by()
    found: Counter[int] = Counter()
    for asset, level, number in rows.values_list("asset_band", "level").annotate(number=Sum("customers")):
        found[OUTSIDE if asset is None else level or UNSCORED] += number
    return found


def behind(staff: Staff, choice: MigrationChoice, before: int, after: int) -> list[Journey]:
    """Everybody of one flow, richest first; whom the viewer may not see any more is not `seen`."""
    found = [one for one in journeys(staff, choice, with_sight=True) if (one.before, one.after) == (before, after)]
    return sorted(found, key=lambda one: (-one.assets, -one.key))


def ends(choice: MigrationChoice) -> tuple[str, str]:
    """The days that the two months show, in words; asked where both are known."""
    kept = StandingMonth.objects.in_bulk([choice.first, choice.last])
    return kept[choice.first].when, kept[choice.last].when


def moves_of(staff: Staff, keys: list[int]) -> list[Move]:
    """The moves with these keys that the viewer may see, in this order, with their customers."""
    rows = Move.objects.visible_to(staff).filter(pk__in=keys)
    found = {move.pk: move for move in rows.select_related("month", "customer", "customer__unit", "customer__manager")}
    return [found[key] for key in keys if key in found]

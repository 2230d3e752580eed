"""Who moved between two months: counts from place to place, and the customers behind each of them.

Nodes are levels; 0 is known to hold something but unscored (income unknown). Three more stand for what is outside the
grid. A customer who moved several times between the two months went from his first place to his last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, F, FilteredRelation, IntegerField, OuterRef, Q, Sum, Value, When
from django.utils.translation import gettext_lazy as _

from ..customers.history import Spot
from ..customers.models import Move, Standing, StandingMonth
from ..customers.standing_models import MoveQuerySet, held_by
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


def migration(staff: Staff, choice: MigrationChoice) -> Migration | None:
    """Whom the viewer looked after at the first month's end or looks after at the last one's. None without two months."""
    if choice.first is None or choice.last is None:
        return None
    kept = StandingMonth.objects.in_bulk([choice.first, choice.last])
    moved = _counted(staff, choice)
    flows: Counter[tuple[int, int]] = Counter()
    reasons: Counter[str] = Counter()
    for before, after, why, number in moved:
        flows[before, after] += number
        if before != after:
            reasons[why] += number
    gone: Counter[int] = Counter()
    for (before, _after), number in flows.items():
        gone[before] += number
    for node, number in _standing(staff, choice).items():
        flows[node, node] += number - gone[node]
    made = tuple(Flow(before, after, number) for (before, after), number in sorted(flows.items()) if number)
    return Migration(kept[choice.first], kept[choice.last], made, tuple(reasons.most_common()))


def moves(staff: Staff, choice: MigrationChoice) -> Any:
    """The last move between the months of everybody who moved, with `before` and `after`; not limited to whom one sees."""
    between = Q(month__gt=choice.first, month__lte=choice.last)
    rows: Any = Move.objects.everyone().filter(between).order_by()
    prefix = ""
    if StandingMonth.objects.filter(between).count() > 1:  # else nobody can have moved twice
        rows, prefix = _with_first(rows, choice), "first__"
    spot = Spot(None, unit=choice.unit, manager=choice.manager)
    aside = (ABSENT, ELSEWHERE)
    return rows.annotate(
        before=_node(spot, staff, f"{prefix}from_", Q(**{f"{prefix}why": Move.Why.ENTERED})),
        after=_node(spot, staff, "to_", Q(why=Move.Why.LEFT)),
    ).exclude(before__in=aside, after__in=aside)


def _with_first(rows: Any, choice: MigrationChoice) -> Any:
    """Only the last moves, each joined with the same customer's first one."""
    between = Q(customer__moves__month__gt=choice.first, customer__moves__month__lte=choice.last)
    others = Move.objects.everyone().filter(
        customer=OuterRef("customer"), month__gt=choice.first, month__lte=choice.last
    )
    return rows.annotate(first=FilteredRelation("customer__moves", condition=between)).filter(
        ~Exists(others.filter(month__gt=OuterRef("month"))),
        ~Exists(others.filter(month__lt=OuterRef("first__month"))),
        first__isnull=False,
    )


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


def _counted(staff: Staff, choice: MigrationChoice) -> Any:
    if held_by(staff) is None:
        return []
    return moves(staff, choice).values_list("before", "after", "why").annotate(number=Count("pk"))


def _standing(staff: Staff, choice: MigrationChoice) -> Counter[int]:
    """How many stood on each node at the first month's end."""
    spot = Spot(choice.first, unit=choice.unit, manager=choice.manager)
    rows = Standing.objects.visible_to(staff).filter(spot.condition(), month=choice.first).order_by()
    found: Counter[int] = Counter()
    for asset, level, number in rows.values_list("asset_band", "level").annotate(number=Sum("customers")):
        found[OUTSIDE if asset is None else level or UNSCORED] += number
    return found


def behind(staff: Staff, choice: MigrationChoice, before: int, after: int) -> tuple[MoveQuerySet, int]:
    """The moves of one flow that the viewer may see, richest first, and how many he may not see any more."""
    flow = moves(staff, choice).filter(before=before, after=after)
    rows = flow.visible_to(staff)
    hidden = flow.count() - rows.count()
    return rows.select_related("customer", "customer__unit", "customer__manager").order_by("-to_assets", "-pk"), hidden


def reasons_of(rows: MoveQuerySet) -> list[tuple[str, int]]:
    """Why, and how many, the commonest first."""
    counted = rows.order_by().values_list("why").annotate(number=Count("pk"))
    return sorted(counted, key=lambda pair: (-pair[1], pair[0]))

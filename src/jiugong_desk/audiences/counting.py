"""How many: exactly, in pieces that another question ends; or about, from a sample, while somebody is still typing."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.core.cache import cache
from django.db.models import Count, Q

from ..core.many import among
from ..core.scope import ScopedQuerySet
from ..customers.models import Customer
from ..organisation.models import Unit
from .matching import Step, everybody, first_failing, steps_of
from .reading import read

SMALL = 30_000  # customers of a unit that are counted exactly at once, within a second
SAMPLE = 15_000  # ids that are looked at for an estimate
KEPT_SECONDS = 600
PIECE = 100_000  # ids of an exact count between two looks at whether it is still wanted

Kept = TypeVar("Kept")
Cell = tuple[int | None, int | None]  # asset band, income band


@dataclass(frozen=True)
class Line:
    """A step of the waterfall. `lost`: who fails here first; `left`: who is still there; `alone`: who passes it by itself.

    `alone` is None for reasons of contact: nobody chose them.
    """

    step: Step
    lost: int
    left: int
    alone: int | None


@dataclass(frozen=True)
class Counted:
    """The waterfall of a definition. `population` = `eligible` + the lines' `lost`, each customer once.

    `exact`: whether everybody was counted; else it is scaled up from `looked_at` customers of a sample.
    `cells`: of all customers, of the audience, and of the callable, by place of the grid.
    """

    population: int
    lines: tuple[Line, ...]
    exact: bool
    looked_at: int
    cells: Mapping[str, Mapping[Cell, int]] = field(default_factory=dict)

    @property
    def audience(self) -> int:
        """Who meets the rules."""
        rules = [line for line in self.lines if line.step.rule]
        return rules[-1].left if rules else 0

    @property
    def eligible(self) -> int:
        """Who may be put on the list."""
        return self.lines[-1].left if self.has_rules else 0

    @property
    def has_rules(self) -> bool:
        return any(line.step.rule for line in self.lines)

    @property
    def left_out(self) -> dict[str, int]:
        """Reason code -> customers of the audience who are not listed for it, the commonest first."""
        lost = [(line.step.code, line.lost) for line in self.lines if not line.step.rule and line.lost]
        return dict(sorted(lost, key=lambda item: (-item[1], item[0])))


class _Tally:
    """What the pieces add up to: by first failing step and place of the grid; and by step alone."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = steps
        self.first: Counter[tuple[int, Cell]] = Counter()
        self.alone = [0] * len(steps)

    def add(self, rows: ScopedQuerySet[Customer]) -> None:
        """Count these customers (one query)."""
        chosen = {
            f"alone_{place}": Count("pk", filter=step.passes) for place, step in enumerate(self.steps) if step.rule
        }
        grouped = rows.order_by().annotate(first=first_failing(self.steps)).values("first", "asset_band", "income_band")
        names = ("first", "asset_band", "income_band", "customers", *chosen)
        for first, asset_band, income_band, customers, *each in grouped.annotate(
            customers=Count("pk"), **chosen
        ).values_list(*names):
            self.first[first, (asset_band, income_band)] += customers
            for name, number in zip(chosen, each, strict=True):
                self.alone[int(name.removeprefix("alone_"))] += number

    def counted(self, population: int | None = None) -> Counted:
        """As it stands; scaled to `population` where the customers were a sample of so many."""
        looked_at = sum(self.first.values())
        scale = 1.0 if population is None else population / looked_at if looked_at else 0.0
        lost: Counter[int] = Counter()
        for (first, _cell), customers in self.first.items():
            lost[first] += customers
        left, lines = looked_at, []
        for number, step in enumerate(self.steps, start=1):
            left -= lost[number]
            alone = round(scale * self.alone[number - 1]) if step.rule else None
            lines.append(Line(step, round(scale * lost[number]), round(scale * left), alone))
        return Counted(
            looked_at if population is None else population, tuple(lines), population is None, looked_at,
            self._cells(scale),
        )  # fmt: skip

    def _cells(self, scale: float) -> dict[str, dict[Cell, int]]:
        rules = sum(step.rule for step in self.steps)
        kinds: dict[str, Counter[Cell]] = {"all": Counter(), "audience": Counter(), "eligible": Counter()}
        for (first, cell), customers in self.first.items():
            kinds["all"][cell] += customers
            if rules and (first == 0 or first > rules):
                kinds["audience"][cell] += customers
            if rules and first == 0:
                kinds["eligible"][cell] += customers
        return {kind: {cell: round(scale * number) for cell, number in found.items()} for kind, found in kinds.items()}


def count(raw: Any, unit: Unit, *, on: date, plan_id: int | None = None) -> Counted:
    """Exactly, in one go; raises `WrongRule`."""
    tally = _Tally(steps_of(read(raw, unit), unit, on=on, plan_id=plan_id))
    tally.add(everybody(unit))
    return tally.counted()


def count_in_pieces(
    raw: Any, unit: Unit, *, on: date, plan_id: int | None = None, still_wanted: Callable[[], bool]
) -> Counted | None:
    """Exactly, a piece of the customers at a time; None as soon as nobody wants it any more."""
    tally = _Tally(steps_of(read(raw, unit), unit, on=on, plan_id=plan_id))
    for rows in _pieces(everybody(unit)):
        if not still_wanted():
            return None
        tally.add(rows)
    return tally.counted()


def _pieces(rows: ScopedQuerySet[Customer]) -> Iterator[ScopedQuerySet[Customer]]:
    ids = _ids()
    for start in ids[::PIECE]:
        yield rows.filter(pk__gte=start, pk__lt=start + PIECE)


def estimate(raw: Any, unit: Unit, *, on: date, plan_id: int | None = None) -> Counted:
    """At once: exactly for a small unit, else from a sample, the same one every time, so that figures do not flicker."""
    definition, rows = read(raw, unit), everybody(unit)
    if _is_small(rows):
        return count(raw, unit, on=on, plan_id=plan_id)
    tally = _Tally(steps_of(definition, unit, on=on, plan_id=plan_id))
    tally.add(rows.filter(pk__in=among(_sample(unit))))
    return tally.counted(_kept(f"audiences.population.{unit.pk}", rows.order_by().count))


def _is_small(rows: ScopedQuerySet[Customer]) -> bool:
    return rows.order_by()[: SMALL + 1].count() <= SMALL


def _kept(place: str, found: Callable[[], Kept]) -> Kept:
    """What no rule changes, and every change of a rule would count anew: kept for some minutes."""
    kept: Kept | None = cache.get(place)
    if kept is None:
        kept = found()
        cache.set(place, kept, KEPT_SECONDS)
    return kept


def _ids() -> range:
    """From the first customer's id to the last one's; asked apart, since SQLite reads the whole table for both at once."""
    ids = Customer.objects.everyone().order_by("pk").values_list("pk", flat=True)
    first = ids.first()
    last = ids.last()
    return range(0) if first is None or last is None else range(first, last + 1)


def _sample(unit: Unit) -> list[int]:
    ids = _ids()
    return random.Random(unit.code).sample(ids, min(SAMPLE, len(ids)))  # noqa: S311  # a sample, not a secret


def unknown_shares(unit: Unit, keys: Mapping[str, Q], *, data_date: date | None) -> dict[str, float]:
    """Of the customers at and below the unit, the share of whom a field is not known, by its key.

    Of many customers it is read from a sample, and kept for some minutes: no rule changes it, every change shows it.
    """
    rows = everybody(unit)
    if _is_small(rows):
        return _shares(rows, keys)
    place = f"audiences.unknown.{unit.pk}.{data_date}"
    return _kept(place, lambda: _shares(rows.filter(pk__in=among(_sample(unit))), keys))


def _shares(rows: ScopedQuerySet[Customer], keys: Mapping[str, Q]) -> dict[str, float]:
    names = {key: Count("pk", filter=unknown) for key, unknown in keys.items()}
    found = rows.order_by().aggregate(_all=Count("pk"), **names)
    total = found.pop("_all")
    return {key: number / total if total else 0.0 for key, number in found.items()}

"""Who is on the list: the callable customers of a definition, in the order of their numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..core.scope import ScopedQuerySet
from ..customers.models import Customer
from ..organisation.models import Unit
from . import conditions
from .matching import everybody, first_failing, steps_of
from .reading import read


@dataclass(frozen=True)
class Candidate:
    """What drawing and dealing need to know of one customer."""

    pk: int
    customer_no: str
    unit_id: int
    unit_code: str
    level: int | None
    manager_id: int | None


def callable_customers(raw: Any, unit: Unit, *, on: date, plan_id: int | None = None) -> ScopedQuerySet[Customer]:
    """The customers who meet the rules and against whose call nothing lasting stands."""
    return stopped_at(raw, unit, None, on=on, plan_id=plan_id)


def stopped_at(
    raw: Any, unit: Unit, code: str | None, *, on: date, plan_id: int | None = None
) -> ScopedQuerySet[Customer]:
    """The customers whose first reason is the step of this code; None: those who pass all. Nobody where no rule is."""
    definition = read(raw, unit)
    steps = steps_of(definition, unit, on=on, plan_id=plan_id)
    numbers = {step.code: number for number, step in enumerate(steps, start=1)} | {None: 0}
    rows = everybody(unit)
    if not definition or code not in numbers:
        return rows.none()
    found: ScopedQuerySet[Customer] = rows.alias(first=first_failing(steps)).filter(first=numbers[code])  # type: ignore[assignment]
    return found


@dataclass(frozen=True)
class Listed:
    """Who may be put on a list, in the order of their numbers, and how many of the audience may not, by first reason."""

    candidates: list[Candidate]
    left_out: dict[str, int]

    @property
    def eligible(self) -> int:
        return len(self.candidates)

    @property
    def audience(self) -> int:
        return self.eligible + sum(self.left_out.values())


def listed(raw: Any, unit: Unit, *, on: date, plan_id: int | None = None) -> Listed:
    """The list and its reasons, from one look at the customers; raises `WrongRule`."""
    definition = read(raw, unit)
    steps = steps_of(definition, unit, on=on, plan_id=plan_id)
    rows = everybody(unit).filter(conditions.of_definition(definition, on)).annotate(first=first_failing(steps))
    columns = ("pk", "customer_no", "unit_id", "unit__code", "level", "manager_id", "first")
    free, left_out = [], Counter[str]()
    for *row, first in rows.order_by("customer_no").values_list(*columns):
        if first:
            left_out[steps[first - 1].code] += 1
        else:
            free.append(Candidate(*row))
    return Listed(free, dict(left_out.most_common()))


def label_of(raw: Any, unit: Unit, code: str, *, on: date) -> Any:
    """The words of a step; empty for one that the definition does not have."""
    return next((step.label for step in steps_of(read(raw, unit), unit, on=on, plan_id=None) if step.code == code), "")

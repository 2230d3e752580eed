"""From a definition to customers, and to the first reason why somebody is not on the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When

from ..core.scope import ScopedQuerySet
from ..customers.models import Customer
from ..organisation.models import Unit
from . import conditions, exclusions
from .reading import Definition, block_sentence, read, sentence


@dataclass(frozen=True)
class Step:
    """One thing that a customer has to pass, in the order in which reasons are told.

    `rule`: whether it is one of the plan's own rules (else a reason of contact); `code` is stable.
    """

    code: str
    label: Any
    passes: Q = field(compare=False)  # filters compare by identity where they hold subqueries
    rule: bool
    seen_by: str = ""  # the permission without which nobody is shown who failed here


def everybody(unit: Unit) -> ScopedQuerySet[Customer]:
    """The customers at and below the unit: what every waterfall begins with."""
    rows: ScopedQuerySet[Customer] = Customer.objects.everyone()
    below = Unit.objects.filter(path__startswith=unit.path).values_list("pk", flat=True)
    return rows.filter(unit__in=list(below))


def matching(raw: Any, unit: Unit, *, on: date) -> ScopedQuerySet[Customer]:
    """The customers at and below the unit who meet every block; raises `WrongRule`. No rule: nobody.

    `on`: the day for which ages are reckoned.
    """
    return everybody(unit).filter(conditions.of_definition(read(raw, unit), on))


def _rule_steps(definition: Definition, unit: Unit, on: date) -> list[Step]:
    """Of a block of which all must hold each rule is a step of its own; any other block is one."""
    steps = []
    for number, block in enumerate(definition):
        if block.kind == "all":
            steps += [
                Step(f"rule-{number}-{place}", sentence(rule, unit), conditions.of_rule(rule, on), True)
                for place, rule in enumerate(block.rules)
            ]
        else:
            steps.append(Step(f"block-{number}", block_sentence(block, unit), conditions.of_block(block, on), True))
    return steps


def steps_of(definition: Definition, unit: Unit, *, on: date, plan_id: int | None) -> list[Step]:
    """The rules, then the reasons of contact."""
    return _rule_steps(definition, unit, on) + exclusion_steps(plan_id, on=on)


def exclusion_steps(plan_id: int | None, *, on: date) -> list[Step]:
    """The reasons of contact alone: for a list that was made by its rules already."""
    return [Step(one.code, one.label, one.passes, False, one.seen_by) for one in exclusions.every(plan_id, on=on)]


def first_failing(steps: Sequence[Step]) -> Case | Value:
    """The number of the first step that a customer does not pass, from 1; 0 for who passes all.

    Built from the inside: what a step asks is asked only of who passed those before it, and what is not true, unknown
    included, fails.
    """
    found: Case | Value = Value(0, IntegerField())
    for number, step in reversed(list(enumerate(steps, start=1))):
        found = Case(When(step.passes, then=found), default=Value(number), output_field=IntegerField())
    return found

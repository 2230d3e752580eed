"""From rules to filters on customers."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q

from .reading import BARE, Block, Definition, Rule

LOOKUPS = {
    "is": "exact", "in": "in", "at_least": "gte", "at_most": "lte", "below": "lt", "before": "lt", "since": "gte",
}  # fmt: skip


def of_rule(rule: Rule, on: date) -> Q:
    """Who meets it. `on`: the day for which ages are reckoned."""
    met = _met(rule, on)
    return met | rule.field.unknown if rule.with_unknown else met


def _met(rule: Rule, on: date) -> Q:
    field = rule.field
    if field.condition is not None:
        return field.condition(rule.op, rule.values, on)
    if rule.op in BARE:
        return field.unknown if rule.op == "unknown" else ~field.unknown
    values: list[Any] = [{"yes": True, "no": False}.get(value, value) for value in rule.values]
    return Q(**{f"{field.column}__{LOOKUPS[rule.op]}": values if rule.op == "in" else values[0]})


def of_block(block: Block, on: date) -> Q:
    each = [of_rule(rule, on) for rule in block.rules]
    if block.kind == "all":
        return reduce(and_, each)
    return reduce(or_, each) if block.kind == "any" else ~reduce(or_, each)


def of_definition(definition: Definition, on: date) -> Q:
    """Who meets every block. No block: nobody."""
    return reduce(and_, (of_block(block, on) for block in definition)) if definition else Q(pk__in=())

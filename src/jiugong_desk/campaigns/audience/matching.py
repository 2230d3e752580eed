"""From rules to customers, and from customers to those who may be called: the waterfall of a plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from ...consent.queries import contact_facts
from ...consent.rules import ContactFacts, eligibility
from ...core.scope import ScopedQuerySet
from ...customers.models import Customer
from ...organisation.models import Unit
from ..models import Campaign, ListEntry
from .reading import BARE, Rule, read

LOOKUPS = {
    "is": "exact", "in": "in", "at_least": "gte", "at_most": "lte", "below": "lt", "before": "lt", "since": "gte",
}  # fmt: skip
RUNNING = (Campaign.State.LAUNCHED, Campaign.State.PAUSED)
IN_OTHER_CAMPAIGN = "in_other_campaign"


def _condition(rule: Rule, on: date) -> Q:
    field = rule.field
    if field.condition is not None:
        return field.condition(rule.op, rule.values, on)
    if rule.op in BARE:
        return Q(**{f"{field.column}__isnull": rule.op == "unknown"})
    values: list[Any] = [{"yes": True, "no": False}.get(value, value) for value in rule.values]
    return Q(**{f"{field.column}__{LOOKUPS[rule.op]}": values if rule.op == "in" else values[0]})


def matching(rules: Iterable[Mapping[str, Any]], unit: Unit, *, on: date) -> ScopedQuerySet[Customer]:
    """The customers at and below the unit who meet every rule; raises `WrongRule`. No rule: nobody.

    `on`: the day for which ages are reckoned.
    """
    checked = read(rules, unit)
    rows: ScopedQuerySet[Customer] = Customer.objects.everyone().filter(unit__path__startswith=unit.path)
    if not checked:
        return rows.none()
    for rule in checked:
        rows = rows.filter(_condition(rule, on))
    return rows


@dataclass(frozen=True)
class Candidate:
    """What drawing and dealing need to know of one customer."""

    pk: int
    customer_no: str
    unit_id: int
    unit_code: str
    level: int | None
    manager_id: int | None


@dataclass(frozen=True)
class AudienceCount:
    """The waterfall: `audience` = `eligible` + the sum of `left_out` (each counted under his first reason)."""

    audience: int
    eligible: int
    left_out: dict[str, int]


def candidates(
    rules: Iterable[Mapping[str, Any]], unit: Unit, *, on: date, campaign: Campaign | None = None
) -> tuple[list[Candidate], AudienceCount]:
    """Who may be put on a list, in the order of customer numbers, and how many were left out for what.

    Somebody on the list of another running campaign, held out there or not, is left out: two campaigns at one
    customer could no longer be told apart. `campaign` is the one that is planned.
    """
    columns = ("pk", "customer_no", "unit_id", "unit__code", "level", "manager_id")
    rows = [Candidate(*row) for row in matching(rules, unit, on=on).order_by("customer_no").values_list(*columns)]
    facts = contact_facts(row.pk for row in rows)
    busy = _in_other_campaigns(campaign)
    left_out: Counter[str] = Counter()
    free = []
    for row in rows:
        code = _first_reason(facts[row.pk], row.pk in busy)
        if code:
            left_out[code] += 1
        else:
            free.append(row)
    return free, AudienceCount(len(rows), len(free), dict(left_out.most_common()))


def count(
    rules: Iterable[Mapping[str, Any]], unit: Unit, *, on: date, campaign: Campaign | None = None
) -> AudienceCount:
    """How many meet the rules, how many of them may be called, and why the others may not."""
    return candidates(rules, unit, on=on, campaign=campaign)[1]


def _first_reason(facts: ContactFacts, busy: bool) -> str:
    verdict = eligibility(facts)
    if verdict.codes:
        return verdict.codes[0]
    return IN_OTHER_CAMPAIGN if busy else ""


def _in_other_campaigns(campaign: Campaign | None) -> frozenset[int]:
    running = ListEntry.objects.everyone().filter(campaign__state__in=RUNNING)
    if campaign is not None and campaign.pk:
        running = running.exclude(campaign=campaign)
    return frozenset(running.values_list("customer_id", flat=True))

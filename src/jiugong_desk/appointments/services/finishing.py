"""Write down what a talk was about, and what it ended with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from ...core.clock import bank_date
from ...core.errors import Refused, hold
from ...core.masks import hide_numbers
from ...core.pages import require
from ...core.verdict import ALLOWED, Reason, Verdict
from ...customers.suitability import facts_of
from ...organisation.models import Staff
from ...products import queries as products
from ...products.models import Product as CatalogueProduct
from ...tasks import services as tasks
from .. import rules
from ..models import Appointment, Discussed, Product
from .common import State, change, tell

AGREED = Discussed.Outcome.AGREED


class Unsuitable(Refused):
    """A product does not suit the customer. It may still be recorded as what he has bought."""


@dataclass(frozen=True)
class Line:
    """A product that was talked about: one of the catalogue, or only its category; what came of it, and for how much."""

    category: str = ""
    product: CatalogueProduct | None = None
    outcome: str = ""
    amount: Decimal | None = None

    @property
    def talk(self) -> rules.Talk:
        category = self.product.category if self.product else self.category
        name = self.product.name if self.product else str(dict(Product.choices).get(category, category))
        key = self.product.code if self.product else category
        return rules.Talk(key, name, category, self.outcome, self.amount)


@dataclass(frozen=True)
class FollowUp:
    """What is still to be done for the visitor. `owner=None`: whoever is his manager; has he none, whoever receives him."""

    text: str
    due_on: date
    owner: Staff | None = None


@transaction.atomic
def finish(
    visit: Appointment,
    *,
    needs: str,
    next_step: str,
    discussed: Sequence[Line] = (),
    follow_ups: Sequence[FollowUp] = (),
    as_fact: bool = False,
    by: Staff,
    at: datetime,
) -> None:
    """The interview, written by the manager who had the talk, or by his head; the reception does not read it.

    Each product of the catalogue is judged as of this day, and the verdict kept. What does not suit and was agreed all the
    same is refused, unless it is said to be a fact: what a customer has bought is recorded as it is.
    """
    require(by, "appointment.finish")
    hold(rules.may_finish(needs, next_step, [line.talk for line in discussed]))
    judged = [(line, _suitability(visit, line, at)) for line in discussed]
    against = [reason for line, found in judged if line.outcome == AGREED for reason in _named(line, found)]
    if against and not as_fact:
        raise Unsuitable(Verdict(tuple(against)))
    for number, one in enumerate(follow_ups):
        _follow_up(visit, one, number, by=by, at=at)
    needs, next_step = hide_numbers(needs.strip()), hide_numbers(next_step.strip())
    change(visit, State.ARRIVED, to=State.FINISHED, finished_at=at, needs=needs, next_step=next_step)
    Discussed.objects.bulk_create(
        Discussed(
            visit=visit, category=line.talk.category, product=line.product, outcome=line.outcome, amount=line.amount,
            unsuitable=list(found.codes),
        )
        for line, found in judged
    )  # fmt: skip
    tell(visit, "visit.finished", by=by, at=at, facts={**_facts(judged), "tasks": len(follow_ups)})


def _follow_up(visit: Appointment, one: FollowUp, number: int, *, by: Staff, at: datetime) -> None:
    """What stands against it names which one it is (`task`), so that the page can say it there."""
    owner = one.owner or (visit.manager if visit.customer.manager is None else None)
    try:
        tasks.add(
            visit.customer, text=one.text, due_on=one.due_on, owner=owner, source="visit", source_ref=visit.ref,
            by=by, at=at, audit=False,
        )  # fmt: skip
    except Refused as refusal:
        against = (replace(reason, facts={**reason.facts, "task": number}) for reason in refusal.verdict.reasons)
        raise Refused(Verdict(tuple(against))) from refusal


def _facts(judged: Sequence[tuple[Line, Verdict]]) -> dict[str, Any]:
    """Of what was agreed; and how many products were talked about."""
    agreed = [(line, found) for line, found in judged if line.outcome == AGREED]
    return {
        "discussed": len(judged),
        "product": [line.talk.category for line, _found in agreed],
        "code": [line.product.code for line, _found in agreed if line.product],
        "amount": str(sum((line.amount for line, _found in agreed if line.amount), Decimal(0))),
        "unsuitable": [code for _line, found in agreed for code in found.codes],
    }


def _suitability(visit: Appointment, line: Line, at: datetime) -> Verdict:
    """Whether the product could be offered at this visit; no product, nothing against."""
    if line.product is None:
        return ALLOWED
    customer = facts_of(visit.customer, line.amount)
    return products.verdict_for(line.product, customer, on=bank_date(at), channel=products.VISIT)


def _named(line: Line, against: Verdict) -> list[Reason]:
    return [Reason(reason.code, f"{line.talk.name}：{reason}", remedy=reason.remedy) for reason in against.reasons]

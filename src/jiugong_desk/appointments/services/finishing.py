"""Write down what a talk ended with."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from ...core.clock import bank_date
from ...core.errors import Refused, hold
from ...core.pages import require
from ...core.verdict import ALLOWED, Verdict
from ...customers.suitability import facts_of
from ...organisation.models import Staff
from ...products import queries as products
from ...products.models import Product
from .. import rules
from ..models import Appointment
from .common import State, change, tell


class Unsuitable(Refused):
    """The product does not suit the customer. It may still be recorded as what he has bought."""


@transaction.atomic
def finish(
    appointment: Appointment,
    *,
    needs: str,
    agreed_product: str = "",
    agreed_amount: Decimal | None = None,
    next_step: str,
    product: Product | None = None,
    as_fact: bool = False,
    by: Staff,
    at: datetime,
) -> None:
    """What was agreed, written by the manager who had the talk, or by his head; the reception does not read it.

    `product`: which one of the catalogue. An unsuitable one is refused, unless it is said to be a fact: what a customer
    has bought is recorded as it is, with what stood against it.
    """
    require(by, "appointment.finish")
    category = product.category if product else ""
    agreement = rules.Agreement(needs.strip(), agreed_product, agreed_amount, next_step.strip(), category)
    hold(rules.may_finish(agreement))
    against = _suitability(appointment, product, agreement.amount, at)
    if not (against or as_fact):
        raise Unsuitable(against)
    change(
        appointment, State.ARRIVED, to=State.FINISHED, finished_at=at, needs=agreement.needs,
        agreed_product=agreement.product, agreed_amount=agreement.amount, next_step=agreement.next_step,
        product=product, unsuitable=list(against.codes),
    )  # fmt: skip
    facts: dict[str, Any] = {"product": agreement.product, "amount": str(agreement.amount or "")}
    if product is not None:
        facts |= {"code": product.code, "unsuitable": list(against.codes)}
    tell(appointment, "visit.finished", by=by, at=at, facts=facts)


def _suitability(visit: Appointment, product: Product | None, amount: Decimal | None, at: datetime) -> Verdict:
    """Whether the product could be offered at this visit; no product, nothing against."""
    if product is None:
        return ALLOWED
    customer = facts_of(visit.customer, amount)
    return products.verdict_for(product, customer, on=bank_date(at), channel=products.VISIT)

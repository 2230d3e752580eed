"""Book, receive, finish, or lose a visit. Each change of state names the old state; whoever comes second is told so."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..audit import services as audit_log
from ..campaigns.models import ListEntry
from ..core.clock import bank_date
from ..core.errors import Refused, Stale, hold
from ..core.pages import require
from ..core.verdict import ALLOWED, Reason, Verdict
from ..customers.models import Customer
from ..customers.suitability import facts_of
from ..duty.queries import days_away
from ..organisation.calendar import is_working_day
from ..organisation.models import Staff
from ..products import queries as products
from ..products.models import Product
from . import rules
from .bridge import visits
from .models import Appointment
from .slots import free_slots, last_day, on_the_grid

State = Appointment.State
TAKEN = _("该时段刚刚被占用（接待人或客户已有预约）。")
CHANGED = Reason("visit_changed", _("这次预约已被处理过。"), remedy=_("请刷新页面查看最新状态。"))


class Unsuitable(Refused):
    """The product does not suit the customer. It may still be recorded as what he has bought."""


@transaction.atomic
def book(
    customer: Customer,
    *,
    manager: Staff,
    starts_at: datetime,
    entry: ListEntry | None = None,
    by: Staff,
    at: datetime,
    audit: bool = True,
) -> Appointment:
    """A visit to `manager` at his outlet. Two who want one slot: the database lets one in, the other reads what is free.

    `audit=False` for a call's outcome, which writes the audit record itself.
    """
    require(by, "appointment.book")
    hold(
        rules.may_book(
            starts_at,
            at=at,
            on_the_grid=on_the_grid(starts_at, visits()),
            last_day=last_day(bank_date(at)),
            is_working_day=is_working_day(bank_date(starts_at)),
            receives=manager.may("appointment.book"),
            away=bool(days_away(manager, bank_date(starts_at), bank_date(starts_at))),
        )
    )
    visit = Appointment(
        customer=customer, entry=entry, unit=manager.home or customer.unit, manager=manager, starts_at=starts_at,
        booked_at=at, booked_by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():  # a savepoint: the outer transaction survives the refusal
            visit.save(force_insert=True)
    except IntegrityError as error:
        raise Stale(_taken(manager, at)) from error
    if audit:
        _audit(visit, "visit.booked", by=by, at=at, facts={"slot": starts_at.isoformat(), "manager": manager.staff_no})
    return visit


@transaction.atomic
def arrive(appointment: Appointment, *, by: Staff, at: datetime) -> None:
    """The customer is here. Recorded by the reception, or by the manager himself in a small outlet."""
    require(by, "appointment.receive")
    hold(rules.may_arrive(visit_on=bank_date(appointment.starts_at), today=bank_date(at)))
    _change(appointment, State.BOOKED, to=State.ARRIVED, arrived_at=at, received_by=by)
    _audit(appointment, "visit.arrived", by=by, at=at)


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
    _change(
        appointment, State.ARRIVED, to=State.FINISHED, finished_at=at, needs=agreement.needs,
        agreed_product=agreement.product, agreed_amount=agreement.amount, next_step=agreement.next_step,
        product=product, unsuitable=list(against.codes),
    )  # fmt: skip
    facts: dict[str, Any] = {"product": agreement.product, "amount": str(agreement.amount or "")}
    if product is not None:
        facts |= {"code": product.code, "unsuitable": list(against.codes)}
    _audit(appointment, "visit.finished", by=by, at=at, facts=facts)


@transaction.atomic
def miss(appointment: Appointment, *, by: Staff, at: datetime) -> None:
    """The time has come and the customer has not. The slot stays in the past; a new visit is a new booking."""
    require(by, "appointment.receive")
    hold(rules.may_miss(starts_at=appointment.starts_at, at=at))
    _change(appointment, State.BOOKED, to=State.MISSED)
    _audit(appointment, "visit.missed", by=by, at=at)


@transaction.atomic
def cancel(appointment: Appointment, *, by: Staff, at: datetime) -> None:
    """Called off before it happened; the slot is free again."""
    require(by, "appointment.receive")
    _change(appointment, State.BOOKED, to=State.CANCELLED)
    _audit(appointment, "visit.cancelled", by=by, at=at)


def unbook(appointment: Appointment, *, by: Staff) -> None:
    """Its slot is free again: the call that booked it is taken back. Inner verb: that call's verb audits."""
    require(by, "appointment.book")
    _change(appointment, State.BOOKED, to=State.CANCELLED)


def _suitability(visit: Appointment, product: Product | None, amount: Decimal | None, at: datetime) -> Verdict:
    """Whether the product could be offered at this visit; no product, nothing against."""
    if product is None:
        return ALLOWED
    customer = facts_of(visit.customer, amount)
    return products.verdict_for(product, customer, on=bank_date(at), channel=products.VISIT)


def _taken(manager: Staff, at: datetime) -> Reason:
    free = free_slots(manager, now=at)[:1]
    again = f"{timezone.localtime(free[0]):%m-%d %H:%M}" if free else "—"
    return Reason("slot_taken", TAKEN, remedy=format_lazy(_("接待人最近的空闲时段：{again}。"), again=again))


def _change(appointment: Appointment, old: str, *, to: str, **values: Any) -> None:
    row = Appointment.objects.everyone().filter(pk=appointment.pk, state=old)
    if row.update(state=to, **values) != 1:
        raise Stale(CHANGED)
    for name, value in {"state": to, **values}.items():
        setattr(appointment, name, value)


def _audit(visit: Appointment, verb: str, *, by: Staff, at: datetime, facts: dict[str, Any] | None = None) -> None:
    audit_log.record(chain=visit.unit.code, by=by.staff_no, at=at, verb=verb, about="visit", ref=visit.ref, facts=facts)

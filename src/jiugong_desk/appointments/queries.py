"""The day list of visits, a customer's visits, and the form to book one, limited to what the viewer may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..core.clock import bank_date, midnight
from ..customers.extension import Panel, TimelineItem
from ..customers.models import Customer
from ..customers.suitability import facts_of
from ..organisation.models import Staff
from ..products import queries as products
from ..products.extension import Use
from ..products.models import Product
from ..products.queries import Suited
from .models import Appointment, of_cover
from .slots import free_slots

State = Appointment.State


@dataclass(frozen=True)
class Row:
    """One visit, and what the viewer may do about it now."""

    visit: Appointment
    may_receive: bool
    may_miss: bool
    may_cancel: bool
    may_finish: bool
    sees_customer: bool


@dataclass(frozen=True)
class DayList:
    day: date
    rows: list[Row]
    counts: list[tuple[str | Promise, int]]
    before: date
    after: date
    sees_customers: bool


def day_list(staff: Staff, day: date, *, now: datetime) -> DayList:
    """Every visit of the day that the viewer may see (1 query); cancelled ones last."""
    visits = list(on_day(Appointment.objects.visible_to(staff), day).select_related("customer", "manager", "unit"))
    visits.sort(key=lambda visit: (visit.state == State.CANCELLED, visit.starts_at, visit.pk))
    counted = Counter(visit.state for visit in visits)
    return DayList(
        day=day,
        rows=[row_of(visit, staff, now=now) for visit in visits],
        counts=[(label, counted[state]) for state, label in State.choices if counted[state]],
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        sees_customers=staff.may("customer.view"),
    )


def on_day(visits: QuerySet[Appointment], day: date) -> QuerySet[Appointment]:
    start = midnight(day)
    return visits.filter(starts_at__gte=start, starts_at__lt=start + timedelta(days=1))


def row_of(visit: Appointment, staff: Staff, *, now: datetime) -> Row:
    may_change = visit.state == State.BOOKED and staff.may("appointment.receive")
    return Row(
        visit=visit,
        may_receive=may_change and bank_date(visit.starts_at) == bank_date(now),
        may_miss=may_change and visit.starts_at <= now,
        may_cancel=may_change,
        may_finish=visit.state == State.ARRIVED and staff.may("appointment.finish"),
        sees_customer=staff.may("customer.view"),
    )


def visitors_of_cover(staff: Staff) -> QuerySet[Any, Any] | None:
    """The customers whom he receives today for somebody who is away."""
    theirs = of_cover(staff) if staff.may("appointment.view") else None
    rows = Appointment.objects.everyone().filter(state__in=Appointment.LIVE)
    return None if theirs is None else rows.filter(theirs).values("customer")


def suited(visit: Appointment, staff: Staff, *, now: datetime) -> list[Suited]:
    """What is on sale with its verdict for the visitor, for whoever writes down what was agreed; else nothing."""
    writes = visit.state == State.ARRIVED and staff.may("appointment.finish") and staff.may("product.view")
    return products.suited(facts_of(visit.customer), bank_date(now)) if writes else []


def used(product: Product, staff: Staff) -> list[Use]:
    """How often the product was agreed at visits that this person may see."""
    count = Appointment.objects.visible_to(staff).filter(product=product, state=State.FINISHED).count()
    return [Use(format_lazy(_("到店面谈达成 {count} 笔"), count=count))] if count else []


def slots_by_day(slots: Iterable[datetime]) -> list[tuple[date, list[datetime]]]:
    """Free slots in groups, a day each, in the bank's zone."""
    local = (timezone.localtime(slot) for slot in slots)
    return [(day, list(times)) for day, times in groupby(local, key=lambda slot: slot.date())]


def timeline(customer: Customer, staff: Staff) -> list[TimelineItem]:
    """The customer's visits that the viewer may see."""
    visits = Appointment.objects.visible_to(staff).filter(customer=customer).select_related("manager")
    return [
        TimelineItem(
            at=visit.starts_at,
            kind="visit",
            title=visit.get_state_display(),
            detail=" · ".join(filter(None, (visit.manager.name, visit.get_agreed_product_display(), visit.next_step))),
            address=reverse("visit", args=[visit.ref]),
        )
        for visit in visits
    ]


def booking_panel(customer: Customer, staff: Staff, now: datetime) -> Panel | None:
    """The next visit, or the slots to book one, for those who receive customers themselves."""
    if not staff.may("appointment.book"):
        return None
    coming = Appointment.objects.visible_to(staff).filter(customer=customer, state=State.BOOKED, starts_at__gte=now)
    context = {
        "customer": customer,
        "coming": coming.select_related("manager").first(),
        "days": slots_by_day(free_slots(staff, now=now)),
        "label": _("到店预约"),
    }
    return Panel("appointments/_booking.html", context, order=30)

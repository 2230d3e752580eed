"""The day list of visits, a customer's visits, and the form to book one, limited to what the viewer may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..consent.queries import may_serve
from ..core.clock import bank_date, midnight
from ..core.once import once_a_page
from ..core.verdict import Verdict
from ..customers.extension import Panel, TimelineItem
from ..customers.models import Customer
from ..customers.suitability import facts_of
from ..organisation.calendar import next_working_days
from ..organisation.models import Posting, Staff, Unit
from ..organisation.permissions import roles_with
from ..organisation.scope import places_of
from ..products import queries as products
from ..products.extension import Use
from ..products.models import Product
from ..products.queries import Suited
from ..ui.today import Card
from . import rules
from .bridge import visits as policy
from .models import Appointment, Discussed, Reminder, Room, of_cover, received_by
from .slots import free_slots, outlet_of

State = Appointment.State
DISCUSSED = Prefetch("discussed", Discussed.objects.select_related("product"))
# Whether somebody has confirmed that he comes at just this time.
CONFIRMED = Exists(
    Reminder.objects.filter(visit=OuterRef("pk"), of_start=OuterRef("starts_at"), said=Reminder.Said.CONFIRMED)
)


@dataclass(frozen=True)
class Row:
    """One visit, and what the viewer may do about it now."""

    visit: Appointment
    may_receive: bool
    may_take_back: bool  # that the customer came
    may_miss: bool
    may_take_miss_back: bool
    may_change: bool  # move or cancel
    may_book_again: bool
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
    """Every visit of the day that the viewer may see (2 queries); cancelled ones last."""
    seen = on_day(Appointment.objects.visible_to(staff), day).annotate(confirmed=CONFIRMED)
    visits = list(seen.select_related("customer", "manager", "unit", "room").prefetch_related(DISCUSSED))
    visits.sort(key=lambda visit: (visit.state == State.CANCELLED, visit.starts_at, visit.pk))
    return DayList(
        day=day,
        rows=[row_of(visit, staff, now=now) for visit in visits],
        counts=_counts(Counter(visit.state for visit in visits)),
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        sees_customers=staff.may("customer.view"),
    )


def counts_of(staff: Staff, day: date) -> list[tuple[str | Promise, int]]:
    """The counts of that list alone."""
    states = on_day(Appointment.objects.visible_to(staff), day).order_by().values_list("state", flat=True)
    return _counts(Counter(states))


def _counts(counted: Counter[str]) -> list[tuple[str | Promise, int]]:
    return [(label, counted[state]) for state, label in State.choices if counted[state]]


def on_day(visits: QuerySet[Appointment], day: date) -> QuerySet[Appointment]:
    start = midnight(day)
    return visits.filter(starts_at__gte=start, starts_at__lt=start + timedelta(days=1))


def own(staff: Staff, first: date, days: int) -> QuerySet[Appointment]:
    """The visits that he himself receives, booked and to come, from that day on."""
    start = midnight(first)
    mine = Appointment.objects.visible_to(staff).filter(manager=staff, state=State.BOOKED)
    found: QuerySet[Appointment] = mine.filter(starts_at__gte=start, starts_at__lt=start + timedelta(days=days))
    return found.select_related("customer", "unit", "room")


def row_of(visit: Appointment, staff: Staff, *, now: datetime) -> Row:
    may_change = visit.state == State.BOOKED and staff.may("appointment.receive")
    grace = policy().grace_minutes
    return Row(
        visit=visit,
        may_receive=may_change and bank_date(visit.starts_at) == bank_date(now),
        may_take_back=visit.state == State.ARRIVED
        and staff.may("appointment.receive")
        and bool(rules.may_take_back(recorded_at=visit.arrived_at, at=now)),
        may_miss=may_change and bool(rules.may_miss(starts_at=visit.starts_at, at=now, grace_minutes=grace)),
        may_take_miss_back=visit.state == State.MISSED
        and staff.may("appointment.receive")
        and bool(rules.may_take_back(recorded_at=visit.ended_at, at=now)),
        may_change=may_change,
        may_book_again=visit.state == State.MISSED and staff.may("appointment.book"),
        may_finish=visit.state == State.ARRIVED and staff.may("appointment.finish"),
        sees_customer=staff.may("customer.view"),
    )


@dataclass(frozen=True)
class Times:
    """When a visit could be instead: with whom, and who else there is."""

    receiver: Staff
    receivers: list[Staff]
    days: list[tuple[date, list[datetime]]]
    outlet: Unit | None


def times(row: Row, receiver: str, *, by: Staff, now: datetime) -> Times | None:
    """The free slots of who receives the visit, or of the named colleague; None for who may not change it."""
    if not (row.may_change or row.may_book_again):
        return None
    visit = row.visit
    people = list(receivers(visit)) if row.may_change else []
    chosen = next((person for person in people if person.ref == receiver), visit.manager)
    other = chosen != visit.manager  # the same time with somebody else is another slot; with himself it is none
    free = free_slots(chosen, now=now, customer=visit.customer, unit=visit.unit, but=visit.pk if other else 0, by=by)
    return Times(chosen, people, slots_by_day(free), outlet_of(chosen, visit.unit))


def receivers(visit: Appointment) -> QuerySet[Staff]:
    """Who receives customers at the outlet of the visit."""
    posts = Posting.objects.filter(unit=visit.unit, ended_on=None, role__in=roles_with("appointment.book"))
    return Staff.objects.filter(is_active=True, pk__in=posts.values("staff"))


def outlets(staff: Staff) -> QuerySet[Unit]:
    """Where he keeps the talk rooms."""
    found = places_of(staff).filter(kind=Unit.Kind.OUTLET)
    return found if staff.may("appointment.rooms") else found.none()


def rooms(staff: Staff, *, now: datetime) -> list[Room]:
    """The open rooms of his outlets, each with how many visits are still to come there (`coming`)."""
    rows: QuerySet[Any] = Room.objects.visible_to(staff).filter(closed_at=None)
    coming = Count("booked", filter=Q(booked__state=State.BOOKED, booked__ends_at__gt=now))
    return list(rows.annotate(coming=coming).select_related("unit").order_by("unit__path", "name"))


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
    seen = Appointment.objects.visible_to(staff).filter(state=State.FINISHED)
    count = Discussed.objects.filter(visit__in=seen, product=product, outcome=Discussed.Outcome.AGREED).count()
    return [Use(format_lazy(_("到店面谈达成 {count} 笔"), count=count))] if count else []


def slots_by_day(slots: Iterable[datetime]) -> list[tuple[date, list[datetime]]]:
    """Free slots in groups, a day each, in the bank's zone."""
    local = (timezone.localtime(slot) for slot in slots)
    return [(day, list(times)) for day, times in groupby(local, key=lambda slot: slot.date())]


def next_day(now: datetime) -> date:
    """The working day whose visitors are reminded now."""
    return next_working_days(bank_date(now), 1)[0]


def to_remind(staff: Staff, *, now: datetime, own: bool = False) -> list[Appointment]:
    """The visits of the next working day that nobody has confirmed yet, with what was tried; `own`: that he receives."""
    rows = on_day(Appointment.objects.visible_to(staff), next_day(now)).filter(~CONFIRMED, state=State.BOOKED)
    tried = Prefetch("reminders", Reminder.objects.select_related("by"), to_attr="tried")
    mine = rows.filter(manager=staff) if own else rows
    return list(mine.select_related("customer", "manager", "unit").prefetch_related(tried))


def reminders(staff: Staff, *, now: datetime) -> list[tuple[Appointment, Verdict]]:
    """The same with whether the customer may be called about it now; what stands against it is said instead of a button."""
    waiting = to_remind(staff, now=now)
    may = may_serve([visit.customer_id for visit in waiting], at=now)
    return [(visit, may[visit.customer_id]) for visit in waiting]


def reminder_card(staff: Staff, now: datetime) -> Card | None:
    """Whom he receives on the next working day and has still to remind."""
    if not (staff.may("appointment.book") and staff.may("appointment.receive")):
        return None
    waiting = to_remind(staff, now=now, own=True)
    if not waiting:
        return None
    return Card("appointments/_reminders.html", {"waiting": waiting, "day": next_day(now)}, order=40)


@dataclass(frozen=True)
class Waiting:
    """A visitor who is here, since how many minutes."""

    visit: Appointment
    minutes: int


def waiting(visits: Iterable[Appointment], *, now: datetime) -> list[Waiting]:
    """Of these who has come and has no record of the talk yet; who waits longest first."""
    here = [(visit.arrived_at, visit) for visit in visits if visit.state == State.ARRIVED and visit.arrived_at]
    return [
        Waiting(visit, int((now - arrived_at) / timedelta(minutes=1)))
        for arrived_at, visit in sorted(here, key=lambda pair: pair[0])
    ]


def waiting_for(staff: Staff, *, now: datetime) -> list[Waiting]:
    """Today's visitors of his, and of his cover (one query)."""
    his = Appointment.objects.visible_to(staff).filter(received_by(staff), state=State.ARRIVED)
    return waiting(on_day(his, bank_date(now)).select_related("customer"), now=now)


@once_a_page
def _visits_of(customer: Customer, staff: Staff) -> Sequence[Appointment]:
    """The customer's visits that this person may see, in the order of the calendar."""
    rows = Appointment.objects.visible_to(staff).filter(customer=customer)
    return tuple(rows.select_related("manager").prefetch_related(DISCUSSED))


def timeline(customer: Customer, staff: Staff) -> list[TimelineItem]:
    """The customer's visits that the viewer may see."""
    visits = _visits_of(customer, staff)
    told = Reminder.objects.filter(visit__in=visits).select_related("by", "visit") if visits else ()
    reminders = [
        TimelineItem(
            at=one.at,
            kind="visit",
            title=format_lazy(_("到店提醒：{said}"), said=one.get_said_display()),
            detail=one.by.name,
            address=reverse("visit", args=[one.visit.ref]),
        )
        for one in told
    ]
    return reminders + [
        TimelineItem(
            at=visit.starts_at,
            kind="visit",
            title=visit.get_state_display(),
            detail=" · ".join(
                filter(None, (visit.manager.name, *[one.name for one in visit.agreements], visit.next_step))
            ),
            address=reverse("visit", args=[visit.ref]),
        )
        for visit in visits
    ]


def held_by(staff: Staff, customer: Customer, *, now: datetime) -> Appointment | None:
    """The slot that he holds for this customer at this moment."""
    rows = Appointment.objects.with_held().filter(state=State.HELD, held_until__gt=now)
    found: Appointment | None = rows.filter(booked_by=staff, customer=customer).first()
    return found


def booking_panel(customer: Customer, staff: Staff, now: datetime) -> Panel | None:
    """The next visit, or the slots to book one, for those who receive customers themselves."""
    if not staff.may("appointment.book"):
        return None
    booked = (one for one in _visits_of(customer, staff) if one.state == State.BOOKED and one.starts_at >= now)
    context = {
        "customer": customer,
        "coming": next(booked, None),
        "days": slots_by_day(free_slots(staff, now=now, customer=customer, by=staff)),
        "outlet": staff.home,
        "label": _("到店预约"),
    }
    return Panel("appointments/_booking.html", context, order=30)

"""When a manager can receive somebody: the grid of slots, and which of them are still free for everybody who takes part."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from ..core.clock import bank_date
from ..customers.models import Customer
from ..duty import queries as duty
from ..organisation.calendar import next_working_days
from ..organisation.models import Staff, Unit
from . import rules
from .bridge import Visits, visits
from .models import Appointment, Room
from .rules import Span

ONE_DAY = timedelta(days=1)


def length() -> timedelta:
    """How long a visit takes."""
    return timedelta(minutes=visits().slot_minutes)


def slots_of(day: date, policy: Visits) -> list[datetime]:
    """Every slot of a day, earliest first. A slot that would run past closing time is none."""
    length = timedelta(minutes=policy.slot_minutes)
    found: list[datetime] = []
    for opens, closes in policy.hours:
        start = timezone.make_aware(datetime.combine(day, opens))
        end = timezone.make_aware(datetime.combine(day, closes))
        while start + length <= end:
            found.append(start)
            start += length
    return found


def on_the_grid(moment: datetime, policy: Visits) -> bool:
    """Slots never overlap, because all begin on one grid; so a moment off the grid is no slot."""
    return moment in slots_of(bank_date(moment), policy)


def last_day(today: date) -> date:
    """The last day for which a visit can be booked."""
    return next_working_days(today, visits().days_ahead)[-1]


def outlet_of(person: Staff, expected: Unit | None) -> Unit | None:
    """Who has posts at two outlets receives the visitor where he is expected, else at his own."""
    if expected is not None and any(posting.unit_id == expected.pk for posting in person.current_postings):
        return expected
    return person.home


def free_slots(
    manager: Staff, *, now: datetime, customer: Customer | None = None, unit: Unit | None = None, but: int = 0,
    by: Staff | None = None,
) -> list[datetime]:  # fmt: skip
    """What is left of today, and the next working days of the policy: without her live visits and her leave, without
    those of the customer where he is named, and without what the outlet has no room for (at most 5 queries).

    `unit`: where he is expected, if he has a post there. `but`: the key of a visit that is about to be moved; it is in
    nobody's way. `by`: who looks; what he himself holds is free for him.
    """
    outlet = outlet_of(manager, unit)
    rooms = open_rooms(outlet) if outlet else []
    mine = Q(manager=manager) | Q(customer=customer) if customer else Q(manager=manager)
    coming = occupied(now, by).filter(ends_at__gt=now).exclude(pk=but).order_by()
    keys = {room.pk for room in rooms}
    busy, in_rooms = [], []
    taken = coming.filter(mine | Q(room__in=keys))
    for whom, visitor, room, *span in taken.values_list("manager", "customer", "room", "starts_at", "ends_at"):
        if whom == manager.pk or (customer and visitor == customer.pk):
            busy.append(Span(*span))
        if room in keys:
            in_rooms.append((room, Span(*span)))
    return rules.free(_offered(manager, now), length(), busy, rooms=len(rooms), in_rooms=in_rooms)


def open_rooms(outlet: Unit) -> list[Room]:
    return list(Room.objects.everyone().filter(unit=outlet, closed_at=None))


def rooms_for(visit: Appointment, *, by: Staff, at: datetime) -> list[Room | None]:
    """The rooms of its outlet that are free for so long, its own first; one `None` where that keeps no rooms at all, and needs none.

    A visit that is about to be moved is not in its own way.
    """
    rooms = open_rooms(visit.unit)
    if not rooms:
        return [None]
    taken = set(in_the_way(visit, by=by, at=at).filter(room__in=rooms).values_list("room", flat=True))
    free = [room for room in rooms if room.pk not in taken]
    return [*(room for room in free if room.pk == visit.room_id), *(room for room in free if room.pk != visit.room_id)]


def in_the_way(visit: Appointment, *, by: Staff, at: datetime) -> QuerySet[Appointment]:
    """What else is at its time."""
    return occupied(at, by).filter(starts_at__lt=visit.ends_at, ends_at__gt=visit.starts_at).exclude(pk=visit.pk)


def occupied(now: datetime, by: Staff | None = None) -> QuerySet[Appointment]:
    """The live visits, and the slots that somebody else than `by` holds at this moment."""
    held = Q(state=Appointment.State.HELD, held_until__gt=now)
    if by is not None:
        held &= ~Q(booked_by=by)
    return Appointment.objects.with_held().filter(Q(state__in=Appointment.LIVE) | held)


def _offered(manager: Staff, now: datetime) -> list[datetime]:
    """The grid without her leave."""
    today = bank_date(now)
    days = next_working_days(today - ONE_DAY, visits().days_ahead + 1)
    if days[0] != today:
        days.pop()
    away = duty.days_away(manager, today, days[-1])
    return [slot for day in days if day not in away for slot in slots_of(day, visits()) if slot > now]


def slots_of_cover(absent: Staff, cover: Staff, *, now: datetime, customer: Customer | None = None) -> list[datetime]:
    """When a customer of hers can come: to whoever stands in on the days of the cover, to herself once she is back."""
    today = bank_date(now)
    covered = duty.days_covered(absent, cover, today, last_day(today))
    his = [slot for slot in free_slots(cover, now=now, customer=customer, by=cover) if bank_date(slot) in covered]
    return sorted([*his, *free_slots(absent, now=now, customer=customer, by=cover)])


def receiver(absent: Staff | None, caller: Staff, starts_at: datetime) -> Staff:
    """With whom such a slot is; `absent`: in whose place he calls, if in anybody's."""
    day = bank_date(starts_at)
    return caller if absent is None or duty.days_away(absent, day, day) else absent

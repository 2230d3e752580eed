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


def works_at(person: Staff, unit: Unit) -> bool:
    return any(posting.unit_id == unit.pk for posting in person.current_postings)


def free_slots(
    manager: Staff, *, now: datetime, customer: Customer | None = None, unit: Unit | None = None, but: int = 0
) -> list[datetime]:
    """What is left of today, and the next working days of the policy: without her live visits and her leave, without
    those of the customer where he is named, and without what the outlet has no room for (at most 6 queries).

    `unit`: where he is expected, if he has a post there. `but`: the key of a visit that is about to be moved; it is in
    nobody's way.
    """
    outlet = unit if unit is not None and works_at(manager, unit) else manager.home
    rooms = open_rooms(outlet) if outlet else []
    who = Q(manager=manager) | Q(customer=customer) if customer else Q(manager=manager)
    busy = [
        Span(start, end) for start, end in _coming(now).filter(who).exclude(pk=but).values_list("starts_at", "ends_at")
    ]
    taken = (
        _coming(now).filter(room__in=rooms).exclude(pk=but).values_list("room", "starts_at", "ends_at") if rooms else ()
    )
    in_rooms = [(room, Span(start, end)) for room, start, end in taken]
    return rules.free(_offered(manager, now), length(), busy, rooms=len(rooms), in_rooms=in_rooms)


def open_rooms(outlet: Unit) -> list[Room]:
    return list(Room.objects.everyone().filter(unit=outlet, closed_at=None))


def rooms_for(outlet: Unit, span: Span, *, but: int = 0) -> list[Room | None]:
    """Its rooms that are free for so long; one `None` where the outlet keeps no rooms at all, and needs none.

    `but`: the key of a visit that is about to be moved: its own room is free for it.
    """
    rooms = open_rooms(outlet)
    if not rooms:
        return [None]
    taken = set(meeting(span).exclude(pk=but).filter(room__in=rooms).values_list("room", flat=True))
    return [room for room in rooms if room.pk not in taken]


def meeting(span: Span) -> QuerySet[Appointment]:
    """The live visits that overlap it."""
    return live().filter(starts_at__lt=span.end, ends_at__gt=span.start)


def live() -> QuerySet[Appointment]:
    found: QuerySet[Appointment] = Appointment.objects.everyone().filter(state__in=Appointment.LIVE)
    return found


def _coming(now: datetime) -> QuerySet[Appointment]:
    return live().filter(ends_at__gt=now).order_by()


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
    his = [slot for slot in free_slots(cover, now=now, customer=customer) if bank_date(slot) in covered]
    return sorted([*his, *free_slots(absent, now=now, customer=customer)])


def receiver(absent: Staff, cover: Staff, starts_at: datetime) -> Staff:
    """With whom such a slot is."""
    day = bank_date(starts_at)
    return cover if duty.days_away(absent, day, day) else absent

"""When a manager can receive somebody: the grid of slots, and which of them are still free."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from ..core.clock import bank_date
from ..duty import queries as duty
from ..organisation.calendar import next_working_days
from ..organisation.models import Staff
from .bridge import Visits, visits
from .models import Appointment

ONE_DAY = timedelta(days=1)


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


def free_slots(manager: Staff, *, now: datetime) -> list[datetime]:
    """What is left of today, and the next working days of the policy, without the manager's live visits and her leave
    (3 queries).
    """
    today = bank_date(now)
    days = next_working_days(today - ONE_DAY, visits().days_ahead + 1)
    if days[0] != today:
        days.pop()
    away = duty.days_away(manager, today, days[-1])
    offered = [slot for day in days if day not in away for slot in slots_of(day, visits()) if slot > now]
    live = Appointment.objects.everyone().filter(manager=manager, state__in=Appointment.LIVE)
    taken = set(live.filter(starts_at__gt=now).values_list("starts_at", flat=True))
    return [slot for slot in offered if slot not in taken]


def slots_of_cover(absent: Staff, cover: Staff, *, now: datetime) -> list[datetime]:
    """When a customer of hers can come: to whoever stands in on the days of the cover, to herself once she is back."""
    today = bank_date(now)
    covered = duty.days_covered(absent, cover, today, last_day(today))
    his = [slot for slot in free_slots(cover, now=now) if bank_date(slot) in covered]
    return sorted([*his, *free_slots(absent, now=now)])


def receiver(absent: Staff, cover: Staff, starts_at: datetime) -> Staff:
    """With whom such a slot is."""
    day = bank_date(starts_at)
    return cover if duty.days_away(absent, day, day) else absent

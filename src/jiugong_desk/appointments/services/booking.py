"""Give a visit its time: book, move, book again. Who comes second to a slot is told which one is free."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ...campaigns.models import ListEntry
from ...core.clock import bank_date
from ...core.errors import Stale, hold
from ...core.pages import require
from ...core.verdict import Reason, refused
from ...customers.models import Customer
from ...duty.queries import days_away
from ...organisation.calendar import is_working_day
from ...organisation.models import Staff, Unit
from .. import rules
from ..bridge import visits
from ..models import Appointment, Move, Room
from ..slots import free_slots, last_day, length, meeting, on_the_grid, rooms_for, works_at
from .common import State, changed, put, tell

TAKEN = Reason("slot_taken", _("该时段刚刚被占用：接待人已有预约。"))
CUSTOMER_BUSY = Reason("customer_busy", _("客户在该时段已有另一个预约。"))
NO_ROOM = Reason("no_room", _("该时段网点的洽谈室已全部占用。"))
DEADLOCK = "40P01"  # two who swap their slots in the same moment: PostgreSQL lets one of them go


@transaction.atomic
def book(
    customer: Customer,
    *,
    manager: Staff,
    starts_at: datetime,
    entry: ListEntry | None = None,
    instead_of: Appointment | None = None,
    unit: Unit | None = None,
    by: Staff,
    at: datetime,
    audit: bool = True,
) -> Appointment:
    """A visit to `manager` at his outlet, or at `unit` where he has a post. Two who want one slot: the database lets one in, the other reads what is free.

    `audit=False` for a call's outcome, which writes the audit record itself.
    """
    require(by, "appointment.book")
    _may_book(manager, starts_at, at)
    visit = Appointment(
        customer=customer, entry=entry, unit=_outlet(manager, unit) or customer.unit, manager=manager, starts_at=starts_at,
        ends_at=starts_at + length(), booked_at=at, booked_by=by, instead_of=instead_of,
    )  # fmt: skip

    def write(room: Room | None) -> None:
        visit.room = room
        visit.save(force_insert=True)

    _in_a_free_room(visit, write, at=at)
    if audit:
        tell(visit, "visit.booked", by=by, at=at, facts=_slot(visit))
    return visit


@transaction.atomic
def book_again(missed: Appointment, *, starts_at: datetime, by: Staff, at: datetime) -> Appointment:
    """The customer did not come, and will come another time: a new visit, for the same campaign, once."""
    now = Appointment.objects.everyone().select_for_update().get(pk=missed.pk)  # the second waits here
    if now.state != State.MISSED:
        hold(refused(rules.NOT_MISSED))
    earlier = Appointment.objects.everyone().filter(instead_of=missed).first()
    if earlier is not None:
        raise Stale(_booked_again(earlier))
    return book(
        missed.customer,
        manager=missed.manager,
        starts_at=starts_at,
        entry=missed.entry,
        instead_of=missed,
        unit=missed.unit,
        by=by,
        at=at,
    )


@transaction.atomic
def move(visit: Appointment, *, starts_at: datetime, manager: Staff | None = None, by: Staff, at: datetime) -> None:
    """Another time, or another receiver of the outlet. It stays the same visit; what it was before stands in its history."""
    require(by, "appointment.receive")
    to = manager or visit.manager
    from_start, from_manager = visit.starts_at, visit.manager
    if (starts_at, to) == (visit.starts_at, visit.manager):
        hold(refused(rules.SAME_SLOT))
    _may_book(to, starts_at, at)
    seen = {"pk": visit.pk, "state": State.BOOKED, "starts_at": visit.starts_at, "manager": visit.manager}
    unit = _outlet(to, visit.unit) or visit.unit
    wanted = Appointment(pk=visit.pk, customer=visit.customer, unit=unit, manager=to, starts_at=starts_at)
    wanted.ends_at = starts_at + length()
    values = {"starts_at": starts_at, "ends_at": wanted.ends_at, "manager": to, "unit": wanted.unit}

    def write(room: Room | None) -> None:
        if Appointment.objects.everyone().filter(**seen).update(**values, room=room) != 1:
            raise Stale(changed(visit))
        put(visit, **values, room=room)

    _in_a_free_room(wanted, write, at=at)
    Move.objects.create(
        visit=visit, from_start=from_start, from_manager=from_manager, to_start=starts_at, to_manager=to,
        at=at, by=by,
    )  # fmt: skip
    tell(visit, "visit.moved", by=by, at=at, facts={**_slot(visit), "from": from_start.isoformat()})


def _outlet(person: Staff, expected: Unit | None) -> Unit | None:
    """Who has posts at two outlets receives the visitor where he is expected, else at his own."""
    return expected if expected is not None and works_at(person, expected) else person.home


def _may_book(manager: Staff, starts_at: datetime, at: datetime) -> None:
    day = bank_date(starts_at)
    hold(
        rules.may_book(
            starts_at,
            at=at,
            on_the_grid=on_the_grid(starts_at, visits()),
            last_day=last_day(bank_date(at)),
            is_working_day=is_working_day(day),
            receives=manager.may("appointment.book"),
            away=bool(days_away(manager, day, day)),
        )
    )


def _in_a_free_room(visit: Appointment, write: Callable[[Room | None], None], *, at: datetime) -> None:
    """Write it into the first room that nobody else takes in the same moment."""
    for room in rooms_for(visit.unit, rules.Span(visit.starts_at, visit.ends_at), but=visit.pk or 0):
        try:
            with transaction.atomic():  # a savepoint: the outer transaction survives the refusal
                write(room)
                return
        except (IntegrityError, OperationalError) as error:
            if isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", "") != DEADLOCK:
                raise
            if (busy := _busy(visit)) is not None:
                raise Stale(_taken(busy, visit, at)) from error
            if room is None:  # whoever was in the way has gone again, or it is nobody's slot: the loser chooses anew
                raise Stale(_taken(TAKEN, visit, at)) from error
    raise Stale(_taken(_busy(visit) or NO_ROOM, visit, at))


def _busy(visit: Appointment) -> Reason | None:
    """Who of the two has another visit then; neither: it is the room."""
    others = meeting(rules.Span(visit.starts_at, visit.ends_at)).exclude(pk=visit.pk)
    if others.filter(manager=visit.manager).exists():
        return TAKEN
    return CUSTOMER_BUSY if others.filter(customer=visit.customer).exists() else None


def _taken(reason: Reason, visit: Appointment, at: datetime) -> Reason:
    """With when all who take part are free next."""
    free = free_slots(visit.manager, now=at, customer=visit.customer, unit=visit.unit)[:1]
    again = f"{timezone.localtime(free[0]):%m-%d %H:%M}" if free else "—"
    return replace(reason, remedy=format_lazy(_("最近的共同空闲时段：{again}。"), again=again))


def _booked_again(visit: Appointment) -> Reason:
    facts = {"again": f"{timezone.localtime(visit.starts_at):%m-%d %H:%M}"}
    return Reason("booked_again", _("已经重新预约到 {again}。"), facts, _("如需更改，请在新的预约上改期。"))


def _slot(visit: Appointment) -> dict[str, Any]:
    return {"slot": visit.starts_at.isoformat(), "manager": visit.manager.staff_no}

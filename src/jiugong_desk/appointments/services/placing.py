"""Find a place for a visit or a held slot: may it be then, in which room; who comes second is told what is free."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ...core.clock import bank_date
from ...core.errors import Stale, hold
from ...core.verdict import Reason
from ...duty.queries import days_away
from ...organisation.calendar import is_working_day
from ...organisation.models import Staff
from .. import rules
from ..bridge import visits
from ..models import Appointment, Room
from ..slots import free_slots, in_the_way, last_day, on_the_grid, rooms_for
from .common import State

TAKEN = Reason("slot_taken", _("该时段刚刚被占用：接待人已有预约。"))
HELD = Reason("slot_held", _("该时段正由同事暂留。"))
CUSTOMER_BUSY = Reason("customer_busy", _("客户在该时段已有另一个预约。"))
NO_ROOM = Reason("no_room", _("该时段网点的洽谈室已全部占用。"))
DEADLOCK = "40P01"  # two who swap their slots in the same moment: PostgreSQL lets one of them go


def may_receive_then(manager: Staff, starts_at: datetime, *, at: datetime) -> None:
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


def in_a_free_room(visit: Appointment, write: Callable[[Room | None], None], *, by: Staff, at: datetime) -> None:
    """Write it into the first room that nobody else takes in the same moment."""
    for room in rooms_for(visit, by=by, at=at):
        try:
            with transaction.atomic():  # a savepoint: the outer transaction survives the refusal
                let_go(_given_way(visit, by=by, at=at))
                write(room)
                return
        except (IntegrityError, OperationalError) as error:
            if isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", "") != DEADLOCK:
                raise
            if (busy := _busy(visit, by=by, at=at)) is not None:
                raise Stale(_taken(busy, visit, by=by, at=at)) from error
            if room is None:  # whoever was in the way has gone again, or it is nobody's slot: the loser chooses anew
                raise Stale(_taken(TAKEN, visit, by=by, at=at)) from error
    raise Stale(_taken(_busy(visit, by=by, at=at) or NO_ROOM, visit, by=by, at=at))


def let_go(which: Q) -> None:
    """The held slots among these are free again (one statement). Nothing can point to a held slot; Django, which asks
    every table that could before it deletes, would ask five.
    """
    rows: QuerySet[Appointment] = Appointment.objects.with_held().filter(which, state=State.HELD)
    rows._raw_delete(rows.db)


def _given_way(visit: Appointment, *, by: Staff, at: datetime) -> Q:
    """At its time: what `by` held himself, and what anybody has held for too long of its people or its outlet's rooms."""
    same = Q(manager=visit.manager) | Q(customer=visit.customer) | Q(unit=visit.unit)
    others = same & Q(held_until__lte=at)
    return Q(starts_at__lt=visit.ends_at, ends_at__gt=visit.starts_at) & (Q(booked_by=by) | others)


def _busy(visit: Appointment, *, by: Staff, at: datetime) -> Reason | None:
    """Who of the two is taken then; neither: it is the room."""
    others = in_the_way(visit, by=by, at=at)
    state = others.filter(manager=visit.manager).values_list("state", flat=True).first()
    if state is not None:
        return HELD if state == State.HELD else TAKEN
    return CUSTOMER_BUSY if others.filter(customer=visit.customer).exists() else None


def _taken(reason: Reason, visit: Appointment, *, by: Staff, at: datetime) -> Reason:
    """With when all who take part are free next."""
    free = free_slots(visit.manager, now=at, customer=visit.customer, unit=visit.unit, by=by)[:1]
    again = f"{timezone.localtime(free[0]):%m-%d %H:%M}" if free else "—"
    return replace(reason, remedy=format_lazy(_("最近的共同空闲时段：{again}。"), again=again))

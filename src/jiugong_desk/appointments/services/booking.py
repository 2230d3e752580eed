"""Give a visit its time: book, move, book again. Who comes second to a slot is told which one is free."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from ...campaigns.models import ListEntry
from ...core.errors import Stale, hold
from ...core.pages import require
from ...core.verdict import refused
from ...customers.models import Customer
from ...organisation.models import Staff, Unit
from .. import rules
from ..models import Appointment, Move, Room
from ..slots import length, outlet_of
from .common import State, changed, not_booked_again, put, tell
from .placing import in_a_free_room, may_receive_then


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
    may_receive_then(manager, starts_at, at=at)
    visit = Appointment(
        customer=customer, entry=entry, unit=outlet_of(manager, unit) or customer.unit, manager=manager, starts_at=starts_at,
        ends_at=starts_at + length(), booked_at=at, booked_by=by, instead_of=instead_of,
    )  # fmt: skip

    def write(room: Room | None) -> None:
        visit.room = room
        visit.save(force_insert=True)

    in_a_free_room(visit, write, by=by, at=at)
    if audit:
        tell(visit, "visit.booked", by=by, at=at, facts=_slot(visit))
    return visit


@transaction.atomic
def book_again(missed: Appointment, *, starts_at: datetime, by: Staff, at: datetime) -> Appointment:
    """The customer did not come, and will come another time: a new visit, for the same campaign, once."""
    now = Appointment.objects.everyone().select_for_update().get(pk=missed.pk)  # the second waits here
    if now.state != State.MISSED:
        hold(refused(rules.NOT_MISSED))
    not_booked_again(missed)
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
    may_receive_then(to, starts_at, at=at)
    seen = {"pk": visit.pk, "state": State.BOOKED, "starts_at": visit.starts_at, "manager": visit.manager}
    unit = outlet_of(to, visit.unit) or visit.unit
    wanted = Appointment(pk=visit.pk, customer=visit.customer, unit=unit, manager=to, starts_at=starts_at)
    wanted.ends_at = starts_at + length()
    values = {"starts_at": starts_at, "ends_at": wanted.ends_at, "manager": to, "unit": wanted.unit}

    def write(room: Room | None) -> None:
        if Appointment.objects.everyone().filter(**seen).update(**values, room=room) != 1:
            raise Stale(changed(visit))
        put(visit, **values, room=room)

    in_a_free_room(wanted, write, by=by, at=at)
    Move.objects.create(
        visit=visit, from_start=from_start, from_manager=from_manager, to_start=starts_at, to_manager=to,
        at=at, by=by,
    )  # fmt: skip
    tell(visit, "visit.moved", by=by, at=at, facts={**_slot(visit), "from": from_start.isoformat()})


def _slot(visit: Appointment) -> dict[str, Any]:
    return {"slot": visit.starts_at.isoformat(), "manager": visit.manager.staff_no}

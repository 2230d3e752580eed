"""What happens at the door: the customer came, did not come, or will not come."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ...core.clock import bank_date
from ...core.errors import Stale, hold
from ...core.pages import require
from ...organisation.models import Staff
from .. import rules
from ..bridge import visits
from ..models import Appointment, Room
from .common import State, change, changed, not_booked_again, tell
from .placing import in_a_free_room


@transaction.atomic
def arrive(visit: Appointment, *, by: Staff, at: datetime) -> None:
    """The customer is here. Recorded by the reception, or by the manager himself in a small outlet."""
    require(by, "appointment.receive")
    hold(rules.may_arrive(visit_on=bank_date(visit.starts_at), today=bank_date(at)))
    change(visit, State.BOOKED, to=State.ARRIVED, as_seen=True, arrived_at=at, received_by=by)
    tell(visit, "visit.arrived", by=by, at=at)


@transaction.atomic
def take_arrival_back(visit: Appointment, *, by: Staff, at: datetime) -> None:
    """Somebody clicked on the wrong visitor: he is expected as before. Who had received him stands in the audit record."""
    require(by, "appointment.receive")
    hold(rules.may_take_back(recorded_at=visit.arrived_at, at=at))
    change(visit, State.ARRIVED, to=State.BOOKED, as_seen=True, arrived_at=None, received_by=None)
    tell(visit, "visit.arrival_taken_back", by=by, at=at)


@transaction.atomic
def miss(visit: Appointment, *, by: Staff, at: datetime) -> None:
    """The time is over and the customer has not come. The slot stays in the past; a new visit is a new booking."""
    require(by, "appointment.receive")
    hold(rules.may_miss(starts_at=visit.starts_at, at=at, grace_minutes=visits().grace_minutes))
    change(visit, State.BOOKED, to=State.MISSED, as_seen=True, ended_at=at, ended_by=by)
    tell(visit, "visit.missed", by=by, at=at)


@transaction.atomic
def take_miss_back(visit: Appointment, *, by: Staff, at: datetime) -> None:
    """Somebody clicked on the wrong visitor: he is expected as before, in his own room where that is still free."""
    require(by, "appointment.receive")
    now = Appointment.objects.everyone().select_for_update().get(pk=visit.pk)  # who books again meanwhile, waits here
    if now.state != State.MISSED:
        raise Stale(changed(visit))
    hold(rules.may_take_back(recorded_at=now.ended_at, at=at))
    not_booked_again(now)

    def write(room: Room | None) -> None:
        change(visit, State.MISSED, to=State.BOOKED, room=room, ended_at=None, ended_by=None)

    in_a_free_room(now, write, by=by, at=at)
    tell(visit, "visit.miss_taken_back", by=by, at=at)


@transaction.atomic
def cancel(visit: Appointment, *, reason: str, by: Staff, at: datetime, audit: bool = True) -> None:
    """Called off before it happened, by whom it was; the slot is free again.

    `audit=False` for a room above whose own record says it.
    """
    require(by, "appointment.receive")
    hold(rules.may_cancel(reason, Appointment.Cancelled.values))
    change(visit, State.BOOKED, to=State.CANCELLED, cancelled_because=reason, ended_at=at, ended_by=by)
    if audit:
        tell(visit, "visit.cancelled", by=by, at=at, facts={"reason": reason})


def unbook(visit: Appointment, *, by: Staff, at: datetime) -> None:
    """Its slot is free again: the call that booked it is taken back. Inner verb: that call's verb audits."""
    require(by, "appointment.book")
    change(
        visit,
        State.BOOKED,
        to=State.CANCELLED,
        cancelled_because=Appointment.Cancelled.MISTAKE,
        ended_at=at,
        ended_by=by,
    )

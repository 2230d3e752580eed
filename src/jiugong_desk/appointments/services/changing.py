"""What happens at the door: the customer came, did not come, or will not come."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ...core.clock import bank_date
from ...core.errors import hold
from ...core.pages import require
from ...organisation.models import Staff
from .. import rules
from ..models import Appointment
from .common import State, change, tell


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
    change(visit, State.ARRIVED, to=State.BOOKED, arrived_at=None, received_by=None)
    tell(visit, "visit.arrival_taken_back", by=by, at=at)


@transaction.atomic
def miss(visit: Appointment, *, by: Staff, at: datetime) -> None:
    """The time has come and the customer has not. The slot stays in the past; a new visit is a new booking."""
    require(by, "appointment.receive")
    hold(rules.may_miss(starts_at=visit.starts_at, at=at))
    change(visit, State.BOOKED, to=State.MISSED, as_seen=True, ended_at=at, ended_by=by)
    tell(visit, "visit.missed", by=by, at=at)


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

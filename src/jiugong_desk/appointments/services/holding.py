"""Hold a slot for the customer who is being spoken to, for the minutes of the policy, or until the call has its result.

Nothing of it is audited: nothing is agreed before the visit is booked (decision 38).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from ...core.pages import require
from ...customers.models import Customer
from ...organisation.models import Staff, Unit
from ..bridge import visits
from ..models import Appointment, Room
from ..slots import length, outlet_of
from .common import State
from .placing import in_a_free_room, let_go, may_receive_then


@transaction.atomic
def hold_slot(
    customer: Customer, *, manager: Staff, starts_at: datetime, until: datetime | None = None, unit: Unit | None = None,
    by: Staff, at: datetime,
) -> Appointment:  # fmt: skip
    """The one slot that `by` holds from now on, no longer than `until`. Refused, he keeps the one that he held before."""
    require(by, "appointment.book")
    may_receive_then(manager, starts_at, at=at)
    list(Staff.objects.select_for_update(no_key=True).filter(pk=by.pk).values_list("pk"))  # his two tabs take turns
    give_up_slot(by=by)
    longest = at + timedelta(minutes=visits().hold_minutes)
    held = Appointment(
        customer=customer, unit=outlet_of(manager, unit) or customer.unit, manager=manager, starts_at=starts_at,
        ends_at=starts_at + length(), state=State.HELD, booked_at=at, booked_by=by,
        held_until=longest if until is None else min(longest, until),
    )  # fmt: skip

    def write(room: Room | None) -> None:
        held.room = room
        held.save(force_insert=True)

    in_a_free_room(held, write, by=by, at=at)
    return held


def give_up_slot(*, by: Staff) -> None:
    """What he held is free again, if he held any: the call has its result, or the customer is given back. Inner verb."""
    let_go(Q(booked_by=by))

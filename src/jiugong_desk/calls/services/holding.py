"""Hold the slot that the customer is being offered; the claim on the customer is another matter, and is only asked."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ...appointments import services as appointments
from ...appointments.models import Appointment
from ...appointments.slots import receiver
from ...campaigns.models import ListEntry
from ...core.errors import Stale
from ...core.pages import require
from ...organisation.models import Staff
from ..queue import stood_in_for
from .leases import NOT_HELD, mine, open_claims


@transaction.atomic
def hold_slot(entry: ListEntry, *, starts_at: datetime | None, by: Staff, at: datetime) -> Appointment | None:
    """For whoever holds the customer; otherwise `Stale`. `starts_at=None`: he holds none any more."""
    require(by, "call.work")
    open_claims(by, at)  # his own row first, as everybody locks it before an entry
    # The outcome waits for this lock, and then lets the slot go.
    held = mine(entry, by=by, at=at).select_for_update(no_key=True).first()
    if held is None:
        raise Stale(NOT_HELD)
    if starts_at is None:
        appointments.give_up_slot(by=by)
        return None
    manager = receiver(stood_in_for(entry, by), by, starts_at)
    until = held.lease_until
    return appointments.hold_slot(entry.customer, manager=manager, starts_at=starts_at, until=until, by=by, at=at)

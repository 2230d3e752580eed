"""A launched campaign on which work was done: calls and visits written as rows, for tests that only count them."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from jiugong_desk.appointments.models import Appointment, Discussed
from jiugong_desk.calls.models import Call
from jiugong_desk.campaigns.models import Campaign, ListEntry
from jiugong_desk.organisation.models import Staff, Unit

from .cast import SHANGHAI, make_customer, make_entry

_submissions = itertools.count(1)


def at(day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment in January 2026."""
    return datetime(2026, 1, day, hour, minute, tzinfo=SHANGHAI)


def list_of(campaign: Campaign, unit: Unit, manager: Staff, count: int, **values: Any) -> list[ListEntry]:
    return [make_entry(campaign, make_customer(unit, manager), manager, **values) for _ in range(count)]


def call(entry: ListEntry, outcome: str, moment: datetime, *, seconds: int = 60, disclosed: bool = True) -> Call:
    return Call.objects.create(
        submission=f"worked-{next(_submissions)}", entry=entry, by=entry.manager, at=moment, outcome=outcome,
        talk_seconds=seconds, purpose_disclosed=disclosed,
    )  # fmt: skip


def visit(
    entry: ListEntry, moment: datetime, state: str, *, product: str = "", amount: int | None = None
) -> Appointment:
    made: Appointment = Appointment.objects.create(
        customer=entry.customer, entry=entry, unit=entry.customer.unit, manager=entry.manager, starts_at=moment,
        ends_at=moment + timedelta(minutes=1), state=state, booked_at=moment, booked_by=entry.manager,
    )  # fmt: skip
    if product:
        value = None if amount is None else Decimal(amount)
        Discussed.objects.create(visit=made, category=product, outcome="agreed", amount=value)
        Discussed.objects.create(visit=made, category="insurance", outcome="declined")
    return made

"""Visits as rows, for tests that are not about booking them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from jiugong_desk.appointments.models import Appointment

HALF_AN_HOUR = timedelta(minutes=30)


def make_visit(**values: Any) -> Appointment:
    """Half an hour long, unless told otherwise."""
    values.setdefault("ends_at", values["starts_at"] + HALF_AN_HOUR)
    return Appointment.objects.create(**values)

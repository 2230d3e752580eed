"""Visits as a calendar file (RFC 5545), for the calendar that a manager lives in. It holds the time, the outlet and how
the customer is addressed; no name, number, product or reason, since a calendar is shared more easily than a desk.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from .models import Appointment

TYPE = "text/calendar; charset=utf-8"


def ics(visits: Iterable[Appointment], *, at: datetime) -> bytes:
    """Each visit keeps its UID, and its number rises with every move: a calendar that has it already moves it along."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Jiugong//Visits//ZH")
    calendar.add("method", "PUBLISH")
    for visit in visits:
        calendar.add_component(_event(visit, at))
    found: bytes = calendar.to_ical()
    return found


def _event(visit: Appointment, at: datetime) -> Event:
    cancelled = visit.state == Appointment.State.CANCELLED
    event = Event()
    event.add("uid", f"{visit.ref}@jiugong")
    event.add("sequence", visit.moves.count() + cancelled)
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", visit.starts_at.astimezone(UTC))
    event.add("dtend", visit.ends_at.astimezone(UTC))
    event.add("summary", _("到店面谈：{who}").format(who=visit.customer.salutation or _("客户")))
    event.add("location", " ".join(filter(None, (visit.unit.name, visit.room.name if visit.room else ""))))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    return event

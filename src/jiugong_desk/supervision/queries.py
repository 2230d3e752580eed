"""What the pages show beside the figures."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from ..organisation.models import Staff
from .models import Reminder

SHOWN = 8


def reminders_of(staff: Staff, *, viewer: Staff) -> list[Reminder]:
    """The latest words to him, as far as the viewer may know of them."""
    rows = Reminder.objects.visible_to(viewer).filter(staff=staff)
    return list(rows.select_related("by")[:SHOWN])


def reminded_on(day: date, people: Collection[int], *, viewer: Staff) -> dict[int, Reminder]:
    """The last word of that day to each of these (one query)."""
    rows = Reminder.objects.visible_to(viewer).filter(staff__in=people, day=day)
    return {row.staff_id: row for row in rows.select_related("by").order_by("at", "pk")}

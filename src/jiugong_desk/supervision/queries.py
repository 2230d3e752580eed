"""What the pages show beside the figures."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import QuerySet

from ..organisation.models import Staff
from .models import Alert, AlertStep, Reminder
from .moving import MOVES
from .scope import units_of

SHOWN = 8


def reminders_of(staff: Staff, *, viewer: Staff) -> list[Reminder]:
    """The latest words to him, as far as the viewer may know of them."""
    rows = Reminder.objects.visible_to(viewer).filter(staff=staff)
    return list(rows.select_related("by", "moved_from")[:SHOWN])


def reminded_on(day: date, people: Collection[int], *, viewer: Staff) -> dict[int, Reminder]:
    """The last word of that day to each of these (one query)."""
    rows = Reminder.objects.visible_to(viewer).filter(staff__in=people, day=day, moved_from=None)
    return {row.staff_id: row for row in rows.select_related("by").order_by("at", "pk")}


def alerts_for(viewer: Staff) -> QuerySet[Alert]:
    """Open alerts of people for whom he answers that have come to a head, the highest and the oldest first."""
    rows: QuerySet[Alert] = Alert.objects.visible_to(viewer).filter(state=Alert.State.OPEN).exclude(staff=viewer)
    return rows.select_related("staff", "campaign", "unit", "to_unit").order_by("-rung", "opened_at", "pk")


def alerts_of(staff: Staff, *, viewer: Staff) -> list[Alert]:
    """The latest of one person, as far as the viewer may know of them."""
    return list(Alert.objects.visible_to(viewer).filter(staff=staff).select_related("campaign")[:SHOWN])


def steps_of(alert: Alert) -> list[AlertStep]:
    return list(alert.steps.select_related("to", "to_unit", "by"))


def waiting_for(staff: Staff, now: datetime) -> int:
    """Alerts that wait for him, of which nobody has taken note (one query at most)."""
    if not staff.may(MOVES):
        return 0
    mine = Alert.objects.visible_to(staff).filter(to_unit__in=units_of(staff, permission=MOVES))
    return mine.filter(state=Alert.State.OPEN, acknowledged_at=None).exclude(staff=staff).count()

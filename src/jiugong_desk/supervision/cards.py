"""What stands on the page that a caller's day begins with: his head's word, and where he is behind, before anybody else is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ..duty.queries import turn_on_page
from ..organisation.calendar import next_working_days
from ..organisation.models import Staff
from ..ui.today import Card
from . import words
from .bridge import supervision
from .ladder import RUNGS, after
from .models import Alert, Reminder


def reminder_card(staff: Staff, now: datetime) -> Card | None:
    """None on his leave: nobody is reminded of work then."""
    found = list(
        Reminder.objects.everyone().filter(staff=staff, acknowledged_at=None).select_related("by", "moved_from")
    )
    if not found or turn_on_page(staff).away:
        return None
    return Card("supervision/_reminder.html", {"reminders": found}, order=1, urgent=True)


@dataclass(frozen=True)
class Told:
    """An alert as the person reads it. `next_on`: the day on which it goes up to `next_to`, if nothing gets better."""

    alert: Alert
    absent: Staff | None
    advice: Any
    next_on: date | None
    next_to: Any


def alert_card(staff: Staff, now: datetime) -> Card | None:
    """His own, and those of whom he stands in for; on his own leave none (one query where there is none)."""
    turn = turn_on_page(staff)
    if turn.away:
        return None
    rows = Alert.objects.everyone().filter(staff__in=(staff.pk, *turn.covered_ids), state=Alert.State.OPEN)
    found = [told(alert, staff) for alert in rows.select_related("staff", "campaign", "to_unit").order_by("opened_at")]
    return Card("supervision/_alert_card.html", {"alerts": found}, order=5, urgent=True) if found else None


def told(alert: Alert, reader: Staff) -> Told:
    """What the person himself can do, and what follows otherwise."""
    higher = [rung for rung in RUNGS if rung > alert.rung]
    limits, following = supervision(), higher[0] if higher else None
    next_on = None
    if following is not None:
        days = after(following, limits) - after(alert.began, limits)
        next_on = next_working_days(alert.opened_on, days)[-1] if days else alert.opened_on
    absent = alert.staff if alert.staff_id != reader.pk else None
    return Told(alert, absent, words.advice_to_self(alert.reason), next_on, words.RUNGS[following] if following else "")

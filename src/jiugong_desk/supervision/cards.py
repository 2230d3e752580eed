"""What stands on the page that a caller's day begins with: his head's word, until he has read it."""

from __future__ import annotations

from datetime import datetime

from ..duty.queries import turn_on_page
from ..organisation.models import Staff
from ..ui.today import Card
from .models import Reminder


def reminder_card(staff: Staff, now: datetime) -> Card | None:
    """None on his leave: nobody is reminded of work then."""
    found = list(Reminder.objects.everyone().filter(staff=staff, acknowledged_at=None).select_related("by"))
    if not found or turn_on_page(staff).away:
        return None
    return Card("supervision/_reminder.html", {"reminders": found}, order=1, urgent=True)

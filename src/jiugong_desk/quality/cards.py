"""What the page that a day begins with shows of this room: results that wait to be read."""

from __future__ import annotations

from datetime import datetime

from ..organisation.models import Staff
from ..ui.today import Card
from . import queries


def to_acknowledge(staff: Staff, now: datetime) -> Card | None:
    """Nothing where nothing waits."""
    waiting = queries.to_acknowledge(staff)
    return Card("quality/_today.html", {"checks": waiting}, order=40) if waiting else None

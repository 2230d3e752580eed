"""A telephone exchange that has told something of somebody's calls."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from jiugong_desk.organisation.models import Staff
from jiugong_desk.telephony import services as telephony
from jiugong_desk.telephony.message import Said


def heard(staff: Staff, *messages: tuple[str, int, dict[str, Any]], by: Staff, at: datetime) -> None:
    """One call on extension 8001, his since two days before; each message: its kind, how many seconds before `at`, the rest."""
    begun = at - timedelta(days=2)
    pbx, _secret = telephony.attach(name="总机", by=by, at=begun)
    telephony.give_extension(pbx, number="8001", staff=staff, by=by, at=begun)
    for kind, seconds, more in messages:
        said = Said(kind, kind, at - timedelta(seconds=seconds), "8001", "c1", **more)
        telephony.receive(pbx, said, body=kind.encode(), at=at)

"""The figures of one person by asking his own page, one person after the other: slow, and plain."""

from __future__ import annotations

from datetime import datetime

from jiugong_desk.calls import day
from jiugong_desk.calls.models import Call
from jiugong_desk.calls.outcomes import OUTCOMES
from jiugong_desk.core.clock import bank_date
from jiugong_desk.organisation.models import Staff
from jiugong_desk.supervision.figures import WILLING


def of_person(staff: Staff, now: datetime) -> dict:
    counts, pace = day.counts(staff, now), day.pace(staff, now)
    calls = [
        call for call in Call.objects.everyone().filter(by=staff) if bank_date(call.at) == bank_date(now) and call.at <= now
    ]  # fmt: skip
    reached = [call for call in calls if OUTCOMES[call.outcome].reached]
    return {
        "done": len(calls),
        "reached": len(reached),
        "willing": sum(call.outcome in WILLING for call in calls),
        "talk": sum(call.talk_seconds for call in reached),
        "planned": pace.planned,
        "expected": pace.expected,
        "left": counts.left,
        "due": counts.due,
    }

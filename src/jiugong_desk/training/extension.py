"""Where the room that owns a course's subject says who has to take the course: a running campaign its callers.

It registers in `AppConfig.ready()`; this room knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from .models import Course

# (what the course is about, at) -> the ids of everybody who has to take it now; None where nothing hangs on the course
Holder = Callable[[str, datetime], frozenset[int] | None]

_holders: list[Holder] = []


def register_holder(holder: Holder) -> None:
    """Tell of a work that hangs on its course; once, however often an app starts."""
    if holder not in _holders:
        _holders.append(holder)


def held_for(course: Course, at: datetime) -> frozenset[int] | None:
    """For whom the course must stay open; None where it may be closed and anybody taken off it."""
    if not course.about:
        return None
    return next((people for holder in _holders if (people := holder(course.about, at)) is not None), None)

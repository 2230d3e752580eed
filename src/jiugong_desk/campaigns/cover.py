"""What somebody sees and calls of a colleague's lists while he stands in for him: what is left to call, that day.

Everything here holds for running campaigns whose course he has passed, for the arm that is called, and for the day of the
page that he looks at. Nothing of it is written down: it ends with the day, or when the leave is taken back.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from ..core.clock import bank_date, midnight
from ..duty.queries import turn_on_page
from ..organisation.models import Staff
from .taught import taught_to


def running_on(day: date, *, of: str = "campaign__") -> Q:
    """Rows of campaigns that are called on this day; of="" for the campaigns themselves."""
    return Q(**{f"{of}state": "launched", f"{of}starts_on__lte": day, f"{of}ends_on__gte": day})


def lent(staff: Staff, entries: QuerySet[Any]) -> Q | None:
    """A filter on `entries`: what he may see of those for whom he stands in; None where there is nothing.

    What is still to be called, and what he has called himself that day: its page is not gone with the outcome.
    """
    turn = turn_on_page(staff)
    if staff.looks_at is None or not turn.covered or not staff.may("call.work"):
        return None
    day = bank_date(staff.looks_at)
    called = entries.filter(calls__by=staff, calls__at__gte=midnight(day))
    theirs = Q(manager__in=turn.covered_ids, arm="treated", campaign__ref__in=taught_on_page(staff))
    return theirs & running_on(day) & (Q(state__in=("open", "callback")) | Q(pk__in=called.values("pk")))


def taught_on_page(staff: Staff) -> set[str]:
    """`taught_to`, asked once a page."""
    kept = vars(staff)
    if "taught" not in kept:
        kept["taught"] = taught_to(staff)
    found: set[str] = kept["taught"]
    return found

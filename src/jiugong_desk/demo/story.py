"""When everything happens: the winter of 2025/26, thirty days from the draft to the last ten-day evaluation.

 1 November  the desk is set up; October's and November's data are loaded as they come
31 December  the bank's extract; loaded on New Year's Day by the night run
 4 January   a worked Sunday (调休): the standing hold-out is drawn; the plan drafted, the script reviewed, the plan approved
 5 January   launched, and called until
30 January   the last working day; evaluated on 12 and 21 January and 2 February (下旬)
 2 March     the balances of February are there: final report; a second campaign is launched
             one manager has not begun, one is slow, one is ill without a cover: who is told
 4 March     the middle of a working morning: the desk is open
"""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils import timezone

AS_OF = date(2025, 12, 31)
FOUNDED, EARLIER_MONTHS = date(2025, 11, 1), 2  # the desk has stood since autumn, with October and November loaded
LOADED, PLANNED, STARTS, ENDS = date(2026, 1, 1), date(2026, 1, 4), date(2026, 1, 5), date(2026, 1, 31)
# The last day of each 旬, and the working day on which it is evaluated.
EVALUATIONS = (
    (date(2026, 1, 10), date(2026, 1, 12)),
    (date(2026, 1, 20), date(2026, 1, 21)),
    (date(2026, 1, 31), date(2026, 2, 2)),
)
CLOSED = date(2026, 2, 2)
LATER_MONTHS = 2  # January and February
CONCLUDED = date(2026, 3, 2)
SECOND_PLANNED = date(2026, 2, 27)
SECOND_STARTS, SECOND_ENDS = date(2026, 3, 2), date(2026, 3, 31)
AMENDED = date(2026, 3, 3)  # the second one, after its second day
NEXT_STARTS, NEXT_ENDS = date(2026, 4, 1), date(2026, 4, 30)  # of the plans that are still on the desks
TODAY = date(2026, 3, 4)
OPENS = time(10, 20)  # when the desk of the demo is opened
YEARS = (2025, 2026)


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """That time on the bank's clock."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def now() -> datetime:
    """The desk's time when the demo is opened."""
    return timezone.make_aware(datetime.combine(TODAY, OPENS))

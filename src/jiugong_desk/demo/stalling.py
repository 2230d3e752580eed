"""Who stalls the second campaign, and who is told: one has not begun, one is slow, one is ill and nobody stands in.

At half past eight the desk looks at everybody's pace. When the demo is opened, an alert stands with the head of the outlet
whose login is printed and one with the unit above the other outlet; where lists are long, one with the slow one himself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..calls import services as calls
from ..campaigns.models import Campaign
from ..duty import services as leave
from ..duty.models import Absence
from ..organisation.models import Posting, Staff
from ..supervision import services
from . import story
from .people import People

SECOND_DAY = date(2026, 3, 3)
SLOW, IDLE = 2, 3  # places among the managers of the outlet that is printed first; the first two call and are on leave
REPORTED, LOOKED = (8, 15), (8, 50)


@dataclass(frozen=True)
class Stalling:
    """`slow` makes one call on the first day, `idle` none; `ill` is away day by day, as `her_head` writes it down each morning."""

    slow: Staff
    idle: Staff
    ill: Staff
    her_head: Staff
    her_cover: Staff


def who(people: People) -> Stalling | None:
    """None in a bank whose outlets are too small for it."""
    here = [manager for manager in people.managers if manager.home == people["outlet_head"].home]
    there = [manager for manager in people.managers if manager.home != people["outlet_head"].home]
    second = [manager for manager in there if manager.home == there[0].home]
    heads = Posting.objects.filter(role="outlet_head", unit=second[0].home, ended_on=None) if second else None
    head = heads.select_related("staff").first() if heads is not None else None
    if len(here) <= IDLE or len(second) < 2 or head is None:
        return None
    return Stalling(here[SLOW], here[IDLE], second[-1], head.staff, second[-2])


def calls_of(people: People) -> dict[int, int]:
    """How many calls these make of themselves on a day, by staff id; all the others as many as are planned."""
    found = who(people)
    return {} if found is None else {found.slow.pk: 0, found.idle.pk: 0}


def morning(campaign: Campaign, people: People, day: date) -> None:
    """She reports ill, and the desk looks at everybody. On the first day the slow one tries once, and nobody answers."""
    found = who(people)
    if found is not None:
        leave.record(
            found.ill, first_day=day, last_day=day, kind="sick", cover=None, by=found.her_head,
            at=story.moment(day, *REPORTED),
        )  # fmt: skip
    services.watch(at=story.moment(day, *LOOKED))
    if found is not None and day == story.SECOND_STARTS:
        _nobody_answers(campaign, found.slow, at=story.moment(day, 10, 30))


def evening(people: People, day: date) -> None:
    """On the second day somebody is named after all, for the callbacks; too late for the day's calls."""
    found = who(people)
    if found is not None and day == SECOND_DAY:
        row = Absence.objects.everyone().get(staff=found.ill, first_day=day, cancelled_at=None)
        leave.change_cover(row, cover=found.her_cover, by=found.her_head, at=story.moment(day, 17, 40))


def reminded(campaign: Campaign, people: People) -> None:
    """This morning the head reminds the slow one, who reads it and makes a call."""
    found = who(people)
    if found is None:
        return
    head, at = people["outlet_head"], story.moment(story.TODAY, 10, 2)
    word = services.remind(found.slow, about="silent", note="上午先打三户，下午我们一起看名单。", by=head, at=at)
    services.acknowledge(word, by=found.slow, at=at + timedelta(minutes=5))
    _nobody_answers(campaign, found.slow, at=at + timedelta(minutes=7))


def _nobody_answers(campaign: Campaign, by: Staff, *, at: datetime) -> None:
    entry = calls.claim_next(campaign, by=by, at=at)
    if entry is not None:
        calls.show_number(entry, by=by, at=at)
        calls.record_outcome(
            entry, submission=f"demo-slow-{entry.ref}-{entry.attempts}", outcome="no_answer", by=by,
            at=at + timedelta(minutes=2),
        )  # fmt: skip

"""Training and leave in the demo: everybody passes before a launch; one has still to pass for April; one is on leave."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from ..campaigns.models import Campaign
from ..campaigns.schooling import about, open_training
from ..duty import queries as duty
from ..duty import services as leave
from ..organisation.models import Staff
from ..training import queries, services
from ..training.models import Enrolment
from . import story
from .people import People

LEAVE = (story.TODAY, date(2026, 3, 6))
STUMBLES = 4  # every so manieth answers once wrongly before he passes


def taught(campaign: Campaign, people: People, *, at: datetime, but: Iterable[Staff] = ()) -> None:
    """Within the hour all participants but these have passed the campaign's course.

    The approval opens it; of a plan that still waits for it, the planner lets people study the draft.
    """
    course = queries.course_about(about(campaign)) or open_training(campaign, by=people["planner"], at=at)
    left_out = {person.pk for person in but}
    for place, person in enumerate(people.managers):
        mine = queries.enrolment(course, person)
        if mine is None or person.pk in left_out:
            continue
        pass_course(mine, at=at, stumbles=place % STUMBLES == 1)


def pass_course(mine: Enrolment, *, at: datetime, stumbles: bool = False) -> None:
    """He reads everything and passes, at the second try if he stumbles."""
    _read(mine, at=at + timedelta(minutes=20))
    if stumbles:
        _answer(mine, rightly=False, at=at + timedelta(minutes=40))
    _answer(mine, rightly=True, at=at + timedelta(minutes=50))


def _read(mine: Enrolment, *, at: datetime) -> None:
    for number in range(1, len(queries.content_of(mine.version).sections) + 1):
        services.confirm_section(mine, number=number, by=mine.staff, at=at)


def _answer(mine: Enrolment, *, rightly: bool, at: datetime) -> None:
    """All right, or of every question the first option on the page."""
    number, picks = mine.attempts + 1, {}
    for at_question, (question, shown) in enumerate(
        zip(queries.content_of(mine.version).quiz, queries.orders(mine, number), strict=True)
    ):
        picks[at_question] = (
            [place for place, option in enumerate(shown) if option in question.right] if rightly else [0]
        )
    services.attempt(mine, number=number, picks=picks, by=mine.staff, at=at)


def on_leave(people: People) -> Staff | None:
    """The day before, the head records three days of a manager; the one whose login is printed stands in. Who is away."""
    head, at = people["outlet_head"], story.moment(story.TODAY - timedelta(days=1), 17, 55)
    callers = duty.callers_of(head)
    cover = people.managers[0]
    others = [person for person in callers if person.pk != cover.pk]
    if not others or len(others) == len(callers):
        return None
    leave.record(others[0], first_day=LEAVE[0], last_day=LEAVE[1], kind="annual", cover=cover, by=head, at=at)
    return others[0]

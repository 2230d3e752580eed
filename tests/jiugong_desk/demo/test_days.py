"""The clockwork of the simulated days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from jiugong_desk.core.clock import bank_date
from jiugong_desk.demo import story
from jiugong_desk.demo.days import SHIFTS, promised, shift_times, wished_slot
from jiugong_desk.demo.plans import FEWEST_CALLS, maturing, mortgage, payroll, prospects
from jiugong_desk.organisation.calendar import is_working_day
from jiugong_desk.organisation.services import seed_calendar

DAY = date(2026, 1, 7)  # a Wednesday
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize("count", [1, 2, 7, 60])
@pytest.mark.parametrize("late", [0.0, 0.5, 15 / 16])
def test_calls_are_spread_over_the_shifts(count, late):
    times = list(shift_times(DAY, count, late=late))
    assert len(times) == count
    assert times == sorted(times)
    for moment in times:
        clock = moment.astimezone(SHANGHAI).time()
        assert any(start <= clock < end for start, end in SHIFTS)


@pytest.fixture
def calendar(db):
    seed_calendar(years=story.YEARS, at=story.moment(story.LOADED, 6))


@pytest.mark.parametrize(
    ("asked", "hours", "due"),
    [
        (at(7, 10), 2, at(7, 14, 5)),  # noon: after lunch
        (at(7, 10), 5, at(7, 15)),
        (at(7, 16), 5, at(8, 9, 5)),  # evening: next morning
        (at(9, 16), 24, at(12, 9, 5)),  # a Saturday: Monday
        (at(7, 16), 16, at(8, 9, 5)),  # before opening
        (at(30, 16), 24, None),  # the campaign is over
    ],
)
def test_a_callback_is_promised_for_a_working_hour_of_the_campaign(calendar, asked, hours, due):
    assert promised(asked, hours, last=date(2026, 1, 31)) == due


def test_a_customer_comes_on_the_day_he_wished_or_on_the_last_that_is_free():
    free = [at(7, 15), at(8, 9), at(8, 10), at(12, 9)]
    assert wished_slot(free, DAY, 1) == at(8, 9)
    assert wished_slot(free, DAY, 2) == at(12, 9)
    assert wished_slot(free, DAY, 5) == at(12, 9)
    assert wished_slot(free[:1], DAY, 1) is None


def test_every_act_of_the_story_falls_on_a_working_day(calendar):
    acts = [story.PLANNED, story.STARTS, story.CLOSED, story.CONCLUDED, story.SECOND_PLANNED, story.SECOND_STARTS]
    acts += [on for _, on in story.EVALUATIONS] + [story.TODAY, story.TODAY - timedelta(days=1)]
    assert [day for day in acts if not is_working_day(day)] == []
    assert bank_date(story.now()) == story.TODAY


def test_plans_grow_with_the_bank():
    for plan in (mortgage, payroll, maturing, prospects):
        small, usual = plan(1_000, 1), plan(20_000, 1)
        assert 0 < small.holdout < usual.holdout
        assert FEWEST_CALLS <= small.daily_calls <= usual.daily_calls
    assert mortgage(20_000, 1).holdout == 200
    assert mortgage(100_000, 1).daily_calls == 30
    assert mortgage(20_000, 1).seed != mortgage(20_000, 2).seed

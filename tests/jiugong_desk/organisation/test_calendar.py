"""Working days: the weekly rule, public holidays, weekend days that are worked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.organisation import calendar, services
from jiugong_desk.organisation.models import CalendarDay
from tests.support.cast import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def year_2026() -> None:
    services.seed_calendar(years=[2026], at=NOW)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 1, 1), False),  # New Year
        (date(2026, 1, 2), False),  # Friday given off for the worked Sunday
        (date(2026, 1, 4), True),  # that Sunday
        (date(2026, 1, 5), True),
        (date(2026, 1, 10), False),  # a plain Saturday
        (date(2026, 2, 14), True),  # Saturday worked for the Spring Festival
        (date(2026, 2, 17), False),  # Spring Festival
        (date(2026, 10, 10), True),
    ],
)
def test_the_year_2026(year_2026, day, working):
    assert calendar.is_working_day(day) is working


def test_a_year_without_a_calendar_follows_the_week():
    assert [calendar.is_working_day(date(2031, 5, 5) + timedelta(days=n)) for n in range(7)] == [True] * 5 + [False] * 2


def test_working_days_ask_the_same_as_day_by_day(year_2026):
    start, end = date(2025, 12, 20), date(2026, 3, 15)
    days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    assert calendar.working_days(start, end) == [day for day in days if calendar.is_working_day(day)]
    assert calendar.working_days(end, start) == []


def test_next_working_days_step_over_the_spring_festival(year_2026):
    assert calendar.next_working_days(date(2026, 2, 14), 2) == [date(2026, 2, 24), date(2026, 2, 25)]
    assert calendar.next_working_days(date(2026, 2, 14), 0) == []


def test_next_working_days_reach_beyond_one_look_ahead(year_2026):
    many = calendar.next_working_days(date(2026, 1, 4), 120)
    assert len(many) == len(set(many)) == 120
    assert many == calendar.working_days(date(2026, 1, 5), many[-1])


def test_working_days_cost_one_query(year_2026, django_assert_num_queries):
    with django_assert_num_queries(1):
        calendar.working_days(date(2026, 1, 1), date(2026, 12, 31))


def test_seeding_again_changes_nothing_and_keeps_the_banks_own_days(year_2026):
    CalendarDay.objects.filter(day=date(2026, 10, 10)).update(is_working=False, note="行庆")
    assert services.seed_calendar(years=[2026], at=NOW) == 0
    assert not calendar.is_working_day(date(2026, 10, 10))
    assert AuditRecord.objects.filter(verb="calendar.seeded").count() == 1


def test_only_days_that_differ_from_the_week_are_kept(year_2026):
    assert all(day.is_working != calendar.weekly_rule(day.day) for day in CalendarDay.objects.all())

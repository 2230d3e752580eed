"""The bank's ten days tile the calendar; months around a campaign touch neither its first nor its last day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.evaluation import periods

days = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@given(days)
def test_every_day_lies_in_exactly_one_period_which_is_the_same_for_all_its_days(day):
    period = periods.ten_days_of(day)
    assert day in period
    assert 8 <= (period.end - period.start).days + 1 <= 11
    assert period.start.month == period.end.month == day.month
    for other in (period.start, period.end):
        assert periods.ten_days_of(other) == period
    assert periods.ten_days_of(period.end + timedelta(days=1)).start == period.end + timedelta(days=1)
    assert periods.ten_days_of(period.start - timedelta(days=1)).end == period.start - timedelta(days=1)


@given(days, st.integers(0, 400))
def test_periods_between_cover_the_days_without_gap_or_overlap(start, length):
    end = start + timedelta(days=length)
    found = periods.ten_days_between(start, end)
    assert start in found[0]
    assert end in found[-1]
    for one, following in pairwise(found):
        assert following.start == one.end + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "end", "name"),
    [
        (date(2026, 1, 1), date(2026, 1, 10), "2026年1月上旬"),
        (date(2026, 1, 10), date(2026, 1, 10), "2026年1月上旬"),
        (date(2026, 1, 11), date(2026, 1, 20), "2026年1月中旬"),
        (date(2026, 1, 31), date(2026, 1, 31), "2026年1月下旬"),
        (date(2028, 2, 29), date(2028, 2, 29), "2028年2月下旬"),
        (date(2027, 2, 21), date(2027, 2, 28), "2027年2月下旬"),
    ],
)
def test_periods_by_name_and_end(day, end, name):
    assert periods.ten_days_of(day).end == end
    assert periods.ten_days_name(day) == name


@given(days, st.integers(0, 120), st.integers(1, 4))
def test_base_is_over_before_the_campaign_and_the_outcome_begins_after_it(start, length, count):
    end = start + timedelta(days=length)
    base, outcome = periods.base_months(start, count), periods.outcome_months(end, count)
    assert len(base) == len(outcome) == count
    assert periods.last_day_of_month(base[-1]) < start
    assert (start - periods.last_day_of_month(base[-1])).days <= 31
    assert outcome[0] > end
    assert (outcome[0] - end).days <= 31
    for months in (base, outcome):
        assert all(month.day == 1 for month in months)
        assert list(months) == sorted(set(months))


@given(days, st.integers(-60, 60))
def test_months_ahead_and_back_again(day, count):
    month = day.replace(day=1)
    assert periods.month_after(periods.month_after(month, count), -count) == month


@pytest.mark.parametrize(("window", "months"), [(10, 1), (30, 1), (59, 1), (60, 2), (90, 3)])
def test_a_window_of_thirty_days_is_one_whole_month(window, months):
    assert periods.months_measured(window) == months

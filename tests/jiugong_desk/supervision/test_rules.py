"""What somebody is doing this minute, and how urgent it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.calls.bridge import calling
from jiugong_desk.calls.day import elapsed_share
from jiugong_desk.consent.rules import within_hours
from jiugong_desk.supervision import rules, words
from jiugong_desk.supervision.rules import Hour, Seen
from tests.support.cast import NOW, SHANGHAI

SPANS = [(time(9), time(12)), (time(14), time(20))]
SILENCE = 15
AT_WORK = Seen(left=20, due=5, last_at=NOW - timedelta(minutes=3))
moments = st.builds(
    lambda minutes: datetime(2026, 1, 7, tzinfo=SHANGHAI) + timedelta(minutes=minutes), st.integers(0, 24 * 60 - 1)
)
people = st.builds(
    Seen, away=st.booleans(), covered=st.booleans(), calling=st.booleans(), receiving=st.booleans(), paused=st.booleans(),
    untaught=st.booleans(), fulfilled=st.booleans(), left=st.integers(0, 50), due=st.integers(0, 50),
    last_at=st.none() | st.integers(0, 600).map(lambda minutes: NOW - timedelta(minutes=minutes)),
)  # fmt: skip


def hour(now: datetime = NOW, *, working: bool = True) -> Hour:
    return rules.hour_of(now, is_working_day=working, hours=SPANS)


def state(seen: Seen, now: datetime = NOW, *, working: bool = True) -> str:
    return rules.state_of(seen, hour(now, working=working), silence_minutes=SILENCE)


@given(moments, st.booleans())
def test_the_hours_are_those_of_the_rule_about_calling(now, working):
    found = hour(now, working=working)
    assert (found.opened is not None) == bool(within_hours(now, is_working_day=working, calling=calling()))
    if working:
        assert found.elapsed == pytest.approx(elapsed_share(now, calling()))


@given(people, moments)
def test_everybody_is_in_one_state_that_has_words(seen, now):
    assert state(seen, now) in words.STATES.keys() & words.COLOURS.keys() & rules.WEIGHTS.keys()


@given(people, moments, st.booleans())
def test_nobody_is_silent_who_is_away_or_busy_or_has_nobody_to_call_or_may_not_call(seen, now, working):
    if state(seen, now, working=working) == "silent":
        assert working
        assert not any((seen.away, seen.calling, seen.receiving, seen.paused, seen.untaught, seen.fulfilled))
        assert seen.left
        assert seen.due
        assert within_hours(now, is_working_day=working, calling=calling())
        assert seen.last_at is None or now - seen.last_at > timedelta(minutes=SILENCE)


@pytest.mark.parametrize(
    ("seen", "now", "said"),
    [
        (AT_WORK, NOW, "idle"),
        (
            replace(AT_WORK, last_at=NOW - timedelta(minutes=15)),
            NOW,
            "idle",
        ),  # fifteen minutes are not more than fifteen
        (replace(AT_WORK, last_at=NOW - timedelta(minutes=16)), NOW, "silent"),
        (replace(AT_WORK, last_at=None), NOW, "silent"),
        (replace(AT_WORK, last_at=None), NOW.replace(hour=9, minute=14), "idle"),  # the day has just begun
        (AT_WORK, NOW.replace(hour=14, minute=5), "idle"),  # and so has the afternoon
        (AT_WORK, NOW.replace(hour=13), "closed"),
        (replace(AT_WORK, calling=True, last_at=None), NOW, "calling"),
        (replace(AT_WORK, receiving=True, last_at=None), NOW, "receiving"),
        (replace(AT_WORK, fulfilled=True, last_at=None), NOW, "idle"),
        (replace(AT_WORK, paused=True, last_at=None), NOW, "paused"),
        (replace(AT_WORK, due=0, last_at=None), NOW, "waiting"),
        (replace(AT_WORK, left=0, due=0), NOW, "exhausted"),
        (replace(AT_WORK, left=0, due=0, untaught=True), NOW, "untrained"),
        (replace(AT_WORK, away=True), NOW, "away"),
        (replace(AT_WORK, away=True, covered=True), NOW, "covered"),
    ],
)
def test_of_several_states_the_one_that_explains_the_others(seen, now, said):
    assert state(seen, now) == said


def test_on_a_holiday_nobody_is_called_silent():
    assert state(replace(AT_WORK, last_at=None), working=False) == "closed"
    assert hour(working=False).elapsed == 0


def test_silence_begins_with_the_calling_hours():
    assert rules.silence(Seen(), hour(NOW.replace(hour=14, minute=20))) == timedelta(minutes=20)
    assert rules.silence(Seen(last_at=NOW), hour(NOW.replace(hour=13))) == timedelta()


@given(st.sampled_from(list(words.STATES)), st.floats(0, 1), st.floats(0, 1))
def test_a_worse_light_and_a_larger_gap_never_stand_lower(state, gap, other):
    green, yellow, red = (rules.risk(state, light=light, behind=gap) for light in ("green", "yellow", "red"))
    assert green <= yellow <= red
    assert (rules.risk(state, behind=gap) <= rules.risk(state, behind=other)) == (gap <= other)


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_gap_is_a_share(done, expected):
    assert 0 <= rules.shortfall(done, expected) <= 1
    assert (rules.shortfall(done, expected) == 0) == (done >= expected)


def test_a_moment_without_zone_of_the_bank_is_read_as_the_banks():
    assert hour(NOW.astimezone(timezone.get_fixed_timezone(0))) == hour(NOW)

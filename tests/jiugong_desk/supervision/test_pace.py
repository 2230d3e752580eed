"""How far somebody is behind the even pace of his list, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jiugong_desk.supervision import pace, words
from jiugong_desk.supervision.bridge import Supervision, supervision
from jiugong_desk.supervision.pace import GREEN, ORDER, RED, Work

ATTEMPTS = 3
LIMITS: Supervision = supervision()
STEADY = Work(listed=100, left=50, calls_left=150, begun=True, days=20, passed=10.0, a_day=40)


@st.composite
def works(draw) -> Work:
    listed = draw(st.integers(0, 300))
    left = draw(st.integers(0, listed))
    days = draw(st.integers(0, 40))
    return Work(
        listed=listed, left=left, calls_left=draw(st.integers(left, left * ATTEMPTS)), begun=draw(st.booleans()), days=days,
        passed=draw(st.floats(0, days)), a_day=draw(st.integers(0, 60)), away=draw(st.booleans()),
        covered=draw(st.booleans()), trained=draw(st.booleans()), faults=draw(st.integers(0, 3)),
        others_left=draw(st.integers(0, 5)),
    )  # fmt: skip


def assess(work: Work) -> pace.Finding:
    return pace.assess(work, attempts=ATTEMPTS, limits=LIMITS)


@given(works())
def test_green_needs_no_reason_and_the_others_have_one_with_words(work):
    found = assess(work)
    assert (found.light == GREEN) == (not found.reason)
    if found.reason:
        assert all(isinstance(str(text), str) for text in words.REASONS[found.reason])
    assert found.light in words.LIGHTS
    assert 0 <= found.settled <= work.listed * ATTEMPTS
    assert found.needed >= 0


@given(works())
def test_who_calls_more_never_stands_worse(work):
    assume(work.calls_left > work.left)
    more = replace(work, calls_left=work.calls_left - 1, begun=True)
    assert pace.behind_of(more, ATTEMPTS) <= pace.behind_of(work, ATTEMPTS)
    assert assess(more).weight <= assess(work).weight


@given(works(), st.floats(0, 5))
def test_time_alone_never_makes_it_better(work, hours):
    assume(work.passed + hours <= work.days and work.left)
    later = replace(work, passed=work.passed + hours)
    assert pace.behind_of(later, ATTEMPTS) >= pace.behind_of(work, ATTEMPTS)


@given(works())
def test_at_the_even_pace_or_ahead_of_it_nobody_is_late(work):
    """With the whole of it reckoned by hand: what should be settled by now is settled."""
    assume(work.days)
    total = work.listed * ATTEMPTS
    should = total * work.passed / work.days
    if total - work.calls_left >= should:
        assert pace.by_days(pace.behind_of(work, ATTEMPTS), LIMITS) == GREEN


@given(works())
def test_a_list_that_is_done_is_late_in_nothing(work):
    done = replace(work, left=0, calls_left=0, others_left=0)
    assert assess(done).light == GREEN


@given(works(), st.integers(1, 5))
def test_days_of_leave_before_and_after_change_nothing(work, more):
    """What the roster does not count is not in `days`: a longer campaign with as many days on duty is the same work."""
    assume(work.days)
    doubled = replace(work, listed=work.listed * more, left=work.left * more, calls_left=work.calls_left * more)
    assert pace.behind_of(doubled, ATTEMPTS) == pytest.approx(pace.behind_of(work, ATTEMPTS), abs=1e-6)


@given(works())
def test_who_has_caught_up_is_green_and_not_near_the_limit(work):
    found = assess(work)
    if pace.is_recovered(found, LIMITS):
        assert found.light == GREEN
        assert found.behind <= LIMITS.days_behind / 2


@pytest.mark.parametrize(
    ("work", "light", "reason"),
    [
        (STEADY, "green", ""),
        (replace(STEADY, calls_left=165), "yellow", "slow"),  # 10 days should settle 150 of 300; 135 are: one day late
        (replace(STEADY, left=65, calls_left=195), "red", "slow"),
        (replace(STEADY, left=100, calls_left=300, begun=False), "red", "not_begun"),
        (replace(STEADY, left=100, calls_left=300, a_day=20), "red", "overloaded"),  # 30 a day, and 20 can be made
        (replace(STEADY, away=True, calls_left=10, left=10), "red", "uncovered"),
        (replace(STEADY, away=True, covered=True), "green", ""),
        (replace(STEADY, away=True, trained=False, covered=True), "green", ""),
        (replace(STEADY, trained=False), "yellow", "untrained"),
        (replace(STEADY, left=65, calls_left=195, trained=False), "red", "untrained"),
        (replace(STEADY, faults=2), "yellow", "line"),
        (replace(STEADY, faults=1), "green", ""),
        (replace(STEADY, left=0, calls_left=0, others_left=9), "yellow", "exhausted"),
        (replace(STEADY, left=0, calls_left=0, passed=20.0, others_left=9), "green", ""),
        (Work(0, 0, 0, begun=False, days=20, passed=10.0, a_day=40, others_left=9), "green", ""),  # dealt nothing
        (replace(STEADY, days=0, passed=0.0), "green", ""),  # on leave for the whole of it
    ],
)
def test_the_light_and_the_reason_that_somebody_can_act_on(work, light, reason):
    assert (assess(work).light, assess(work).reason) == (light, reason)


def test_what_is_needed_a_day_until_the_end():
    assert assess(STEADY).needed == 15
    assert assess(replace(STEADY, passed=19.5)).needed == 150  # the last day is a day
    assert assess(replace(STEADY, passed=20.0)).needed == 150
    assert (assess(STEADY).settled, assess(STEADY).expected) == (150, 150)


def test_the_limits_are_the_policys():
    assert pace.by_days(float(LIMITS.days_behind), LIMITS) == "yellow"
    assert pace.by_days(float(LIMITS.days_behind) - 0.01, LIMITS) == "green"
    assert pace.by_days(float(LIMITS.days_far_behind), LIMITS) == RED
    assert tuple(words.LIGHTS) == ORDER

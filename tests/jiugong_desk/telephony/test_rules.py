"""A telephone call does not depend on how its messages came."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.telephony import rules
from jiugong_desk.telephony.rules import Heard
from tests.jiugong_desk.telephony.plain import plain_calls
from tests.support.cast import NOW


def heard(kind: str, seconds: float = 0, line: str = "a", **values) -> Heard:
    return Heard((1, line), kind, NOW + timedelta(seconds=seconds), **values)


MESSAGES = st.builds(
    heard,
    st.sampled_from(("ringing", "answered", "ended", "recording")),
    st.integers(-50, 50),
    st.sampled_from("ab"),
).flatmap(
    lambda one: st.builds(
        replace,
        st.just(one),
        about=st.sampled_from(("", "", "ref2", "ref3")),
        recording=st.sampled_from(("r1", "r2")) if one.kind == "recording" else st.just(""),
        talk_seconds=st.none() | st.integers(0, 90) if one.kind == "ended" else st.none(),
    )
)


@given(st.data(), st.lists(MESSAGES, max_size=12))
def test_any_order_and_any_doubling_gives_the_same_calls(data, messages):
    doubled = messages + data.draw(st.lists(st.sampled_from(messages), max_size=5)) if messages else []
    shuffled = data.draw(st.permutations(doubled))
    assert rules.calls(shuffled) == rules.calls(messages)


@given(st.lists(MESSAGES, max_size=12))
def test_the_same_as_reading_them_one_after_the_other(messages):
    made = {
        call.line: {
            name: getattr(call, name)
            for name in ("ringing_since", "answered_at", "ended_at", "talk_seconds", "about", "recordings")
        }
        for call in rules.calls(messages)
    }
    assert made == plain_calls(messages)


@given(st.lists(MESSAGES, max_size=8), MESSAGES)
def test_one_more_message_never_takes_an_end_or_an_answer_away(messages, more):
    before = {call.line: call for call in rules.calls(messages)}
    after = {call.line: call for call in rules.calls([*messages, more])}
    for line, call in before.items():
        assert not call.answered_at or after[line].answered_at <= call.answered_at
        assert not call.ended_at or after[line].ended_at >= call.ended_at


def test_a_plain_call():
    messages = [heard("ringing"), heard("answered", 8), heard("ended", 68), heard("recording", 70, recording="r/1")]
    (call,) = rules.calls(messages)
    assert (call.state, call.talk_seconds, call.recordings, call.began) == ("ended", 60, ("r/1",), NOW)
    assert rules.calls([heard("ended", 20)])[0].talk_seconds == 0
    assert rules.calls([heard("answered"), heard("ended", 20, talk_seconds=17)])[0].talk_seconds == 17
    assert rules.calls([heard("answered", 9), heard("ended", 2)])[0].talk_seconds == 0


@pytest.mark.parametrize(
    ("messages", "after", "state"),
    [
        ([heard("ringing")], 60, "ringing"),
        ([heard("ringing")], 301, None),
        ([heard("ringing"), heard("answered", 5)], 3600, "talking"),
        ([heard("ringing"), heard("answered", 5)], 5 * 3600, None),
        ([heard("answered"), heard("ended", 30)], 29 * 60, "ended"),
        ([heard("answered"), heard("ended", 30)], 31 * 60, None),
        ([heard("recording", recording="r")], 60, None),
        ([], 0, None),
    ],
)
def test_the_current_call_and_when_its_end_was_lost(messages, after, state):
    found = rules.current(rules.calls(messages), NOW + timedelta(seconds=after))
    assert (found.state if found else None) == state


def test_the_current_call_is_the_one_that_began_last():
    first = [heard("ringing", 0, "a"), heard("answered", 2, "a"), heard("ended", 60, "a")]
    second = [heard("ringing", 90, "b")]
    found = rules.current(rules.calls([*second, *first]), NOW + timedelta(seconds=100))
    assert found.line == (1, "b")
    assert found.is_going_on()

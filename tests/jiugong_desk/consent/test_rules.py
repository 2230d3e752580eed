"""The one rule about calling: every refusal has its words, unknown facts refuse, and the edges of time are exact."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong.policy import Calling, load_policy
from jiugong_desk.consent.channels import Channel
from jiugong_desk.consent.rules import (
    SENTENCES,
    WHO,
    ContactFacts,
    Reached,
    eligibility,
    may_call,
    reason,
    within_hours,
)
from tests.support.cast import NOW, SHANGHAI

CALLING, CONTACT = load_policy().calling, load_policy().contact
FINE = ContactFacts(
    status="active", consent=True, do_not_call=False, complaint_open=False, loan_decision_pending=False,
    has_mobile=True, born=date(1988, 5, 1), held_out=False, in_running_campaign=True, offers_suit=True,
)  # fmt: skip
KNOWN = ("consent", "do_not_call", "complaint_open", "loan_decision_pending", "has_mobile")
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 1)).map(lambda at: at.replace(tzinfo=SHANGHAI))  # noqa: DTZ001
UNKNOWABLE = ("held_out", "in_running_campaign", "offers_suit", "attempts", "contacts", "born")
maybe = st.sampled_from([True, False, None])
contacts_of_anybody = st.lists(st.builds(Reached, moments, st.sampled_from(Channel.values)), max_size=6).map(tuple)
facts_of_anybody = st.builds(
    ContactFacts,
    status=st.sampled_from(["active", "deceased", "frozen", "employee", "closed", ""]),
    consent=maybe, do_not_call=maybe, complaint_open=maybe, loan_decision_pending=maybe, has_mobile=maybe,
    held_out=maybe, in_running_campaign=maybe, offers_suit=maybe,
    attempts=st.none() | st.integers(0, 5),
    born=st.none() | st.dates(date(1930, 1, 1), date(2008, 1, 1)),
    last_attempt_at=st.none() | moments, callback_at=st.none() | moments, contacts=st.none() | contacts_of_anybody,
)  # fmt: skip


def asked(facts: ContactFacts, now: datetime = NOW, *, working: bool = True, calling: Calling = CALLING):
    return may_call(facts, now=now, is_working_day=working, calling=calling, contact=CONTACT)


def codes(facts: ContactFacts, now: datetime = NOW, *, working: bool = True, calling: Calling = CALLING):
    return asked(facts, now, working=working, calling=calling).codes


def called(*ago: timedelta) -> tuple[Reached, ...]:
    return tuple(Reached(NOW - each, "call") for each in ago)


def test_somebody_without_any_reason_against_may_be_called():
    assert codes(FINE) == ()
    assert eligibility(FINE).allowed


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"do_not_call": True}, "do_not_call"),
        ({"status": "deceased"}, "not_active"),
        ({"status": "employee"}, "not_active"),
        ({"consent": False}, "no_consent"),
        ({"complaint_open": True}, "complaint_open"),
        ({"loan_decision_pending": True}, "loan_decision_pending"),
        ({"loan_decision_pending": None}, "loan_decision_unknown"),
        ({"has_mobile": False}, "no_mobile"),
    ],
)
def test_lasting_reasons_keep_somebody_off_a_list_and_off_the_phone(change, code):
    facts = replace(FINE, **change)
    assert eligibility(facts).codes == (code,)
    assert codes(facts) == (code,)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"held_out": True}, "held_out"),
        ({"held_out": None}, "held_out"),
        ({"in_running_campaign": False}, "campaign_not_running"),
        ({"in_running_campaign": None}, "campaign_not_running"),
        ({"offers_suit": False}, "nothing_suits"),
        ({"offers_suit": None}, "nothing_suits"),
        ({"attempts": 3}, "attempts_used"),
        ({"attempts": None}, "attempts_used"),
    ],
)
def test_reasons_of_one_campaign_do_not_touch_eligibility(change, code):
    facts = replace(FINE, **change)
    assert eligibility(facts).allowed
    assert codes(facts) == (code,)


@pytest.mark.parametrize("name", KNOWN)
def test_a_fact_that_nobody_knows_refuses(name):
    assert not eligibility(replace(FINE, **{name: None})).allowed


def test_facts_without_a_campaign_refuse():
    bare = ContactFacts("active", True, False, False, False, True)
    assert codes(bare) == ("campaign_not_running", "nothing_suits")


@pytest.mark.parametrize(
    ("clock", "allowed"),
    [
        ("08:59:59", False), ("09:00:00", True), ("11:59:59", True), ("12:00:00", False), ("13:59:00", False),
        ("13:59:59", False), ("14:00:00", True), ("19:59:59", True), ("20:00:00", False), ("21:00:00", False),
        ("00:00:00", False), ("23:59:59", False),
    ],
)  # fmt: skip
def test_the_edges_of_the_hours(clock, allowed):
    now = datetime.combine(NOW.date(), time.fromisoformat(clock), SHANGHAI)
    assert (codes(FINE, now) == ()) is allowed
    if not allowed:
        assert codes(FINE, now) == ("outside_hours",)


@pytest.mark.parametrize(
    ("utc", "allowed"),
    [
        (datetime(2026, 1, 7, 0, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 1, 7, 1, 0, tzinfo=UTC), True),  # 09:00 in Shanghai
        (datetime(2026, 1, 6, 16, 30, tzinfo=UTC), False),  # already the 7th in Shanghai, still the 6th in UTC
        (datetime(2026, 1, 7, 12, 0, tzinfo=UTC), False),  # 20:00 in Shanghai, noon in UTC
        (datetime(2026, 1, 7, 11, 59, 59, tzinfo=UTC), True),
    ],
)
def test_the_hours_are_the_banks_whatever_zone_the_moment_came_in(utc, allowed):
    assert within_hours(utc, is_working_day=True, calling=CALLING).allowed is allowed


def test_holidays_refuse_unless_the_policy_allows_them():
    assert codes(FINE, working=False) == ("not_working_day",)
    assert codes(FINE, working=False, calling=replace(CALLING, on_public_holidays=True)) == ()


def test_a_function_in_place_of_the_answer_does_not_open_the_day():
    assert codes(FINE, working=lambda day: True) == ("not_working_day",)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ago", "allowed"),
    [
        (timedelta(hours=4), True),
        (timedelta(hours=3, minutes=59, seconds=59), False),
        (timedelta(hours=-1), False),  # a clock ran ahead: still too soon
    ],
)
def test_attempts_keep_their_distance(ago, allowed):
    verdict = codes(replace(FINE, attempts=1, last_attempt_at=NOW - ago))
    assert verdict == (() if allowed else ("too_soon",))


@pytest.mark.parametrize(("ago", "allowed"), [(timedelta(days=7), True), (timedelta(days=6, hours=23), False)])
def test_one_reached_call_in_seven_days_over_all_campaigns(ago, allowed):
    assert codes(replace(FINE, contacts=called(ago))) == (() if allowed else ("reached_recently",))


def test_a_wider_cap_counts_the_contacts_before_the_last():
    two = replace(CALLING, reached_calls_per_7_days=2)
    once = replace(FINE, contacts=called(timedelta(days=1)))
    assert codes(once, calling=two) == ()
    twice = replace(FINE, contacts=called(timedelta(days=1), timedelta(days=5)))
    assert codes(twice, calling=two) == ("reached_recently", "marketing_week")
    verdict = asked(twice, calling=two)
    assert str(verdict.reasons[0].remedy).startswith("2026-01-09 10:30")  # when the older one leaves the window
    assert codes(replace(FINE, contacts=called(timedelta(days=1), timedelta(days=8))), calling=two) == ()


def test_a_cap_of_nought_allows_no_call():
    assert codes(FINE, calling=replace(CALLING, reached_calls_per_7_days=0)) == ("reached_recently",)


RECENT = replace(FINE, attempts=1, last_attempt_at=NOW - timedelta(minutes=40), contacts=called(timedelta(minutes=40)))


def test_a_promised_callback_lifts_spacing_and_cap_when_it_is_due():
    assert codes(RECENT) == ("too_soon", "reached_recently")
    assert codes(replace(RECENT, callback_at=NOW)) == ()
    assert codes(replace(RECENT, callback_at=NOW + timedelta(seconds=1))) == ("too_soon", "reached_recently")


def test_a_promise_serves_once():
    tried_since = replace(RECENT, callback_at=NOW - timedelta(minutes=50))
    assert codes(tried_since) == ("too_soon", "reached_recently")


def test_a_promise_lifts_nothing_else():
    promised = replace(RECENT, callback_at=NOW, attempts=3, do_not_call=True, held_out=True)
    assert codes(promised) == ("do_not_call", "held_out", "attempts_used")
    evening = NOW.replace(hour=20)
    assert codes(replace(RECENT, callback_at=evening), evening, working=False) == ("not_working_day", "outside_hours")


@given(facts=facts_of_anybody, now=moments, working=st.booleans())
def test_allowed_means_that_every_fact_is_known_and_in_favour(facts, now, working):
    if asked(facts, now, working=working):
        assert working
        assert facts.status == "active"
        assert facts.consent is True
        assert facts.do_not_call is False
        assert facts.complaint_open is False
        assert facts.loan_decision_pending is False
        assert facts.has_mobile is True
        assert facts.held_out is False
        assert facts.in_running_campaign is True
        assert facts.offers_suit is True
        assert facts.attempts is not None
        assert facts.attempts < 3
        assert 9 <= now.hour < 12 or 14 <= now.hour < 20


@given(facts=facts_of_anybody, now=moments, working=st.booleans())
def test_whoever_is_not_eligible_may_not_be_called_either(facts, now, working):
    lasting = eligibility(facts).codes
    assert asked(facts, now, working=working).codes[: len(lasting)] == lasting


@given(facts=facts_of_anybody, now=moments, working=st.booleans(), name=st.sampled_from([*KNOWN, *UNKNOWABLE]))
def test_knowing_less_never_allows_more(facts, now, working, name):
    less = replace(facts, **{name: None})
    if not asked(facts, now, working=working):
        assert not asked(less, now, working=working)


@given(facts=facts_of_anybody, now=moments, working=st.booleans())
def test_every_refusal_has_code_sentence_and_remedy(facts, now, working):
    for found in asked(facts, now, working=working).reasons:
        assert found.code in SENTENCES
        for words in (str(found), str(found.remedy)):
            assert words.endswith("。")
            assert "{" not in words
        assert str(found.who)


def test_every_code_says_who_can_lift_it():
    assert set(WHO) == set(SENTENCES)
    assert all(str(who).strip() for who in WHO.values())


def test_an_unknown_code_is_a_programming_error():
    with pytest.raises(KeyError):
        reason("because")

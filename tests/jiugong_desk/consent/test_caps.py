"""The caps over all channels: nobody is contacted more often than they say, whatever the order of what is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong.policy import load_policy
from jiugong.policy.rules import CHANNELS, SUBJECTS
from jiugong_desk.consent.caps import caps_on, most_counted, used_up
from jiugong_desk.consent.channels import Channel, Subject
from jiugong_desk.consent.rules import ContactFacts, Reached, ask_again_at, budget, may_call, may_contact, senior_hours
from tests.support.cast import NOW, SHANGHAI

CALLING, CONTACT = load_policy().calling, load_policy().contact
DAY = timedelta(days=1)
FINE = ContactFacts(
    status="active", consent=True, do_not_call=False, complaint_open=False, loan_decision_pending=False,
    has_mobile=True, born=date(1988, 5, 1), held_out=False, in_running_campaign=True, offers_suit=True,
)  # fmt: skip
channels = st.sampled_from(Channel.values)
ago = st.integers(-3 * 24, 40 * 24).map(lambda hours: NOW - timedelta(hours=hours))
histories = st.lists(st.builds(Reached, ago, channels), max_size=12).map(tuple)
limits = st.integers(0, 5)
policies = st.builds(
    lambda week, month, each: replace(
        CONTACT, marketing_per_7_days=week, marketing_per_30_days=month, channel_per_30_days=each
    ),
    limits, limits, st.fixed_dictionaries(dict.fromkeys(CHANNELS, limits)),
)  # fmt: skip


def asked(
    facts: ContactFacts, channel: str, *, now: datetime = NOW, kind: str = "marketing", contact=CONTACT, subject=""
):
    """The one question, however it is put."""
    facts = replace(facts, channel=channel)
    if channel == "call" and kind == "marketing":
        return may_call(facts, now=now, is_working_day=True, calling=CALLING, contact=contact)
    return may_contact(facts, kind=kind, subject=subject, now=now, calling=CALLING, contact=contact)


def test_the_policy_and_the_desk_know_the_same_channels_and_subjects():
    assert tuple(Channel.values) == CHANNELS
    assert set(Subject.values) == set(SUBJECTS)


@pytest.mark.parametrize("channel", Channel.values)
def test_somebody_without_a_past_may_be_contacted_over_each_channel(channel):
    assert asked(FINE, channel).allowed
    assert asked(FINE, channel, kind="service", subject="maturity").allowed


def past(*contacts: tuple[int, str]) -> ContactFacts:
    return replace(FINE, contacts=tuple(Reached(NOW - days * DAY, channel) for days, channel in contacts))


@pytest.mark.parametrize(
    ("contacts", "channel", "codes"),
    [
        ([(6, "sms"), (5, "wecom")], "call", ("marketing_week",)),
        ([(7, "sms"), (5, "wecom")], "call", ()),
        ([(8, "sms"), (9, "sms")], "sms", ("channel_month",)),
        ([(8, "sms"), (30, "sms")], "sms", ()),
        ([(8, "sms"), (9, "sms")], "wecom", ()),
        ([(29, "sms"), (20, "visit"), (9, "call"), (8, "call")], "wecom", ("marketing_month",)),
        ([(1, "call")], "sms", ()),
        ([(1, "call")], "call", ("reached_recently",)),
        ([(1, "sms")], "call", ()),
    ],
)
def test_the_caps_over_all_channels_and_over_each(contacts, channel, codes):
    assert asked(past(*contacts), channel).codes == codes


def test_the_refusal_says_when_it_is_over():
    (found,) = asked(past((6, "sms"), (5, "wecom")), "call").reasons
    assert str(found) == "最近 7 天内，各渠道营销联系合计已达 2 次。"
    assert str(found.remedy) == "2026-01-08 10:30 以后可再联系。"
    (found,) = asked(past((8, "sms"), (9, "sms")), "sms").reasons
    assert str(found) == "最近 30 天内，短信营销已达 2 次。"
    (found,) = asked(FINE, "visit", contact=replace(CONTACT, channel_per_30_days=dict.fromkeys(CHANNELS, 0))).reasons
    assert str(found.remedy) == "— 以后可再联系。"


@given(facts=histories, more=st.builds(Reached, ago, channels), channel=channels, contact=policies)
def test_one_more_contact_never_allows_more(facts, more, channel, contact):
    before = asked(replace(FINE, contacts=facts), channel, contact=contact)
    after = asked(replace(FINE, contacts=(*facts, more)), channel, contact=contact)
    assert set(before.codes) <= set(after.codes)


@given(
    wishes=st.lists(st.tuples(st.integers(0, 60 * 24), channels), max_size=60),
    contact=policies,
)
def test_the_caps_hold_for_whatever_is_tried_in_any_order(wishes, contact):
    """Everybody tries what he likes at any hour of sixty days; what the rule allows is done. Then it is all counted."""
    start = datetime(2026, 3, 1, tzinfo=SHANGHAI)
    done: list[Reached] = []
    for hours, channel in sorted(wishes):
        now = start + timedelta(hours=hours)
        facts = replace(FINE, contacts=tuple(done))
        if asked(facts, channel, now=now, contact=contact):
            done.append(Reached(now, channel))
    for end in (one.at for one in done):
        week = [one for one in done if end - timedelta(days=7) < one.at <= end]
        month = [one for one in done if end - timedelta(days=30) < one.at <= end]
        assert len(week) <= contact.marketing_per_7_days
        assert len(month) <= contact.marketing_per_30_days
        assert sum(one.channel == "call" for one in week) <= CALLING.reached_calls_per_7_days
        for channel, limit in contact.channel_per_30_days.items():
            assert sum(one.channel == channel for one in month) <= limit


@given(contacts=histories, channel=channels, contact=policies)
def test_the_newest_of_each_channel_are_enough_to_decide(contacts, channel, contact):
    """What the query brings, against the whole history."""
    most = most_counted(CALLING, contact)
    newest = [
        one
        for each in Channel.values
        for one in sorted((c for c in contacts if c.channel == each), key=lambda c: c.at, reverse=True)[:most]
    ]
    told = [used_up(channel, some, now=NOW, calling=CALLING, contact=contact) for some in (contacts, newest)]
    assert [(one.code, one.facts) for one in told[0]] == [(one.code, one.facts) for one in told[1]]


@given(contacts=histories, channel=channels, contact=policies)
def test_when_it_is_possible_again_it_is_and_not_a_minute_before(contacts, channel, contact):
    """The budget's moment, tried out: the rule is asked at that moment and just before."""
    room = next(
        one for one in budget(contacts, now=NOW, calling=CALLING, contact=contact).rooms if one.channel == channel
    )

    def caps_against(now: datetime) -> list:
        return used_up(channel, contacts, now=now, calling=CALLING, contact=contact)

    if room.next_at is None:
        assert any(cap.limit == 0 for cap in caps_on(channel, CALLING, contact))
        assert caps_against(NOW + 400 * DAY)
        return
    assert not caps_against(room.next_at)
    if room.next_at > NOW:
        assert caps_against(room.next_at - timedelta(seconds=1))
    assert (room.left == 0) == any(one.code in ("marketing_month", "channel_month") for one in caps_against(NOW))


def test_the_budget_says_what_is_left_and_when():
    left = budget(past((6, "sms"), (5, "wecom"), (20, "call")).contacts, now=NOW, calling=CALLING, contact=CONTACT)
    assert (left.left, left.limit) == (1, 4)
    assert {room.channel: room.left for room in left.rooms} == {"call": 1, "sms": 1, "wecom": 1, "visit": 1}
    assert not left.open_now
    assert left.next_at == NOW + DAY
    assert budget((), now=NOW, calling=CALLING, contact=CONTACT).open_now
    none = replace(CONTACT, marketing_per_30_days=0)
    assert budget((), now=NOW, calling=CALLING, contact=none).next_at is None


# Service is typed apart

facts_of_anybody = st.builds(
    ContactFacts,
    status=st.sampled_from(["active", "deceased", "frozen", "employee", "closed", ""]),
    consent=st.sampled_from([True, False, None]), do_not_call=st.sampled_from([True, False, None]),
    complaint_open=st.sampled_from([True, False, None]), loan_decision_pending=st.sampled_from([True, False, None]),
    has_mobile=st.sampled_from([True, False, None]), born=st.none() | st.dates(date(1930, 1, 1), date(2008, 1, 1)),
    contacts=st.none() | histories, channel=channels,
)  # fmt: skip


@given(facts=facts_of_anybody, now=ago, subject=st.sampled_from(Subject.values), contacts=histories)
def test_marketing_never_stops_a_service(facts, now, subject, contacts):
    mine = may_contact(facts, kind="service", subject=subject, now=now, calling=CALLING, contact=CONTACT)
    more = replace(facts, contacts=contacts, consent=None, complaint_open=True, loan_decision_pending=True)
    assert (
        may_contact(more, kind="service", subject=subject, now=now, calling=CALLING, contact=CONTACT).codes
        == mine.codes
    )


@pytest.mark.parametrize(
    ("change", "channel", "subject", "codes"),
    [
        ({"do_not_call": True}, "call", "maturity", ("do_not_call",)),
        ({"do_not_call": None}, "sms", "maturity", ("do_not_call",)),
        ({"do_not_call": True}, "call", "security", ()),
        ({"do_not_call": True}, "call", "complaint", ()),
        ({"do_not_call": True}, "visit", "request", ()),
        ({"do_not_call": True}, "call", "", ("do_not_call",)),
        ({"status": "deceased"}, "call", "security", ("not_active",)),
        ({"status": "closed"}, "sms", "maturity", ("not_active",)),
        ({"status": ""}, "sms", "maturity", ("not_active",)),
        ({"status": "frozen"}, "call", "security", ()),
        ({"has_mobile": None}, "call", "security", ("no_mobile",)),
        ({"has_mobile": False}, "sms", "security", ("no_mobile",)),
        ({"has_mobile": False}, "wecom", "security", ()),
    ],
)
def test_what_the_law_stops_stops_service_too(change, channel, subject, codes):
    assert asked(replace(FINE, **change), channel, kind="service", subject=subject).codes == codes


def test_a_bank_may_owe_nothing_after_a_refusal():
    none = replace(CONTACT, service_after_refusal=())
    refusing = replace(FINE, do_not_call=True)
    assert asked(refusing, "call", kind="service", subject="security", contact=none).codes == ("do_not_call",)


@pytest.mark.parametrize("kind", ["", "advice", "Service"])
def test_what_is_not_service_is_marketing(kind):
    assert asked(replace(FINE, consent=None), "sms", kind=kind).codes == ("no_consent_channel",)


@pytest.mark.parametrize(
    "name", ["consent", "do_not_call", "complaint_open", "loan_decision_pending", "has_mobile", "contacts"]
)
@pytest.mark.parametrize("channel", Channel.values)
def test_a_fact_that_nobody_knows_refuses_over_every_channel(name, channel):
    needs_no_number = name == "has_mobile" and channel in ("wecom", "visit")
    assert asked(replace(FINE, **{name: None}), channel).allowed is needs_no_number


@pytest.mark.parametrize(("clock", "allowed"), [("08:59", False), ("09:00", True), ("20:59", True), ("21:00", False)])
@pytest.mark.parametrize("kind", ["marketing", "service"])
def test_nobody_is_contacted_at_night(clock, allowed, kind):
    now = datetime.combine(NOW.date(), time.fromisoformat(clock), SHANGHAI)
    assert asked(FINE, "sms", now=now, kind=kind, subject="maturity").codes == (
        () if allowed else ("outside_contact_hours",)
    )


# Older customers


OLD, YOUNG = date(1966, 1, 7), date(1966, 1, 8)  # sixty today, and tomorrow


@pytest.mark.parametrize(
    ("clock", "allowed"),
    [
        ("09:00", False),
        ("09:59", False),
        ("10:00", True),
        ("11:59", True),
        ("14:00", True),
        ("18:59", True),
        ("19:00", False),
    ],
)
def test_who_is_sixty_is_not_called_early_or_late(clock, allowed):
    now = datetime.combine(NOW.date(), time.fromisoformat(clock), SHANGHAI)
    old = asked(replace(FINE, born=OLD), "call", now=now)
    assert old.codes == (() if allowed else ("senior_hours",))
    assert asked(replace(FINE, born=YOUNG), "call", now=now).allowed
    assert asked(replace(FINE, born=None), "call", now=now).codes == old.codes
    known = replace(CONTACT, senior_when_unknown=False)
    assert asked(replace(FINE, born=None), "call", now=now, contact=known).allowed
    for off in ({"senior_age": 0}, {"senior_minutes": 0}):
        assert asked(replace(FINE, born=OLD), "call", now=now, contact=replace(CONTACT, **off)).allowed
    promised = replace(FINE, born=OLD, callback_at=now - timedelta(minutes=1))
    assert asked(promised, "call", now=now).allowed


def test_the_hours_of_the_older_are_told():
    early = datetime.combine(NOW.date(), time(9, 30), SHANGHAI)
    (found,) = asked(replace(FINE, born=OLD), "call", now=early).reasons
    assert str(found) == "年满 60 岁或年龄未知的客户，只在 10:00–12:00、14:00–19:00 致电。"


def test_minutes_that_leave_no_hour_leave_none():
    long = replace(CONTACT, senior_minutes=240)
    assert senior_hours(CALLING, long) == ((time(14), time(16)),)
    short = replace(CALLING, hours=((time(9), time(12)),))
    assert senior_hours(short, long) == ()


@given(
    start=st.times(time(0), time(11)).map(lambda t: t.replace(microsecond=0, second=0)),
    minutes=st.integers(0, 240),
    clock=st.times(),
)
def test_the_hours_of_the_older_lie_inside_the_calling_hours(start, minutes, clock):
    calling = replace(CALLING, hours=((start, time(12)), (time(14), time(23, 59))))
    now = datetime.combine(NOW.date(), clock, SHANGHAI)
    contact = replace(CONTACT, senior_minutes=minutes)
    old = may_call(replace(FINE, born=OLD), now=now, is_working_day=True, calling=calling, contact=contact)
    young = may_call(FINE, now=now, is_working_day=True, calling=calling, contact=contact)
    assert set(young.codes) <= set(old.codes)
    since_midnight = clock.hour * 60 + clock.minute
    first, last = start.hour * 60 + start.minute + minutes, 23 * 60 + 59 - minutes
    assert old.allowed == (young.allowed and first <= since_midnight < last)


BY_TIME = {"too_soon", "reached_recently", "marketing_week", "marketing_month", "channel_month", "senior_hours"}


@given(
    contacts=histories,
    attempt=st.none() | st.integers(0, 8 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes)),
    born=st.sampled_from([OLD, YOUNG, None]),
    clock=st.times(time(9), time(19, 59)),
    contact=policies,
    suits=st.booleans(),
)
def test_whoever_was_refused_is_asked_about_again_no_sooner_than_it_can_have_changed(
    contacts, attempt, born, clock, contact, suits
):
    now = datetime.combine(NOW.date(), clock, SHANGHAI)
    tomorrow = datetime.combine(NOW.date() + DAY, time(), SHANGHAI)
    facts = replace(FINE, contacts=contacts, last_attempt_at=attempt, born=born, offers_suit=suits)
    refused = asked(facts, "call", now=now, contact=contact)
    again = ask_again_at(facts, now=now, calling=CALLING, contact=contact)
    assert now < again <= tomorrow
    if refused.allowed or set(refused.codes) - BY_TIME or again == tomorrow:
        return
    assert BY_TIME.isdisjoint(asked(facts, "call", now=again, contact=contact).codes)
    assert not asked(facts, "call", now=again - timedelta(microseconds=1), contact=contact).allowed

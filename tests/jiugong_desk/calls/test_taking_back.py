"""Taking back what was just saved: everything stands as before, once; a word of the customer that sticks stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from jiugong_desk.appointments.models import Appointment
from jiugong_desk.appointments.slots import free_slots
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.calls import services
from jiugong_desk.calls.history import undo_offer
from jiugong_desk.calls.models import Call
from jiugong_desk.calls.outcomes import OUTCOMES, STICKING
from jiugong_desk.campaigns.models import ListEntry
from jiugong_desk.consent.models import Contact, DoNotCall
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.customers.models import ProfileAnswer
from tests.support.cast import NOW, SHANGHAI, make_campaign, make_customer, make_entry

TOMORROW = datetime(2026, 1, 8, 9, 30, tzinfo=SHANGHAI)
SOON = NOW + timedelta(seconds=8)
FIELDS = ("state", "due_at", "outcome", "attempts", "last_attempt_at", "manager_id")


@pytest.fixture
def campaign(cast):
    return make_campaign(cast, participants=(cast.wang, cast.sun))


@pytest.fixture
def entry(cast, campaign):
    made = make_entry(campaign, make_customer(cast.north, cast.wang), cast.wang)
    return services.claim(made, by=cast.wang, at=NOW)


def record(entry, outcome, cast, *, at=NOW, submission="key-00000001", **values):
    kind = OUTCOMES[outcome]
    values.setdefault("purpose_disclosed", kind.reached)
    values |= {"callback_at": TOMORROW} if kind.asks_callback else {}
    values |= {"visit_at": TOMORROW} if kind.asks_visit else {}
    return services.record_outcome(
        entry, submission=submission, outcome=outcome, number_unseen=True, by=cast.wang, at=at, **values
    )


def stands(entry) -> tuple:
    return ListEntry.objects.everyone().filter(pk=entry.pk).values_list(*FIELDS).get()


def codes(error) -> tuple[str, ...]:
    return error.value.verdict.codes


@pytest.mark.parametrize("code", sorted(set(OUTCOMES) - STICKING))
def test_everything_stands_as_it_stood_before(cast, entry, code):
    before = stands(entry)
    call = record(entry, code, cast)
    again = services.take_back(call, by=cast.wang, at=SOON)
    assert stands(entry) == before
    assert (again.claimed_by_id, again.claimed_at) == (
        cast.wang.pk,
        NOW,
    )  # as though he had had the customer all the time
    assert not Call.objects.everyone().exists()
    assert not Contact.objects.exists()
    assert not Appointment.objects.everyone().filter(state__in=Appointment.LIVE).exists()
    assert AuditRecord.objects.order_by("pk").last().verb == "call.taken_back"
    services.record_outcome(
        again, submission="key-00000002", outcome="no_answer", number_unseen=True, by=cast.wang, at=SOON
    )
    assert Call.objects.everyone().get().outcome == "no_answer"


def test_a_retry_is_put_back_where_it_was(cast, entry):
    ListEntry.objects.everyone().filter(pk=entry.pk).update(
        attempts=1, outcome="busy", last_attempt_at=NOW - timedelta(days=2), due_at=NOW - timedelta(hours=2)
    )
    entry.refresh_from_db()
    before = stands(entry)
    services.take_back(record(entry, "not_interested", cast), by=cast.wang, at=SOON)
    assert stands(entry) == before


def test_what_was_typed_comes_back_to_whoever_typed_it(cast, entry):
    call = record(entry, "not_interested", cast, answers={"family_size": "3"}, note="下月再说", talk_seconds=42)
    entry = services.take_back(call, by=cast.wang, at=SOON)
    assert not ProfileAnswer.objects.exists()
    typed = services.draft_of(entry, cast.wang)
    assert (typed["answer-family_size"], typed["note"], typed["talk_seconds"]) == ("3", "下月再说", "42")
    assert (typed["outcome"], typed["purpose_disclosed"]) == ("not_interested", "on")
    assert services.draft_of(entry, cast.sun) == {}
    record(entry, "not_interested", cast, at=SOON, submission="key-00000002")
    assert services.draft_of(entry, cast.wang) == {}


@pytest.mark.parametrize("code", sorted(STICKING))
def test_a_word_that_sticks_is_not_taken_back(cast, entry, code):
    call = record(entry, code, cast)
    assert undo_offer(cast.wang, SOON) is None
    with pytest.raises(Refused) as refusal:
        services.take_back(call, by=cast.wang, at=SOON)
    assert codes(refusal) == ("sticks",)
    assert Call.objects.everyone().get().undone_at is None
    assert DoNotCall.objects.exists() == (code == "refused_forever")


def test_the_offer_ends_with_the_seconds_of_the_policy(cast, entry):
    call = record(entry, "no_answer", cast)
    assert undo_offer(cast.wang, SOON).seconds == 2
    assert undo_offer(cast.sun, SOON) is None
    late = NOW + timedelta(seconds=11)
    assert undo_offer(cast.wang, late) is None
    with pytest.raises(Refused) as refusal:
        services.take_back(call, by=cast.wang, at=late)
    assert codes(refusal) == ("too_late_to_take_back",)


def test_nobody_takes_back_for_another(cast, entry):
    call = record(entry, "no_answer", cast)
    with pytest.raises(Refused) as refusal:
        services.take_back(call, by=cast.sun, at=SOON)
    assert codes(refusal) == ("not_your_call",)


def test_twice_is_refused_and_changes_nothing(cast, entry):
    call = record(entry, "no_answer", cast)
    services.take_back(call, by=cast.wang, at=SOON)
    with pytest.raises(Stale) as refusal:
        services.take_back(call, by=cast.wang, at=SOON)
    assert codes(refusal) == ("taken_back_already",)
    assert AuditRecord.objects.filter(verb="call.taken_back").count() == 1


def test_the_next_customer_goes_back_uncounted(cast, campaign, entry):
    make_entry(campaign, make_customer(cast.north, cast.wang), cast.wang)
    call = record(entry, "no_answer", cast)
    following = services.claim_next(None, by=cast.wang, at=NOW + timedelta(seconds=2))
    slot = free_slots(cast.wang, now=NOW)[0]
    services.hold_slot(following, starts_at=slot, by=cast.wang, at=NOW + timedelta(seconds=2))
    services.take_back(call, by=cast.wang, at=SOON)
    assert slot in free_slots(cast.wang, now=SOON)  # he speaks to nobody to whom he could offer it
    following.refresh_from_db()
    assert (following.claimed_by_id, following.releases) == (None, 0)
    held = ListEntry.objects.everyone().filter(claimed_by=cast.wang)
    assert [row.pk for row in held] == [entry.pk]


def test_a_customer_who_is_with_a_colleague_by_now_stays_there(cast, campaign, entry):
    call = record(entry, "no_answer", cast)
    other = make_entry(make_campaign(cast, participants=(cast.sun,)), entry.customer, cast.sun)
    ListEntry.objects.everyone().filter(pk=other.pk).update(
        claimed_by=cast.sun, claimed_at=SOON, lease_until=SOON + timedelta(minutes=20)
    )
    with pytest.raises(Stale) as refusal:
        services.take_back(call, by=cast.wang, at=SOON)
    assert codes(refusal) == ("claimed_by_another",)
    assert Call.objects.everyone().get().pk == call.pk


def test_sent_once_more_after_that_it_is_the_same_call_and_counts_no_second_time(cast, entry):
    call = record(entry, "no_answer", cast)
    services.take_back(call, by=cast.wang, at=SOON)
    assert record(entry, "no_answer", cast).pk == call.pk
    entry.refresh_from_db()
    assert entry.attempts == 0


def test_a_promise_comes_back_as_the_banks_clock_shows_it(cast, entry):
    call = record(entry, "call_back", cast, shared=True)
    call = Call.objects.everyone().get(pk=call.pk)  # as the database gives it: in UTC
    services.take_back(call, by=cast.wang, at=SOON)
    typed = services.draft_of(entry, cast.wang)
    assert (typed["callback_other"], typed["shared"]) == ("2026-01-08T09:30", "on")


def test_corrected_into_a_word_that_sticks_it_is_no_longer_taken_back(cast, entry):
    call = record(entry, "refused", cast)
    services.correct(
        call,
        outcome="refused_forever",
        purpose_disclosed=True,
        reason="客户说了勿扰",
        by=cast.wang,
        at=NOW + timedelta(seconds=3),
    )
    with pytest.raises(Refused) as refusal:  # the page still holds the call as it was
        services.take_back(call, by=cast.wang, at=SOON)
    assert codes(refusal) == ("sticks",)
    assert Call.objects.everyone().get().outcome == "refused_forever"

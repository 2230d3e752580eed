"""Correcting a record: the original stays, the list and the other rooms follow, a word that sticks is heard and never unsaid."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from jiugong_desk.appointments.models import Appointment
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.calls import services
from jiugong_desk.calls.models import Call, Correction
from jiugong_desk.calls.outcomes import OUTCOMES
from jiugong_desk.campaigns.models import Campaign, ListEntry
from jiugong_desk.consent.models import Complaint, Contact, DoNotCall
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.customers.models import ProfileAnswer
from tests.support.cast import NOW, SHANGHAI, make_campaign, make_customer, make_entry

TOMORROW = datetime(2026, 1, 8, 9, 30, tzinfo=SHANGHAI)
LATER = NOW + timedelta(hours=1)
WHY = "误点，实为无人接听"


@pytest.fixture
def campaign(cast):
    return make_campaign(cast, participants=(cast.wang, cast.sun))


@pytest.fixture
def entry(cast, campaign):
    made = make_entry(campaign, make_customer(cast.north, cast.wang), cast.wang)
    return services.claim(made, by=cast.wang, at=NOW)


def record(entry, outcome, cast, **values):
    kind = OUTCOMES[outcome]
    values.setdefault("purpose_disclosed", kind.reached)
    values |= {"callback_at": TOMORROW} if kind.asks_callback else {}
    values |= {"visit_at": TOMORROW} if kind.asks_visit else {}
    return services.record_outcome(
        entry, submission="key-00000001", outcome=outcome, number_unseen=True, by=cast.wang, at=NOW, **values
    )


def correct(call, outcome, cast, *, reason=WHY, by=None, at=LATER, **values):
    values.setdefault("purpose_disclosed", OUTCOMES[outcome].reached)
    return services.correct(call, outcome=outcome, reason=reason, by=by or cast.wang, at=at, **values)


def codes(error) -> tuple[str, ...]:
    return error.value.verdict.codes


def test_the_original_is_kept_beside_what_holds_now(cast, entry):
    call = record(entry, "not_interested", cast, talk_seconds=42, note="下月再说", answers={"family_size": "3"})
    correct(call, "no_answer", cast, note="打错了")
    now = Call.objects.everyone().get()
    assert (now.outcome, now.talk_seconds, now.purpose_disclosed, now.note) == ("no_answer", 0, False, "打错了")
    kept = Correction.objects.get()
    said = json.loads(kept.said)
    assert (kept.by, kept.at, kept.reason) == (cast.wang, LATER, WHY)
    assert (said["outcome"], said["talk_seconds"], said["note"]) == ("not_interested", 42, "下月再说")
    assert said["answers"] == {"family_size": "3"}
    assert not ProfileAnswer.objects.exists()
    facts = AuditRecord.objects.get(verb="call.corrected").facts
    assert '"before":"not_interested"' in facts
    assert "下月" not in facts
    assert "误点" not in facts


def test_the_list_follows_the_latest_call(cast, entry):
    call = record(entry, "empty_number", cast)
    correct(call, "no_answer", cast)
    entry.refresh_from_db()
    assert (entry.state, entry.outcome, entry.attempts) == ("open", "no_answer", 1)
    assert entry.due_at == NOW + timedelta(hours=24)
    assert Contact.objects.get().reached is False
    correct(Call.objects.everyone().get(), "refused", cast, seen=1)
    entry.refresh_from_db()
    assert (entry.state, entry.due_at) == ("done", None)
    assert Contact.objects.get().reached is True


def test_an_earlier_call_changes_its_record_and_not_the_list(cast, entry):
    call = record(entry, "no_answer", cast)
    ListEntry.objects.everyone().update(attempts=2, last_attempt_at=LATER, state="open", outcome="busy")
    correct(call, "refused", cast, at=LATER)
    entry.refresh_from_db()
    assert (entry.state, entry.outcome, entry.attempts) == ("open", "busy", 2)
    assert Call.objects.everyone().get().outcome == "refused"


def test_a_word_that_sticks_is_heard_later_too_and_never_unsaid(cast, entry):
    call = record(entry, "not_interested", cast)
    call = correct(call, "refused_forever", cast, reason="客户说了勿扰，点错了")
    assert DoNotCall.objects.filter(customer=entry.customer).exists()
    with pytest.raises(Refused) as refusal:
        correct(call, "not_interested", cast, seen=1)
    assert codes(refusal) == ("sticks",)
    correct(call, "refused_forever", cast, seen=1, note="客户语气平和")  # the rest of the record may be mended
    assert Call.objects.everyone().get().outcome == "refused_forever"


def test_a_complaint_heard_later_is_opened(cast, entry):
    correct(record(entry, "refused", cast), "complaint", cast, reason="客户实际要求投诉")
    assert Complaint.objects.everyone().get().customer == entry.customer


def test_an_invitation_brings_its_slot_and_takes_it_along(cast, entry):
    call = correct(record(entry, "interested_deposit", cast), "invited", cast, visit_at=TOMORROW)
    visit = Appointment.objects.everyone().get()
    assert (call.visit, visit.state, visit.entry) == (visit, "booked", entry)
    call = correct(call, "invited", cast, seen=1, note="客户带上存单")
    assert call.visit == visit
    correct(call, "interested_deposit", cast, seen=2)
    visit.refresh_from_db()
    assert visit.state == "cancelled"
    assert Call.objects.everyone().get().visit is None


def test_who_has_come_already_was_invited(cast, entry):
    call = record(entry, "invited", cast)
    Appointment.objects.everyone().update(state="arrived")
    with pytest.raises(Stale):
        correct(call, "refused", cast)
    assert Call.objects.everyone().get().outcome == "invited"
    assert not Correction.objects.exists()


def test_an_invitation_without_a_slot_is_none(cast, entry):
    with pytest.raises(Refused) as refusal:
        correct(record(entry, "interested_deposit", cast), "invited", cast)
    assert codes(refusal) == ("visit_missing",)


@pytest.mark.parametrize("reason", ["", "错了", "客户电话 14012345678 记错"])
def test_a_reason_is_needed_and_holds_no_number(cast, entry, reason):
    with pytest.raises(Refused) as refusal:
        correct(record(entry, "busy", cast), "no_answer", cast, reason=reason)
    assert "correction_reason" in codes(refusal)


def test_only_the_caller_within_the_days_while_the_campaign_lasts(cast, campaign, entry):
    call = record(entry, "busy", cast)
    with pytest.raises(Refused) as refusal:
        correct(call, "no_answer", cast, by=cast.sun)
    assert codes(refusal) == ("not_your_call",)
    last = datetime(2026, 1, 12, 23, 0, tzinfo=SHANGHAI)  # Wednesday, then three working days: Monday
    with pytest.raises(Refused) as refusal:
        correct(call, "no_answer", cast, at=last + timedelta(hours=2))
    assert codes(refusal) == ("too_late_to_correct",)
    Campaign.objects.everyone().filter(pk=campaign.pk).update(state="closed")
    with pytest.raises(Refused) as refusal:
        correct(call, "no_answer", cast, at=last)
    assert codes(refusal) == ("campaign_closed",)
    Campaign.objects.everyone().filter(pk=campaign.pk).update(state="launched")
    correct(call, "no_answer", cast, at=last)
    assert Correction.objects.count() == 1


def test_answers_need_the_purpose(cast, entry):
    call = record(entry, "not_interested", cast, answers={"family_size": "3"})
    with pytest.raises(Refused) as refusal:
        correct(call, "not_interested", cast, purpose_disclosed=False)
    assert codes(refusal) == ("purpose_not_disclosed",)


def test_a_page_that_is_behind_is_refused(cast, entry):
    call = record(entry, "busy", cast)
    correct(call, "no_answer", cast)
    with pytest.raises(Stale) as refusal:
        correct(call, "declined", cast, seen=0)
    assert codes(refusal) == ("corrected_meanwhile",)
    assert Call.objects.everyone().get().outcome == "no_answer"


def test_a_customer_who_is_claimed_is_not_moved_under_the_callers_hands(cast, entry):
    call = record(entry, "no_answer", cast)
    ListEntry.objects.everyone().update(claimed_by=cast.sun, claimed_at=LATER, lease_until=LATER + timedelta(hours=1))
    with pytest.raises(Stale) as refusal:
        correct(call, "refused", cast)
    assert codes(refusal) == ("claimed_by_another",)
    assert Call.objects.everyone().get().outcome == "no_answer"


def test_a_promise_is_held_to_the_rule_and_an_unchanged_one_is_not_asked_again(cast, entry):
    call = record(entry, "call_back", cast)
    past = TOMORROW + timedelta(hours=1)
    correct(call, "call_back", cast, callback_at=TOMORROW, note="客户在开会", at=past)
    with pytest.raises(Refused) as refusal:
        correct(call, "call_back", cast, callback_at=TOMORROW.replace(hour=22), seen=1, at=LATER)
    assert codes(refusal) == ("outside_hours",)
    moved = TOMORROW.replace(hour=15)
    correct(call, "call_back", cast, callback_at=moved, seen=1, at=LATER)
    entry.refresh_from_db()
    assert (entry.state, entry.due_at) == ("callback", moved)


def test_the_same_minute_is_the_same_promise(cast, entry):
    call = record(entry, "call_back", cast)
    exact = TOMORROW + timedelta(seconds=42, microseconds=7)
    Call.objects.everyone().update(callback_at=exact)
    ListEntry.objects.everyone().filter(pk=entry.pk).update(due_at=exact)
    correct(call, "call_back", cast, callback_at=TOMORROW, note="客户在开会", at=LATER)
    entry.refresh_from_db()
    assert entry.due_at == exact


@pytest.mark.parametrize("state", ["missed", "cancelled"])
def test_a_visit_that_is_over_holds_no_correction_back(cast, entry, state):
    call = record(entry, "invited", cast)
    Appointment.objects.everyone().update(state=state)
    correct(call, "refused", cast)
    now = Call.objects.everyone().get()
    assert (now.outcome, now.visit) == ("refused", None)
    assert Appointment.objects.everyone().get().state == state


def test_what_was_taken_back_is_not_corrected(cast, entry):
    call = record(entry, "busy", cast)
    services.take_back(call, by=cast.wang, at=NOW + timedelta(seconds=2))
    with pytest.raises(Stale) as refusal:
        correct(call, "no_answer", cast)
    assert codes(refusal) == ("taken_back_already",)


def test_after_the_last_attempt_a_correction_gives_no_further_one(cast, entry):
    ListEntry.objects.everyone().update(attempts=2)
    entry.refresh_from_db()
    call = record(entry, "refused", cast)
    correct(call, "no_answer", cast)
    entry.refresh_from_db()
    assert (entry.state, entry.attempts) == ("closed", 3)

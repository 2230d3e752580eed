from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from jiugong.policy import rules as policy_rules
from jiugong_desk.appointments.models import Appointment
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.calls import services
from jiugong_desk.calls.models import Call
from jiugong_desk.calls.outcomes import OUTCOMES, REACHED
from jiugong_desk.campaigns.models import Campaign, ListEntry
from jiugong_desk.consent.models import Complaint, Contact, DoNotCall
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.customers.models import ProfileAnswer
from jiugong_desk.scripts.content import plain
from jiugong_desk.scripts.samples import CARD_OPENER
from tests.support.cast import NOW, SHANGHAI, make_campaign, make_customer, make_entry, make_script
from tests.support.exchange import heard
from tests.support.visits import make_visit

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TOMORROW = datetime(2026, 1, 8, 9, 30, tzinfo=SHANGHAI)


@pytest.fixture
def entry(cast):
    campaign = make_campaign(cast, participants=(cast.wang,))
    make_entry(campaign, make_customer(cast.north, cast.wang), cast.wang)
    return services.claim_next(None, by=cast.wang, at=NOW)


@pytest.fixture
def record(cast, entry):
    def send(outcome, *, submission="key-00000001", by=cast.wang, at=NOW, **values):
        return services.record_outcome(
            entry, submission=submission, outcome=outcome, number_unseen=True, by=by, at=at, **values
        )

    return send


def codes(error) -> tuple[str, ...]:
    return error.value.verdict.codes


def recorded() -> list[str]:
    return list(AuditRecord.objects.exclude(verb="entry.claimed").order_by("pk").values_list("verb", flat=True))


def nothing_written(entry) -> bool:
    entry = ListEntry.objects.everyone().get(pk=entry.pk)
    rows = (Call.objects.everyone(), Contact.objects, ProfileAnswer.objects, Appointment.objects.everyone())
    return entry.attempts == 0 and entry.state == "open" and not any(table.exists() for table in rows)


def extras(outcome) -> dict[str, datetime | bool]:
    return {
        "purpose_disclosed": outcome.reached,
        **({"callback_at": TOMORROW} if outcome.asks_callback else {}),
        **({"visit_at": TOMORROW} if outcome.asks_visit else {}),
    }


@pytest.mark.parametrize("code", OUTCOMES)
def test_every_outcome_ends_the_lease_counts_the_attempt_and_audits_once(cast, entry, record, code):
    outcome = OUTCOMES[code]
    call = record(code, **extras(outcome))
    entry = ListEntry.objects.everyone().get(pk=entry.pk)
    assert (entry.attempts, entry.last_attempt_at, entry.outcome) == (1, NOW, code)
    assert (entry.claimed_by, entry.claimed_at, entry.lease_until) == (None, None, None)
    expected = "callback" if code == "call_back" else "open" if not outcome.final else "done"
    assert entry.state == ("closed" if code in ("empty_number", "wrong_person") else expected)
    contact = Contact.objects.get()
    assert (contact.reached, contact.source_ref) == (code in REACHED, call.ref)
    assert recorded() == ["call.recorded"]


def test_the_outcomes_reach_whom_they_should():
    unreached = "empty_number suspended switched_off no_answer busy declined wrong_person voice_assistant"
    assert {code for code, outcome in OUTCOMES.items() if not outcome.reached} == set(unreached.split())
    keys = [outcome.key for outcome in OUTCOMES.values()]
    assert len(set(keys)) == len(keys)


def test_the_policy_knows_the_same_endings():
    tried_again = {code for code, outcome in OUTCOMES.items() if not (outcome.final or outcome.asks_callback)}
    assert set(policy_rules.DISPOSITIONS) == set(OUTCOMES)
    assert set(policy_rules.TRIED_AGAIN) == tried_again


def test_a_call_and_its_claim_cost_a_bounded_number_of_queries(record, django_assert_max_num_queries):
    with django_assert_max_num_queries(18):
        record("no_answer")


def test_retry_waits_as_the_outcome_says(entry, record):
    record("suspended")
    entry.refresh_from_db()
    assert entry.due_at == NOW + timedelta(days=3)


def test_after_the_last_attempt_nothing_follows(cast, entry, record):
    ListEntry.objects.everyone().update(attempts=2)
    entry.attempts = 2
    record("no_answer")
    entry.refresh_from_db()
    assert (entry.state, entry.attempts, entry.due_at) == ("closed", 3, None)
    assert '"closed_because":"attempts_used"' in AuditRecord.objects.get(verb="call.recorded").facts


def test_answers_are_kept_with_their_source(entry, record):
    call = record(
        "not_interested", talk_seconds=90, purpose_disclosed=True,
        answers={"family_size": "3", "deposit_plan": "5万以上"}, note="下月再说",
    )  # fmt: skip
    answers = ProfileAnswer.objects.order_by("question")
    assert [(row.question, row.label, row.value) for row in answers] == [
        ("deposit_plan", "近期闲置资金", "5万以上"),
        ("family_size", "家庭人数", "3"),
    ]
    assert {(row.source, row.source_ref, row.at) for row in answers} == {("call", call.ref, NOW)}
    facts = AuditRecord.objects.get(verb="call.recorded").facts
    assert '"answers":2' in facts
    assert "5万" not in facts
    assert "下月" not in facts


@pytest.mark.parametrize(
    ("outcome", "values", "code"),
    [
        ("nonsense", {}, "unknown_outcome"),
        ("call_back", {}, "callback_missing"),
        ("no_answer", {"callback_at": TOMORROW}, "callback_unexpected"),
        ("call_back", {"callback_at": NOW - HOUR}, "callback_past"),
        ("call_back", {"callback_at": TOMORROW.replace(hour=12)}, "outside_hours"),
        ("call_back", {"callback_at": TOMORROW + timedelta(days=2)}, "not_working_day"),
        ("call_back", {"callback_at": TOMORROW + timedelta(days=25)}, "callback_after_end"),
        ("invited", {}, "visit_missing"),
        ("not_interested", {"visit_at": TOMORROW}, "visit_unexpected"),
        ("invited", {"visit_at": TOMORROW.replace(minute=10), "purpose_disclosed": True}, "no_slot"),
        ("invited", {"visit_at": TOMORROW.replace(year=2099), "purpose_disclosed": True}, "no_slot"),
        ("invited", {"visit_at": TOMORROW}, "interest_without_purpose"),
        ("interested_card", {}, "interest_without_purpose"),
        ("no_answer", {"talk_seconds": 5}, "talk_without_answer"),
        ("no_answer", {"answers": {"family_size": "3"}, "purpose_disclosed": True}, "talk_without_answer"),
        ("refused", {"talk_seconds": 5 * 3600}, "talk_too_long"),
        ("refused", {"answers": {"family_size": "3"}}, "purpose_not_disclosed"),
        ("refused", {"answers": {"shoe_size": "42"}, "purpose_disclosed": True}, "unknown_question"),
        ("refused", {"answers": {"family_size": "三"}, "purpose_disclosed": True}, "answer_not_a_number"),
        ("refused", {"answers": {"deposit_plan": "很多"}, "purpose_disclosed": True}, "answer_not_offered"),
    ],
)
def test_a_report_that_does_not_hold_together_is_refused_whole(entry, record, outcome, values, code):
    with pytest.raises(Refused) as refusal:
        record(outcome, **values)
    assert code in codes(refusal)
    assert all(str(reason) and str(reason.remedy) for reason in refusal.value.verdict.reasons)
    assert nothing_written(entry)
    assert recorded() == []
    assert record("no_answer").outcome == "no_answer"  # the entry is still his, and as it was


def test_a_promise_that_the_rule_would_forbid_is_not_given(entry, record):
    ListEntry.objects.everyone().update(attempts=2)
    entry.attempts = 2
    with pytest.raises(Refused) as refusal:
        record("call_back", callback_at=TOMORROW)
    assert codes(refusal) == ("attempts_used",)


def test_a_promised_callback_comes_first_at_its_time(cast, entry, record):
    record("call_back", callback_at=TOMORROW, talk_seconds=20)
    assert services.claim_next(None, by=cast.wang, at=TOMORROW - timedelta(minutes=1)) is None
    assert services.claim_next(None, by=cast.wang, at=TOMORROW) == entry


def test_an_interested_customer_may_be_promised_a_call(entry, record):
    record("interested_deposit", callback_at=TOMORROW, purpose_disclosed=True)
    entry.refresh_from_db()
    assert (entry.state, entry.due_at) == ("callback", TOMORROW)


def test_an_invitation_books_the_slot_with_the_caller(cast, entry, record):
    record("invited", visit_at=TOMORROW, talk_seconds=200, purpose_disclosed=True)
    visit = Appointment.objects.everyone().get()
    assert (visit.customer, visit.manager, visit.starts_at) == (entry.customer, cast.wang, TOMORROW)
    assert (visit.entry, visit.unit) == (entry, cast.north)
    assert recorded() == ["call.recorded"]


def test_a_slot_lost_to_another_loses_nothing_else(cast, entry, record):
    make_visit(
        customer=make_customer(cast.north), unit=cast.north, manager=cast.wang, starts_at=TOMORROW, booked_at=NOW,
        booked_by=cast.wang,
    )  # fmt: skip
    with pytest.raises(Stale) as refusal:
        record("invited", visit_at=TOMORROW, purpose_disclosed=True)
    assert codes(refusal) == ("slot_taken",)
    assert not Call.objects.everyone().exists()
    record("invited", visit_at=TOMORROW + HOUR, purpose_disclosed=True)
    assert Appointment.objects.everyone().count() == 2


def test_a_refusal_for_ever_stops_the_whole_bank(entry, record):
    record("refused_forever")
    assert DoNotCall.objects.get().customer == entry.customer
    assert recorded() == ["call.recorded"]


def test_a_complaint_is_opened(entry, record):
    call = record("complaint")
    complaint = Complaint.objects.everyone().get()
    assert (complaint.customer, complaint.source_ref, complaint.settled_at) == (entry.customer, call.ref, None)


def test_what_happened_is_recorded_after_hours_too(record):
    assert record("no_answer", at=NOW.replace(hour=10, minute=49))


def test_who_refused_meanwhile_is_not_called_again(entry, record):
    DoNotCall.objects.create(customer=entry.customer, since=NOW, source="counter")
    with pytest.raises(Refused) as refusal:
        record("call_back", callback_at=TOMORROW)
    assert codes(refusal) == ("do_not_call",)
    record("no_answer")
    entry.refresh_from_db()
    assert entry.state == "closed"


def test_a_pause_during_the_call_loses_nothing(entry, record):
    Campaign.objects.everyone().update(state="paused")
    assert record("not_interested")


class TestOnlyTheHolder:
    def test_nobody_else(self, cast, entry, record):
        for staff in (cast.sun, cast.li):
            with pytest.raises(Stale) as refusal:
                record("no_answer", by=staff)
            assert codes(refusal) == ("not_held",)
        with pytest.raises(PermissionDenied):
            record("no_answer", by=cast.zhao)
        assert nothing_written(entry)

    def test_not_after_the_lease(self, entry, record):
        with pytest.raises(Stale):
            record("no_answer", at=NOW + timedelta(minutes=21))
        assert nothing_written(entry)

    def test_not_twice(self, record):
        record("no_answer")
        with pytest.raises(Stale):
            record("no_answer", submission="key-00000002")
        assert Call.objects.everyone().count() == 1


class TestTheSameSubmission:
    def test_is_the_same_call(self, record):
        first = record("no_answer")
        assert record("no_answer", at=NOW + HOUR) == first
        assert Call.objects.everyone().count() == Contact.objects.count() == 1
        assert recorded() == ["call.recorded"]

    @pytest.mark.parametrize("change", [{"outcome": "busy"}, {"note": "另一句"}])
    def test_with_another_body_is_refused(self, record, change):
        record("no_answer")
        with pytest.raises(Refused) as refusal:
            record(**{"outcome": "no_answer", **change})
        assert codes(refusal) == ("submission_reused",)
        assert Call.objects.everyone().count() == 1

    def test_of_another_person_is_refused(self, cast, record):
        record("no_answer")
        with pytest.raises(Refused) as refusal:
            record("no_answer", by=cast.sun)
        assert codes(refusal) == ("submission_reused",)


def test_the_campaign_without_questions_takes_no_answers(cast, entry, record):
    entry.campaign.script = None
    with pytest.raises(Refused):
        record("refused", answers={"family_size": "3"}, purpose_disclosed=True)


def test_answers_of_every_kind_and_skipped_steps_are_kept(cast, entry, record):
    entry.campaign.script = make_script(content=plain(CARD_OPENER.content))
    entry.campaign.save()
    answers = {"idle_money": "5万–20万元", "due_on": "2026-03-31", "family_size": "3", "other_wish": "想开网银"}
    call = record("refused", answers=answers, purpose_disclosed=True, skipped=["family", "card"])
    assert call.skipped == ["card", "family"]
    assert dict(ProfileAnswer.objects.values_list("question", "value")) == answers
    assert record("refused", answers=answers, purpose_disclosed=True, skipped=["card", "family"]) == call


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"answers": {"idle_money": "五万左右"}}, "answer_not_offered"),
        ({"answers": {"due_on": "三月底"}}, "answer_not_a_date"),
        ({"answers": {"due_on": "20260331"}}, "answer_not_a_date"),
        ({"skipped": ["identity"]}, "step_not_skippable"),
        ({"skipped": ["opt_out"]}, "step_not_skippable"),
        ({"skipped": ["nowhere"]}, "step_not_skippable"),
    ],
)
def test_what_the_script_does_not_allow_is_refused(cast, entry, record, values, code):
    entry.campaign.script = make_script(content=plain(CARD_OPENER.content))
    entry.campaign.save()
    with pytest.raises(Refused) as refusal:
        record("refused", purpose_disclosed=True, **values)
    assert codes(refusal) == (code,)
    assert nothing_written(entry)


class TestWithoutTheNumber:
    """Two presses of a key are no call: the number was shown in this claim, a telephone was heard, or he says why not."""

    @pytest.fixture
    def send(self, cast, entry):
        def make(outcome="no_answer", *, at=NOW, **values):
            return services.record_outcome(
                entry, submission="key-00000001", outcome=outcome, by=cast.wang, at=at, **values
            )

        return make

    def test_it_is_refused_and_writes_nothing(self, entry, send):
        with pytest.raises(Refused) as error:
            send()
        assert codes(error) == ("number_unseen",)
        assert "显示号码" in error.value.verdict.advice
        assert nothing_written(entry)
        assert recorded() == []

    def test_after_the_number_was_shown_it_is_saved(self, cast, entry, send):
        services.show_number(entry, by=cast.wang, at=NOW)
        assert not send().number_unseen
        assert json.loads(AuditRecord.objects.get(verb="call.recorded").facts)["number_unseen"] is False

    def test_with_a_telephone_that_an_exchange_heard_too(self, cast, send):
        heard(cast.wang, ("ringing", 40, {}), ("ended", 10, {}), by=cast.admin, at=NOW)
        assert not send().number_unseen

    @pytest.mark.parametrize(("before", "talk"), [(3600, 0), (480, 0), (3600, 3600)])
    def test_a_telephone_that_rang_before_he_had_the_customer_vouches_for_nothing(self, cast, send, before, talk):
        heard(cast.wang, ("ringing", before, {}), ("ended", before - 20, {}), by=cast.admin, at=NOW)
        with pytest.raises(Refused) as error:
            send("not_interested" if talk else "no_answer", talk_seconds=talk)
        assert codes(error) == ("number_unseen",)

    def test_a_telephone_named_for_an_earlier_claim_vouches_no_more(self, cast, entry, send):
        heard(cast.wang, ("ringing", 60, {"about": entry.ref}), ("ended", 30, {}), by=cast.admin, at=NOW + 2 * MINUTE)
        services.release(entry, reason="prepare", by=cast.wang, at=NOW + 3 * MINUTE)
        again = ListEntry.objects.everyone().get(pk=entry.pk)
        services.claim(again, by=cast.wang, at=NOW + 5 * HOUR)
        with pytest.raises(Refused) as error:
            services.record_outcome(again, submission="k" * 16, outcome="no_answer", by=cast.wang, at=NOW + 5 * HOUR)
        assert codes(error) == ("number_unseen",)

    def test_taken_back_the_telephone_that_was_heard_counts_still(self, cast, entry, send):
        heard(cast.wang, ("ringing", 170, {}), ("ended", 10, {}), by=cast.admin, at=NOW + 3 * MINUTE)
        call = send(at=NOW + 4 * MINUTE)
        services.take_back(call, by=cast.wang, at=NOW + 4 * MINUTE)
        entry.refresh_from_db()
        again = services.record_outcome(
            entry, submission="key-00000002", outcome="busy", by=cast.wang, at=NOW + 5 * MINUTE
        )  # fmt: skip
        assert not again.number_unseen

    def test_the_word_of_an_earlier_claim_is_not_said_again_by_the_draft(self, cast, entry):
        services.keep_draft(entry, {"number_unseen": "on", "note": "在忙"}, by=cast.wang, at=NOW)
        assert services.draft_of(entry, cast.wang) == {"number_unseen": "on", "note": "在忙"}
        services.release(entry, reason="prepare", by=cast.wang, at=NOW)
        again = ListEntry.objects.everyone().get(pk=entry.pk)
        services.claim(again, by=cast.wang, at=NOW + MINUTE)
        assert services.draft_of(again, cast.wang) == {"note": "在忙"}

    def test_on_his_word_it_is_saved_and_says_so(self, send):
        assert send(number_unseen=True).number_unseen
        assert json.loads(AuditRecord.objects.get(verb="call.recorded").facts)["number_unseen"] is True

    def test_his_word_is_not_kept_where_the_number_was_shown(self, cast, entry, send):
        services.show_number(entry, by=cast.wang, at=NOW)
        assert not send(number_unseen=True).number_unseen

    def test_a_number_of_an_earlier_claim_does_not_count(self, cast, entry, send):
        services.show_number(entry, by=cast.wang, at=NOW)
        services.release(entry, reason="line", by=cast.wang, at=NOW)
        services.claim(ListEntry.objects.everyone().get(pk=entry.pk), by=cast.wang, at=NOW)
        entry.refresh_from_db()
        with pytest.raises(Refused):
            send()

    def test_taken_back_the_number_that_was_shown_counts_still(self, cast, entry, send):
        services.show_number(entry, by=cast.wang, at=NOW)
        services.take_back(send(), by=cast.wang, at=NOW)
        entry.refresh_from_db()
        again = services.record_outcome(entry, submission="key-00000002", outcome="busy", by=cast.wang, at=NOW)
        assert not again.number_unseen

    def test_taken_back_his_word_is_filled_in_again(self, cast, entry, send):
        services.take_back(send(number_unseen=True), by=cast.wang, at=NOW)
        assert services.draft_of(entry, cast.wang)["number_unseen"] == "on"

"""Pages around a call: its record and correction, taking it back, the draft, who comes next, answers to htmx."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from jiugong_desk.appointments.models import Appointment
from jiugong_desk.appointments.slots import free_slots
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.calls import services
from jiugong_desk.calls.models import Call, Correction, Draft
from jiugong_desk.calls.phone import phone_behind
from jiugong_desk.campaigns.models import ListEntry
from tests.support.cast import NOW, make_campaign, make_customer, make_entry
from tests.support.exchange import heard

pytestmark = pytest.mark.usefixtures("desk_time")

KEY = "0123456789abcdef"


@pytest.fixture
def entry(cast):
    campaign = make_campaign(cast, participants=(cast.wang,))
    make_entry(campaign, make_customer(cast.north, cast.wang, salutation="后面先生"), cast.wang)
    made = make_entry(campaign, make_customer(cast.north, cast.wang, salutation="王先生"), cast.wang)
    return services.claim(made, by=cast.wang, at=NOW)


@pytest.fixture
def made(cast, entry):
    return services.record_outcome(
        entry, submission=KEY, outcome="not_interested", purpose_disclosed=True, talk_seconds=40, note="下月再说",
        answers={"family_size": "3"}, number_unseen=True, by=cast.wang, at=NOW,
    )  # fmt: skip


def at(name, row):
    return reverse(name, args=[row.ref])


def corrected(**values):
    return {"seen": "0", "outcome": "no_answer", "reason": "误点，实为无人接听", **values}


class TestWhoMayNot:
    def test_for_strangers_a_call_does_not_exist(self, cast, login, made):
        for staff in (cast.li, cast.sun, cast.admin):
            client = login(staff)
            assert client.get(at("call_record", made)).status_code == 404
            assert client.post(at("call_undo", made)).status_code == 404
            assert client.post(at("call_correct", made), corrected()).status_code == 404
        assert Call.objects.everyone().get().outcome == "not_interested"

    def test_the_head_reads_and_does_not_change(self, cast, login, made):
        client = login(cast.zhao)
        page = client.get(at("call_record", made)).content.decode()
        assert "下月再说" in page
        assert "保存更正" not in page
        assert client.post(at("call_undo", made)).status_code == 403
        assert client.post(at("call_correct", made), corrected()).status_code == 403
        assert not Correction.objects.exists()

    def test_whoever_sees_no_customer_reads_no_call(self, cast, login, made):
        assert login(cast.qian).get(at("call_record", made)).status_code in (403, 404)

    def test_only_the_holder_keeps_a_draft(self, cast, login, entry):
        for staff, status in ((cast.li, 404), (cast.sun, 404), (cast.zhao, 403)):
            assert login(staff).post(at("call_draft", entry), {"note": "别人的"}).status_code == status
            assert login(staff).get(at("call_coming", entry)).status_code == status
        assert not Draft.objects.exists()


def test_the_offer_to_take_back_stands_on_both_pages(cast, login, entry, made):
    client = login(cast.wang)
    for page in (client.get(reverse("today")), client.post(reverse("call_next"), follow=True)):
        html = page.content.decode()
        assert at("call_undo", made) in html
        assert "王先生" in html
    answer = client.post(at("call_undo", made), follow=True)
    html = answer.content.decode()
    assert answer.redirect_chain == [(at("call", entry), 303)]
    assert "下月再说" in html
    assert 'value="not_interested" data-key="w"' in html
    assert 'name="answer-family_size" value="3"' in html
    assert not Call.objects.everyone().exists()


def test_a_correction_by_the_page(cast, login, made):
    client = login(cast.wang)
    assert client.post(at("call_correct", made), corrected(reason="")).status_code == 422
    refused = client.post(at("call_correct", made), corrected(outcome="invited", purpose_disclosed="on", note="写过的"))
    assert refused.status_code == 409
    assert "写过的" in refused.content.decode()
    assert client.post(at("call_correct", made), corrected()).status_code == 303
    page = client.get(at("call_record", made)).content.decode()
    for text in ("无人接听", "无意向", "误点，实为无人接听", "下月再说"):
        assert text in page
    assert "已更正" in client.get(reverse("calls_made")).content.decode()


def test_ones_own_calls_by_day(cast, login, made):
    client = login(cast.wang)
    assert at("call_record", made) in client.get(reverse("calls_made")).content.decode()
    assert at("call_record", made) not in client.get(reverse("calls_made"), {"day": "2026-01-06"}).content.decode()
    assert client.get(reverse("calls_made"), {"day": "nonsense"}).status_code == 200


def test_a_draft_comes_again_with_the_page_and_ends_with_the_outcome(cast, login, entry):
    client = login(cast.wang)
    typed = {
        "submission": KEY,
        "outcome": "refused",
        "note": "写到一半",
        "answer-family_size": "4",
        "skip": ["needs"],
        "evil": "x",
    }
    assert "已暂存" in client.post(at("call_draft", entry), typed).content.decode()
    row = Draft.objects.get()
    assert "evil" not in row.typed
    assert KEY not in row.typed
    page = client.get(at("call", entry)).content.decode()
    assert "写到一半" in page
    assert 'name="answer-family_size" value="4"' in page
    assert not AuditRecord.objects.filter(verb__startswith="call.").exists()
    client.post(at("call_outcome", entry), {"submission": KEY, "outcome": "refused", "number_unseen": "on"})
    assert not Draft.objects.exists()


def test_a_drafts_promise_and_slot_come_again_too(cast, login, entry):
    client = login(cast.wang)
    page = client.get(at("call", entry)).content.decode()
    promise = re.search(r'name="callback_at" value="([^"]+)"', page).group(1)
    slot = re.search(r'<option value="(2026[^"]+)">', page).group(1)
    client.post(at("call_draft", entry), {"outcome": "call_back", "callback_at": promise, "visit_at": slot})
    page = client.get(at("call", entry)).content.decode()
    assert re.search(rf'value="{re.escape(promise)}"( data-first)? checked', page)
    assert f'<option value="{slot}" selected>' in page


def test_a_draft_of_a_lost_customer_is_refused(cast, login, entry):
    ListEntry.objects.everyone().filter(pk=entry.pk).update(lease_until=NOW - timedelta(minutes=1))
    assert login(cast.wang).post(at("call_draft", entry), {"note": "晚了"}).status_code == 409
    assert not Draft.objects.exists()


def test_the_page_says_why_and_who_is_next(cast, login, entry):
    client = login(cast.wang)
    page = client.get(at("call", entry)).content.decode()
    assert "别说" in page
    assert "后面先生" not in page
    assert "后面先生" in client.get(at("call_coming", entry)).content.decode()
    today = client.get(reverse("today")).content.decode()
    assert "后面先生" in today
    assert "王先生" not in today  # he is open, not coming


class TestForHtmx:
    HX = {"HX-Request": "true"}

    def test_success_sends_the_whole_page_on(self, cast, login, entry):
        client = login(cast.wang)
        sent = {"submission": KEY, "outcome": "no_answer", "number_unseen": "on", "stay": "1"}
        answer = client.post(at("call_outcome", entry), sent, headers=self.HX)
        assert (answer.status_code, answer["HX-Redirect"]) == (200, reverse("today"))
        again = client.post(at("call_outcome", entry), sent, headers=self.HX)
        assert again["HX-Redirect"] == reverse("today")
        assert Call.objects.everyone().count() == 1

    def test_what_is_wrong_comes_alone(self, cast, login, entry):
        client = login(cast.wang)
        answer = client.post(at("call_outcome", entry), {"submission": KEY}, headers=self.HX)
        assert (answer.status_code, "<form" in answer.content.decode()) == (422, False)
        assert "请选择通话结果" in answer.content.decode()
        answer = client.post(at("call_outcome", entry), {"submission": KEY, "outcome": "invited"}, headers=self.HX)
        assert answer.status_code == 409
        assert 'data-refused="visit_missing' in answer.content.decode()

    def test_a_lost_customer_is_said(self, cast, login, entry):
        ListEntry.objects.everyone().filter(pk=entry.pk).update(lease_until=NOW - timedelta(minutes=1))
        answer = login(cast.wang).post(
            at("call_outcome", entry), {"submission": KEY, "outcome": "busy"}, headers=self.HX
        )
        assert answer.status_code == 409
        assert 'data-refused="not_held"' in answer.content.decode()


def test_drafts_of_who_is_closed_or_long_left_are_forgotten(cast, login, entry):
    services.keep_draft(entry, {"note": "写到一半"}, by=cast.wang, at=NOW)
    assert services.forget_drafts(at=NOW + timedelta(days=7)) == 0
    assert services.forget_drafts(at=NOW + timedelta(days=7, seconds=1)) == 1
    services.keep_draft(entry, {"note": "写到一半"}, by=cast.wang, at=NOW)
    ListEntry.objects.everyone().filter(pk=entry.pk).update(
        state="closed", claimed_by=None, claimed_at=None, lease_until=None
    )
    assert services.forget_drafts(at=NOW) == 1
    assert not Draft.objects.exists()


def test_the_record_shows_what_the_exchange_told(cast, login, made):
    heard(
        cast.wang,
        ("answered", 45, {}),
        ("ended", 3, {"talk_seconds": 38}),
        ("recording", 1, {"recording": "r/7.wav"}),
        by=cast.admin,
        at=NOW,
    )
    page = login(cast.wang).get(at("call_record", made)).text
    assert "38 秒" in page
    assert "r/7.wav" in page


def test_one_telephone_call_stands_behind_one_record(cast, entry, made):
    """Whoever writes a second record a minute later has not telephoned twice."""
    heard(cast.wang, ("answered", 45, {}), ("ended", 3, {"talk_seconds": 38}), by=cast.admin, at=NOW)
    later = NOW + timedelta(minutes=1)
    second = services.record_outcome(
        services.claim_next(None, by=cast.wang, at=later), number_unseen=True, submission="2" * 16, outcome="not_interested",
        purpose_disclosed=True, talk_seconds=50, by=cast.wang, at=later,
    )  # fmt: skip
    assert phone_behind(made).talk_seconds == 38
    assert phone_behind(second) is None


def test_what_was_recorded_is_sent_again_though_the_customer_is_not_his_to_see(cast, login):
    """A colleague's callback for all of the outlet: the answer was lost, and the page sends once more."""
    campaign = make_campaign(cast, participants=(cast.wang, cast.sun))
    promised = make_entry(
        campaign, make_customer(cast.north, cast.wang), cast.wang, state="callback", due_at=NOW, shared=True
    )
    services.claim(promised, by=cast.sun, at=NOW)
    client, said = login(cast.sun), {"submission": KEY, "outcome": "no_answer", "number_unseen": "on"}
    first, again = (client.post(at("call_outcome", promised), said) for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 303)
    assert Call.objects.everyone().count() == 1
    assert login(cast.li).post(at("call_outcome", promised), said).status_code == 404


def test_taken_back_the_slot_comes_again_too(cast, entry):
    slot = NOW.replace(hour=14, minute=0)
    call = services.record_outcome(
        entry,
        submission=KEY,
        outcome="invited",
        purpose_disclosed=True,
        visit_at=slot,
        number_unseen=True,
        by=cast.wang,
        at=NOW,
    )
    services.take_back(call, by=cast.wang, at=NOW)
    assert services.draft_of(entry, cast.wang)["visit_at"] == slot.isoformat()


class TestHoldingASlot:
    @pytest.fixture
    def wanted(self, cast):
        return free_slots(cast.wang, now=NOW)

    @pytest.fixture
    def hold(self, cast, entry, login):
        return lambda slot, staff=cast.wang: login(staff).post(
            at("call_hold", entry), {"visit_at": slot.isoformat() if slot else ""}, HTTP_HX_REQUEST="true"
        )

    def test_only_for_whoever_holds_the_customer(self, cast, entry, hold, wanted, desk_time):
        for staff, status in ((cast.li, 404), (cast.sun, 404), (cast.zhao, 403)):
            assert hold(wanted[0], staff).status_code == status
        desk_time(NOW + timedelta(hours=2))
        assert hold(wanted[-1]).status_code == 409
        assert not Appointment.objects.with_held().exists()

    def test_it_is_said_with_its_end_stands_on_the_page_again_and_is_booked_with_the_result(
        self, cast, entry, hold, login, wanted
    ):
        html = hold(wanted[1]).content.decode()
        assert f"{wanted[1]:%m-%d %H:%M} 已为这位客户暂留，到 10:40 为止" in html
        assert "<select" not in html
        page = login(cast.wang).get(at("call", entry)).content.decode()
        assert "已为这位客户暂留" in page
        assert f'value="{wanted[1].isoformat()}"' in page
        assert "暂留" not in login(cast.zhao).get(reverse("visits")).content.decode()
        services.show_number(entry, by=cast.wang, at=NOW)
        services.record_outcome(
            entry, submission=KEY, outcome="invited", purpose_disclosed=True, talk_seconds=40, visit_at=wanted[1],
            answers={}, skipped=["needs"], by=cast.wang, at=NOW,
        )  # fmt: skip
        (visit,) = Appointment.objects.with_held()
        assert (visit.state, visit.entry_id) == ("booked", entry.pk)

    def test_another_result_another_choice_and_giving_back_let_it_go(self, cast, entry, hold, wanted):
        hold(wanted[1])
        hold(None)
        assert not Appointment.objects.with_held().exists()
        hold(wanted[1])
        services.release(entry, reason="prepare", by=cast.wang, at=NOW)
        assert not Appointment.objects.with_held().exists()
        entry.refresh_from_db()
        services.claim(entry, by=cast.wang, at=NOW)
        hold(wanted[1])
        services.show_number(entry, by=cast.wang, at=NOW)
        services.record_outcome(entry, submission=KEY, outcome="no_answer", by=cast.wang, at=NOW)
        assert not Appointment.objects.with_held().exists()

    def test_what_is_no_time_is_refused_in_words(self, cast, entry, login, wanted):
        answer = login(cast.wang).post(at("call_hold", entry), {"visit_at": "morgen"}, HTTP_HX_REQUEST="true")
        assert answer.status_code == 422
        assert "请选择时间。" in answer.content.decode()

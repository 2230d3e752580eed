from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from jiugong_desk.appointments.models import Appointment
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.calls import services
from jiugong_desk.calls.models import Call
from jiugong_desk.calls.workbench import names_of
from jiugong_desk.campaigns.models import ListEntry
from jiugong_desk.consent.models import DoNotCall
from jiugong_desk.customers.models import ProfileAnswer
from jiugong_desk.scripts.rules import PLACES
from tests.support.cast import NOW, SHANGHAI, make_campaign, make_customer, make_entry
from tests.support.visits import make_visit

pytestmark = pytest.mark.usefixtures("desk_time")

TOMORROW = datetime(2026, 1, 8, 9, 30, tzinfo=SHANGHAI)
KEY = "0123456789abcdef"


@pytest.fixture
def entry(cast):
    campaign = make_campaign(cast, participants=(cast.wang,))
    return make_entry(campaign, make_customer(cast.north, cast.wang, name="张三丰", mobile="14012345678"), cast.wang)


@pytest.fixture
def held(cast, entry):
    return services.claim(entry, by=cast.wang, at=NOW)


def verbs() -> list[str]:
    return list(AuditRecord.objects.order_by("pk").values_list("verb", flat=True))


def of(entry, *names):
    return [reverse(name, args=[entry.ref]) for name in names]


POSTS = ("call_claim", "call_number", "call_keep", "call_outcome", "call_release")


def send(client, entry, outcome, **values):
    sent = {"submission": KEY, "outcome": outcome, "number_unseen": "on", **values}
    return client.post(reverse("call_outcome", args=[entry.ref]), sent)


class TestWhoMayNot:
    def test_for_strangers_it_does_not_exist(self, cast, login, held):
        before = verbs()
        for staff in (cast.li, cast.sun, cast.qian, cast.admin):
            client = login(staff)
            assert client.get(reverse("call", args=[held.ref])).status_code == 404
            for address in of(held, *POSTS):
                assert client.post(address, {"outcome": "no_answer", "submission": KEY}).status_code == 404
        assert verbs() == before
        assert not Call.objects.everyone().exists()

    def test_who_looks_on_does_not_call(self, cast, login, held):
        before = verbs()
        for staff in (cast.zhao, cast.auditor, cast.department, cast.compliance):
            client = login(staff)
            assert client.get(reverse("call", args=[held.ref])).status_code == 403
            for address in (*of(held, *POSTS), reverse("call_next")):
                assert client.post(address, {"outcome": "no_answer", "submission": KEY}).status_code == 403
            assert client.get(reverse("today")).status_code == 403
        assert verbs() == before

    def test_changes_are_posts(self, cast, login, held):
        client = login(cast.wang)
        for address in (*of(held, *POSTS), reverse("call_next")):
            assert client.get(address).status_code == 405


class TestToday:
    def test_counts_promises_and_visits(self, cast, login, entry):
        make_entry(
            entry.campaign, make_customer(cast.north, cast.wang, salutation="李女士"), cast.wang, state="callback",
            attempts=1, due_at=NOW - timedelta(minutes=30),
        )  # fmt: skip
        make_visit(
            customer=make_customer(cast.north, cast.wang, salutation="赵先生"), unit=cast.north, manager=cast.wang,
            starts_at=NOW + timedelta(minutes=30), booked_at=NOW, booked_by=cast.wang,
        )  # fmt: skip
        page = login(cast.wang).get(reverse("today"))
        assert page.status_code == 200
        counts = page.context["counts"]
        assert (counts.callbacks_due, counts.fresh, counts.retries_due, counts.waiting, counts.left) == (1, 1, 0, 0, 2)
        text = page.content.decode()
        for expected in ("李女士", "赵先生", "已到时间", "开始拨打"):
            assert expected in text
        assert page.context["reason"] is None
        assert "14012345678" not in text

    def test_the_query_count_does_not_grow_with_the_list(self, cast, login, entry, django_assert_max_num_queries):
        for _ in range(30):
            make_entry(entry.campaign, make_customer(cast.north, cast.wang), cast.wang)
        client = login(cast.wang)
        with django_assert_max_num_queries(31):
            client.get(reverse("today"))

    def reason(self, client):
        found = client.get(reverse("today")).context["reason"]
        assert found is None or (str(found) and str(found.remedy))
        return found.code if found else None

    def test_an_empty_queue_says_why(self, cast, login, entry, settings):
        client = login(cast.wang)
        assert self.reason(client) is None
        rows = ListEntry.objects.everyone()
        rows.update(due_at=NOW + timedelta(hours=2), attempts=1)
        assert self.reason(client) == "all_waiting"
        rows.update(due_at=None, attempts=3)
        assert self.reason(client) == "all_capped"
        rows.update(state="done", attempts=1)
        assert self.reason(client) == "all_done"
        rows.update(state="open")
        type(entry.campaign).objects.everyone().update(state="paused")
        assert self.reason(client) == "all_paused"
        assert self.reason(login(cast.sun)) == "none_dealt"
        settings.CLOCK_OFFSET_SECONDS += 2 * 3600
        assert self.reason(login(cast.wang)) == "outside_hours"

    def test_the_next_one_is_claimed_and_continued_later(self, cast, login, entry):
        client = login(cast.wang)
        address = reverse("call", args=[entry.ref])
        answer = client.post(reverse("call_next"))
        assert (answer.status_code, answer["Location"]) == (303, address)
        assert client.post(reverse("call_next"))["Location"] == address
        page = client.get(reverse("today")).content.decode()
        assert "继续手上这一户" in page
        assert verbs() == ["entry.claimed"]

    def test_nothing_left_leads_back(self, cast, login):
        assert login(cast.wang).post(reverse("call_next"))["Location"] == reverse("today")


class TestWorkbench:
    def test_shows_script_facts_pad_and_no_number(self, cast, login, held):
        page = login(cast.wang).get(reverse("call", args=[held.ref]))
        assert page.status_code == 200
        text = page.content.decode()
        assert "您好，我是我行客户经理王晓北。" in text
        assert "张先生/女士" in text
        for expected in (
            'name="answer-family_size"',
            'value="5万以上"',
            'data-key="v"',
            "<kbd>J</kbd> <kbd>K</kbd>",
            "<kbd>Ctrl+Enter</kbd>",
            "第 1/3 次",
            "一手楼按揭",
            "50,000 至 500,000",
            "不含风险产品",
        ):
            assert expected in text, expected
        for secret in ("14012345678", "张三丰", "80000", "8.0万"):
            assert secret not in text, secret

    def test_says_up_to_which_risk_something_may_be_offered_by_phone(self, cast, login, held):
        customer = held.customer
        customer.risk_capacity, customer.risk_test_expires_on = "C4", NOW.date()
        for born, expected in (
            (date(1988, 5, 1), "风险 R4 及以下"),
            (date(1950, 5, 1), "风险 R2 及以下"),
            (None, "风险 R2 及以下"),
        ):
            customer.birth_date = born
            customer.save()
            assert expected in login(cast.wang).get(reverse("call", args=[held.ref])).content.decode()

    def test_without_the_lease_it_leads_back_and_says_so(self, cast, login, entry):
        answer = login(cast.wang).get(reverse("call", args=[entry.ref]), follow=True)
        assert answer.redirect_chain == [(reverse("today"), 303)]
        assert "不再持有" in answer.content.decode()

    def test_the_number_is_shown_once_as_a_fragment_and_as_a_page(self, cast, login, held):
        client, address = login(cast.wang), reverse("call_number", args=[held.ref])
        fragment = client.post(address, HTTP_HX_REQUEST="true").content.decode()
        assert "14012345678" in fragment
        assert "<html" not in fragment
        assert "14012345678" in client.post(address).content.decode()
        assert "14012345678" not in client.get(reverse("call", args=[held.ref])).content.decode()
        assert verbs() == ["entry.claimed", "customer.revealed", "customer.revealed"]

    def test_no_number_after_a_refusal(self, cast, login, held):
        DoNotCall.objects.create(customer=held.customer, since=NOW, source="counter")
        answer = login(cast.wang).post(reverse("call_number", args=[held.ref]), HTTP_HX_REQUEST="true")
        assert answer.status_code == 409
        assert "勿再致电" in answer.content.decode()
        assert "14012345678" not in answer.content.decode()

    def test_an_open_page_keeps_the_lease(self, cast, login, held):
        client, address = login(cast.wang), reverse("call_keep", args=[held.ref])
        assert client.post(address).status_code == 204
        ListEntry.objects.everyone().update(claimed_at=NOW - timedelta(hours=2))
        assert client.post(address).status_code == 409

    def test_it_tells_who_has_come_and_waits_for_him(self, cast, login, held):
        client, address = login(cast.wang), reverse("call_keep", args=[held.ref])
        arrived_at = NOW - timedelta(minutes=3)
        said = {"unit": cast.north, "starts_at": NOW, "booked_at": NOW, "state": "arrived", "arrived_at": arrived_at}
        make_visit(customer=make_customer(cast.north), manager=cast.sun, booked_by=cast.sun, **said)
        assert client.post(address).status_code == 204  # a colleague's
        customer = make_customer(cast.north, cast.wang, name="王小明", salutation="王先生")
        visit = make_visit(customer=customer, manager=cast.wang, booked_by=cast.wang, **said)
        pages = (client.post(address), client.get(reverse("call", args=[held.ref])), client.get(reverse("today")))
        for page in pages:
            assert page.status_code == 200
            assert "访客已到店：王* 10:27，等候 3 分钟" in page.text
            assert reverse("visit", args=[visit.ref]) in page.text
            assert "王小明" not in page.text
        Appointment.objects.everyone().filter(pk=visit.pk).update(state="finished")
        assert client.post(address).status_code == 204
        gone = client.post(address, {"shown": "1"})  # the page still shows one
        assert (gone.status_code, gone.text.strip()) == (200, "")


class TestOutcome:
    def test_is_saved_with_its_answers_and_leads_on(self, cast, login, held):
        second = make_entry(held.campaign, make_customer(cast.north, cast.wang), cast.wang)
        answer = send(
            login(cast.wang), held, "not_interested", purpose_disclosed="on", talk_seconds="75", next="1",
            **{"answer-family_size": "4", "answer-deposit_plan": ""},
        )  # fmt: skip
        assert (answer.status_code, answer["Location"]) == (303, reverse("call", args=[second.ref]))
        call = Call.objects.everyone().get()
        assert (call.outcome, call.talk_seconds, call.purpose_disclosed) == ("not_interested", 75, True)
        assert [(row.question, row.value) for row in ProfileAnswer.objects.all()] == [("family_size", "4")]

    def test_without_the_number_it_offers_the_one_tick_with_which_it_is_saved(self, cast, login, held):
        client, words = login(cast.wang), "未看号码：客户来电，或已知号码"
        assert words not in client.get(reverse("call", args=[held.ref])).content.decode()
        answer = send(client, held, "no_answer", number_unseen="")
        assert (answer.status_code, answer.context["verdict"].codes) == (409, ("number_unseen",))
        fragment = client.post(
            reverse("call_outcome", args=[held.ref]),
            {"submission": KEY, "outcome": "no_answer"},
            HTTP_HX_REQUEST="true",
        )
        for text in (answer.content.decode(), fragment.content.decode()):
            assert 'name="number_unseen" form="outcome"' in text
            assert "先点“显示号码”" in text
        assert not Call.objects.everyone().exists()
        assert send(client, held, "no_answer").status_code == 303
        page = client.get(reverse("call_record", args=[Call.objects.everyone().get().ref]))
        assert words in page.content.decode()

    def test_only_saved_leads_to_today(self, cast, login, held):
        assert send(login(cast.wang), held, "no_answer")["Location"] == reverse("today")

    def test_what_belongs_to_another_outcome_is_left_behind(self, cast, login, held):
        answer = send(
            login(cast.wang), held, "no_answer", talk_seconds="30", callback_at=TOMORROW.isoformat(),
            visit_at=TOMORROW.isoformat(), **{"answer-family_size": "4"},
        )  # fmt: skip
        assert answer.status_code == 303
        assert not ProfileAnswer.objects.exists()
        assert not Appointment.objects.everyone().exists()

    def test_a_callback_by_chip_or_by_hand(self, cast, login, held):
        send(login(cast.wang), held, "call_back", callback_at="", callback_other="2026-01-08T15:10")
        held.refresh_from_db()
        assert (held.state, held.due_at) == ("callback", TOMORROW.replace(hour=15, minute=10))

    def test_an_invitation(self, cast, login, held):
        send(login(cast.wang), held, "invited", visit_at=TOMORROW.isoformat(), purpose_disclosed="on")
        assert Appointment.objects.everyone().get().starts_at == TOMORROW

    def test_a_refusal_keeps_what_was_typed(self, cast, login, held):
        answer = send(login(cast.wang), held, "refused", note="再联系", **{"answer-family_size": "4"})
        assert answer.status_code == 409
        text = answer.content.decode()
        assert answer.context["verdict"].codes == ("purpose_not_disclosed",)
        assert "未向客户说明目的" in text
        assert 'name="answer-family_size" value="4"' in text
        assert ">再联系</textarea>" in text
        assert not Call.objects.everyone().exists()
        assert send(login(cast.wang), held, "refused").status_code == 303

    @pytest.mark.parametrize(
        "sent",
        [
            {"outcome": ""},
            {"outcome": "x"},
            {"submission": "<script>"},
            {"submission": f"{KEY}\n"},
            {"talk_seconds": "-1"},
            {"callback_at": "soon"},
            {"callback_at": "9999-12-31T23:59:59-12:00"},
            {"callback_other": "0001-01-01T00:00"},
            {"visit_at": "0001-01-01T00:00:00+14:00"},
        ],
    )
    def test_nonsense_is_answered_with_the_page(self, cast, login, held, sent):
        answer = send(login(cast.wang), held, **{"outcome": "no_answer", **sent})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
        assert not Call.objects.everyone().exists()

    def test_sent_again_it_is_the_same_call(self, cast, login, held):
        client = login(cast.wang)
        assert send(client, held, "no_answer").status_code == send(client, held, "no_answer").status_code == 303
        assert send(client, held, "busy").status_code == 409
        assert Call.objects.everyone().count() == 1


class TestNote:
    def test_a_number_in_it_is_hidden_and_that_is_said(self, cast, login, held):
        client = login(cast.wang)
        answer = client.get(send(client, held, "refused", note="请打 138 0013 8000\r\n晚上")["Location"])
        assert Call.objects.everyone().get().note == "请打 138****8000\n晚上"
        assert "备注中的号码已隐藏" in answer.content.decode()

    def test_without_one_nothing_is_said(self, cast, login, held):
        client = login(cast.wang)
        answer = client.get(send(client, held, "refused", note="2026-01-20 以后\r\n再说")["Location"])
        assert "已隐藏" not in answer.content.decode()

    def test_a_correction_hides_it_too(self, cast, login, held):
        client = login(cast.wang)
        send(client, held, "refused")
        call = Call.objects.everyone().get()
        sent = {"seen": "0", "outcome": "refused", "note": "证件 110105194912310021", "reason": "补记备注"}
        page = client.post(reverse("call_correct", args=[call.ref]), sent, follow=True)
        call.refresh_from_db()
        assert call.note == "证件 110***********0021"
        assert "备注中的号码已隐藏" in page.content.decode()

    def test_too_long_it_is_refused_in_words_and_stays(self, cast, login, held):
        client = login(cast.wang)
        answer = send(client, held, "refused", note="长" * 501)
        assert answer.status_code == 422
        assert "备注有 501 字，最多 500 字，没有保存" in answer.content.decode()
        assert "长" * 501 in answer.content.decode()
        assert not Call.objects.everyone().exists()
        assert send(client, held, "refused", note="长" * 500).status_code == 303


class TestWhatWasAgreed:
    def test_a_callback_of_another_day_is_seen_on_the_day_and_in_the_records(self, cast, login, held):
        client = login(cast.wang)
        saved = client.get(send(client, held, "call_back", callback_other="2026-01-08T15:10")["Location"])
        when = "1月8日 周四 15:10"
        assert f"稍后联系（约时），约 {when} 回拨" in saved.content.decode()
        assert [entry.pk for entry in saved.context["later"]] == [held.pk]
        assert not saved.context["promised"]
        call = Call.objects.everyone().get()
        for page in (reverse("today"), reverse("calls_made"), reverse("call_record", args=[call.ref])):
            assert when in client.get(page).content.decode()

    def test_a_word_that_sticks_is_said_too(self, cast, login, held):
        client = login(cast.wang)
        saved = client.get(send(client, held, "refused_forever")["Location"])
        assert "data-passing>已登记：拒绝且勿扰" in saved.content.decode()

    def test_whoever_saves_on_a_pause_is_given_nobody_to_hold(self, cast, login, held):
        make_entry(held.campaign, make_customer(cast.north, cast.wang), cast.wang)
        services.pause(why="meeting", by=cast.wang, at=NOW)
        client = login(cast.wang)
        answer = send(client, held, "no_answer", next="1")
        assert answer["Location"] == reverse("today")
        assert "您在暂停中，没有领取下一户" in client.get(answer["Location"]).content.decode()
        assert not ListEntry.objects.everyone().filter(claimed_by=cast.wang).exists()

    @pytest.mark.parametrize(
        ("reason", "words"), [("acquainted", "请告诉网点负责人"), ("line", "稍后会再次排到您的队列")]
    )
    def test_giving_back_says_what_comes_of_it(self, cast, login, held, reason, words):
        client = login(cast.wang)
        answer = client.post(reverse("call_release", args=[held.ref]), {"reason": reason})
        assert words in client.get(answer["Location"]).content.decode()

    def test_nothing_is_chosen_for_the_caller(self, cast, login, held):
        page = login(cast.wang).get(reverse("call", args=[held.ref])).content.decode()
        assert "data-first" not in page
        assert '<option value="">请选择原因</option>' in page
        assert '<option value="other">其他原因</option>' in page


class TestBack:
    def test_to_a_customer_who_is_recorded_it_leads_on_to_the_next(self, cast, login, held):
        make_entry(held.campaign, make_customer(cast.north, cast.wang), cast.wang)
        client = login(cast.wang)
        following = send(client, held, "refused", next="1")["Location"]
        answer = client.get(reverse("call", args=[held.ref]), follow=True)
        assert answer.redirect_chain == [(following, 303)]
        assert "上一户已登记：本次拒绝" in answer.content.decode()

    def test_with_nobody_next_to_the_day(self, cast, login, held):
        client = login(cast.wang)
        send(client, held, "refused")
        answer = client.get(reverse("call", args=[held.ref]), follow=True)
        assert answer.redirect_chain == [(reverse("today"), 303)]
        assert "上一户已登记" in answer.content.decode()
        assert "不再持有" not in answer.content.decode()

    def test_a_colleague_learns_nothing_by_it(self, cast, login, held):
        send(login(cast.wang), held, "refused")
        assert login(cast.sun).get(reverse("call", args=[held.ref])).status_code == 404


def test_giving_back(cast, login, held):
    client, address = login(cast.wang), reverse("call_release", args=[held.ref])
    client.post(address, {"reason": "whatever"})
    held.refresh_from_db()
    assert held.claimed_by == cast.wang
    assert client.post(address, {"reason": "line"})["Location"] == reverse("today")
    held.refresh_from_db()
    assert (held.claimed_by, held.releases) == (None, 1)


def test_the_customer_page_offers_the_call_and_tells_of_it(cast, login, entry):
    client, page = login(cast.wang), reverse("customer", args=[entry.customer.ref])
    assert reverse("call_claim", args=[entry.ref]) in client.get(page).content.decode()
    assert reverse("call_claim", args=[entry.ref]) not in login(cast.zhao).get(page).content.decode()
    client.post(reverse("call_claim", args=[entry.ref]))
    send(client, entry, "interested_card", note="喜欢免年费", purpose_disclosed="on")
    text = login(cast.zhao).get(page).content.decode()
    assert "有意向：信用卡" in text
    assert "喜欢免年费" in text


def test_the_places_that_a_script_may_hold_are_those_that_the_page_fills(cast, entry):
    assert set(names_of(entry, cast.wang)) == set(PLACES)

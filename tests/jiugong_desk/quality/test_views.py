"""Who sees what: the checker the lot, the caller his results, the head those of his people, nobody else anything."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from jiugong_desk.core import clock
from jiugong_desk.customers.models import ProfileAnswer
from jiugong_desk.quality import services
from jiugong_desk.quality.models import Check, Flag
from jiugong_desk.ui.menu import menu_for
from tests.jiugong_desk.quality.making import YESTERDAY, make_call, make_check, make_flag, marks, posted
from tests.support.cast import NOW, make_campaign, make_staff
from tests.support.exchange import heard
from tests.support.fingerprint import fingerprint

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(cast):
    return make_campaign(cast, participants=(cast.wang, cast.sun, cast.li))


@pytest.fixture
def checker(cast):
    return make_staff("9008", "韩质", "quality_checker", cast.branch)


@pytest.fixture
def south_head(cast):
    return make_staff("2003", "南头", "outlet_head", cast.south)


def recorded(check, checker, **changed):
    services.record_check(
        check, marks=marks(**changed), comment="请在开头报明工号。" if changed else "", by=checker, at=NOW
    )


def test_before_the_result_nobody_but_the_checker_knows_of_the_lot(cast, login, campaign, checker, south_head):
    check = make_check(make_call(campaign, cast.wang, cast.north))
    steps = ("check_record", "check_acknowledge", "check_object", "check_answer", "check_call_back")
    people = {
        name: login(one) for name, one in vars(cast).items() if name in ("wang", "sun", "li", "zhao", "management", "admin", "auditor")
    } | {"south_head": login(south_head)}  # fmt: skip
    before = fingerprint()
    for client in people.values():
        assert client.get(reverse("check", args=[check.ref])).status_code == 404
        for step in steps:
            assert client.post(reverse(step, args=[check.ref]), posted()).status_code == 404
    for name in ("wang", "li", "admin"):
        assert people[name].get(reverse("quality")).status_code == 403
    assert fingerprint() == before
    assert check.ref not in people["zhao"].get(reverse("quality")).text
    page = login(checker).get(reverse("quality")).text
    assert check.ref in page
    assert "待检查" in page


def test_after_the_result_the_caller_and_his_head_see_it_and_no_colleague(cast, login, campaign, checker, south_head):
    check = make_check(make_call(campaign, cast.wang, cast.north))
    recorded(check, checker, identity="minor")
    address = reverse("check", args=[check.ref])
    for person, status in ((cast.wang, 200), (cast.zhao, 200), (cast.management, 200), (cast.auditor, 200), (cast.sun, 404), (cast.li, 404), (south_head, 404), (cast.planner, 404)):  # fmt: skip
        page = login(person).get(address)
        assert page.status_code == status, person
        assert ("请在开头报明工号。" in page.text) is (status == 200)
    for person in (cast.zhao, cast.management, cast.auditor):
        client = login(person)
        assert client.post(reverse("check_acknowledge", args=[check.ref])).status_code == 403
        assert client.post(reverse("check_answer", args=[check.ref])).status_code == 403
    assert login(cast.wang).post(reverse("check_record", args=[check.ref]), posted()).status_code == 403
    assert Check.objects.everyone().get().state == "checked"


def test_the_checker_sees_the_call_as_it_was_recorded(cast, login, campaign, checker):
    call = make_call(campaign, cast.wang, cast.north, skipped=["needs"], outcome="interested_deposit", talk_seconds=61)
    customer = call.entry.customer
    ProfileAnswer.objects.create(
        customer=customer, question="family_size", label="家庭人数", value="四口之家", source_ref=call.ref, at=call.at, by=cast.wang
    )  # fmt: skip
    messages = (("answered", 64, {}), ("ended", 5, {"talk_seconds": 58}), ("recording", 1, {"recording": "r/81.wav"}))
    heard(cast.wang, *messages, by=cast.admin, at=call.at)
    check = make_check(call)
    page = login(checker).get(reverse("check", args=[check.ref])).text
    assert "未看号码" not in page
    type(call).objects.everyone().filter(pk=call.pk).update(number_unseen=True)
    page = login(checker).get(reverse("check", args=[check.ref])).text
    for words in ("未看号码", "有意向：存款", "61 秒", "58 秒", "r/81.wav", "家庭人数", "四口之家", "了解需求", "客户近期没有闲置资金", customer.masked_name):  # fmt: skip
        assert words in page, words
    assert customer.mobile not in page
    assert customer.name not in page


def test_a_form_is_filled_and_what_was_typed_stays(cast, login, campaign, checker):
    check = make_check(make_call(campaign, cast.wang, cast.north))
    client, address = login(checker), reverse("check_record", args=[check.ref])
    missing = client.post(address, {"comment": "留着这句话"})
    assert missing.status_code == 422
    assert "请选择一项。" in missing.text
    assert "留着这句话" in missing.text
    refused = client.post(address, posted("", identity="serious"))
    assert refused.status_code == 409
    assert "请写明是哪里" in refused.text
    assert 'value="serious" checked' in refused.text
    assert client.post(address, posted("没有报明工号，请改进。", identity="serious")).status_code == 303
    assert client.post(address, posted()).status_code == 409
    assert Check.objects.everyone().get().result == "serious"


def test_the_caller_reads_it_on_the_day_and_objects_once(cast, login, campaign, checker):
    check = make_check(make_call(campaign, cast.wang, cast.north))
    client = login(cast.wang)
    assert 'data-card="quality"' not in client.get(reverse("today")).text
    recorded(check, checker)
    today = client.get(reverse("today")).text
    assert 'data-card="quality"' in today
    assert reverse("check", args=[check.ref]) in today
    assert 'data-card="quality"' not in login(cast.sun).get(reverse("today")).text
    short = client.post(reverse("check_object", args=[check.ref]), {"reason": "不对"})
    assert short.status_code == 409
    assert "不对" in short.text
    assert client.post(reverse("check_object", args=[check.ref]), {"reason": "我在开头报过工号。"}).status_code == 303
    assert 'data-card="quality"' not in client.get(reverse("today")).text
    assert client.post(reverse("check_object", args=[check.ref]), {"reason": "我再说一次，报过。"}).status_code == 409
    assert client.post(reverse("check_acknowledge", args=[check.ref])).status_code == 409
    desk = login(checker)
    assert "本人有异议" in desk.get(reverse("quality")).text
    answered = desk.post(reverse("check_answer", args=[check.ref]), {"upheld": "yes", "text": "复听后异议成立。"})
    assert answered.status_code == 303
    page = client.get(reverse("check", args=[check.ref])).text
    assert "异议成立" in page
    assert "复听后异议成立。" in page


def test_acknowledged_it_is_gone_from_the_day(cast, login, campaign, checker):
    check = make_check(make_call(campaign, cast.wang, cast.north))
    recorded(check, checker)
    client = login(cast.wang)
    assert client.post(reverse("check_acknowledge", args=[check.ref])).status_code == 303
    assert 'data-card="quality"' not in client.get(reverse("today")).text
    assert "本人已确认" in login(cast.zhao).get(reverse("quality")).text


def test_the_head_asks_the_customer_as_a_second_person(cast, login, campaign, checker, south_head):
    check = make_check(make_call(campaign, cast.wang, cast.north), kind="call_back")
    address = reverse("check_call_back", args=[check.ref])
    for person, status in ((cast.wang, 404), (south_head, 404), (checker, 403)):
        assert login(person).post(address, {"heard": "confirmed"}).status_code == status
    client = login(cast.zhao)
    assert check.ref in client.get(reverse("quality")).text
    page = client.get(reverse("check", args=[check.ref])).text
    assert "不推销" in page
    assert reverse("customer", args=[check.call.entry.customer.ref]) in page
    assert client.post(address, {"heard": "happy"}).status_code == 422
    assert client.post(address, {"heard": "confirmed", "comment": ""}).status_code == 303
    assert client.post(address, {"heard": "denied", "comment": "客户说没有接到过。"}).status_code == 409
    assert "客户确认，情况相符" in client.get(reverse("quality")).text
    assert login(cast.wang).get(reverse("check", args=[check.ref])).status_code == 404


def test_a_pattern_says_that_it_is_no_verdict(cast, login, campaign, checker, south_head):
    call = make_call(campaign, cast.wang, cast.north)
    flag = make_flag(cast.wang, cast.north, facts={"calls": 1, "refs": [call.ref]})
    address = reverse("flag", args=[flag.ref])
    for person, status in ((cast.wang, 404), (cast.li, 404), (south_head, 404), (cast.zhao, 200), (checker, 200)):
        assert login(person).get(address).status_code == status
    assert login(cast.zhao).post(reverse("flag_look", args=[flag.ref])).status_code == 403
    client = login(checker)
    assert "不是结论" in client.get(reverse("quality")).text
    page = client.get(address).text
    assert "不是结论，也不进入考核" in page
    assert "常见的正常情形" in page
    assert call.entry.customer.masked_name in page
    assert client.post(reverse("flag_look", args=[flag.ref]), {"finding": "explained"}).status_code == 422
    said = {"finding": "explained", "note": "下班前集中补登，情况属实。"}
    assert client.post(reverse("flag_look", args=[flag.ref]), said).status_code == 303
    assert client.post(reverse("flag_look", args=[flag.ref]), said).status_code == 409
    assert Flag.objects.everyone().get().looked_by == checker
    assert "有合理解释" in login(cast.zhao).get(address).text


def test_the_menu_counts_what_waits(cast, campaign, checker, rf):
    make_check(make_call(campaign, cast.wang, cast.north))
    make_check(make_call(campaign, cast.li, cast.south), kind="call_back")
    for person, waiting in ((checker, 1), (cast.zhao, 0), (cast.auditor, 0)):
        request = rf.get("/")
        request.user, request.now = person, NOW
        counts = {entry.address: entry.waiting for entry in menu_for(request)}
        assert counts[reverse("quality")] == waiting


def test_the_list_asks_the_database_as_often_for_two_as_for_twenty(cast, login, campaign, checker, django_assert_max_num_queries):  # fmt: skip
    for number in range(20):
        make_check(make_call(campaign, cast.wang, cast.north, at=YESTERDAY + timedelta(minutes=number)))
        make_flag(cast.wang, cast.north)
    assert clock.now() > NOW
    client = login(checker)
    with django_assert_max_num_queries(25):
        client.get(reverse("quality"))

"""The administrator's page; one's own telephone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.template import Context, Template
from django.urls import reverse

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core import clock
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.telephony import queries, services
from jiugong_desk.telephony.models import Event, Extension, Pbx, Secret
from tests.jiugong_desk.telephony.pbx import message, send
from tests.support.cast import NOW
from tests.support.fingerprint import fingerprint
from tests.support.races import at_once, winners

ADDRESSES = ("pbx_new", "extension_give")


@pytest.fixture
def pbx(cast):
    return services.attach(name="总机", by=cast.admin, at=NOW)[0]


@pytest.mark.django_db
def test_only_the_administrator_sees_or_changes_it(cast, login, pbx):
    held = services.give_extension(pbx, number="8001", staff=cast.wang, by=cast.admin, at=NOW)
    others = [login(person) for person in (cast.wang, cast.zhao, cast.management, cast.auditor, cast.steward)]
    admin = login(cast.admin)
    before = fingerprint()
    for client in others:
        assert client.get(reverse("telephony")).status_code == 403
        for name in ADDRESSES:
            assert client.post(reverse(name), {"name": "x", "number": "8002"}).status_code == 403
        for name in ("pbx_rotate", "pbx_enable", "pbx_disable"):
            assert client.post(reverse(name, args=[pbx.ref])).status_code == 403
        assert client.post(reverse("extension_end", args=[held.ref])).status_code == 403
    assert admin.post(reverse("pbx_rotate", args=["a" * 14])).status_code == 404
    assert fingerprint() == before


@pytest.mark.django_db
def test_the_secret_is_shown_once_and_kept_encrypted(cast, login):
    client = login(cast.admin)
    page = client.post(reverse("pbx_new"), {"name": "滨江交换机"})
    secret, made = page.context["secret"], Pbx.objects.get()
    assert page.status_code == 200
    assert secret in page.text
    assert made.ref in page.text
    assert "/telephony/events/" in page.text
    assert send(made, secret, message()).status_code == 200
    again = client.get(reverse("telephony"))
    assert secret not in again.text
    assert "滨江交换机" in again.text
    raw = Secret.objects.raw("SELECT id, value AS sealed FROM telephony_secret")[0].sealed
    assert secret not in raw
    facts = " ".join(AuditRecord.objects.values_list("facts", flat=True))
    assert secret not in facts
    assert list(AuditRecord.objects.values_list("verb", flat=True)) == ["pbx.attached"]


@pytest.mark.django_db
def test_names_are_unique_and_hold_no_number(cast, login, pbx):
    client = login(cast.admin)
    taken = client.post(reverse("pbx_new"), {"name": "总机"})
    assert taken.status_code == 409
    assert "已有同名的交换机。" in taken.text
    number = client.post(reverse("pbx_new"), {"name": "总机 13800138000"})
    assert number.status_code == 422
    assert "请勿填写号码" in number.text
    assert client.post(reverse("pbx_new"), {"name": ""}).status_code == 422
    assert Pbx.objects.count() == 1


@pytest.mark.django_db
def test_a_new_secret_from_the_page(cast, login, pbx):
    client, address = login(cast.admin), reverse("pbx_rotate", args=[pbx.ref])
    assert client.post(address).status_code == 422
    page = client.post(address, {"seen": "1"})
    assert client.post(address, {"seen": "1"}).status_code == 409
    assert "旧密钥在 24 小时内仍然有效" in page.text
    assert "旧密钥有效至" in client.get(reverse("telephony")).text
    assert "仍然有效" not in client.post(address, {"seen": "2", "at_once": "on"}).text
    assert Secret.objects.filter(until=None).count() == 1
    assert AuditRecord.objects.filter(verb="pbx.rotated").count() == 2


@pytest.mark.django_db
def test_switching_off_and_on(cast, login, pbx):
    client = login(cast.admin)
    for name, on in (("pbx_disable", False), ("pbx_enable", True)):
        assert client.post(reverse(name, args=[pbx.ref])).status_code == 303
        assert Pbx.objects.get().enabled is on
        assert client.post(reverse(name, args=[pbx.ref])).status_code == 409
    assert AuditRecord.objects.filter(verb__in=["pbx.disabled", "pbx.enabled"]).count() == 2


@pytest.mark.django_db
def test_extensions_are_given_and_taken_back(cast, login, pbx):
    client, address = login(cast.admin), reverse("extension_give")
    given = {"pbx": pbx.ref, "number": "8001", "staff_no": cast.wang.staff_no}
    assert client.post(address, given).status_code == 303
    for changed, status, words in (
        ({"staff_no": cast.sun.staff_no}, 409, "这个分机已分给他人。"),
        ({"number": "8002"}, 409, "该人员已有分机。"),
        ({"number": "13800138000"}, 422, ""),
        ({"number": "8x"}, 422, "分机号是 2 至 6 位数字。"),
        ({"staff_no": "nobody"}, 422, "没有这个在用的工号。"),
        ({"pbx": "a" * 14}, 422, "请从列表中选择。"),
    ):
        answer = client.post(address, given | changed)
        assert answer.status_code == status, changed
        assert words in answer.text
    held = Extension.objects.get()
    assert client.post(reverse("extension_end", args=[held.ref])).status_code == 303
    assert client.post(reverse("extension_end", args=[held.ref])).status_code == 409
    assert client.post(address, given | {"staff_no": cast.sun.staff_no}).status_code == 303
    assert Extension.objects.filter(until=None).get().staff == cast.sun
    assert list(AuditRecord.objects.filter(about="extension").order_by("number").values_list("verb", flat=True)) == [
        "extension.given", "extension.ended", "extension.given",
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_page_tells_how_the_exchange_is(cast, login):
    client = login(cast.admin)
    assert "没有接入交换机也能照常外呼" in client.get(reverse("telephony")).text
    pbx, secret = services.attach(name="总机", by=cast.admin, at=clock.now())
    assert "还没有收到过消息" in client.get(reverse("telephony")).text
    send(pbx, secret, message(extension="8009"))
    page = client.get(reverse("telephony")).text
    assert "刚刚收到消息" in page
    assert "未登记" in page
    for minutes, alive in ((3, True), (90, False)):
        shown = queries.exchanges(clock.now() + timedelta(minutes=minutes))[0]
        assert (shown.alive, shown.just_now) == (alive, False)
    assert "1767752400.42" in page


@pytest.mark.django_db
def test_ones_own_telephone(cast, login, pbx):
    assert login(cast.zhao).get(reverse("live_call")).status_code == 403
    client, now = login(cast.wang), clock.now()
    assert "您没有登记分机" in client.get(reverse("live_call")).text
    services.give_extension(pbx, number="8001", staff=cast.wang, by=cast.admin, at=now - timedelta(hours=1))
    assert "话机空闲" in client.get(reverse("live_call")).text
    events = {"ringing": 70, "answered": 60, "ended": 5}
    for kind, words in (("ringing", "振铃中"), ("answered", "通话中"), ("ended", "通话 55 秒")):
        at = now - timedelta(seconds=events[kind])
        Event.objects.create(
            pbx=pbx, event_id=kind, digest="", kind=kind, at=at, received_at=now, extension="8001", staff=cast.wang, call="c"
        )  # fmt: skip
        fragment = client.get(reverse("live_call"), {"asked": "4"}, headers={"HX-Request": "true"}).text
        assert words in fragment
        assert "<html" not in fragment
        assert ("asked=5" in fragment) is (kind != "ended")
    assert 'data-talk-seconds="55"' in fragment
    stopped = client.get(reverse("live_call"), {"asked": "120"}, headers={"HX-Request": "true"}).text
    assert "every 3s" not in stopped


def dialled(number: str) -> str:
    return Template("{% load telephony %}{% dial number %}").render(Context({"number": number}))


@pytest.mark.parametrize("mode", ["desk", "tel", "pbx"])
def test_what_can_dial_gets_a_link(mode, monkeypatch):
    class Mode:
        pass

    Mode.mode = mode
    monkeypatch.setattr("jiugong_desk.telephony.templatetags.telephony.telephony", lambda: Mode)
    shown = dialled("140 0000-0001")
    assert 'href="tel:14000000001"' in shown
    assert "140 0000-0001" in shown
    assert ("d-md-none" in shown) is (mode != "tel")
    for wrong in ('"><script>', "javascript:1", "138****5678", "", "12;ext=1"):
        assert "href" not in dialled(wrong)
        assert "<script" not in dialled(wrong)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_do_it_at_once_one_wins(cast):
    pbx, _secret = services.attach(name="总机", by=cast.admin, at=NOW)
    assert winners(at_once(*[lambda: services.rotate(pbx, seen=1, by=cast.admin, at=NOW)] * 2)) == 1
    give = [
        lambda staff=staff: services.give_extension(pbx, number="8001", staff=staff, by=cast.admin, at=NOW)
        for staff in (cast.wang, cast.sun)
    ]
    results = at_once(*give)
    assert sum(isinstance(result, Refused) and not isinstance(result, Stale) for result in results) == 1
    held = Extension.objects.get()
    assert winners(at_once(*[lambda: services.end_extension(held, by=cast.admin, at=NOW)] * 2)) == 1

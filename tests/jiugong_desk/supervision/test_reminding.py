"""A head reminds once; the person reads it on his own page and says so."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.supervision import services
from jiugong_desk.supervision.models import Caller, Reminder
from tests.support.cast import NOW, make_cast, make_customer, make_entry, make_staff
from tests.support.fingerprint import written
from tests.support.plans import teach
from tests.support.races import at_once, winners

pytestmark = pytest.mark.django_db
CARD = 'data-reminder="silent"'


def remind(cast, staff=None, **said):
    return services.remind(staff or cast.wang, **({"about": "silent", "by": cast.zhao, "at": NOW} | said))


def today(login, staff) -> str:
    return login(staff).get(reverse("today")).content.decode()


def test_who_may_not(cast, campaign, login, desk_time):
    south = make_staff("2003", "南头", "outlet_head", cast.south)
    address = reverse("caller_remind", args=[cast.wang.ref])
    for staff, status in ((south, 404), (cast.sun, 404), (cast.planner, 403), (cast.auditor, 403), (cast.qian, 403)):
        client = login(staff)
        with written() as statements:
            assert client.post(address, {"about": "silent"}).status_code == status
        assert not statements
    with pytest.raises(PermissionDenied):
        remind(cast, by=south)
    assert not Reminder.objects.everyone().exists()


def test_it_stands_on_his_page_until_he_has_read_it(cast, campaign, deal, login, desk_time):
    deal(cast.wang, 2)
    head = login(cast.zhao)
    assert head.post(reverse("caller_remind", args=[cast.wang.ref]), {"about": "silent", "note": "中午前再打几户"}).status_code == 303  # fmt: skip
    assert CARD not in today(login, cast.sun)
    page = today(login, cast.wang)
    assert CARD in page
    assert "中午前再打几户" in page
    assert page.index(CARD) < page.index("我的队列")  # above everything else
    assert "已提醒，未确认" in head.get(reverse("supervision")).content.decode()
    (reminder,) = Reminder.objects.everyone()
    for staff, status in ((cast.sun, 404), (cast.zhao, 403)):
        assert login(staff).post(reverse("reminder_seen", args=[reminder.ref])).status_code == status
    assert login(cast.wang).post(reverse("reminder_seen", args=[reminder.ref])).status_code == 303
    assert CARD not in today(login, cast.wang)
    assert "10:30 确认" in head.get(reverse("supervision")).content.decode()
    found = AuditRecord.objects.filter(about="reminder").order_by("pk")
    assert [(row.verb, row.by, row.chain) for row in found] == [
        ("reminder.sent", "1003", "OU01"), ("reminder.seen", "1001", "OU01")
    ]  # fmt: skip
    assert "中午" not in "".join(row.facts for row in found)


def test_who_was_told_is_not_told_again_before_he_has_read_it(cast, campaign):
    first = remind(cast)
    with pytest.raises(Stale):
        remind(cast, by=cast.management, about="talk")
    services.acknowledge(first, by=cast.wang, at=NOW)
    with pytest.raises(Stale):
        services.acknowledge(first, by=cast.wang, at=NOW)
    remind(cast, about="talk")
    assert Reminder.objects.everyone().count() == 2


def test_nobody_is_reminded_on_his_leave(cast, campaign, away, login, desk_time):
    remind(cast)
    away(cast.wang, cast.sun)
    assert CARD not in today(login, cast.wang)
    for staff, cover in ((cast.wang, True), (cast.sun, None)):
        if cover is None:
            away_alone = make_staff("1010", "吕休", "customer_manager", cast.north)
            away(away_alone)
            staff = away_alone
        with pytest.raises(Refused) as caught:
            remind(cast, staff)
        assert caught.value.verdict.codes == ("reminds_absent",)
    assert Reminder.objects.everyone().count() == 1


def test_a_number_in_the_note_and_oneself_are_refused(cast, campaign, login, desk_time):
    for said, code in (({"note": "请回 13812345678"}, "number_in_note"), ({}, "reminds_himself")):
        by = cast.zhao if said else make_staff("1011", "双岗", "outlet_head", cast.north, person_key="person-1001")
        with pytest.raises(Refused) as caught:
            remind(cast, by=by, **said)
        assert caught.value.verdict.codes == (code,)
    page = login(cast.zhao).post(reverse("caller_remind", args=[cast.wang.ref]), {"about": "talk", "note": "13812345678"})  # fmt: skip
    assert page.status_code == 409
    assert "13812345678" in page.content.decode()  # what was typed stays
    assert login(cast.zhao).post(reverse("caller_remind", args=[cast.wang.ref]), {"about": "x"}).status_code == 422


def test_the_page_of_a_person_and_who_may_not(cast, campaign, deal, away, login, desk_time):
    deal(cast.wang, 3)
    remind(cast, note="看一下名单")
    south = make_staff("2003", "南头", "outlet_head", cast.south)
    address = reverse("caller", args=[cast.wang.ref])
    for staff, status in ((south, 404), (cast.wang, 404), (cast.compliance, 403), (cast.qian, 403)):
        assert login(staff).get(address).status_code == status
    page = login(cast.zhao).get(address).content.decode()
    assert "看一下名单" in page
    assert "未确认" in page
    assert f"{reverse('absence_new')}?staff={cast.wang.ref}" in page
    form = login(cast.zhao).get(f"{reverse('absence_new')}?staff={cast.wang.ref}&first_day=2026-01-07").content.decode()
    assert f'value="{cast.wang.ref}" selected' in form
    assert 'value="2026-01-07"' in form
    assert reverse("absence_new") not in login(cast.department).get(address).content.decode()
    leave = away(cast.wang, cast.sun)
    assert reverse("absence", args=[leave.ref]) in login(cast.zhao).get(address).content.decode()
    with pytest.raises(Exception, match="visible_to"):
        Caller.objects.get(pk=cast.wang.pk)


@pytest.mark.django_db(transaction=True)
def test_two_heads_at_once_remind_once():
    cast = make_cast()
    from tests.support.cast import make_campaign

    campaign = make_campaign(cast, participants=(cast.wang,))
    teach(campaign, cast, cast.wang)
    make_entry(campaign, make_customer(cast.north, cast.wang), cast.wang)
    people = (cast.zhao, cast.management, cast.department)
    results = at_once(*[lambda by=by: remind(cast, by=type(by).objects.get(pk=by.pk)) for by in people])
    assert winners(results) == 1
    assert Reminder.objects.everyone().count() == 1

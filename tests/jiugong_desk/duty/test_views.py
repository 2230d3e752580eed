"""The month, the form with its preview, one absence: who sees what, and nothing typed is lost."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from jiugong_desk.duty import extension, services
from jiugong_desk.duty.models import Absence, Hours
from tests.support.cast import NOW, make_staff

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = date(2026, 1, 12), date(2026, 1, 13)


@pytest.fixture(autouse=True)
def at_now(monkeypatch):
    monkeypatch.setattr("jiugong_desk.core.clock.now", lambda: NOW)


def away(cast, staff, **values):
    said = {"first_day": MONDAY, "last_day": TUESDAY, "kind": "sick", "cover": None, "by": cast.zhao, "at": NOW}
    return services.record(staff, **said | values)


def said(cast, **values):
    form = {"staff": cast.wang.ref, "first_day": "2026-01-12", "last_day": "2026-01-13", "kind": "annual", "cover": ""}
    return form | values


def test_who_has_nothing_to_do_with_duty_finds_no_roster(cast, login):
    found = away(cast, cast.wang)
    for who in (cast.qian, cast.steward, cast.admin):
        assert login(who).get(reverse("duty")).status_code == 403
        assert login(who).get(reverse("absence", args=[found.ref])).status_code == 404
    assert login(cast.li).get(reverse("absence", args=[found.ref])).status_code == 404
    assert login(cast.wang).get(reverse("absence_new")).status_code == 403


def test_a_manager_sees_himself_and_whom_he_stands_in_for(cast, login):
    away(cast, cast.sun, cover=cast.wang)
    make_staff("1007", "周三", "customer_manager", cast.north)
    page = login(cast.wang).get(reverse("duty"))
    assert [line.staff for line in page.context["month"].lines] == [cast.wang, cast.sun]
    assert "为 孙小宁 顶岗" in page.text
    assert "周三" not in page.text
    assert "病假" not in page.text  # why a colleague is away is not his to know


def test_only_who_records_and_the_person_himself_learn_why(cast, login):
    found = away(cast, cast.wang)
    for who, told in ((cast.zhao, True), (cast.wang, True), (cast.management, False), (cast.auditor, False)):
        page = login(who).get(reverse("absence", args=[found.ref]))
        assert ("病假" in page.text) is told, who
    assert "病假" not in login(cast.management).get(f"{reverse('duty')}?outlet=OU01").text


def test_the_month_counts_holes_and_shows_the_days_of_the_calendar(cast, login):
    away(cast, cast.wang)
    away(cast, cast.sun, first_day=TUESDAY)
    page = login(cast.zhao).get(f"{reverse('duty')}?month=2026-01")
    month = page.context["month"]
    assert month.uncovered == 3
    assert month.empty == (("北门网点", TUESDAY),)
    assert "空岗 3 人日" in page.text
    assert month.present == 2
    assert len(month.days) == 22
    assert login(cast.zhao).get(f"{reverse('duty')}?month=nonsense&outlet=OU02").context["month"].first.month == 1


def test_the_head_of_north_does_not_see_south(cast, login):
    page = login(cast.zhao).get(f"{reverse('duty')}?outlet=OU02")
    assert page.context["chosen"] == cast.north
    assert "李南" not in page.text
    wide = login(cast.management).get(f"{reverse('duty')}?outlet=OU02")
    assert "李南" in wide.text


def test_the_preview_writes_nothing_and_says_what_the_days_do(cast, login, monkeypatch):
    effect = extension.Effect("开门红", 2, 80, warning="顶岗人还没有学")
    monkeypatch.setattr(extension, "_makers", [lambda staff, days, viewer, cover: [effect]])
    away(cast, cast.sun, cover=cast.wang)
    page = login(cast.zhao).post(reverse("absence_new"), said(cast) | {"preview": "1"})
    assert page.status_code == 200
    assert "2 天，少 80 通" in page.text
    assert "顶岗人还没有学" in page.text
    assert "不能再为 孙小宁 顶岗" in page.text
    assert "01-12、01-13 无人在岗" in page.text
    assert f'value="{cast.wang.ref}" selected' in page.text
    assert Absence.objects.everyone().count() == 1


def test_the_preview_says_that_a_stand_in_adds_no_calls(cast, login, monkeypatch):
    monkeypatch.setattr(extension, "_makers", [lambda staff, days, viewer, cover: [extension.Effect("开门红", 2, 80)]])
    client, address, more = login(cast.zhao), reverse("absence_new"), "不增加外呼总量"
    assert more not in client.post(address, said(cast, preview="1")).text
    assert more in client.post(address, said(cast, preview="1", cover=cast.sun.ref)).text


def test_recording_leads_to_the_month_and_a_refusal_keeps_what_was_typed(cast, login):
    client = login(cast.zhao)
    done = client.post(reverse("absence_new"), said(cast, cover=cast.sun.ref, note="体检不写", kind="annual", save="1"))
    assert done.status_code == 303
    assert done["Location"] == "/duty/?month=2026-01&outlet=OU01"
    again = client.post(reverse("absence_new"), said(cast, note="再来一次", save="1"))
    assert again.status_code == 409
    assert "重叠" in again.text
    assert "再来一次" in again.text
    wrong = client.post(reverse("absence_new"), said(cast, first_day="昨天", save="1", note="留着"))
    assert wrong.status_code == 422
    assert "请按 2026-03-02 的形式填写日期。" in wrong.text
    assert "留着" in wrong.text
    stranger = client.post(reverse("absence_new"), said(cast, staff=cast.li.ref, save="1"))
    assert stranger.status_code == 422


def test_cover_and_cancel_from_the_page(cast, login):
    found, client = away(cast, cast.wang), login(cast.zhao)
    page = client.get(reverse("absence", args=[found.ref]))
    assert "2026-01-12 无人顶岗" in page.text
    assert client.post(reverse("absence_cover", args=[found.ref]), {"cover": cast.sun.ref}).status_code == 303
    assert client.get(reverse("absence", args=[found.ref])).context["holes"] == []
    assert client.post(reverse("absence_cancel", args=[found.ref])).status_code == 303
    late = client.post(reverse("absence_cancel", args=[found.ref]))
    assert late.status_code == 409
    assert "已被他人更改或取消" in late.text


def test_hours_are_a_list_of_his_people(cast, login):
    client = login(cast.zhao)
    assert "李南" not in client.get(reverse("duty_hours")).text
    assert client.post(reverse("duty_hours"), {f"{cast.wang.ref}-hours": "3.5"}).status_code == 303
    assert Hours.objects.get().hours_per_day == 3.5
    wrong = client.post(reverse("duty_hours"), {f"{cast.wang.ref}-hours": "30"})
    assert wrong.status_code == 422
    assert "一天最多 24 小时。" in wrong.text
    assert 'value="30"' in wrong.text


def test_the_month_asks_the_database_as_often_for_two_as_for_twenty(cast, login, django_assert_max_num_queries):
    for number in range(20):
        person = make_staff(f"15{number:02}", f"员{number}", "customer_manager", cast.north)
        away(cast, person, kind="annual")
    client = login(cast.zhao)
    with django_assert_max_num_queries(32):
        client.get(reverse("duty"))

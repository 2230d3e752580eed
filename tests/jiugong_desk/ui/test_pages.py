"""The frame of every page: where one lands, the language, what nobody may open."""

from __future__ import annotations

from django.urls import reverse


def test_everybody_lands_in_a_room_that_is_open_to_him(cast, login):
    for staff in (cast.wang, cast.planner, cast.qian, cast.auditor, cast.admin):
        assert login(staff).get(reverse("home"), follow=True).status_code == 200


def test_chinese_unless_switched(client, db):
    assert "登录" in client.get(reverse("login"), headers={"accept-language": "en"}).content.decode()
    client.post(reverse("language"), {"language": "en", "next": reverse("login")})
    assert "Sign in" in client.get(reverse("login")).content.decode()


def test_an_address_that_does_not_exist_is_answered_in_chinese(cast, login):
    answer = login(cast.wang).get("/nowhere/")
    assert answer.status_code == 404
    assert 'lang="zh-CN"' in answer.content.decode()

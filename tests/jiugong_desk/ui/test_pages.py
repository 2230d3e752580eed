"""The frame of every page: where one lands, the language, what nobody may open."""

from __future__ import annotations

import pytest
from django.urls import reverse


@pytest.mark.parametrize(
    ("person", "room"),
    [
        ("wang", "today"), ("planner", "campaigns"), ("compliance", "campaigns"), ("management", "campaigns"),
        ("department", "reports"), ("zhao", "supervision"), ("qian", "visits"), ("auditor", "customers"), ("admin", "staff"),
    ],
)  # fmt: skip
def test_everybody_lands_where_his_day_begins(cast, login, person, room):
    answer = login(getattr(cast, person)).get(reverse("home"), follow=True)
    assert answer.status_code == 200
    assert answer.request["PATH_INFO"] == reverse(room)


def test_chinese_unless_switched(client, db):
    assert "登录" in client.get(reverse("login"), headers={"accept-language": "en"}).content.decode()
    client.post(reverse("language"), {"language": "en", "next": reverse("login")})
    assert "Sign in" in client.get(reverse("login")).content.decode()


def test_an_address_that_does_not_exist_is_answered_in_chinese(cast, login):
    answer = login(cast.wang).get("/nowhere/")
    assert answer.status_code == 404
    assert 'lang="zh-CN"' in answer.content.decode()


def test_one_line_of_the_menu_is_marked(cast, login):
    """The pipeline lies below the day's address, and is a room of its own."""
    for route, label in (("today", "今日工作"), ("pipeline", "客户进展")):
        menu = login(cast.wang).get(reverse(route)).context["menu"]
        assert [str(entry.label) for entry in menu if entry.active] == [label]

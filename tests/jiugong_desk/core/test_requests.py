"""What no person types is refused before a page sees it, alike on both databases."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core.masks import holds_number
from jiugong_desk.scripts.models import Script


@pytest.mark.parametrize("address", ["/customers/%00/", "/visits/%00/", "/reports/campaign/%00/", "/staff/?q=%00"])
def test_a_hidden_zero_in_an_address_leads_nowhere(cast, login, address):
    assert login(cast.admin).get(address).status_code == 404


def test_a_hidden_zero_in_a_form_is_refused_and_nothing_saved(cast, login):
    sent = {"code": "zero", "title": "话术", "step-0-title": "开场", "step-0-say": "您好\0。", "save": "1"}
    answer = login(cast.planner).post(reverse("script_new"), sent)
    assert answer.status_code == 400
    assert "控制字符" in answer.content.decode()
    assert not Script.objects.exists()


def test_a_name_of_any_length_is_only_a_wrong_login(client, db):
    answer = client.post(reverse("login"), {"username": "x" * 300, "password": "y" * 5000})
    assert answer.status_code == 200


@pytest.mark.parametrize("asked", [{"until": "9999-12-31"}, {"since": "0001-01-01"}])
def test_a_date_at_the_edge_of_time_filters_nothing(cast, login, asked):
    assert login(cast.auditor).get(reverse("audit"), asked).status_code == 200


@pytest.mark.parametrize("text", ["13900001234", "138 0000 1234", "138-0000-1234号", "6222 0212 3456"])
def test_numbers_are_seen_through_blanks_and_dashes(text):
    assert holds_number(f"客户{text}投诉")


@pytest.mark.parametrize("text", ["第3次回访前核对", "2026-03-02 约见", "工号1001 离职", "12 月 3 日"])
def test_dates_and_short_numbers_are_no_numbers_of_people(text):
    assert not holds_number(text)


def test_a_number_never_gets_into_the_audit_log(cast, login):
    client = login(cast.admin)
    client.post(reverse("staff_deactivate", args=[cast.li.ref]), {"reason": "客户 138 0000 1234 投诉"})
    cast.li.refresh_from_db()
    assert cast.li.is_active
    assert not AuditRecord.objects.filter(facts__contains="138").exists()

"""Pauses: one at a time, with a reason, ended by coming back or by the next claim."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.calls import services
from jiugong_desk.calls.models import Pause
from jiugong_desk.core.errors import Stale
from tests.support.cast import NOW, make_campaign, make_customer, make_entry

LATER = NOW + timedelta(minutes=10)


def test_who_does_not_call_does_not_pause(cast, login):
    with pytest.raises(PermissionDenied):
        services.pause(why="rest", by=cast.zhao, at=NOW)
    assert login(cast.zhao).post(reverse("call_pause"), {"why": "rest"}).status_code == 403
    assert not Pause.objects.exists()


def test_a_pause_begins_once_and_ends_once(cast):
    services.pause(why="visitor", by=cast.wang, at=NOW)
    with pytest.raises(Stale):
        services.pause(why="rest", by=cast.wang, at=LATER)
    assert services.resume(by=cast.wang, at=LATER)
    assert not services.resume(by=cast.wang, at=LATER)
    row = Pause.objects.get()
    assert (row.why, row.began_at, row.ended_at) == ("visitor", NOW, LATER)
    assert list(AuditRecord.objects.order_by("pk").values_list("verb", flat=True)) == ["pause.begun", "pause.ended"]


def test_the_next_claim_ends_it(cast):
    make_entry(make_campaign(cast, participants=(cast.wang,)), make_customer(cast.north, cast.wang), cast.wang)
    services.pause(why="phone", by=cast.wang, at=NOW)
    services.claim_next(None, by=cast.wang, at=LATER)
    assert Pause.objects.get().ended_at == LATER


def test_the_page_of_the_day_says_so(cast, login):
    client = login(cast.wang)
    assert client.post(reverse("call_pause"), {"why": "nonsense"}).status_code == 303
    assert not Pause.objects.exists()
    client.post(reverse("call_pause"), {"why": "meeting"})
    page = client.get(reverse("today")).content.decode()
    assert "起暂停：会议或培训" in page
    assert "暂时不打" not in page
    client.post(reverse("call_resume"))
    assert "暂时不打" in client.get(reverse("today")).content.decode()

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

pytestmark = pytest.mark.usefixtures("desk_time")

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


class TestBesideACustomer:
    @pytest.fixture
    def held(self, cast):
        campaign = make_campaign(cast, participants=(cast.wang,))
        make_entry(campaign, make_customer(cast.north, cast.wang), cast.wang)
        return services.claim_next(None, by=cast.wang, at=NOW)

    def test_it_is_offered_and_shown_and_he_keeps_what_he_holds(self, cast, login, held):
        client, bench = login(cast.wang), reverse("call", args=[held.ref])
        for page in (reverse("today"), bench):
            assert "暂时不打" in client.get(page).content.decode()
        fragment = client.post(reverse("call_pause"), {"why": "visitor"}, HTTP_HX_REQUEST="true")
        assert "起暂停：接待客户" in fragment.content.decode()
        assert "<html" not in fragment.content.decode()
        for page in (reverse("today"), bench):
            assert "起暂停：接待客户" in client.get(page).content.decode()
        held.refresh_from_db()
        assert held.claimed_by == cast.wang
        assert "暂时不打" in client.post(reverse("call_resume"), HTTP_HX_REQUEST="true").content.decode()

    def test_the_claim_that_ends_it_says_so(self, cast, login, held):
        client, words = login(cast.wang), "暂停（接待客户）到此结束"
        assert words not in client.post(reverse("call_next"), follow=True).content.decode()
        services.release(held, reason="other", by=cast.wang, at=NOW)
        client.post(reverse("call_pause"), {"why": "visitor"})
        assert words in client.post(reverse("call_claim", args=[held.ref]), follow=True).content.decode()
        services.release(held, reason="other", by=cast.wang, at=NOW)
        client.post(reverse("call_pause"), {"why": "visitor"})
        assert words in client.post(reverse("call_next"), follow=True).content.decode()

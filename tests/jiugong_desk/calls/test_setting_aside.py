"""Whom a passing reason keeps back costs no walk past each, and nobody else's customer is touched."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jiugong_desk.calls import services
from jiugong_desk.campaigns.models import ListEntry
from tests.support.cast import NOW, make_campaign, make_customer, make_entry

HOUR = timedelta(hours=1)


@pytest.fixture
def deal(cast):
    """`deal(manager, **entry values)`: one more customer of North on the list."""
    campaign = make_campaign(cast, participants=(cast.wang, cast.sun))

    def make(manager=cast.wang, *, customer=None, **values):
        return make_entry(campaign, customer or make_customer(cast.north, manager), manager, **values)

    return make


def claim(staff, at=NOW):
    return services.claim_next(None, by=staff, at=at)


def test_many_whom_a_passing_reason_keeps_back_are_judged_together(cast, deal, django_assert_max_num_queries):
    """In the first hour nobody over 65 is called: sixty of them at the head of the list cost no walk past each."""
    early = NOW.replace(hour=9, minute=10)
    elderly = [
        deal(customer=make_customer(cast.north, cast.wang, birth_date=date(1940, 1, 1), potential_value=9))
        for _ in range(60)
    ]
    young = deal(customer=make_customer(cast.north, cast.wang, birth_date=date(1990, 1, 1), potential_value=1))
    with django_assert_max_num_queries(60):
        assert claim(cast.wang, early) == young
    again = set(ListEntry.objects.everyone().exclude(pk=young.pk).values_list("due_at", flat=True))
    assert len(again) == 1
    assert early < again.pop() <= NOW
    assert claim(cast.wang, NOW.replace(hour=11)) == young
    services.release(young, reason="line", by=cast.wang, at=NOW.replace(hour=11))
    assert claim(cast.wang, NOW.replace(hour=11)) in elderly


def test_promises_kept_back_keep_their_time_and_cost_no_walk(cast, deal, django_assert_max_num_queries):
    refusing = [
        deal(state="callback", due_at=NOW - HOUR, attempts=1, last_attempt_at=NOW - timedelta(minutes=5))
        for _ in range(40)
    ]
    fresh = deal()
    with django_assert_max_num_queries(60):
        assert claim(cast.wang) == fresh
    kept = ListEntry.objects.everyone().filter(pk__in=[entry.pk for entry in refusing])
    assert set(kept.values_list("due_at", flat=True)) == {NOW - HOUR}


def test_what_somebody_else_has_open_is_not_set_aside(cast, deal):
    """A shared list: the colleague's claim keeps its entry as it is."""
    early = NOW.replace(hour=9, minute=10)
    old = date(1940, 1, 1)
    first = deal(None, customer=make_customer(cast.north, None, birth_date=old))
    other = deal(None, customer=make_customer(cast.north, None, birth_date=old))
    ListEntry.objects.everyone().filter(pk=other.pk).update(
        claimed_by=cast.sun, claimed_at=early, lease_until=early + HOUR
    )
    assert claim(cast.wang, early) is None
    first.refresh_from_db(), other.refresh_from_db()
    assert (first.due_at is not None, other.due_at) == (True, None)

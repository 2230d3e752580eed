"""Who is next, asked part by part, is the first of all that could be offered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiugong_desk.calls import queue
from jiugong_desk.campaigns.models import ListEntry
from jiugong_desk.duty import services as duty
from tests.support.cast import NOW, make_campaign, make_customer, make_entry
from tests.support.plans import teach

pytestmark = pytest.mark.django_db
MINUTES = st.one_of(st.none(), st.integers(-3, 1))
ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(["wang", "sun", "li", ""]), st.sampled_from(["open", "callback", "done"]), st.integers(0, 1),
        MINUTES, st.integers(0, 1), st.integers(0, 2), st.booleans(), st.booleans(),
    ),
    max_size=12,
)  # fmt: skip


@pytest.fixture
def campaign(cast):
    """Wang calls, stands in for Sun, and may make what a colleague at the same outlet promised for all."""
    found = make_campaign(cast, participants=(cast.wang, cast.sun, cast.li))
    teach(found, cast, cast.wang, cast.sun, cast.li)
    day = NOW.date()
    duty.record(
        cast.sun, first_day=day, last_day=day, kind="annual", cover=cast.wang, by=cast.zhao, at=NOW - timedelta(days=1)
    )
    return found


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(entries=ENTRIES, without=st.integers(0, 2))
def test_part_by_part_is_the_first_of_all(cast, campaign, entries, without):
    ListEntry.objects.everyone().delete()
    for who, state, attempts, due, releases, potential, shared, held in entries:
        manager = getattr(cast, who) if who else None
        entry = make_entry(
            campaign, make_customer(cast.north, manager, potential_value=potential or None), manager, state=state,
            attempts=attempts, releases=releases, shared=shared and state == "callback",
            due_at=None if due is None else NOW + timedelta(minutes=due),
        )  # fmt: skip
        if held:
            ListEntry.objects.everyone().filter(pk=entry.pk).update(
                claimed_by=cast.li, claimed_at=NOW, lease_until=NOW + timedelta(minutes=(due or 0))
            )
    reach = queue.reach_of(cast.wang, NOW)
    every = list(queue.offered(reach, now=NOW))
    seen = {entry.pk for entry in every[:without]}
    left = [entry for entry in every if entry.pk not in seen]
    found = queue.next_entry(reach, now=NOW, without=seen)
    if not left:
        assert found is None
    elif left[0].manager_id is not None:
        assert found == left[0]
    else:
        nobodys = [entry for entry in left if (entry.manager_id, entry.rank) == (None, left[0].rank)][: queue.SPREAD]
        assert found == nobodys[cast.wang.pk % len(nobodys)]

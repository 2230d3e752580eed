"""A callback that any colleague at the outlet may make: offered to them when it is due, never to others."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from jiugong_desk.calls import queue, services
from jiugong_desk.calls.models import Call
from jiugong_desk.campaigns.models import ListEntry
from jiugong_desk.core.errors import Refused
from tests.support.cast import NOW, SHANGHAI, make_campaign, make_customer, make_entry

PROMISED = datetime(2026, 1, 8, 9, 30, tzinfo=SHANGHAI)


@pytest.fixture
def campaign(cast):
    return make_campaign(cast, participants=(cast.wang, cast.sun, cast.li))


@pytest.fixture
def promise(cast, campaign):
    def make(*, shared):
        made = make_entry(campaign, make_customer(cast.north, cast.wang, salutation="王先生"), cast.wang)
        services.claim(made, by=cast.wang, at=NOW)
        services.record_outcome(
            made,
            submission="key-00000001",
            outcome="call_back",
            callback_at=PROMISED,
            shared=shared,
            number_unseen=True,
            by=cast.wang,
            at=NOW,
        )
        return ListEntry.objects.everyone().get(pk=made.pk)

    return make


def test_a_colleague_is_offered_it_when_it_is_due_and_calls_in_the_others_place(cast, promise):
    entry = promise(shared=True)
    assert services.claim_next(None, by=cast.sun, at=PROMISED - timedelta(minutes=1)) is None
    taken = services.claim_next(None, by=cast.sun, at=PROMISED)
    assert taken.pk == entry.pk
    call = services.record_outcome(
        taken, submission="key-00000002", outcome="refused", number_unseen=True, by=cast.sun, at=PROMISED
    )
    assert (call.by, call.stood_in_for) == (cast.sun, cast.wang)
    entry.refresh_from_db()
    assert (entry.manager, entry.shared, entry.state) == (cast.wang, False, "done")


def test_not_shared_it_is_his_alone(cast, promise):
    promise(shared=False)
    assert services.claim_next(None, by=cast.sun, at=PROMISED) is None
    assert services.claim_next(None, by=cast.wang, at=PROMISED) is not None


def test_another_outlet_never_sees_it(cast, promise, login):
    entry = promise(shared=True)
    assert services.claim_next(None, by=cast.li, at=PROMISED) is None
    with pytest.raises(Refused):
        services.claim(entry, by=cast.li, at=PROMISED)
    assert not queue.workable(cast.li, PROMISED).exists()
    assert login(cast.li).post(reverse("call_claim", args=[entry.ref])).status_code == 404


def test_his_own_come_before_it(cast, campaign, promise):
    promise(shared=True)
    own = make_entry(
        campaign, make_customer(cast.north, cast.sun), cast.sun, state="callback", attempts=1, due_at=PROMISED,
        last_attempt_at=NOW,
    )  # fmt: skip
    assert services.claim_next(None, by=cast.sun, at=PROMISED).pk == own.pk


def test_taken_back_it_is_no_longer_shared(cast, campaign, promise):
    entry = promise(shared=True)
    services.take_back(Call.objects.everyone().get(), by=cast.wang, at=NOW + timedelta(seconds=5))
    entry.refresh_from_db()
    assert (entry.shared, entry.state) == (False, "open")


def test_what_is_no_callback_is_never_shared(cast, campaign):
    made = make_entry(campaign, make_customer(cast.north, cast.wang), cast.wang)
    services.claim(made, by=cast.wang, at=NOW)
    services.record_outcome(
        made, submission="key-00000001", outcome="busy", shared=True, number_unseen=True, by=cast.wang, at=NOW
    )
    assert not ListEntry.objects.everyone().get().shared

"""The checks of a live desk find what should never be, and nothing on a sound one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jiugong_desk.calls import services
from jiugong_desk.calls.models import Call
from jiugong_desk.campaigns.models import ListEntry
from jiugong_desk.core import invariants
from tests.support.cast import NOW, make_campaign, make_customer, make_entry

LEASE = NOW + timedelta(minutes=20)


@pytest.fixture
def entries(cast):
    campaign = make_campaign(cast, participants=(cast.wang,))
    return [make_entry(campaign, make_customer(cast.north, cast.wang), cast.wang) for _ in range(2)]


def found() -> list[str]:
    return [line.split()[0] for line in invariants.broken(NOW)]


def of(entry):
    return ListEntry.objects.everyone().filter(pk=entry.pk)


def test_a_sound_desk_breaks_nothing(cast, entries):
    services.claim(entries[0], by=cast.wang, at=NOW)
    services.record_outcome(
        entries[0], submission="key-00000001", outcome="busy", number_unseen=True, by=cast.wang, at=NOW
    )
    services.claim(entries[1], by=cast.wang, at=NOW)
    assert found() == []


def test_a_customer_with_two_people_and_a_hoarder_are_found(cast, entries):
    other = make_entry(make_campaign(cast, participants=(cast.sun,)), entries[0].customer, cast.sun)
    of(entries[0]).update(claimed_by=cast.wang, claimed_at=NOW, lease_until=LEASE)
    of(other).update(claimed_by=cast.sun, claimed_at=NOW, lease_until=LEASE)
    assert found() == ["V1"]
    of(entries[1]).update(claimed_by=cast.wang, claimed_at=NOW, lease_until=LEASE)
    assert found() == ["V1", "V1"]
    assert list(invariants.broken(LEASE + timedelta(seconds=1))) == []


def test_a_counter_that_is_no_recount_is_found(cast, entries):
    of(entries[0]).update(attempts=1)
    assert found() == ["V7"]


def test_a_held_out_customer_who_was_worked_on_is_found(cast, entries):
    of(entries[0]).update(arm="held_out", attempts=1)
    assert "held" in found()


def test_two_calls_at_one_moment_are_found(cast, entries):
    for number in range(2):
        Call.objects.create(
            submission=f"k{number}", body_digest="", entry=entries[0], by=cast.wang, at=NOW, outcome="busy"
        )
    of(entries[0]).update(attempts=2)
    assert found() == ["V2"]


def test_a_check_counts_once(monkeypatch):
    monkeypatch.setattr(invariants, "_checks", [])

    def check(_now):
        yield "x broken"

    invariants.register(check)
    invariants.register(check)
    assert list(invariants.broken(NOW)) == ["x broken"]

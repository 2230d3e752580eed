"""A campaign in which Wang and Sun of North and Li of South take part, with customers dealt to each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jiugong_desk.calls import services as calls
from jiugong_desk.duty import services as duty
from tests.support.cast import NOW, make_campaign, make_customer, make_entry
from tests.support.plans import teach

TODAY, TOMORROW = NOW.date(), NOW.date() + timedelta(days=1)


@pytest.fixture
def campaign(cast):
    found = make_campaign(cast, participants=(cast.wang, cast.sun, cast.li))
    teach(found, cast, cast.wang, cast.sun, cast.li)
    return found


@pytest.fixture
def deal(cast, campaign):
    """`deal(who, n)`: so many customers of his own outlet."""

    def make(manager, count=1, *, of=None, **values):
        unit = manager.home if manager else cast.north
        return [
            make_entry(of or campaign, make_customer(unit, manager, loan_kind=""), manager, **values)
            for _ in range(count)
        ]

    return make


@pytest.fixture
def called():
    """`called(who, at, outcome)`: he takes the next one and says how it ended."""

    def make(staff, at=NOW, outcome="no_answer", **said):
        entry = calls.claim_next(None, by=staff, at=at)
        assert entry is not None
        return calls.record_outcome(
            entry,
            submission=f"s-{entry.ref}-{entry.attempts}",
            outcome=outcome,
            number_unseen=True,
            by=staff,
            at=at,
            **said,
        )

    return make


@pytest.fixture
def away(cast):
    """`away(who, cover)`: on leave today and tomorrow, recorded by the head the day before."""

    def make(staff, cover=None, *, first=TODAY, last=TOMORROW, by=None):
        return duty.record(
            staff, first_day=first, last_day=last, kind="annual", cover=cover, by=by or cast.zhao,
            at=NOW - timedelta(days=1),
        )  # fmt: skip

    return make

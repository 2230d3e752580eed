"""From willing to deposited: every customer in the column that his calls and visits say, compared with a plain count."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from jiugong_desk.appointments.models import Discussed
from jiugong_desk.calls import pipeline
from jiugong_desk.campaigns.models import ListEntry
from tests.support.cast import NOW, make_campaign, make_customer, make_entry
from tests.support.visits import make_visit
from tests.support.worked import call

pytestmark = pytest.mark.usefixtures("desk_time")


@pytest.fixture
def campaign(cast):
    return make_campaign(cast, participants=(cast.wang, cast.li))


@pytest.fixture
def follow(cast, campaign):
    """`follow(outcome, *visit states, agreed=…)`: one more customer with his way so far."""

    def make(outcome, *states, agreed=None, category="time", days=1, unit=cast.north, manager=cast.wang, **values):
        customer = make_customer(unit, manager, potential_value=Decimal(1000), salutation=f"客户{len(states)}")
        entry = make_entry(
            campaign,
            customer,
            manager,
            outcome=outcome,
            attempts=1,
            last_attempt_at=NOW - timedelta(days=days),
            **values,
        )
        call(entry, outcome, NOW - timedelta(days=days))
        for number, state in enumerate(states):
            visit = make_visit(
                customer=customer, entry=entry, unit=unit, manager=manager, booked_by=manager, booked_at=NOW,
                starts_at=NOW - timedelta(days=len(states) - number, minutes=30 * customer.pk), state=state,
            )  # fmt: skip
            if agreed is not None:
                Discussed.objects.create(visit=visit, category=category, outcome="agreed", amount=Decimal(agreed))
        return entry

    return make


def columns(cast, campaign, staff=None) -> dict[str, pipeline.Column]:
    return {column.stage: column for column in pipeline.board(staff or cast.wang, campaign, NOW)}


@pytest.mark.parametrize(
    ("outcome", "states", "agreed", "stage"),
    [
        ("interested_deposit", (), None, "willing"),
        ("invited", ("missed",), None, "willing"),
        ("invited", ("cancelled",), None, "willing"),
        ("invited", ("booked",), None, "invited"),
        ("invited", ("arrived",), None, "invited"),
        ("invited", ("missed", "booked"), None, "invited"),
        ("invited", ("finished",), None, "visited"),
        ("invited", ("finished", "missed"), None, "visited"),
        ("invited", ("finished",), "50000", "deposited"),
        ("no_answer", (), None, ""),
        ("refused", (), None, ""),
    ],
)
def test_each_stands_where_his_way_has_led_him(cast, campaign, follow, outcome, states, agreed, stage):
    follow(outcome, *states, agreed=agreed)
    found = columns(cast, campaign)
    assert {name: column.count for name, column in found.items() if column.count} == ({stage: 1} if stage else {})


def test_nobody_is_less_willing_because_he_did_not_answer_later(cast, campaign, follow):
    entry = follow("interested_deposit", days=3)
    call(entry, "no_answer", NOW - timedelta(days=1), seconds=0, disclosed=False)
    ListEntry.objects.everyone().update(outcome="no_answer")
    assert columns(cast, campaign)["willing"].count == 1
    call(entry, "refused", NOW)
    assert columns(cast, campaign)["willing"].count == 0


def test_counts_and_sums(cast, campaign, follow):
    for _ in range(3):
        follow("interested_deposit")
    follow("invited", "finished", agreed="50000.50")
    follow("invited", "finished", agreed="20000")
    follow("invited", "finished", agreed="9000", category="fund")  # agreed, and no deposit
    found = columns(cast, campaign)
    assert (found["willing"].count, found["willing"].total) == (3, Decimal(3000))
    assert (found["deposited"].count, found["deposited"].total) == (2, Decimal("70000.50"))
    assert found["visited"].count == 1
    assert sorted(card.amount for card in found["deposited"].cards) == [Decimal(20000), Decimal("50000.50")]


def test_who_waits_for_long_is_marked(cast, campaign, follow):
    follow("interested_card", days=8)
    follow("interested_card", days=6)
    assert sorted(card.waits for card in columns(cast, campaign)["willing"].cards) == [False, True]


def test_each_sees_his_own_and_nobody_the_hold_out(cast, campaign, follow, login):
    follow("interested_deposit")
    follow("interested_deposit", unit=cast.south, manager=cast.li)
    follow("interested_wealth", arm="held_out")
    assert columns(cast, campaign)["willing"].count == 1
    assert columns(cast, campaign, cast.li)["willing"].count == 1
    assert columns(cast, campaign, cast.planner)["willing"].count == 2
    assert login(cast.qian).get(reverse("pipeline")).status_code == 403
    assert login(cast.admin).get(reverse("pipeline")).status_code == 403


def test_the_page_leads_on_and_does_not_grow_with_the_list(
    cast, campaign, follow, login, django_assert_max_num_queries
):
    visited = follow("invited", "booked").appointments.model.objects.everyone().get()
    for _ in range(25):
        follow("interested_deposit")
    client = login(cast.wang)
    with django_assert_max_num_queries(26):
        page = client.get(reverse("pipeline"), {"campaign": campaign.ref}).content.decode()
    assert "另有 5 户" in page
    assert reverse("visit", args=[visited.ref]) in page
    assert "去预约" in page
    assert "没有进行中的活动" in login(cast.sun).get(reverse("pipeline")).content.decode()

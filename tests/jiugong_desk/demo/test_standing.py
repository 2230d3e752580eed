"""The demo's standing hold-out: drawn before the first campaign, kept by both, measured at the end."""

from __future__ import annotations

import pytest

from jiugong_desk.campaigns.models import Campaign, ListEntry
from jiugong_desk.consent.queries import campaign_calls
from jiugong_desk.demo.people import find_people
from jiugong_desk.holdout import queries
from jiugong_desk.holdout.models import Measurement, StandingHoldout, StandingMember

from .conftest import CUSTOMERS

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(built) -> StandingHoldout:
    return StandingHoldout.objects.everyone().get()


def test_about_one_in_a_hundred_is_left_alone_by_every_campaign(found):
    assert CUSTOMERS / 150 < found.held_out <= CUSTOMERS / 100
    assert queries.is_sealed(found)
    inside = StandingMember.objects.everyone().filter(holdout=found).values("customer")
    assert len(inside) == found.held_out
    assert not ListEntry.objects.everyone().filter(customer__in=inside).exists()
    assert not campaign_calls().filter(customer__in=inside, at__gte=found.drawn_at).exists()
    first = Campaign.objects.everyone().get(state=Campaign.State.CLOSED)
    assert first.left_out.get("standing_holdout", 0) < found.held_out  # few of them have a mortgage on a new home


def test_it_is_measured_and_says_what_it_cannot_see(found):
    newest, first = Measurement.objects.everyone().filter(holdout=found)
    assert (first.figures["status"], newest.figures["status"]) == ("waiting", "measured")
    assert all(row["ok"] for row in newest.figures["health"])
    assert abs(float(first.figures["balance"]["difference"])) < 0.5
    assert float(newest.figures["detectable"]) > 0


def test_the_page_stands_in_the_menu_of_management_and_not_of_a_manager(built, sign_in):
    people = find_people()
    page = sign_in(people["management"]).get("/holdout/")
    assert page.status_code == 200
    assert "全部活动合起来带来了多少" in page.text
    assert sign_in(people.managers[0]).get("/holdout/").status_code == 403

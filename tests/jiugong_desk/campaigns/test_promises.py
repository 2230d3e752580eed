"""What a plan promised when it was approved stays as it was: neither the offer's page nor an amendment changes it unseen."""

from __future__ import annotations

import pytest

from jiugong_desk.campaigns import services
from jiugong_desk.core.errors import Refused
from jiugong_desk.products import services as products
from jiugong_desk.products.models import Offer
from tests.support import amendments as amended
from tests.support import plans
from tests.support.amendments import RHYTHM
from tests.support.cast import NOW
from tests.support.products import make_offer, offer_values

pytestmark = pytest.mark.django_db
OTHERWISE = "提前预约，到店赠送全年免排队。"


@pytest.fixture
def offer(cast):
    plans.customers(cast)
    return make_offer(cast.planner)


def edit(offer, cast):
    products.edit_offer(offer, offer_values(text=OTHERWISE), version=offer.version, by=cast.planner, at=NOW)


def change_past_the_page(offer):
    Offer.objects.filter(pk=offer.pk).update(text=OTHERWISE)


@pytest.mark.parametrize("state", ["approved", "launched", "paused"])
def test_an_offer_that_was_approved_with_a_plan_is_not_edited(cast, offer, state):
    campaign = (
        plans.launched(cast, offers=[offer.ref]) if state != "approved" else plans.approved(cast, offers=[offer.ref])
    )
    if state == "paused":
        services.pause(campaign, reason="投诉较多", by=cast.management, at=NOW)
    with pytest.raises(Refused) as refusal:
        edit(offer, cast)
    assert campaign.title in str(refusal.value.verdict)
    assert str(refusal.value.verdict.reasons[0].remedy) == "另立优惠，再办变更。"
    offer.refresh_from_db()
    assert offer.text != OTHERWISE


def test_an_offer_of_a_draft_and_of_what_is_over_may_be_edited(cast, offer):
    plans.drafted(cast, offers=[offer.ref])
    edit(offer, cast)
    over = plans.launched(cast, offers=[offer.ref])
    services.close(over, by=cast.management, at=NOW)
    edit(offer, cast)


def test_an_amendment_is_not_handed_in_over_an_offer_that_changed_by_itself(cast, offer):
    campaign = plans.launched(cast, offers=[offer.ref])
    change_past_the_page(offer)
    made = amended.drafted(cast, campaign)
    with pytest.raises(Refused) as refusal:
        services.submit_amendment(made, by=cast.planner, at=NOW)
    assert refusal.value.verdict.codes == ("offer_drifted",)
    assert offer.title in str(refusal.value.verdict)


def test_an_amendment_is_not_approved_over_it_either(cast, offer):
    campaign = plans.launched(cast, offers=[offer.ref])
    made = amended.submitted(cast, campaign, rhythm=RHYTHM)
    plans.decide("amendment_review", made, by=cast.compliance)
    change_past_the_page(offer)
    with pytest.raises(Refused) as refusal:
        plans.decide("amendment", made, by=cast.management)
    assert refusal.value.verdict.codes == ("offer_drifted",)
    campaign.refresh_from_db()
    assert campaign.rhythm != RHYTHM


def test_an_amendment_that_replaces_the_offer_shows_what_goes_and_takes_effect(cast, offer):
    campaign = plans.launched(cast, offers=[offer.ref])
    change_past_the_page(offer)
    other = make_offer(cast.planner, title="上门服务")
    made = amended.in_force(cast, campaign, offers=[other.ref])
    assert made.result.plan["offers"] == [other.as_json()]

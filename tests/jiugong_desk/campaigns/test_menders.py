"""Whoever had a hand in what is decided does not decide: nor in its offers, nor in the amendments that are part of it."""

from __future__ import annotations

import pytest

from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.menders import makers
from jiugong_desk.core.errors import Refused
from jiugong_desk.products import services as products
from tests.support import amendments as amended
from tests.support import plans
from tests.support.amendments import RHYTHM
from tests.support.cast import NOW, make_staff
from tests.support.products import make_offer, offer_values

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(cast):
    plans.customers(cast)
    return make_staff("9104", "何策", "planner", cast.branch)


def as_manager(person, cast):
    """The same person's login as management."""
    return make_staff("9109", person.name, "management", cast.branch, person_key=person.person_key)


def test_the_author_of_an_offer_does_not_approve_the_plan_that_promises_it(cast, author):
    campaign = plans.submitted(cast, offers=[make_offer(author).ref])
    plans.decide("plan_review", campaign, by=cast.compliance)
    with pytest.raises(Refused) as refusal:
        plans.decide("plan", campaign, by=as_manager(author, cast))
    assert refusal.value.verdict.codes == ("own_work",)


def test_nor_does_its_editor(cast, author):
    offer = make_offer(cast.planner)
    products.edit_offer(offer, offer_values(title="专人接待"), version=offer.version, by=author, at=NOW)
    assert author.person_key in makers(plans.drafted(cast, offers=[offer.ref]))


def test_the_author_of_an_offer_does_not_approve_the_amendment_that_brings_it(cast, author):
    campaign = plans.launched(cast)
    made = amended.submitted(cast, campaign, offers=[make_offer(author).ref])
    plans.decide("amendment_review", made, by=cast.compliance)
    with pytest.raises(Refused) as refusal:
        plans.decide("amendment", made, by=as_manager(author, cast))
    assert refusal.value.verdict.codes == ("own_work",)


def test_nor_does_the_editor_of_an_earlier_amendment(cast, author):
    campaign = plans.launched(cast)
    first = amended.drafted(cast, campaign)
    services.edit_amendment(first, reason="再延长一旬", by=author, at=NOW, ends_on=amended.LATER)
    services.submit_amendment(first, by=cast.planner, at=NOW)
    plans.decide("amendment", first, by=cast.management)
    campaign.refresh_from_db()
    second = amended.submitted(cast, campaign, rhythm=RHYTHM)
    plans.decide("amendment_review", second, by=cast.compliance)
    with pytest.raises(Refused) as refusal:
        plans.decide("amendment", second, by=as_manager(author, cast))
    assert refusal.value.verdict.codes == ("own_work",)

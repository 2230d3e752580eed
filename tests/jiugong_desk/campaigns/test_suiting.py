"""Whom nothing of a campaign suits by telephone is not called; compared with the verdict on each product."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from jiugong_desk.calls import services as calls
from jiugong_desk.calls.facts import facts_of, may_call_entry
from jiugong_desk.campaigns.dryrun import day_one
from jiugong_desk.campaigns.suiting import nothing_suits
from jiugong_desk.core.errors import Refused
from jiugong_desk.customers.suitability import facts_of as suitability_of
from jiugong_desk.products.models import Offer
from jiugong_desk.products.queries import verdict_for
from jiugong_desk.products.rules import PHONE
from tests.support.cast import NOW, make_campaign, make_customer, make_entry
from tests.support.products import make_product

TODAY = NOW.date()
NEXT_YEAR = TODAY + timedelta(days=300)


def promise(cast, *risks: str | None, **values) -> list[str]:
    """Offers on products of these risks; None: an offer without a product, "": a deposit."""
    refs = []
    for risk in risks:
        product = None
        if risk is not None:
            product = make_product(category="wealth" if risk else "time", product_risk=risk, **values)
        offer = Offer.objects.create(
            product=product, kind="service", title="优惠", text="到店接待。", valid_from=TODAY, valid_until=NEXT_YEAR,
            cost=Decimal(0), drafted_by=cast.planner, drafted_at=NOW,
        )  # fmt: skip
        refs.append(offer.ref)
    return refs


@pytest.fixture
def people(cast):
    """A young and an old one of every capacity, some with an old test, some of whom little is known."""
    made = []
    for capacity in ("", "C1", "C2", "C3", "C5"):
        for born in (date(1988, 5, 1), date(1950, 1, 1), None):
            for expires in (NEXT_YEAR, TODAY - timedelta(days=1), None):
                values = {"risk_capacity": capacity, "birth_date": born, "risk_test_expires_on": expires}
                made.append(make_customer(cast.north, cast.wang, **values))
    return made


@pytest.mark.parametrize(
    "risks", [(), (None,), ("",), ("R2",), ("R3",), ("R3", "R2"), ("R5",), ("R3", ""), ("R3", None)]
)
def test_it_is_what_the_verdicts_on_each_product_say(cast, people, risks):
    campaign = make_campaign(cast, offers=promise(cast, *risks))
    found = nothing_suits({campaign: [one.pk for one in people]}, on=TODAY)
    products = [Offer.objects.select_related("product").get(ref=ref).product for ref in campaign.offers]
    for one in people:
        suits = not products or any(
            product is None or verdict_for(product, suitability_of(one), on=TODAY, channel=PHONE)
            for product in products
        )
        assert ((campaign.pk, one.pk) in found) is (not suits)


def test_what_is_sold_out_or_off_sale_keeps_nobody_back(cast, people):
    campaign = make_campaign(cast, offers=promise(cast, "", on_sale_until=TODAY - timedelta(days=1)))
    assert nothing_suits({campaign: [one.pk for one in people]}, on=TODAY) == set()


def test_two_queries_however_many_customers_and_campaigns(cast, people, django_assert_num_queries):
    campaigns = [make_campaign(cast, offers=promise(cast, "R3")) for _ in range(3)]
    plain = make_campaign(cast, offers=promise(cast, ""))
    ids = [one.pk for one in people]
    with django_assert_num_queries(2):
        assert nothing_suits(dict.fromkeys(campaigns, ids), on=TODAY)
    with django_assert_num_queries(1):
        assert not nothing_suits({plain: ids}, on=TODAY)
    without = make_campaign(cast)
    with django_assert_num_queries(0):
        assert not nothing_suits({without: ids}, on=TODAY)


def test_he_is_neither_claimed_nor_shown_and_counts_on_day_one(cast):
    campaign = make_campaign(cast, offers=promise(cast, "R3"), participants=(cast.wang,))
    brave = make_customer(cast.north, cast.wang, risk_capacity="C4", risk_test_expires_on=NEXT_YEAR)
    shy = make_customer(cast.north, cast.wang, risk_capacity="C1", risk_test_expires_on=NEXT_YEAR)
    entries = [make_entry(campaign, customer, cast.wang) for customer in (brave, shy)]
    assert [may_call_entry(facts_of(entry, NOW), NOW).codes for entry in entries] == [(), ("nothing_suits",)]
    with pytest.raises(Refused) as error:
        calls.claim(entries[1], by=cast.wang, at=NOW)
    assert error.value.verdict.codes == ("nothing_suits",)
    claimed = calls.claim(entries[0], by=cast.wang, at=NOW)
    brave.risk_capacity = "C1"  # the new test came while he was on the desk
    brave.save(update_fields=["risk_capacity"])
    with pytest.raises(Refused) as error:
        calls.show_number(claimed, by=cast.wang, at=NOW)
    assert error.value.verdict.codes == ("nothing_suits",)
    campaign.sealed_digest = "sealed"
    first = day_one(campaign, listed=2, at=NOW)
    assert (first.checked, first.callable) == (2, 0)
    assert [str(why) for why, _number in first.against] == ["活动的产品都不适合在电话里向该客户推介。"]

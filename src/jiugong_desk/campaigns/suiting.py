"""Whom nothing of a campaign suits by telephone: risk and age only, not what is on sale or left of it that day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from ..customers.models import Customer
from ..products.models import Offer
from ..products.queries import limits_now
from ..products.rules import PHONE, CustomerFacts, ProductFacts, borne
from .models import Campaign

EVERYBODY = CustomerFacts("", None, None)  # of whom nothing is known: what suits him suits everybody


def nothing_suits(listed: Mapping[Campaign, Collection[int]], *, on: date) -> set[tuple[int, int]]:
    """Campaign and customer (primary keys) where the campaign promises products and none of them may be offered.

    One query for the offers, one more only where every offer of a campaign bears a risk.
    """
    risky = _risky(listed, on)
    asked = {pk for campaign in listed if campaign.pk in risky for pk in listed[campaign]}
    people = _people(asked) if asked else {}
    limits = limits_now()
    return {
        (campaign.pk, pk)
        for campaign, customers in listed.items()
        if campaign.pk in risky
        for pk in customers
        if not any(borne(each, people[pk], on=on, channel=PHONE, limits=limits) for each in risky[campaign.pk])
    }


def _risky(campaigns: Iterable[Campaign], on: date) -> dict[int, list[ProductFacts]]:
    """The products of the campaigns that promise nothing but risk; an offer without a product bears none."""
    wanted = {ref for campaign in campaigns for ref in campaign.offers}
    if not wanted:
        return {}
    offers = {offer.ref: offer for offer in Offer.objects.filter(ref__in=wanted).select_related("product")}
    found: dict[int, list[ProductFacts]] = defaultdict(list)
    limits = limits_now()
    for campaign in campaigns:
        products = [
            ProductFacts(offer.product.category, offer.product.product_risk, None, None, on, None)
            if offer.product
            else None
            for ref in campaign.offers
            if (offer := offers.get(ref)) is not None
        ]
        if products and all(
            each is not None and not borne(each, EVERYBODY, on=on, channel=PHONE, limits=limits) for each in products
        ):
            found[campaign.pk] = [each for each in products if each is not None]
    return found


def _people(customers: Collection[int]) -> dict[int, CustomerFacts]:
    rows = Customer.objects.everyone().filter(pk__in=customers).order_by()
    known = rows.values_list("pk", "risk_capacity", "risk_test_expires_on", "birth_date")
    return {pk: CustomerFacts(*facts) for pk, *facts in known}

"""Which offers stay as they are, because a plan that was approved promises them."""

from __future__ import annotations

from ..products.models import Offer
from .models import Campaign


def promising(offer: Offer) -> list[str]:
    """The titles of the approved and running plans with this offer."""
    rows = Campaign.objects.everyone().filter(state__in=Campaign.BINDING).values_list("title", "offers")
    return [title for title, offers in rows if offer.ref in offers]

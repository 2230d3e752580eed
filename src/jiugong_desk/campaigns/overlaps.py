"""The running campaigns' lists, for the room of audiences: where else its customers are."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count
from django.urls import reverse

from ..audiences.overlaps import Overlap
from ..core.scope import ScopedQuerySet
from ..customers.models import Customer
from ..organisation.models import Staff
from .models import Campaign, ListEntry


def running(rows: ScopedQuerySet[Customer], staff: Staff) -> Iterator[Overlap]:
    """Of every running campaign that this person may see: how many of these customers are on its list."""
    seen = Campaign.objects.visible_to(staff).filter(state__in=Campaign.RUNNING)
    entries = ListEntry.objects.visible_to(staff).filter(campaign__in=seen.values("pk"))
    sizes = dict(entries.order_by().values_list("campaign").annotate(Count("pk")))
    here = dict(entries.filter(customer__in=rows.values("pk")).order_by().values_list("campaign").annotate(Count("pk")))
    for campaign in seen.filter(pk__in=list(here)).order_by("title"):
        yield Overlap(campaign.title, reverse("campaign", args=[campaign.ref]), here[campaign.pk], sizes[campaign.pk])

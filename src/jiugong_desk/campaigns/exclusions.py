"""What campaigns add to the reasons that keep somebody off a list: the lists that are running."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .models import Campaign, ListEntry

IN_OTHER_CAMPAIGN = "in_other_campaign"
LABEL = _("已在其他进行中的活动名单（含保留组）。")


def in_no_other(plan_id: int | None, on: date) -> Q:
    """Who stands on the list of no other running campaign, held out there or not: two campaigns at one customer could
    no longer be told apart. `plan_id`: the campaign that is planned; the day does not matter.
    """
    running = ListEntry.objects.everyone().filter(campaign__state__in=Campaign.RUNNING)
    if plan_id is not None:
        running = running.exclude(campaign=plan_id)
    return ~Q(pk__in=running.values("customer"))

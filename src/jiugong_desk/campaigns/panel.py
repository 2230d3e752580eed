"""What this room adds to the customer page: the lists on which the customer stands, and since when.

Who calls must not know who is held out, or he would treat them differently: for him a held-out customer looks exactly
like one who is on no list. `ListEntry.visible_to` decides; nothing here asks a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..core.once import once_a_page
from ..customers.extension import Panel, TimelineItem
from ..customers.models import Customer
from ..organisation.models import Staff
from .models import Campaign, ListEntry


@once_a_page
def _entries(customer: Customer, staff: Staff) -> Sequence[ListEntry]:
    rows = ListEntry.objects.visible_to(staff).filter(customer=customer)
    return tuple(rows.select_related("campaign", "manager").order_by("-campaign__launched_at", "-id"))


def membership(customer: Customer, staff: Staff, now: datetime) -> Panel | None:
    """The running campaigns on whose list the customer is, as far as this person may know."""
    if not staff.may("campaign.view"):
        return None
    running = [entry for entry in _entries(customer, staff) if entry.campaign.state in Campaign.RUNNING]
    return Panel(
        "campaigns/_membership.html", {"entries": running, "held_out": ListEntry.Arm.HELD_OUT}, order=40, known=True
    )


def events(customer: Customer, staff: Staff) -> Iterator[TimelineItem]:
    """Put on a list, or held out; and the end of the campaign."""
    for entry in _entries(customer, staff):
        campaign, held_out = entry.campaign, entry.arm == ListEntry.Arm.HELD_OUT
        address = reverse("campaign", args=[campaign.ref])
        if campaign.launched_at:
            title = _("抽签列入保留组") if held_out else _("列入活动名单")
            yield TimelineItem(campaign.launched_at, "campaign", title, campaign.title, address)
        if campaign.closed_at:
            yield TimelineItem(campaign.closed_at, "campaign", _("活动结束"), campaign.title, address)

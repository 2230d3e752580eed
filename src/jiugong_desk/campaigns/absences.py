"""What somebody's absence costs the campaigns, for the room of the roster: days of his, and calls that nobody makes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..duty import queries as duty
from ..duty.extension import Effect
from ..organisation.models import Staff
from .models import Campaign, Participant
from .taught import taught_to

# A draft may still change in everything; what is closed is over.
TOUCHED = (Campaign.State.SUBMITTED, *Campaign.BINDING)


UNTAUGHT = _("顶岗人还没有通过这个活动的培训；通过之前，这些客户没有人联系。")


def lost(staff: Staff, days: Sequence[date], viewer: Staff, cover: Staff | None) -> Iterator[Effect]:
    """Of each campaign in which he takes part, as far as the viewer may see it: what it lacks on these days.

    With a warning where whoever stands in has not passed its course: there he gets nothing to call.
    """
    seen = Campaign.objects.visible_to(viewer).filter(state__in=TOUCHED)
    share = duty.shares_of([staff.pk]).get(staff.pk, 1)
    passed = taught_to(cover) if cover is not None else set()
    rows = Participant.objects.filter(staff=staff, campaign__in=seen.values("pk")).select_related("campaign")
    for row in rows.order_by("campaign__starts_on", "campaign"):
        touched = [day for day in days if row.campaign.starts_on <= day <= row.campaign.ends_on]
        if touched:
            calls = len(touched) * int(row.daily_calls * share)
            untaught = cover is not None and row.campaign.state in Campaign.BINDING and row.campaign.ref not in passed
            address = reverse("campaign", args=[row.campaign.ref])
            yield Effect(row.campaign.title, len(touched), calls, address, UNTAUGHT if untaught else "")

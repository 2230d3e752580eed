"""Plans go down to the outlets as official documents; their heads say that they have them."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime, timedelta

from ..campaigns.models import Campaign
from ..campaigns.services import issue_notice
from ..documents.models import Document, Receipt
from ..documents.services import acknowledge
from ..organisation.models import Posting, Staff
from .people import People

WORD, COPIES = "滨银综", ("综合业务部", "合规消保", "分行个人金融部")


def handed_down(
    campaign: Campaign, people: People, *, at: datetime, read_at: datetime, unread: Container[Staff] = ()
) -> Document:
    """Issued by the department; acknowledged the next morning, one head after the other, but for those in `unread`."""
    made = issue_notice(campaign, word=WORD, copies=COPIES, replaces="", by=people["business_department"], at=at)
    heads = Posting.objects.filter(ended_on=None, role="outlet_head").select_related("staff", "unit")
    addressees = set(Receipt.objects.everyone().filter(document=made).values_list("unit", flat=True))
    for place, post in enumerate(heads.filter(unit__in=addressees).order_by("staff__staff_no")):
        if post.staff not in unread:
            acknowledge(made, unit=post.unit, by=post.staff, at=read_at + timedelta(minutes=7 * place))
    return made

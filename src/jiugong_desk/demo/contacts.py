"""What managers do beside the campaigns: a greeting by message, a reminder, a customer who asks; each noted first."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from ..campaigns.models import Campaign, ListEntry
from ..consent import services
from ..consent.channels import Channel, Subject
from ..core.errors import Refused
from ..customers.models import Customer
from ..organisation.models import Staff
from . import story
from .people import People

EACH = 5  # customers of a manager
AGREED = {"text_version": "2026-01", "evidence": "企业微信添加确认"}
# Between the campaigns, so that no call of theirs is kept back: day, minutes after ten, channel, what about.
DONE = (
    (date(2026, 2, 10), 5, Channel.WECOM, ""),
    (date(2026, 2, 11), 20, Channel.SMS, Subject.MATURITY),
    (date(2026, 2, 12), 35, Channel.WECOM, Subject.REQUEST),
    (date(2026, 2, 24), 50, Channel.SMS, ""),
)


def beside_the_campaigns(campaign: Campaign, people: People) -> int:
    """Of each manager's customers on the list some agree to WeCom and are written to; how many contacts were noted."""
    noted = 0
    for number, manager in enumerate(people.managers):
        for place, customer in enumerate(_customers(campaign, manager)):
            later = timedelta(minutes=7 * number + place)
            services.record_consent(
                customer, channel=Channel.WECOM, granted=True, by=manager, at=story.moment(date(2026, 2, 9), 15) + later,
                **AGREED,
            )  # fmt: skip
            # The first have had all of it, the next the more recent only, and so on.
            for day, minutes, channel, subject in DONE[min(place, len(DONE) - 1) :]:
                at = story.moment(day, 10) + timedelta(minutes=minutes) + later
                noted += _noted(customer, channel=channel, subject=subject, by=manager, at=at)
    return noted


def _customers(campaign: Campaign, manager: Staff) -> list[Customer]:
    mine = ListEntry.objects.everyone().filter(
        campaign=campaign, manager=manager, customer__manager=manager, customer__do_not_call=None
    )
    return [entry.customer for entry in mine.select_related("customer__unit").order_by("customer__customer_no")[:EACH]]


def _noted(customer: Customer, *, channel: str, subject: str, by: Staff, at: datetime) -> bool:
    """False where the rule is against it: a manager reads why, and writes to nobody."""
    kind = "service" if subject else "marketing"
    try:
        services.note_contact(customer, channel=channel, kind=kind, subject=subject, by=by, at=at)
    except Refused:
        return False
    return True

"""On the customer page, for those who may know of hold-outs; to everybody else he is a customer like any other."""

from __future__ import annotations

from datetime import datetime

from ..core.clock import bank_date
from ..customers.extension import Panel
from ..customers.models import Customer
from ..organisation.models import Staff
from .models import StandingMember
from .queries import members


def membership(customer: Customer, staff: Staff, now: datetime) -> Panel | None:
    """The period during which no campaign calls this customer."""
    today = bank_date(now)
    seen = StandingMember.objects.visible_to(staff).filter(customer=customer)
    current = seen.filter(pk__in=members(until=today).values("pk"), holdout__first_day__lte=today)
    found = current.select_related("holdout").first()
    if found is None:
        return None
    return Panel("holdout/_membership.html", {"standing": found.holdout}, order=39, known=True)

"""Remind a customer of his visit: a service contact, which is no marketing and counts for no cap. The hours of contact
hold for it all the same, and whoever is no customer any more is left alone.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ...consent.queries import may_serve
from ...core.errors import Stale, hold
from ...core.pages import require
from ...core.verdict import Reason
from ...organisation.models import Staff
from .. import rules
from ..models import Appointment, Reminder
from .common import State, tell

CONFIRMED = Reason("confirmed_already", _("同事已经联系过，客户确认到店。"), remedy=_("不必再打。"))


@transaction.atomic
def remind(visit: Appointment, *, said: str, by: Staff, at: datetime) -> Reminder:
    """What the customer said to it. Confirmed once: nobody is called twice because two had the list open."""
    require(by, "appointment.receive")
    now = Appointment.objects.everyone().select_for_update().get(pk=visit.pk)  # of two, the second sees the first
    hold(
        rules.may_remind(
            said, Reminder.Said.values, is_booked=now.state == State.BOOKED, starts_at=now.starts_at, at=at
        )
    )  # fmt: skip
    hold(may_serve([now.customer_id], at=at)[now.customer_id])
    if now.reminders.filter(of_start=now.starts_at, said=Reminder.Said.CONFIRMED).exists():
        raise Stale(CONFIRMED)
    made = Reminder.objects.create(visit=now, of_start=now.starts_at, said=said, at=at, by=by)
    tell(now, "visit.reminded", by=by, at=at, facts={"said": said})
    return made

"""Give what one person has left to another who takes part. The customer's own manager stays who he is.

Only what nobody talks to now: one conditional UPDATE decides between this and a claim of the same moment. What is held
stays where it is, and so do the visits that are booked.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ...audit import services as audit_log
from ...calls.queue import LEFT
from ...campaigns.models import Campaign, ListEntry
from ...campaigns.services.launching import hand_over_reason
from ...core.clock import bank_date
from ...core.errors import Stale, hold
from ...core.verdict import Reason
from ...customers.models import Customer
from ...customers.services import assign, end_assignments
from ...organisation.models import Staff
from .. import moving, words
from ..answering import must_answer_for
from ..models import Reminder
from ..scope import post_of

NOTHING_LEFT = Reason("nothing_to_move", _("已没有可改派的客户（正在联系的不改派）。"), remedy=_("请刷新页面后再看。"))
AT_ONCE = 500  # primary keys of one statement


@transaction.atomic
def reassign(
    staff: Staff, *, to: Staff, campaign: Campaign, number: int | None = None, by: Staff, at: datetime
) -> int:  # fmt: skip
    """How many went over, which he who has them now reads on his page of today: all that are free, or `number` of them, never tried first and promised last."""
    must_answer_for(by, staff, to, permission=moving.MOVES)
    list(Staff.objects.select_for_update(no_key=True).filter(pk__in=(staff.pk, to.pk)).order_by("pk"))
    hold(moving.may_take_over(to, staff, campaign, at))
    wanted = list(moving.movable(staff, campaign, at, by=by).values_list("pk", flat=True)[:number])
    gone = sum(_move(wanted[start : start + AT_ONCE], staff, to, at) for start in range(0, len(wanted), AT_ONCE))
    if not gone:
        raise Stale(NOTHING_LEFT)
    _hand_over(wanted, staff, to, campaign, by=by, at=at)
    Reminder.objects.create(
        staff=to, unit=post_of(to), about=words.MOVED, moved_from=staff, customers=gone, by=by, at=at, day=bank_date(at)
    )
    audit_log.record(
        chain=post_of(staff).code, by=by.staff_no, at=at, verb="entries.reassigned", about="staff", ref=staff.ref,
        facts={"to": to.staff_no, "campaign": campaign.ref, "customers": gone},
    )  # fmt: skip
    return gone


def _move(keys: list[int], staff: Staff, to: Staff, at: datetime) -> int:
    """The guard. What somebody has taken since it was looked at stays."""
    rows = ListEntry.objects.everyone().filter(LEFT, moving.free(at), pk__in=keys, manager=staff)
    return rows.update(manager=to, claimed_by=None, claimed_at=None, lease_until=None)


def _hand_over(keys: list[int], staff: Staff, to: Staff, campaign: Campaign, *, by: Staff, at: datetime) -> None:
    """Who has them now may see them; who had them only for this campaign does not any more."""
    reason = hand_over_reason(campaign)
    for start in range(0, len(keys), AT_ONCE):
        gone = ListEntry.objects.everyone().filter(pk__in=keys[start : start + AT_ONCE], manager=to)
        customers = list(Customer.objects.everyone().filter(entries__in=gone.values("pk")).only("pk", "manager_id"))
        end_assignments(reason=reason, staff=staff, customers=[one.pk for one in customers], at=at)
        for customer in customers:
            if customer.manager_id != to.pk:
                assign(customer, staff=to, reason=reason, by=by, at=at, audit=False)

"""The lease behind a claim: who has a customer open, until when. Each change is one conditional UPDATE.

What the verbs of claiming, giving back and taking back are made of; each runs inside the verb's transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ...audit import services as audit_log
from ...campaigns.cover import running_on
from ...campaigns.models import Campaign, ListEntry
from ...consent.reasons import BY_ITSELF, YOU
from ...core.clock import bank_date
from ...core.errors import Stale
from ...core.verdict import Reason
from ...customers.models import Customer
from ...organisation.models import Staff
from .. import queue
from ..bridge import calling

TAKEN = Reason("claimed_by_another", _("这位客户正由他人联系，或已处理完毕。"), remedy=_("请取下一户。"), who=BY_ITSELF)
NOT_HELD = Reason(
    "not_held", _("您已不再持有这位客户（超时自动归还，或已登记结果）。"), remedy=_("请从今日工作重新领取。"), who=YOU
)
LONGEST_HOLD_IN_LEASES = 3  # an open page renews its lease, but not for ever


def open_claims(by: Staff, at: datetime) -> list[int]:
    """Primary keys of what `by` has open. Locks his row, so that two tabs cannot both pass the cap."""
    _lock(Staff.objects.filter(pk=by.pk), skip_locked=False)
    return list(queue.held(by, at).values_list("pk", flat=True))


def lock_customer(entry: ListEntry) -> bool:
    """False where somebody is busy with the customer this moment; waiting would only end in being second."""
    return _lock(Customer.objects.everyone().filter(pk=entry.customer_id), skip_locked=True)


def _lock(rows: QuerySet[Any], *, skip_locked: bool) -> bool:
    """Lock one row until the transaction ends. Where the database has no row locks, the transaction is the lock."""
    if not connection.features.has_select_for_update:
        return True
    locked = rows.select_for_update(skip_locked=skip_locked, no_key=True).order_by()
    return locked.values_list("pk").first() is not None


def take(entry: ListEntry, *, by: Staff, at: datetime) -> bool:
    """The guard. True for exactly one of those who want it, while the campaign runs: it may have been paused since."""
    running = Campaign.objects.everyone().filter(running_on(bank_date(at), of=""), pk=entry.campaign_id)
    rows = ListEntry.objects.everyone().filter(
        queue.unclaimed(at), ~queue.customer_is_elsewhere(at), Exists(running),
        pk=entry.pk, arm=ListEntry.Arm.TREATED, state=entry.state, attempts=entry.attempts, manager=entry.manager_id,
    )  # fmt: skip
    taken = rows.update(**lease(by, at)) == 1
    if taken:
        _end_lapsed(entry, by=by, at=at)
    return taken


def _end_lapsed(entry: ListEntry, *, by: Staff, at: datetime) -> None:
    """Leases that have run out are over for good: a clock that is set back, or another machine's, revives none of them
    beside the new one.
    """
    near = Q(customer=entry.customer_id) | Q(claimed_by=by)
    lapsed = ListEntry.objects.everyone().filter(near, lease_until__lt=at).exclude(pk=entry.pk)
    lapsed.update(claimed_by=None, claimed_at=None, lease_until=None)


def lease(by: Staff, at: datetime) -> dict[str, Any]:
    until = at + timedelta(minutes=calling().lease_minutes)
    return {"claimed_by": by, "claimed_at": at, "lease_until": until, "number_at": None}


def held_by(entry: ListEntry, *, by: Staff, at: datetime, **values: Any) -> None:
    """Change the entry if `by` holds a live lease on it; otherwise `Stale`."""
    if mine(entry, by=by, at=at).update(**values) != 1:
        raise Stale(NOT_HELD)


def mine(entry: ListEntry, *, by: Staff, at: datetime) -> QuerySet[ListEntry]:
    rows: QuerySet[ListEntry] = ListEntry.objects.everyone().filter(pk=entry.pk, claimed_by=by, lease_until__gte=at)
    return rows


def may_renew(at: datetime, length: timedelta) -> Q:
    return Q(claimed_at__gt=at - LONGEST_HOLD_IN_LEASES * length)


def audit(entry: ListEntry, verb: str, *, by: Staff, at: datetime, facts: dict[str, Any]) -> None:
    if (absent := queue.stood_in_for(entry, by)) is not None:
        facts = facts | {"stood_in_for": absent.staff_no}
    audit_log.record(
        chain=entry.customer.unit.code, by=by.staff_no, at=at, verb=verb, about="entry", ref=entry.ref, facts=facts
    )

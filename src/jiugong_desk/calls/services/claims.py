"""Claim a customer to call, give him back, see his number. One conditional UPDATE decides who has him.

A claim is a lease: it ends with the outcome, with giving back, or by itself. The same customer is never with two
people, not even through two campaigns: the claim locks the customer's row, then changes the entry only if nobody holds
it and nobody holds the customer elsewhere. (SQLite writes one transaction at a time, which is the same lock.)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ...appointments.services import give_up_slot
from ...campaigns.models import Campaign, ListEntry
from ...consent.reasons import HEAD, YOU
from ...consent.rules import eligibility, within_hours
from ...consent.rules import reason as reason_against
from ...core.clock import bank_date
from ...core.errors import Refused, Stale, hold
from ...core.pages import require
from ...core.verdict import Reason, refused
from ...customers.services import assign, reveal
from ...organisation.calendar import is_working_day
from ...organisation.models import Staff
from .. import queue, rules
from ..bridge import calling
from ..facts import ask_again_at, facts_of, lasting, may_call_entry
from .leases import TAKEN, audit, held_by, lease, lock_customer, may_renew, mine, open_claims, take
from .pausing import resume
from .setting_aside import set_aside_like

State = ListEntry.State

NOT_YOURS = Reason("not_dealt_to_you", _("这位客户没有分配给您。"), remedy=_("如需接手，请找网点负责人。"), who=HEAD)
ONE_AT_A_TIME = Reason("open_claim", _("您还有一户未登记结果。"), remedy=_("请先登记或归还那一户。"), who=YOU)

RELEASE_REASONS: Mapping[str, str | Promise] = MappingProxyType(
    {
        "prepare": _("需要先做准备"),
        "acquainted": _("与客户相识，宜他人联系"),
        "language": _("方言或语言不便"),
        "line": _("话机或线路故障"),
        "interrupted": _("临时有到店客户"),
        "other": _("其他原因"),
    }
)
# Not his matter at all, where another reason only asks for another time.
FOR_SOMEBODY_ELSE = frozenset({"acquainted", "language"})


def claim_next(campaign: Campaign | None, *, by: Staff, at: datetime) -> ListEntry | None:
    """The next customer to call, now leased to `by`; what he has open already comes first; None: see `why_empty`.

    Somebody who may no longer be called is closed on the way, with the reason, in a transaction of his own.
    """
    require(by, "call.work")
    working = is_working_day(bank_date(at))
    if not within_hours(at, is_working_day=working, calling=calling()):
        return queue.first_held(by, at)
    passed: set[int] = set()
    reach = queue.reach_of(by, at)
    while (candidate := queue.next_entry(reach, now=at, campaign=campaign, without=passed)) is not None:
        entry = _offer(candidate, by=by, at=at, working=working)
        if entry is not None:
            return entry
        passed.add(candidate.pk)
        passed |= set_aside_like(candidate, reach=reach, without=passed, at=at, working=working)
    return queue.first_held(by, at)


@transaction.atomic
def _offer(entry: ListEntry, *, by: Staff, at: datetime, working: bool) -> ListEntry | None:
    """Lease this entry if the rule allows; the entry that is open already where the cap is reached; None: go on."""
    if len(open_claims(by, at)) >= calling().open_claims_per_manager:
        return queue.first_held(by, at)
    # First take, then ask the rule: who comes second learns it from one UPDATE, not after a dozen queries.
    if not (lock_customer(entry) and take(entry, by=by, at=at)):
        return None
    facts = facts_of(entry, at)
    verdict = may_call_entry(facts, at, working=working)
    if verdict:
        return _leased(entry, by=by, at=at)
    for_good = lasting(facts, verdict)
    _put_back(entry, closed_because=for_good[0] if for_good else "", until=ask_again_at(facts, at), by=by, at=at)
    return None


@transaction.atomic
def claim(entry: ListEntry, *, by: Staff, at: datetime) -> ListEntry:
    """Lease this very entry (a promised callback, a customer's page); refused with the reason where it may not be."""
    require(by, "call.work")
    open_already = open_claims(by, at)
    if entry.pk in open_already:
        return entry
    reach = queue.reach_of(by, at)
    if reach.turn.away:
        raise Refused(refused(rules.away(reach.turn.cover_name)))
    if not reach.includes(entry):
        raise Refused(refused(NOT_YOURS))
    if len(open_already) >= calling().open_claims_per_manager:
        raise Refused(refused(ONE_AT_A_TIME))
    if entry.arm != ListEntry.Arm.TREATED:
        raise Refused(refused(reason_against("held_out")))
    if not reach.is_trained_for(entry):
        raise Refused(refused(rules.UNTRAINED))
    if entry.state not in ListEntry.UNFINISHED or not (lock_customer(entry) and take(entry, by=by, at=at)):
        _hold_campaign(entry, at)
        raise Stale(TAKEN)
    hold(may_call_entry(facts_of(entry, at), at))
    return _leased(entry, by=by, at=at)


def _hold_campaign(entry: ListEntry, at: datetime) -> None:
    """Refused where the campaign was paused or ended while he waited for his turn."""
    if not queue.running(Campaign.objects.everyone().get(pk=entry.campaign_id), bank_date(at)):
        raise Refused(refused(reason_against("campaign_not_running")))


@transaction.atomic
def release(entry: ListEntry, *, reason: str, by: Staff, at: datetime) -> None:
    """Give the customer back for a stated reason; he comes to this manager again, last of his kind.

    One who meanwhile may no longer be called at all (he refused elsewhere) is closed, and comes to nobody.
    """
    assert reason in RELEASE_REASONS, f"'{reason}' is none of {tuple(RELEASE_REASONS)}"
    held_by(entry, by=by, at=at, claimed_by=None, claimed_at=None, lease_until=None, releases=F("releases") + 1)
    give_up_slot(by=by)
    audit(entry, "entry.released", by=by, at=at, facts={"reason": reason})
    may_ever = eligibility(facts_of(entry, at))
    if not may_ever:
        _put_back(entry, closed_because=may_ever.codes[0], by=by, at=at)


@transaction.atomic
def extend(entry: ListEntry, *, by: Staff, at: datetime) -> bool:
    """The page is still open: renew the lease, up to a limit from the claim. False: it is lost. Changes no state."""
    length = timedelta(minutes=calling().lease_minutes)
    return mine(entry, by=by, at=at).filter(may_renew(at, length)).update(lease_until=at + length) == 1


@transaction.atomic
def show_number(entry: ListEntry, *, by: Staff, at: datetime) -> str:
    """The number to dial, if the rule still allows the call; the showing is audited by the customers' room.

    It renews the lease within the limit of `extend`; after that the number is still shown while the lease lasts.
    """
    length = timedelta(minutes=calling().lease_minutes)
    renewed = Case(When(may_renew(at, length), then=Value(at + length)), default=F("lease_until"))
    entry.number_at = entry.number_at or at
    held_by(entry, by=by, at=at, lease_until=renewed, number_at=entry.number_at)
    if not queue.reach_of(by, at).is_trained_for(entry):  # the course changed since he took the customer
        raise Refused(refused(rules.UNTRAINED))
    hold(may_call_entry(facts_of(entry, at), at))
    return reveal(entry.customer, what="mobile", reason="营销活动外呼", by=by, at=at)


def _leased(entry: ListEntry, *, by: Staff, at: datetime) -> ListEntry:
    """Say that it is taken. An entry that nobody was dealt becomes the claimer's, and the customer is handed to him."""
    values = lease(by, at)
    if entry.manager_id is None:
        values["manager"] = by
        ListEntry.objects.everyone().filter(pk=entry.pk).update(manager=by)
        assign(entry.customer, staff=by, reason=f"campaign:{entry.campaign.ref}", by=by, at=at, audit=False)
    resume(by=by, at=at)
    audit(entry, "entry.claimed", by=by, at=at, facts={"attempts": entry.attempts})
    for name, value in values.items():
        setattr(entry, name, value)
    return entry


def _put_back(entry: ListEntry, *, closed_because: str, until: datetime | None = None, by: Staff, at: datetime) -> None:
    """Undo the taking: for later, not before `until`, or, where the reason lasts, for good. A promise keeps its time."""
    values: dict[str, Any] = {"claimed_by": None, "claimed_at": None, "lease_until": None}
    if closed_because:
        values |= {"state": State.CLOSED, "due_at": None}
        ListEntry.objects.everyone().filter(pk=entry.pk).update(**values)
        audit(entry, "entry.closed", by=by, at=at, facts={"code": closed_because})
    else:
        values |= {"due_at": until} if until and entry.state != State.CALLBACK else {}
        ListEntry.objects.everyone().filter(pk=entry.pk).update(**values)

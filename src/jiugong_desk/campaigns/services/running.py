"""Pause, resume and close a launched campaign."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ...approvals.rules import needs_reason
from ...core.errors import Refused, hold
from ...core.pages import require_at
from ...core.verdict import Reason, refused
from ...customers.services import end_assignments
from ...organisation.models import Staff
from ..models import Campaign
from . import amending, steps
from .launching import hand_over_reason

State = Campaign.State
COMPLIANCE_LIFTS = Reason(
    "compliance_lifts", _("本次暂停由合规消保作出，或因投诉超过上限。"), remedy=_("请合规消保复核后恢复外呼。")
)


@transaction.atomic
def pause(campaign: Campaign, *, reason: str, by: Staff, at: datetime, by_rule: bool = False) -> None:
    """Nobody is called from now on. The caller has checked the right: a page (campaign.pause), or the ten-day
    evaluation, which pauses by itself when complaints pass the policy's share (`by_rule`).
    """
    steps.must_be(campaign, State.LAUNCHED)
    hold(needs_reason(reason))
    for_review = by_rule or by.may("campaign.review")
    steps.move(campaign, State.PAUSED, reason=reason, for_review=for_review, by=by, at=at)
    steps.done(campaign, "campaign.paused", by=by, at=at)


def waits_for_review(campaign: Campaign) -> bool:
    """Whether compliance, or the complaint rule, has paused it, and nobody has lifted that."""
    newest = campaign.changes.first()
    return newest is not None and newest.for_review


def right_to_resume(campaign: Campaign, by: Staff) -> str:
    """The permission with which this person would resume: compliance its own pauses, management the others."""
    return "campaign.review" if by.may("campaign.review") and waits_for_review(campaign) else "campaign.launch"


@transaction.atomic
def resume(campaign: Campaign, *, reason: str, by: Staff, at: datetime) -> None:
    """Go on calling, for a reason; what waits for compliance's review is lifted by compliance alone."""
    right = right_to_resume(campaign, by)
    require_at(by, right, campaign.unit)
    steps.must_be(campaign, State.PAUSED)
    if right == "campaign.launch" and waits_for_review(campaign):
        raise Refused(refused(COMPLIANCE_LIFTS))
    hold(needs_reason(reason))
    steps.move(campaign, State.LAUNCHED, reason=reason, by=by, at=at)
    steps.done(campaign, "campaign.resumed", by=by, at=at)


@transaction.atomic
def close(campaign: Campaign, *, by: Staff, at: datetime, reason: str = "") -> None:
    """For good: calling ends, and customers who were handed over go back to their owners' sight only."""
    require_at(by, "campaign.launch", campaign.unit)
    steps.must_be(campaign, *Campaign.RUNNING)
    steps.move(campaign, State.CLOSED, reason=reason, by=by, at=at, closed_at=at)
    amending.end_with_campaign(campaign, by=by, at=at)
    ended = end_assignments(reason=hand_over_reason(campaign), at=at)
    steps.done(campaign, "campaign.closed", by=by, at=at, assignments_ended=ended)

"""Pause, resume and close a launched campaign."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ...approvals.rules import needs_reason
from ...core.errors import hold
from ...core.pages import require
from ...customers.services import end_assignments
from ...organisation.models import Staff
from ..models import Campaign
from . import amending, steps
from .launching import hand_over_reason

State = Campaign.State


@transaction.atomic
def pause(campaign: Campaign, *, reason: str, by: Staff, at: datetime) -> None:
    """Nobody is called from now on. The caller has checked the right: a page (campaign.pause), or the ten-day
    evaluation, which pauses by itself when complaints pass the policy's share.
    """
    steps.must_be(campaign, State.LAUNCHED)
    hold(needs_reason(reason))
    steps.move(campaign, State.PAUSED, reason=reason, by=by, at=at)
    steps.done(campaign, "campaign.paused", by=by, at=at)


@transaction.atomic
def resume(campaign: Campaign, *, by: Staff, at: datetime, reason: str = "") -> None:
    """Go on calling."""
    require(by, "campaign.launch")
    steps.must_be(campaign, State.PAUSED)
    steps.move(campaign, State.LAUNCHED, reason=reason, by=by, at=at)
    steps.done(campaign, "campaign.resumed", by=by, at=at)


@transaction.atomic
def close(campaign: Campaign, *, by: Staff, at: datetime, reason: str = "") -> None:
    """For good: calling ends, and customers who were handed over go back to their owners' sight only."""
    require(by, "campaign.launch")
    steps.must_be(campaign, State.LAUNCHED, State.PAUSED)
    steps.move(campaign, State.CLOSED, reason=reason, by=by, at=at, closed_at=at)
    amending.end_with_campaign(campaign, by=by, at=at)
    ended = end_assignments(reason=hand_over_reason(campaign), at=at)
    steps.done(campaign, "campaign.closed", by=by, at=at, assignments_ended=ended)

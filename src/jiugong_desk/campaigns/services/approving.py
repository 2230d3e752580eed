"""Submit a complete plan; decide on it by somebody who had no hand in it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ...core.pages import require
from ...organisation.models import Staff
from .. import rules
from ..gate import plan_facts
from ..models import Approval, Campaign
from ..plan import digest, payload
from . import steps

State = Campaign.State


@transaction.atomic
def submit(campaign: Campaign, *, by: Staff, at: datetime, version: int | None = None) -> None:
    """Hand a complete plan in for decision; what is missing is said at once, not after the approver's day."""
    require(by, "campaign.draft")
    steps.must_be(campaign, State.DRAFT)
    steps.move(campaign, State.SUBMITTED, by=by, at=at, version=version, submitted_at=at)
    steps.hold(rules.may_submit(plan_facts(campaign, at=at)))
    steps.done(campaign, "campaign.submitted", by=by, at=at)


@transaction.atomic
def decide(
    campaign: Campaign, *, decision: str, comment: str, by: Staff, at: datetime, version: int | None = None
) -> Approval:
    """Approve or send back exactly the plan that was seen; never by anybody who wrote any of its versions."""
    require(by, "campaign.approve")
    steps.must_be(campaign, State.SUBMITTED)
    steps.hold(rules.may_decide(by.person_key, makers(campaign)))
    approve = Approval.Decision(decision) is Approval.Decision.APPROVE
    if not approve:
        steps.hold(rules.needs_reason(comment))
    seen = campaign.version if version is None else version
    to = State.APPROVED if approve else State.DRAFT
    steps.move(campaign, to, reason=comment, by=by, at=at, version=seen)
    approval = Approval.objects.create(
        campaign=campaign, decision=decision, payload=digest(payload(campaign)), version=seen,
        comment=comment.strip(), by=by, at=at,
    )  # fmt: skip
    verb = "campaign.approved" if approve else "campaign.sent_back"
    steps.done(campaign, verb, by=by, at=at, payload=approval.payload)
    return approval


def makers(campaign: Campaign) -> set[str]:
    """The persons who wrote or edited the plan."""
    keys = set(campaign.plan_versions.values_list("by__person_key", flat=True))
    return keys | {campaign.drafted_by.person_key}

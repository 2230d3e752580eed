"""Hand a complete plan in: compliance reviews it, then management decides, each bound to exactly this plan."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ...approvals import services as approvals
from ...approvals.kinds import Kind
from ...approvals.models import Approval
from ...audiences.counting import count
from ...core.clock import bank_date
from ...core.digests import digest
from ...core.errors import Stale, hold
from ...core.pages import require_at
from ...core.verdict import Reason, Verdict
from ...organisation.models import Staff
from .. import checklist
from ..expectation import cost_of
from ..gate import INCENTIVE, PLAN, REVIEW, is_reviewed, plan_facts
from ..menders import makers
from ..models import Campaign
from ..plan import payload
from ..schooling import open_training
from ..summary import of_plan
from . import sealing, steps

State = Campaign.State
REVIEW_FIRST = Reason("review_first", _("须先通过消保审查。"), remedy=_("请待合规消保审查后再审批。"))


@transaction.atomic
def submit(campaign: Campaign, *, by: Staff, at: datetime, version: int | None = None) -> None:
    """What is missing is said at once, not after the approver's day."""
    require_at(by, "campaign.draft", campaign.unit)
    steps.must_be(campaign, State.DRAFT)
    steps.move(campaign, State.SUBMITTED, by=by, at=at, version=version, submitted_at=at)
    hold(_complete(campaign, at))
    bound, persons = digest(payload(campaign)), makers(campaign)
    for kind in (REVIEW, *([INCENTIVE] if campaign.incentive.strip() else []), PLAN):
        approvals.ask(
            kind, campaign.ref, title=campaign.title, unit=campaign.unit, digest=bound, makers=persons, by=by, at=at
        )
    steps.done(campaign, "campaign.submitted", by=by, at=at)


def _plan_decided(campaign: Campaign, outcome: str, *, comment: str, by: Staff, at: datetime) -> None:
    if outcome != Approval.State.APPROVED:
        _back(campaign, PLAN, outcome, comment=comment, by=by, at=at)
        return
    _must_wait(campaign, State.SUBMITTED)
    steps.move(campaign, State.APPROVED, reason=comment, by=by, at=at)
    sealed = sealing.seal(campaign, at=at)
    open_training(campaign, by=by, at=at)
    steps.done(campaign, "campaign.approved", by=by, at=at, sealed=sealed, seed=campaign.seed)


def _review_decided(campaign: Campaign, outcome: str, *, comment: str, by: Staff, at: datetime) -> None:
    _opinion(campaign, REVIEW, outcome, comment=comment, by=by, at=at)


def _incentive_decided(campaign: Campaign, outcome: str, *, comment: str, by: Staff, at: datetime) -> None:
    _opinion(campaign, INCENTIVE, outcome, comment=comment, by=by, at=at)


def _opinion(campaign: Campaign, kind: str, outcome: str, *, comment: str, by: Staff, at: datetime) -> None:
    """A good opinion changes nothing by itself; the launch asks for it."""
    _must_wait(campaign, State.SUBMITTED, State.APPROVED)
    if outcome != Approval.State.APPROVED:
        _back(campaign, kind, outcome, comment=comment, by=by, at=at)


def _back(campaign: Campaign, kind: str, outcome: str, *, comment: str, by: Staff, at: datetime) -> None:
    """Whoever sends back, or takes back, ends the other decision too."""
    _must_wait(campaign, State.SUBMITTED, State.APPROVED)
    steps.move(campaign, State.DRAFT, reason=comment or str(_("提交人撤回")), by=by, at=at)
    sealing.unseal(campaign)
    approvals.void(campaign.ref, by=by, at=at, but=kind)
    verb = "campaign.sent_back" if outcome == Approval.State.REJECTED else "campaign.withdrawn"
    steps.done(campaign, verb, by=by, at=at)


def _must_wait(campaign: Campaign, *states: str) -> None:
    if campaign.state not in states:
        raise Stale(approvals.DECIDED)


def _complete(campaign: Campaign, at: datetime) -> Verdict:
    """Whether the planner has brought everything, money for what it is likely to cost included."""
    counted = count(campaign.audience, campaign.unit, on=bank_date(at), plan_id=campaign.pk)
    return checklist.may_submit(plan_facts(campaign, at=at, counted=counted, cost=cost_of(campaign, counted, at=at)))


def _against(campaign: Campaign, at: datetime) -> Verdict:
    """What was complete when it was handed in may no longer be: customers move, people leave. And compliance comes first:
    what management approves is sealed, taught and handed down as a document.
    """
    first = () if is_reviewed(campaign) else (REVIEW_FIRST,)
    return Verdict((*first, *_complete(campaign, at).reasons))


def _digest(campaign: Campaign) -> str:
    return digest(payload(campaign))


def _address(ref: str) -> str:
    return reverse("campaign", args=[ref])


KINDS = (
    Kind(
        PLAN, _("活动方案审批"), "campaign.approve", "campaign.draft",
        rows=Campaign.objects.everyone, digest=_digest, settle=_plan_decided, address=_address, against=_against,
        summary=of_plan,
    ),
    Kind(
        REVIEW, _("消费者权益保护审查"), "campaign.review", "campaign.draft",
        rows=Campaign.objects.everyone, digest=_digest, settle=_review_decided, address=_address, summary=of_plan,
    ),
    Kind(
        INCENTIVE, _("激励方案授权"), "campaign.authorise_incentive", "campaign.draft",
        rows=Campaign.objects.everyone, digest=_digest, settle=_incentive_decided, address=_address, summary=of_plan,
    ),
)  # fmt: skip

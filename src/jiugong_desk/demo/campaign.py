"""One campaign's way through the hands: drafted, reviewed, approved, launched, evaluated, closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from ..approvals import queries as waiting
from ..approvals import services as approvals
from ..campaigns import services as campaigns
from ..campaigns.models import Attachment, Campaign
from ..core.clock import bank_date
from ..evaluation import services as evaluation
from ..evaluation.models import Report
from ..organisation.models import Staff
from ..scripts.services import create_script
from . import story
from .impact import assessment
from .people import People


@dataclass(frozen=True)
class Plan:
    """What the planner brings. `holdout` customers are left alone; `daily_calls` by each manager."""

    texts: Mapping[str, str]
    goals: Sequence[tuple[str, str]]  # measure, target
    budget: int  # yuan
    script_code: str
    script_title: str
    script: Mapping[str, Any]
    audience: Sequence[Mapping[str, Any]]
    holdout: int
    daily_calls: int
    starts_on: date
    ends_on: date
    seed: str


def drafted(plan: Plan, people: People, *, at: datetime) -> Campaign:
    """By the planner: the script, the plan, and who takes part, within the hour."""
    planner = people["planner"]
    script = create_script(code=plan.script_code, title=plan.script_title, content=plan.script, by=planner, at=at)
    campaign = campaigns.draft(
        unit=people.sub_branch, by=planner, at=at + timedelta(minutes=30), audience=list(plan.audience),
        holdout_size=plan.holdout, script=script, starts_on=plan.starts_on, ends_on=plan.ends_on, seed=plan.seed,
        goals=[{"measure": measure, "target": target, "by": str(plan.ends_on)} for measure, target in plan.goals],
        primary_measure="avg_increment", budget=Decimal(plan.budget), **plan.texts,
    )  # fmt: skip
    calls = dict.fromkeys(people.managers, plan.daily_calls)
    campaigns.set_participants(campaign, daily_calls=calls, by=planner, at=at + timedelta(minutes=55))
    campaign.refresh_from_db()
    campaigns.attach(
        campaign, kind=Attachment.Kind.IMPACT, name="个人信息保护影响评估.docx", content=assessment(campaign),
        version=campaign.version, by=planner, at=at + timedelta(minutes=58),
    )  # fmt: skip
    return campaign


def submitted(plan: Plan, people: People, *, on: date) -> Campaign:
    """Drafted in the morning; compliance reviews the script before noon; handed in after lunch."""
    campaign = drafted(plan, people, at=story.moment(on, 9, 10))
    assert campaign.script is not None
    approve("script", campaign.script.ref, by=people["compliance"], at=story.moment(on, 11, 30))
    campaigns.submit(campaign, by=people["planner"], at=story.moment(on, 13, 20))
    return campaign


def reviewed(plan: Plan, people: People, *, on: date) -> Campaign:
    """Looked through by compliance in the afternoon; management may decide."""
    campaign = submitted(plan, people, on=on)
    comment = "话术已审，告知与拒绝方式完整；敏感信息以区间展示。同意。"
    approve("plan_review", campaign.ref, comment, by=people["compliance"], at=story.moment(on, 14, 30))
    return campaign


def approved(plan: Plan, people: People, *, on: date) -> Campaign:
    """All in one day, by three people."""
    campaign = reviewed(plan, people, on=on)
    if campaign.incentive:
        comment = "总额在年度营销费用内，不与个人存款挂钩，按季考核后发放。同意。"
        approve("incentive", campaign.ref, comment, by=people["finance_hr"], at=story.moment(on, 15, 5))
    comment = "同意。保留组须严格执行，每旬报送评价。"
    approve("plan", campaign.ref, comment, by=people["management"], at=story.moment(on, 15, 45))
    campaign.refresh_from_db()
    return campaign


def approve(kind: str, about: str, comment: str = "", *, by: Staff, at: datetime) -> None:
    """The decision of whoever may, on what of this waits."""
    approvals.decide(waiting.open_for(kind, about), approve=True, comment=comment, by=by, at=at)


def ten_day_reports(campaign: Campaign, people: People, *, period_end: date, on: date) -> None:
    """The department makes the bulletin and the evaluation of the 旬; management signs both.

    Where complaints have paused the campaign, compliance reviews them and lets it go on.
    """
    department, management = people["business_department"], people["management"]
    made, signed = story.moment(on, 8, 20), story.moment(on, 8, 45)
    bulletin = evaluation.make_report(
        campaign, kind=Report.Kind.BULLETIN, period_end=period_end, by=department, at=made
    )
    review = evaluation.make_report(
        campaign, kind=Report.Kind.TEN_DAY, period_end=period_end, by=department, at=made + timedelta(minutes=10)
    )
    evaluation.decide_report(review, decision=Report.Decision.CONTINUE, by=department, at=made + timedelta(minutes=15))
    for report in (bulletin, review):
        evaluation.issue(report, by=management, at=signed)
    campaign.refresh_from_db()
    if campaign.state == Campaign.State.PAUSED:
        reason = "合规消保已逐件复核投诉并答复客户，话术无误，恢复外呼。"
        campaigns.resume(campaign, reason=reason, by=people["compliance"], at=signed + timedelta(minutes=10))


def final_report(campaign: Campaign, people: People, *, at: datetime) -> Report:
    """What it brought, once the balances of the outcome month are there."""
    report = evaluation.make_report(
        campaign, kind=Report.Kind.FINAL, period_end=bank_date(at), by=people["business_department"], at=at
    )
    evaluation.issue(report, by=people["management"], at=at + timedelta(hours=1))
    return report

"""A complete plan by the planner, and its way to the launch."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from jiugong_desk.approvals import queries as waiting
from jiugong_desk.approvals import services as approvals
from jiugong_desk.approvals.models import Approval
from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.models import Attachment, Campaign
from jiugong_desk.campaigns.schooling import about
from jiugong_desk.customers.models import Customer
from jiugong_desk.organisation.models import Staff
from jiugong_desk.training.models import Enrolment
from jiugong_desk.training.ready import deposit_by_telephone
from jiugong_desk.training.services import open_course
from tests.support.cast import NOW, Cast, make_customer, make_script

NEW_HOME = [{"field": "loan_kind", "op": "is", "value": "mortgage_new_home"}]
TEXTS = {
    "title": "开门红按揭客户存款营销",
    "purpose": "介绍信用卡，了解您对存款服务的需要；回答自愿，不影响按揭",
    "goal": "营销组户均日均存款提升",
    "complaint_contact": "合规消保 郑规 95500",
}


def fields(**values: Any) -> dict[str, Any]:
    plan: dict[str, Any] = TEXTS | {
        "audience": NEW_HOME,
        "holdout_size": 4,
        "seed": "seed-1",
        "primary_measure": "take_up",
        "budget": Decimal(50_000),
        "starts_on": date(2026, 1, 5),
        "ends_on": date(2026, 1, 30),
    }
    plan |= values
    plan.setdefault("goals", [{"measure": "reached", "target": "50", "by": str(plan["ends_on"])}])
    return plan


def customers(cast: Cast, count: int = 20) -> list[Customer]:
    """Half in North with Wang, half in South with Li."""
    places = ((cast.north, cast.wang), (cast.south, cast.li))
    return [make_customer(*places[number % 2]) for number in range(count)]


def drafted(cast: Cast, **values: Any) -> Campaign:
    values.setdefault("script", make_script())
    campaign = services.draft(unit=cast.sub_branch, by=cast.planner, at=NOW, **fields(**values))
    services.set_participants(campaign, daily_calls={cast.wang: 40, cast.li: 40}, by=cast.planner, at=NOW)
    return campaign


def assess(campaign: Campaign) -> None:
    """The impact assessment as a file of the plan, by its planner."""
    services.attach(
        campaign, kind=Attachment.Kind.IMPACT, name="影响评估.pdf", content=b"%PDF-1.7 ...", version=campaign.version,
        by=campaign.drafted_by, at=NOW,
    )  # fmt: skip


def submitted(cast: Cast, **values: Any) -> Campaign:
    campaign = drafted(cast, **values)
    assess(campaign)
    services.submit(campaign, by=cast.planner, at=NOW)
    return campaign


def approved(cast: Cast, **values: Any) -> Campaign:
    """Reviewed by compliance, approved by management, and learned by everybody who takes part."""
    campaign = submitted(cast, **values)
    decide("plan_review", campaign, by=cast.compliance)
    decide("plan", campaign, by=cast.management)
    learn(campaign)
    return campaign


def learn(campaign: Campaign, *people: Staff, at: datetime = NOW) -> None:
    """These, or all who take part, have passed the campaign's course."""
    rows = Enrolment.objects.everyone().filter(course__about=about(campaign))
    if people:
        rows = rows.filter(staff__in=people)
    rows.update(read_at=at, passed_at=at, score=1, attempts=1)


def teach(campaign: Campaign, cast: Cast, *people: Staff) -> None:
    """Of a campaign that was made by hand: exactly these take its course, and have passed it."""
    ready = deposit_by_telephone()
    open_course(
        about(campaign), title=ready.title, sections=ready.sections, quiz=ready.quiz, staff=people, unit=campaign.unit,
        by=cast.planner, at=NOW,
    )  # fmt: skip
    learn(campaign, *people)


def unlearn(campaign: Campaign, *people: Staff) -> None:
    """These have not passed it, as somebody who has just been added."""
    rows = Enrolment.objects.everyone().filter(course__about=about(campaign), staff__in=people)
    rows.update(read_at=None, passed_at=None, score=None, attempts=0)


def decide(
    kind: str, matter: Any, *, by: Staff, approve: bool = True, comment: str = "请补充背景", at: datetime = NOW
) -> Approval:
    """The decision on what of this matter waits; the matter is as it is afterwards."""
    approval = waiting.open_for(kind, matter.ref)
    approvals.decide(approval, approve=approve, comment=comment, by=by, at=at)
    matter.refresh_from_db()
    return approval


def launched(cast: Cast, **values: Any) -> Campaign:
    campaign = approved(cast, **values)
    services.launch(campaign, by=cast.management, at=NOW)
    return campaign

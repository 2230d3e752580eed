"""A complete plan by the planner, and its way to the launch."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from jiugong_desk.approvals import queries as waiting
from jiugong_desk.approvals import services as approvals
from jiugong_desk.approvals.models import Approval
from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.models import Campaign
from jiugong_desk.customers.models import Customer
from jiugong_desk.organisation.models import Staff
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
        "starts_on": date(2026, 1, 5),
        "ends_on": date(2026, 1, 30),
    }
    return plan | values


def customers(cast: Cast, count: int = 20) -> list[Customer]:
    """Half in North with Wang, half in South with Li."""
    places = ((cast.north, cast.wang), (cast.south, cast.li))
    return [make_customer(*places[number % 2]) for number in range(count)]


def drafted(cast: Cast, **values: Any) -> Campaign:
    values.setdefault("script", make_script())
    campaign = services.draft(unit=cast.sub_branch, by=cast.planner, at=NOW, **fields(**values))
    services.set_participants(campaign, daily_calls={cast.wang: 40, cast.li: 40}, by=cast.planner, at=NOW)
    return campaign


def submitted(cast: Cast, **values: Any) -> Campaign:
    campaign = drafted(cast, **values)
    services.submit(campaign, by=cast.planner, at=NOW)
    return campaign


def approved(cast: Cast, **values: Any) -> Campaign:
    """Reviewed by compliance, approved by management."""
    campaign = submitted(cast, **values)
    decide("plan_review", campaign, by=cast.compliance)
    decide("plan", campaign, by=cast.management)
    return campaign


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

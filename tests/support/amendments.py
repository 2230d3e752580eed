"""An amendment of a launched campaign, and its way into force."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.models import Amendment, Campaign, PlanVersion
from jiugong_desk.campaigns.plan import payload
from tests.support import plans
from tests.support.cast import NOW, Cast

REASON = "首周接通率偏低，延长期限补足拨打。"
LATER = date(2026, 2, 10)
RHYTHM = "每日九点半至十一点半外呼。"


def drafted(cast: Cast, campaign: Campaign, *, reason: str = REASON, at: datetime = NOW, **parts: Any) -> Amendment:
    """To a later end, unless told otherwise."""
    return services.amend(campaign, reason=reason, by=cast.planner, at=at, **(parts or {"ends_on": LATER}))


def submitted(cast: Cast, campaign: Campaign, *, at: datetime = NOW, **parts: Any) -> Amendment:
    made = drafted(cast, campaign, at=at, **parts)
    services.submit_amendment(made, by=cast.planner, at=at)
    return made


def in_force(cast: Cast, campaign: Campaign, *, at: datetime = NOW, **parts: Any) -> Amendment:
    """Reviewed where it needs that, and approved; the campaign is as it is afterwards."""
    made = submitted(cast, campaign, at=at, **parts)
    if set(made.changes) - {"ends_on", "budget", "goals"}:
        plans.decide("amendment_review", made, by=cast.compliance, at=at)
    plans.decide("amendment", made, by=cast.management, at=at)
    campaign.refresh_from_db()
    return made


def on_record(
    campaign: Campaign, *, number: int = 1, at: datetime = NOW, reason: str = REASON, **changes: Any
) -> Amendment:
    """One that took effect, written as rows, for tests of what follows from it. `changes`: as an amendment keeps them."""
    changes = changes or {"ends_on": str(LATER)}
    plan, by = payload(campaign), campaign.drafted_by
    last = campaign.plan_versions.first()
    base = last or PlanVersion.objects.create(campaign=campaign, number=1, plan=plan, digest="0" * 64, by=by, at=at)
    result = PlanVersion.objects.create(
        campaign=campaign, number=base.number + 1, plan=plan | changes, digest="1" * 64, by=by, at=at
    )
    made: Amendment = Amendment.objects.create(
        campaign=campaign, number=number, reason=reason, changes=changes, base=base, result=result, state="effective",
        drafted_by=by, drafted_at=at, ended_at=at,
    )  # fmt: skip
    return made

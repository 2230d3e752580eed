"""An amendment of a launched campaign, and its way into force."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.models import Amendment, Campaign
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

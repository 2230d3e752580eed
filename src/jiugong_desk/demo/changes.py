"""Two amendments of the campaign in progress: one is in force, one waits for compliance and management."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from ..campaigns import services as campaigns
from ..campaigns.models import Amendment, Campaign
from . import story
from .campaign import approve
from .people import People

LONGER_UNTIL = date(2026, 4, 8)
MORE_BUDGET = Decimal("1.2")
LONGER = (
    "首两日接通率低于预期，发薪日前后客户白天多在上班；三月下旬又逢季末柜面高峰，原定期限内难以对每户拨足次数。"
    "延至四月八日，把部分外呼移到清明前后，预算按延长的天数相应增加。"
)
QUIETER = (
    "两日来有三位客户反映临近午休和下班以后来电打扰，未形成投诉。拟在政策时段之内再收紧：临近中午和下班以后不外呼；"
    "同时写明客户要求改时间的，当场改约。"
)
RHYTHM = "每日外呼集中在九点半至十一点半、十四点半至十七点；客户要求改时间的，当场约定回拨并按时拨打。"
STOP_CONDITIONS = "同一时段一周内有三位以上客户反映打扰的，停用该时段并报合规消保；投诉由网点负责人当日回访。"


def lengthened(campaign: Campaign, people: People, *, on: date) -> None:
    """Written after the second day's calls, approved the same evening: the rest is management's alone to decide."""
    campaign.refresh_from_db()
    assert campaign.budget is not None
    made = _handed_in(
        campaign, people, on=on, hour=17, reason=LONGER, ends_on=LONGER_UNTIL,
        budget=(campaign.budget * MORE_BUDGET).quantize(Decimal(1)),
    )  # fmt: skip
    comment = "同意延长。评价窗口不变，保留组继续不作营销联系。"
    approve("amendment", made.ref, comment, by=people["management"], at=story.moment(on, 18, 20))
    campaign.refresh_from_db()


def quieter(campaign: Campaign, people: People, *, on: date) -> None:
    """Handed in this morning; it changes what callers do, so that compliance looks at it first."""
    _handed_in(campaign, people, on=on, hour=9, reason=QUIETER, rhythm=RHYTHM, stop_conditions=STOP_CONDITIONS)


def _handed_in(campaign: Campaign, people: People, *, on: date, hour: int, reason: str, **parts: object) -> Amendment:
    planner, at = people["planner"], story.moment(on, hour, 30)
    made = campaigns.amend(campaign, reason=reason, by=planner, at=at, **parts)
    campaigns.submit_amendment(made, by=planner, at=at + timedelta(minutes=10))
    return made

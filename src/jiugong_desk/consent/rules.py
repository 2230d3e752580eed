"""May we call this customer, now? One rule for the list, the queue, the call page and the demo.

Everything fails closed: a fact that nobody knows (None) counts against the call. The codes are stable: screens,
audit facts and the statistics of who was left out are made from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..core.verdict import Reason, Verdict
from .bridge import Calling

WEEK = timedelta(days=7)

# code -> what staff read, and what can be done about it
SENTENCES: dict[str, tuple[Any, Any]] = {
    "do_not_call": (_("客户已要求勿再致电。"), _("勿扰对全行、所有活动有效，不得再拨打。")),
    "not_active": (_("客户状态不是“正常”。"), _("状态以核心系统为准；如有误请联系数据管理员。")),
    "no_consent": (_("没有客户同意电话营销的有效记录。"), _("客户本人同意后，可在客户页登记并附凭证。")),
    "complaint_open": (_("客户有未办结的投诉。"), _("投诉办结后方可联系；请找网点负责人或合规消保。")),
    "loan_decision_pending": (_("客户有贷款正在审批。"), _("审批结束、数据更新后再联系，避免存贷挂钩。")),
    "loan_decision_unknown": (
        _("客户的贷款是否正在审批，没有数据。"),
        _("请数据管理员在贷款数据中补上“审批中”一列；此前按正在审批处理。"),
    ),
    "no_mobile": (_("没有可拨打的手机号码。"), _("请客户到店更新联系方式。")),
    "held_out": (_("客户在本次活动的保留组。"), _("保留组在活动结束前不作营销联系。")),
    "campaign_not_running": (_("活动未在进行中。"), _("活动批准并启动、未暂停时才能拨打。")),
    "not_working_day": (_("今天不是工作日。"), _("请在下一个工作日拨打。")),
    "outside_hours": (_("现在不在拨打时段（{hours}）。"), _("请在拨打时段内联系。")),
    "attempts_used": (_("本次活动已拨打 {attempts} 次，上限 {limit} 次。"), _("本次活动不再拨打该客户。")),
    "too_soon": (_("距上次拨打不足 {hours} 小时。"), _("{again} 以后可再拨打。")),
    "reached_recently": (_("最近 7 天内已有 {limit} 次营销电话接通。"), _("{again} 以后可再联系。")),
}


@dataclass(frozen=True)
class ContactFacts:
    """What is known of one customer. None: not known. Fields from `held_out` to `attempts` are about one campaign.

    `last_reached_at` is the latest marketing contact over any campaign that reached the customer, `reached_before`
    those before it (newest first; as many as the policy's cap needs).
    """

    status: str
    consent_call: bool | None
    do_not_call: bool | None
    complaint_open: bool | None
    loan_decision_pending: bool | None
    has_mobile: bool | None
    held_out: bool | None = False
    in_running_campaign: bool | None = False
    attempts: int | None = 0
    last_attempt_at: datetime | None = None
    last_reached_at: datetime | None = None
    callback_at: datetime | None = None
    reached_before: tuple[datetime, ...] = ()


def reason(code: str, **facts: Any) -> Reason:
    """The reason with this code; `facts` fill its sentence."""
    text, remedy = SENTENCES[code]
    return Reason(code, text, facts, format_lazy(remedy, **facts) if facts else remedy)


def eligibility(facts: ContactFacts) -> Verdict:
    """The lasting reasons: what keeps somebody off a list altogether, whatever the hour."""
    against = (
        ("do_not_call", facts.do_not_call is not False),
        ("not_active", facts.status != "active"),
        ("no_consent", facts.consent_call is not True),
        ("complaint_open", facts.complaint_open is not False),
        ("loan_decision_pending", facts.loan_decision_pending is True),
        ("loan_decision_unknown", facts.loan_decision_pending is None),
        ("no_mobile", facts.has_mobile is not True),
    )
    return Verdict(tuple(reason(code) for code, holds in against if holds))


def within_hours(moment: datetime, *, is_working_day: bool, calling: Calling) -> Verdict:
    """Whether the bank calls at this moment at all; also for the time of a promised callback.

    `is_working_day` is about the moment's date in the bank's zone. The hours are half-open: at 12:00:00 it is over.
    """
    reasons = []
    if not (is_working_day is True or calling.on_public_holidays):
        reasons.append(reason("not_working_day"))
    clock = timezone.localtime(moment).time()
    if not any(start <= clock < end for start, end in calling.hours):
        spans = "、".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in calling.hours)
        reasons.append(reason("outside_hours", hours=spans))
    return Verdict(tuple(reasons))


def may_call(facts: ContactFacts, *, now: datetime, is_working_day: bool, calling: Calling) -> Verdict:
    """Every reason against calling this customer at this moment, the lasting ones first.

    A promised callback that has come due lifts the spacing and the cap on reached calls, once; nothing else.
    """
    reasons = list(eligibility(facts).reasons)
    if facts.held_out is not False:
        reasons.append(reason("held_out"))
    if facts.in_running_campaign is not True:
        reasons.append(reason("campaign_not_running"))
    reasons += within_hours(now, is_working_day=is_working_day, calling=calling).reasons
    if facts.attempts is None or facts.attempts >= calling.attempts_per_campaign:
        shown = "?" if facts.attempts is None else facts.attempts
        reasons.append(reason("attempts_used", attempts=shown, limit=calling.attempts_per_campaign))
    if not _promise_is_due(facts, now):
        reasons += _spacing(facts, now, calling)
    return Verdict(tuple(reasons))


def _promise_is_due(facts: ContactFacts, now: datetime) -> bool:
    """The promised time has come, and nobody has tried since."""
    promised, tried = facts.callback_at, facts.last_attempt_at
    return promised is not None and promised <= now and (tried is None or tried <= promised)


def _spacing(facts: ContactFacts, now: datetime, calling: Calling) -> list[Reason]:
    """Too soon after the last attempt, or too many reached calls in the week. A time in the future counts as now."""
    reasons = []
    pause = timedelta(hours=calling.hours_between_attempts)
    if facts.last_attempt_at is not None and now - facts.last_attempt_at < pause:
        again = _moment(facts.last_attempt_at + pause)
        reasons.append(reason("too_soon", hours=calling.hours_between_attempts, again=again))
    reached = () if facts.last_reached_at is None else (facts.last_reached_at, *facts.reached_before)
    in_week = sorted(at for at in reached if now - at < WEEK)
    limit = calling.reached_calls_per_7_days
    if len(in_week) >= limit:
        again = _moment(in_week[len(in_week) - limit] + WEEK) if limit > 0 else "—"
        reasons.append(reason("reached_recently", limit=limit, again=again))
    return reasons


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"

"""What a plan needs before it may go on, and who mends what is missing. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..core.verdict import ALLOWED, Reason, Verdict, refused

# Who mends what is missing.
PLANNER, APPROVER, COMPLIANCE = _("由策划人处理。"), _("由行领导处理。"), _("由合规消保处理。")


@dataclass(frozen=True)
class PlanFacts:
    """A plan as the launch gate sees it. `capacity` and `needed` are calls over the whole period."""

    today: date
    starts_on: date
    ends_on: date
    has_purpose: bool
    has_contact: bool
    script_chosen: bool
    script_approved: bool
    forbidden: tuple[str, ...]
    eligible: int
    holdout: int
    minimum_share: Decimal
    participants: int
    idle: tuple[str, ...]  # participants who may no longer call
    capacity: int
    needed: int
    sealed: bool  # the list was drawn at the approval, and nobody has touched it since
    reviewed: bool  # this very plan, by compliance
    approved: bool  # this very plan, by management

    @property
    def least_holdout(self) -> int:
        """The smallest hold-out that the policy allows for this audience."""
        return int((self.minimum_share * self.eligible).to_integral_value(ROUND_CEILING))


@dataclass(frozen=True)
class Condition:
    """One line of the launch checklist: green, or red with the reason and who can mend it."""

    code: str
    label: Any
    met: bool
    reason: Reason


def _condition(code: str, label: Any, met: bool, text: Any, mender: Any, **facts: Any) -> Condition:
    return Condition(code, label, met, Reason(code, text, facts, mender))


def conditions(plan: PlanFacts) -> tuple[Condition, ...]:
    """启动条件, in the order in which people meet them."""
    return (
        _condition("purpose", _("写明向客户说明的目的"), plan.has_purpose, _("没有写明目的。"), PLANNER),
        _condition("contact", _("指定投诉受理人"), plan.has_contact, _("没有指定投诉受理人及电话。"), PLANNER),
        _condition(
            "wording", _("方案文字不含禁用词"), not plan.forbidden, _("方案含有不得使用的词：{words}。"), PLANNER,
            words="、".join(plan.forbidden),
        ),
        _condition("script", _("已选定话术"), plan.script_chosen, _("没有选定话术。"), PLANNER),
        _condition("audience", _("客群中有可拨打的客户"), plan.eligible > 0, _("按客群规则没有可拨打的客户。"), PLANNER),
        _condition(
            "holdout", _("保留组达到下限"), plan.least_holdout <= plan.holdout < plan.eligible and plan.holdout > 0,
            _("保留组 {holdout} 户；按可拨打 {eligible} 户，至少 {least} 户，且须少于可拨打户数。"), PLANNER,
            holdout=plan.holdout, eligible=plan.eligible, least=max(plan.least_holdout, 1),
        ),
        _condition(
            "sealed", _("保留组已抽签，名单已封存"), plan.sealed, _("名单尚未抽签封存，或封存后被改动；批准时自动封存。"), APPROVER
        ),
        _condition("participants", _("已安排客户经理"), plan.participants > 0, _("没有安排客户经理。"), PLANNER),
        _condition(
            "callers", _("参与人均为在岗客户经理"), not plan.idle, _("以下人员已不在岗或无外呼权限：{who}。"), PLANNER,
            who="、".join(plan.idle),
        ),
        _condition(
            "capacity", _("拨打能力够用"), plan.capacity >= plan.needed,
            _("需要 {needed} 次拨打，排班只有 {capacity} 次。"), PLANNER, needed=plan.needed, capacity=plan.capacity,
        ),
        _condition(
            "period", _("活动期未过"), plan.ends_on >= plan.today, _("活动期已于 {ends} 结束。"), PLANNER, ends=plan.ends_on
        ),
        _condition("script_reviewed", _("话术已经合规审定"), plan.script_approved, _("话术尚未审定。"), COMPLIANCE),
        _condition(
            "reviewed", _("已过消费者权益保护审查"), plan.reviewed, _("本方案尚未通过消保审查，或审查后又有改动。"), COMPLIANCE
        ),
        _condition("approved", _("本方案已获批准且未再改动"), plan.approved, _("方案未获批准，或批准后又有改动。"), APPROVER),
    )  # fmt: skip


# Whoever approves decides on a complete plan; the script's review and the approval itself come later or elsewhere.
AFTER_SUBMITTING = ("sealed", "script_reviewed", "reviewed", "approved")


def may_submit(plan: PlanFacts) -> Verdict:
    """Everything that the planner has to bring."""
    return Verdict(tuple(c.reason for c in conditions(plan) if not c.met and c.code not in AFTER_SUBMITTING))


def may_launch(plan: PlanFacts) -> Verdict:
    """Every condition."""
    return Verdict(tuple(c.reason for c in conditions(plan) if not c.met))


NOT_APPROVED = Reason(
    "not_approved", _("方案未获批准，或批准后又有改动，不能印发。"), remedy=_("请先完成审批。")
)  # fmt: skip


def may_notify(*, approved: bool) -> Verdict:
    """What goes to the outlets is what management approved."""
    return ALLOWED if approved else refused(NOT_APPROVED)


# What fits on a plan notice; a year and its leap day; dates that people mean.
LONGEST_TEXT, LONGEST_LINE, LINES = 4_000, 80, ("title", "complaint_contact")
LONGEST_PERIOD = 366
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


def text_faults(texts: Mapping[str, str], labels: Mapping[str, Any]) -> dict[str, Reason]:
    """The written parts of a plan that are too long, by name. An end of line counts once, as the browser counts it."""
    most = {name: LONGEST_LINE if name in LINES else LONGEST_TEXT for name in texts}
    return {
        name: Reason(
            "long_text",
            _("“{what}”超过 {most} 字。"),
            {"what": labels[name], "most": most[name]},
            _("请删减后再保存。"),
        )
        for name, text in texts.items()
        if len(text.replace("\r\n", "\n")) > most[name]
    }


def period_faults(starts_on: date, ends_on: date) -> dict[str, Reason]:
    """What is wrong with a campaign's period, by the date to mend."""
    remedy = _("请核对活动期。")
    outside = Reason(
        "period_outside", _("日期须在 {first} 至 {last} 之间。"), {"first": FIRST_DAY, "last": LAST_DAY}, remedy
    )
    days = (("starts_on", starts_on), ("ends_on", ends_on))
    faults = {name: outside for name, day in days if not FIRST_DAY <= day <= LAST_DAY}
    if ends_on < starts_on:
        faults["ends_on"] = Reason("wrong_period", _("结束日期早于开始日期。"), remedy=remedy)
    elif (ends_on - starts_on).days >= LONGEST_PERIOD:
        text = _("活动期最长 {most} 天。")
        faults["ends_on"] = Reason("long_period", text, {"most": LONGEST_PERIOD}, remedy)
    return faults

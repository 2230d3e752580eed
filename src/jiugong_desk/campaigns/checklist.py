"""启动条件: what a plan needs before it may go on, and who mends what is missing. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..core.verdict import Reason, Verdict


class Mender(StrEnum):
    """Who can turn a red line green."""

    PLANNER = "planner"
    SUBMITTER = "submitter"  # the planner again, where nobody has been asked to decide on the plan as it stands
    APPROVER = "approver"
    COMPLIANCE = "compliance"
    SCRIPT_REVIEWER = "script_reviewer"
    FINANCE = "finance"
    ROSTER = "roster"  # who records the leave of those who are away
    LEARNERS = "learners"


HANDLED_BY: Mapping[Mender, Any] = {
    Mender.PLANNER: _("由策划人处理：{who}。"),
    Mender.SUBMITTER: _("由策划人保存并提交审批：{who}。"),
    Mender.APPROVER: _("由行领导处理：{who}。"),
    Mender.COMPLIANCE: _("由合规消保处理：{who}。"),
    Mender.SCRIPT_REVIEWER: _("由合规消保审定：{who}。"),
    Mender.FINANCE: _("由计财人力处理：{who}。"),
    Mender.ROSTER: _("由网点负责人安排顶岗：{who}。"),
    Mender.LEARNERS: _("由本人完成学习和测验：{who}。"),
}
NOBODY = _("现无人有此权限，请系统管理员设置岗位")


@dataclass(frozen=True)
class DayOne:
    """The contact policy, tried on the list as of the first hour of the first day of calls.

    day : None where the period has no working day left
    checked : customers that were looked at, of `listed`; a long list is looked at in part
    against : why the others may not be called on that day, in words, with their number
    """

    day: date | None = None
    listed: int = 0
    checked: int = 0
    callable: int = 0
    against: tuple[tuple[Any, int], ...] = ()


@dataclass(frozen=True)
class Staffing:
    """Who takes part. `capacity` and `needed` are calls over what is left of the period."""

    participants: int = 0
    idle: tuple[str, ...] = ()  # participants who may no longer call
    away: tuple[str, ...] = ()  # who is away without cover, with the days
    unserved: tuple[str, ...] = ()  # outlets whose customers colleagues of other outlets have to call
    deserted: tuple[str, ...] = ()  # outlets where on a day nobody is on duty, with the days
    untrained: int = 0
    capacity: int = 0
    needed: int = 0


@dataclass(frozen=True)
class PlanFacts:
    """A plan as the launch gate sees it.

    unlawful : the offers that may not be promised (any more), with the first reason
    unsuited : the offers whose product suits nobody on the list by telephone
    cost : yuan that the forecast expects; None where it is not told any more
    waiting : what has been laid before whom of this very plan and is open: reviewed, incentive, approved
    menders : names of who can mend what, in words
    """

    today: date
    starts_on: date
    ends_on: date
    has_purpose: bool
    has_contact: bool
    goals: int
    has_primary: bool
    budget: Decimal | None
    cost: Decimal | None
    has_impact: bool
    script_chosen: bool
    script_approved: bool
    script_returned: bool
    forbidden: tuple[str, ...]
    eligible: int
    holdout: int
    minimum_share: Decimal
    power: str  # the smallest difference that can be seen, in words; empty where it cannot be told
    shortfall: bool  # the plan's own target is smaller than that
    unlawful: tuple[str, ...]
    unsuited: tuple[str, ...]
    staffing: Staffing
    day_one: DayOne
    sealed: bool  # the list was drawn at the approval, and nobody has touched it since
    reviewed: bool  # this very plan, by compliance
    has_incentive: bool
    incentive_authorised: bool  # this very plan's, by finance
    approved: bool  # this very plan, by management
    waiting: frozenset[str] = frozenset()
    menders: Mapping[Mender, str] = field(default_factory=dict)

    @property
    def least_holdout(self) -> int:
        return least_holdout(self.minimum_share, self.eligible)


def least_holdout(minimum_share: Decimal, eligible: int) -> int:
    """The smallest hold-out that the policy allows for a list of so many, in customers: never nobody."""
    return max(int((minimum_share * eligible).to_integral_value(ROUND_CEILING)), 1)


@dataclass(frozen=True)
class Condition:
    """One line of the launch checklist: green with a detail, or red with the reason and who can mend it."""

    code: str
    label: Any
    met: bool
    reason: Reason
    detail: Any = ""
    caution: bool = False  # green, but the decider should think twice
    address: str = ""  # where the reader can mend it


def conditions(plan: PlanFacts) -> tuple[Condition, ...]:
    """Every line, in the order in which people meet them."""
    return (*_written(plan), *_list(plan), *_promised(plan), *_staffed(plan), *_decided(plan))


def _condition(
    plan: PlanFacts,
    code: str,
    label: Any,
    met: bool,
    text: Any,
    mender: Mender,
    *,
    detail: Any = "",
    caution: bool = False,
    **facts: Any,
) -> Condition:
    remedy = format_lazy(HANDLED_BY[mender], who=plan.menders.get(mender) or NOBODY)
    return Condition(code, label, met, Reason(code, text, facts, remedy), detail, met and caution)


def _written(plan: PlanFacts) -> tuple[Condition, ...]:
    short = plan.cost if plan.budget is not None and plan.cost is not None and plan.budget < plan.cost else None
    return (
        _condition(
            plan, "purpose", _("写明向客户说明的目的"), plan.has_purpose, _("没有写明目的。"), Mender.PLANNER
        ),
        _condition(
            plan, "contact", _("指定投诉受理人"), plan.has_contact, _("没有指定投诉受理人及电话。"), Mender.PLANNER
        ),
        _condition(
            plan, "goals", _("设定量化目标和主要指标"), plan.goals > 0 and plan.has_primary,
            _("没有选定主要指标。") if plan.goals else _("没有设定量化目标。"), Mender.PLANNER,
        ),
        _condition(
            plan, "budget", _("预算够用"), plan.budget is not None and short is None,
            _("没有写明预算（没有费用请填 0）。") if short is None else _("预算低于预计费用 {cost} 元。"), Mender.PLANNER,
            cost=f"{plan.cost or 0:,.0f}",
        ),
        _condition(
            plan, "impact", _("附个人信息保护影响评估"), plan.has_impact, _("没有上传个人信息保护影响评估。"), Mender.PLANNER
        ),
        _condition(
            plan, "wording", _("方案文字不含禁用词"), not plan.forbidden, _("方案含有不得使用的词句：{words}。"), Mender.PLANNER,
            words="、".join(plan.forbidden),
        ),
        _condition(plan, "script", _("已选定话术"), plan.script_chosen, _("没有选定话术。"), Mender.PLANNER),
        _condition(
            plan, "period", _("活动期未过"), plan.ends_on >= plan.today, _("活动期已于 {ends} 结束。"), Mender.PLANNER,
            ends=plan.ends_on,
        ),
    )  # fmt: skip


def _list(plan: PlanFacts) -> tuple[Condition, ...]:
    enough = plan.least_holdout <= plan.holdout < plan.eligible
    return (
        _condition(
            plan, "audience", _("客群中有可拨打的客户"), plan.eligible > 0, _("按客群规则没有可拨打的客户。"), Mender.PLANNER
        ),
        _condition(
            plan, "holdout", _("保留组达到下限"), enough,
            _("保留组 {holdout} 户；按可拨打 {eligible} 户，至少 {least} 户，且须少于可拨打户数。"), Mender.PLANNER,
            holdout=plan.holdout, eligible=plan.eligible, least=plan.least_holdout,
        ),
        _condition(
            plan, "power", _("说明能看出的最小差异"), bool(plan.power),
            _("近三个月的余额历史不足，或组太小，说不出能看出多大差异。可改以达成率提升为主要指标。"), Mender.PLANNER,
            detail=plan.power, caution=plan.shortfall,
        ),
        _condition(
            plan, "sealed", _("保留组已抽签，名单已封存"), plan.sealed,
            _("名单尚未抽签封存，或封存后被改动；批准时自动封存。"), _decider(plan, "approved", Mender.APPROVER),
        ),
    )  # fmt: skip


def _promised(plan: PlanFacts) -> tuple[Condition, ...]:
    return (
        _condition(
            plan, "offers", _("优惠有效且合规"), not plan.unlawful, _("以下优惠不能承诺：{which}。"), Mender.PLANNER,
            which="；".join(plan.unlawful),
        ),
        _condition(
            plan, "suitability", _("优惠的产品适合名单客户"), not plan.unsuited,
            _("以下优惠的产品，名单上没有一户适合电话推介：{which}。"), Mender.PLANNER, which="；".join(plan.unsuited),
        ),
    )  # fmt: skip


def _staffed(plan: PlanFacts) -> tuple[Condition, ...]:
    people, first = plan.staffing, plan.day_one
    return (
        _condition(
            plan, "participants", _("已安排客户经理"), people.participants > 0, _("没有安排客户经理。"), Mender.PLANNER,
            detail=_unserved_text(people), caution=bool(people.unserved),
        ),
        _condition(
            plan, "callers", _("参与人均为在岗客户经理"), not people.idle, _("以下人员已不在岗或无外呼权限：{who}。"),
            Mender.PLANNER, who="、".join(people.idle),
        ),
        _condition(
            plan, "capacity", _("拨打能力够用"), people.capacity >= people.needed,
            _("需要 {needed} 次拨打，排班只有 {capacity} 次。"), Mender.PLANNER,
            needed=people.needed, capacity=people.capacity,
        ),
        _condition(
            plan, "roster", _("排班没有空缺"), not (people.away or people.deserted), _("无人顶岗：{who}。"), Mender.ROSTER,
            who="；".join((*people.away, *people.deserted)),
        ),
        _condition(
            plan, "trained", _("参与人均已学习方案并通过测验"), people.participants > 0 and not people.untrained,
            _("还有 {number} 人没有通过本活动的培训。") if people.participants else _("没有安排客户经理。"),
            Mender.LEARNERS if people.untrained else Mender.PLANNER, number=people.untrained,
        ),
        _condition(
            plan, "day_one", _("首日试算有可拨打的客户"), first.callable > 0, _day_one_text(first), Mender.PLANNER,
            detail=_day_one_detail(first, sealed=plan.sealed),
        ),
    )  # fmt: skip


def _unserved_text(people: Staffing) -> Any:
    if not people.unserved:
        return ""
    return format_lazy(
        _("这些网点无人参与，其客户由其他网点的经理拨打：{outlets}。"), outlets="、".join(people.unserved)
    )


def _day_one_text(first: DayOne) -> Any:
    if first.day is None:
        return _("活动期内没有可拨打的工作日。")
    if not first.checked:
        return _("名单上没有客户。")
    return format_lazy(_("首日没有可拨打的客户。{why}"), why=_in_words(first))


def _day_one_detail(first: DayOne, *, sealed: bool) -> Any:
    """The day, how many may be called on it, and why the others may not."""
    if first.day is None or not first.checked:
        return ""
    whole = first.checked == first.listed
    text = (
        _("{day} 可拨打 {callable} 户，共 {checked} 户。{why}")
        if sealed
        else _("{day} 可拨打 {callable} 户，共 {checked} 户（含尚未抽出的保留组）。{why}")
    )
    part = _("{day} 可拨打 {callable} 户，共抽查 {checked} 户。{why}")
    return format_lazy(
        text if whole else part, day=f"{first.day:%m-%d}", callable=f"{first.callable:,}",
        checked=f"{first.checked:,}", why=_in_words(first),
    )  # fmt: skip


def _in_words(first: DayOne) -> str:
    return " ".join(f"{str(why).rstrip('。')} {number:,}。" for why, number in first.against)


def _decided(plan: PlanFacts) -> tuple[Condition, ...]:
    authorised = not plan.has_incentive or plan.incentive_authorised
    return (
        _script_reviewed(plan),
        _condition(
            plan, "reviewed", _("已过消费者权益保护审查"), plan.reviewed,
            _("本方案尚未通过消保审查，或审查后又有改动。"), _decider(plan, "reviewed", Mender.COMPLIANCE),
        ),
        _condition(
            plan, "incentive", _("激励方案已经计财人力授权"), authorised,
            _("激励方案尚未授权，或授权后又有改动。"), _decider(plan, "incentive", Mender.FINANCE),
            detail="" if plan.has_incentive else _("没有另设激励"),
        ),
        _condition(
            plan, "approved", _("本方案已获批准且未再改动"), plan.approved, _("方案未获批准，或批准后又有改动。"),
            _decider(plan, "approved", Mender.APPROVER),
        ),
    )  # fmt: skip


def _decider(plan: PlanFacts, line: str, mender: Mender) -> Mender:
    """Whoever has the plan before him as it stands; where nobody has, it must be handed in first."""
    return mender if line in plan.waiting else Mender.SUBMITTER


def _script_reviewed(plan: PlanFacts) -> Condition:
    """Compliance mends a script that waits for it; only the planner, where there is none or it was sent back."""
    if not plan.script_chosen:
        text, mender = _("没有选定话术。"), Mender.PLANNER
    elif plan.script_returned:
        text, mender = _("话术已被退回或撤回，须另选已审定的版本。"), Mender.PLANNER
    else:
        text, mender = _("话术尚未审定。"), Mender.SCRIPT_REVIEWER
    return _condition(plan, "script_reviewed", _("话术已经合规审定"), plan.script_approved, text, mender)


# Whoever approves decides on a complete plan; roster, training, reviews and the approval itself come later or elsewhere.
AFTER_SUBMITTING = (
    "sealed", "roster", "trained", "day_one", "script_reviewed", "reviewed", "incentive", "approved",
)  # fmt: skip


def may_submit(plan: PlanFacts) -> Verdict:
    """Everything that the planner has to bring."""
    return Verdict(tuple(c.reason for c in conditions(plan) if not c.met and c.code not in AFTER_SUBMITTING))


def may_launch(plan: PlanFacts) -> Verdict:
    """Every condition."""
    return Verdict(tuple(c.reason for c in conditions(plan) if not c.met))

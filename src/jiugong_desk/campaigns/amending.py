"""What an amendment (变更) may change of a running campaign, what it never may and why, and what each part is checked by.

Pure. What decides whether the campaign helped is not for changing once the calls have begun: who is on the list and in
which group, what is measured and when. Anybody who could change that could choose the answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..core.verdict import ALLOWED, Reason, Verdict, refused

# What is said, promised and done: compliance reviews it again, and whoever takes part learns it before his next call.
CONTENT = (
    "script", "offers", "strategy", "means", "rhythm", "assessment", "stop_conditions", "complaint_contact",
)  # fmt: skip
FRAME = ("ends_on", "budget", "goals")
AMENDABLE = (*FRAME, *CONTENT)

# What stays as it was approved, in words for whoever would change it.
SEALED: tuple[tuple[Any, Any], ...] = (
    (_("客群、保留组和抽签种子"), _("名单已抽签封存并分到人；换人、换组，两组便不再可比。")),
    (_("主要指标及其目标、评价安排"), _("须事先定好，事后改动等于挑选结论。评价窗口仍按启动时的结束日期计算。")),
    (_("向客户说明的目的"), _("客户是按原来的目的同意联系的；目的变了，应另立方案、另行告知。")),
    (_("方案名称、概要、背景、目标、开始日期、主办机构"), _("变了就是另一个活动。")),
    (_("激励方案"), _("中途改变奖励会改变人的做法，且须计财人力授权；请另立方案。")),
    (_("参与人员及每日次数"), _("名单已分给各经理，系统不在中途移交名单；有人缺勤，请在“排班”中安排顶岗。")),
    (_("联系次数、间隔和时段"), _("由全行接触政策规定，方案没有自己的数，变更也不能放宽；“推进节奏”只能写得更严。")),
)

ONE_AT_A_TIME = Reason(
    "amendment_under_way", _("本活动已有一项变更在办理，同时只能办一项。"), remedy=_("请在那一项上修改，或待其办结。")
)
NOTHING_CHANGED = Reason("nothing_changed", _("没有改动任何内容。"), remedy=_("请改动至少一项。"))
PRIMARY_GOAL = Reason(
    "primary_goal_sealed", _("主要指标的目标在启动前已定，不能变更。"), remedy=_("可以变更其他指标的目标。")
)
REVIEWED = _("已过消费者权益保护审查")
REVIEW_FIRST = Reason(
    "review_first", _("本变更改动了话术、优惠或做法，须先通过消保审查。"), remedy=_("请待合规消保审查后再审批。")
)
AS_APPROVED = _("不变更的内容仍与批准的方案一致")
OFFER_DRIFTED = Reason(
    "offer_drifted",
    _("优惠{titles}在方案批准后被改动，不在本变更之内。"),
    remedy=_("请改回原样；或另立优惠，再办变更。"),
)
PLAN_DRIFTED = Reason(
    "plan_drifted", _("{parts}与批准的方案不一致，不在本变更之内。"), remedy=_("请先恢复为批准的内容。")
)
LONGEST_REASON = 500
LONG_REASON = Reason("long_reason", _("变更原因超过 {most} 字。"), {"most": LONGEST_REASON}, _("请删减。"))
PROMISES_KEPT = _("约定的回拨都在活动期内")
PROMISED = Reason(
    "callbacks", _("有 {number} 户约定在新的结束日期之后回拨。"), remedy=_("请选更晚的日期，或请客户经理先行回拨。")
)

# The lines of the launch gate that each part touches. Written parts are all looked through for forbidden words.
TOUCHED: Mapping[str, tuple[str, ...]] = {
    "budget": ("budget",),
    "goals": ("goals",),
    "script": ("script", "script_reviewed"),
    "offers": ("offers", "suitability"),
    "complaint_contact": ("contact", "wording"),
}
LATER_END, EARLIER_END = ("period", "offers", "roster"), ("period", "capacity")


def needs_review(parts: Iterable[str]) -> bool:
    """Whether compliance reviews the amendment before management decides, and the participants study it."""
    return not set(parts).isdisjoint(CONTENT)


def touched(parts: Collection[str], *, later: bool) -> frozenset[str]:
    """The codes of the launch gate's lines that are asked again. `later`: of a new end, whether it is a later one."""
    codes = {code for part in parts for code in TOUCHED.get(part, ())}
    if set(parts) - {*FRAME, "script", "offers"}:
        codes.add("wording")
    if "ends_on" in parts:
        codes.update(LATER_END if later else EARLIER_END)
    return frozenset(codes)


def may_amend(parts: Collection[str], *, reason_length: int) -> Verdict:
    """Something is changed, and its reason is not a book. (A reason too short: `approvals.rules.needs_reason`.)"""
    against = []
    if not parts:
        against.append(NOTHING_CHANGED)
    if reason_length > LONGEST_REASON:
        against.append(LONG_REASON)
    return Verdict(tuple(against))


def keeps_primary(before: Iterable[Mapping[str, str]], after: Iterable[Mapping[str, str]], primary: str) -> Verdict:
    """The target of the measure that decides whether it helped is neither moved, dropped nor added."""

    def of(goals: Iterable[Mapping[str, str]]) -> list[Mapping[str, str]]:
        return [goal for goal in goals if goal.get("measure") == primary]

    return ALLOWED if not primary or of(before) == of(after) else refused(PRIMARY_GOAL)

"""What may be reported, signed and concluded: pure functions; counts go in with their denominators."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from statistics import fmean, variance
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from ..core.verdict import ALLOWED, Reason, Verdict, refused

if TYPE_CHECKING:
    from .bridge import Outcomes

# The steps at which an outlet can be helped, and the two counts that each is the share of.
SUPPORTED_STEPS = {
    "attempted": ("attempted", "treated"),
    "reached": ("reached", "attempted"),
    "valid": ("valid", "reached"),
    "interested": ("interested", "reached"),
    "visited": ("visited", "due"),
}

SAYS_SOMETHING = 5  # a share of fewer than these is chance


def share(part: int, whole: int) -> Fraction:
    """part / whole, exact; of nothing it is nothing."""
    return Fraction(part, whole) if whole else Fraction(0)


def grade(*, done: int, treated: int, elapsed: Fraction, outcomes: Outcomes) -> str:
    """`leading`, `steady` or `support` by completion against time elapsed; `small` where too few to be graded, `early`
    before the first day.

    Whoever is through with the whole list leads, even when the time is over.
    """
    if treated < outcomes.small_group:
        return "small"
    if not elapsed:
        return "early"
    ahead = share(done, treated) - elapsed
    if ahead >= Fraction(outcomes.leading_ahead) or done == treated:
        return "leading"
    return "support" if ahead <= -Fraction(outcomes.support_behind) else "steady"


def step_to_support(row: Mapping[str, int], total: Mapping[str, int]) -> str:
    """The step at which the outlet falls furthest behind all outlets together; `attempted` where at none.

    Steps with too small a denominator are passed over.
    """
    behind = {
        step: share(total[part], total[whole]) - share(row[part], row[whole])
        for step, (part, whole) in SUPPORTED_STEPS.items()
        if row[whole] >= SAYS_SOMETHING
    }
    worst = max(behind, key=lambda step: behind[step], default="attempted")
    return worst if behind.get(worst, 0) > 0 else "attempted"


def must_pause(*, complaints: int, reached: int, outcomes: Outcomes) -> bool:
    """Whether complaints exceed the policy's share of those reached (a single one is no share yet)."""
    enough = complaints >= outcomes.complaints_pause_minimum
    return enough and share(complaints, reached) > Fraction(outcomes.complaints_pause_share)


@dataclass(frozen=True)
class Asked:
    """A report that somebody asks for. `today` is the bank's date; `over` whether the campaign has ended."""

    kind: str
    launched: bool
    over: bool
    starts_on: date
    period_end: date
    today: date


def may_make(asked: Asked) -> Verdict:
    if not asked.launched:
        return refused(
            Reason("campaign_not_launched", _("活动尚未启动，没有可统计的数据。"), remedy=_("启动后再出具。"))
        )
    if asked.period_end < asked.starts_on:
        return refused(Reason("before_campaign", _("统计期早于活动开始日期。"), remedy=_("请选择活动期内的日期。")))
    if asked.period_end > asked.today:
        return refused(
            Reason("in_future", _("统计期尚未开始或截止日在今天之后。"), remedy=_("请选择不晚于今天的日期。"))
        )
    if asked.kind == "final" and not asked.over:
        return refused(
            Reason("campaign_not_over", _("活动尚未结束，不能出具终期评估。"), remedy=_("活动结束次日起可出具。"))
        )
    return ALLOWED


ISSUED = Reason("not_a_draft", _("该文件已签发，内容不可更改；如需更正，请另出新一期。"))


def may_change(*, state: str) -> Verdict:
    return ALLOWED if state == "draft" else refused(ISSUED)


def may_decide(*, kind: str, decision: str, known: tuple[str, ...]) -> Verdict:
    if kind != "ten_day":
        return refused(Reason("nothing_to_decide", _("只有旬评价需要作出处置决定。")))
    if not decision or decision not in known:
        return refused(Reason("unknown_decision", _("请从继续、调整话术、缩减名单、暂停中选择一项。")))
    return ALLOWED


def may_issue(*, state: str, same_person: bool, kind: str, decision: str) -> Verdict:
    """A draft, signed by another person than its maker; a ten-day evaluation only with its decision."""
    if state != "draft":
        return refused(ISSUED)
    if same_person:
        return refused(Reason("own_report", _("编制人不能签发自己编制的文件。"), remedy=_("请由行领导签发。")))
    if kind == "ten_day" and not decision:
        return refused(Reason("no_decision", _("旬评价须先作出处置决定。"), remedy=_("请综合业务部选择处置决定。")))
    return ALLOWED


def standardised_difference(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Of two groups' means, in standard deviations (both groups' variances averaged); None where nothing varies.

    Below 0.1 in size groups are usually called alike.
    """
    if min(len(one), len(other)) < 2:
        return None
    spread = math.sqrt((variance(one) + variance(other)) / 2)
    return (fmean(one) - fmean(other)) / spread if spread else None

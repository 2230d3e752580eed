"""What may stand in a plan, and when its notice may go out. Pure. (What the launch asks: `checklist`.)"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..core.verdict import ALLOWED, Reason, Verdict, refused

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


def budget_faults(budget: Decimal | None) -> dict[str, Reason]:
    """What is wrong with a budget (yuan; None: none is said yet)."""
    if budget is None or budget >= 0:
        return {}
    return {"budget": Reason("budget_negative", _("预算不能是负数。"), remedy=_("请填写不低于 0 的金额。"))}


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

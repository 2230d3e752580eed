"""The watch lists in the bank's words: name, who is on it, and what each of its facts is called there.

The definition is frozen with the list, as a document is: in Chinese, with the numbers of its day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

AVERAGES: Mapping[str, Any] = {"amount": _("上月日均"), "amount_before": _("前月日均")}


@dataclass(frozen=True)
class Definition:
    """`text` takes the list's parameters by name; `facts` name what this list says by threshold, amount, day."""

    name: str
    text: str
    facts: Mapping[str, Any] = field(default_factory=dict)


DEFINITIONS: Mapping[str, Definition] = {
    "near_threshold": Definition("临界", "上月日均在资产档门槛的 {near_share} 倍以上、未到门槛，按上月日均判断。", AVERAGES),
    "attrition_light": Definition(
        "轻度流失", "上月日均达到门槛，而月末余额低于门槛。", {"amount": _("月末余额"), "amount_before": _("上月日均")}
    ),
    "attrition_heavy": Definition("重度流失", "前月日均达到门槛，而上月日均低于门槛。", AVERAGES),
    "won_back": Definition("赢回", "上一个月曾重度流失，上月日均又达到门槛。", AVERAGES),
    "maturing": Definition(
        "即将到期", "月末之后 {due_days} 天内有产品到期；金额为其合计。", {"amount": _("到期金额"), "day": _("首个到期日")}
    ),
    "matured": Definition(
        "到期承接", "前一个月有产品到期；已承接金额为月末重新配置的部分，承接率＝已承接合计÷到期合计。",
        {"amount": _("已承接"), "amount_before": _("到期金额"), "day": _("到期日")},
    ),
    "dormant": Definition(
        "睡眠", "{dormant_days} 天没有本人交易，且持有不超过 {dormant_most} 元。",
        {"amount": _("持有"), "day": _("最近交易")},
    ),
    "payroll_lost": Definition(
        "代发流失", "此前连续 {payroll_months} 个月有代发工资，之后连续 {payroll_missing_months} 个月没有。",
        {"amount_before": _("此前月均代发"), "day": _("最后代发")},
    ),
    "new_customer": Definition("新客户", "月末前 {new_days} 天内开户。", {"day": _("开户日期")}),
    "large_inflow": Definition(
        "大额流入", "月末余额比上月末多 {inflow_least} 元以上。",
        {"amount": _("月末余额"), "amount_before": _("上月末余额")},
    ),
}  # fmt: skip
FACTS: Mapping[str, Any] = {
    "threshold": _("门槛"), "amount": _("金额"), "amount_before": _("此前金额"), "day": _("日期"),
}  # fmt: skip
PARAMETERS: Mapping[str, Any] = {
    "near_share": _("门槛的倍数"),
    "due_days": _("到期天数"),
    "dormant_days": _("无交易天数"),
    "dormant_most": _("持有上限（元）"),
    "payroll_kinds": _("代发的交易种类"),
    "payroll_months": _("有代发月数"),
    "payroll_missing_months": _("无代发月数"),
    "new_days": _("开户天数"),
    "inflow_least": _("流入下限（元）"),
}


def fact_name(code: str, key: str) -> str:
    """What the list calls this fact."""
    known = DEFINITIONS.get(code)
    return str((known.facts if known else {}).get(key, FACTS.get(key, key)))


def parameter_name(key: str) -> str:
    return str(PARAMETERS.get(key, key))

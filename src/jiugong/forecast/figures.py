"""A figure with its interval, and in words what is counted."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .learning import Floats


@dataclass(frozen=True)
class Meaning:
    """What a figure counts, and its unit, in both languages."""

    label: str
    label_en: str
    unit: str
    unit_en: str


_CUSTOMERS = ("户", "customers")
MEANINGS = {
    "eligible": Meaning("可营销：名单中按规则可以致电的客户", "eligible: of the audience, may be called", *_CUSTOMERS),
    "treated": Meaning("营销组：可营销客户减去保留组", "treated: eligible less held out", *_CUSTOMERS),
    "attempted": Meaning("已拨打：至少拨打一次的营销组客户", "attempted: treated, called at least once", *_CUSTOMERS),
    "reached": Meaning("已接通：已拨打客户中本人接听的", "reached: attempted, answered in person", *_CUSTOMERS),
    "valid": Meaning("有效沟通：已接通客户中说明目的且达到规定时长的", "valid talk: reached, purpose disclosed, long enough", *_CUSTOMERS),
    "interested": Meaning("有意向：已接通客户中表示有意向的，含已邀约", "interested: reached, said so; the invited too", *_CUSTOMERS),
    "invited": Meaning("已邀约：已接通客户中约定到店的", "invited: reached, agreed to come", *_CUSTOMERS),
    "visited": Meaning("已到店：已邀约客户中实际到店的", "visited: invited, came", *_CUSTOMERS),
    "converted": Meaning("达成意向：到店客户中同意办理任一产品的", "converted: visited, agreed on any product", *_CUSTOMERS),
    "complaints": Meaning("投诉：已接通客户中投诉的", "complaints: reached, complained", *_CUSTOMERS),
    "do_not_call": Meaning("勿扰：已接通客户中要求不再致电的", "do not call: reached, asked not to be called again", *_CUSTOMERS),
    "deposits": Meaning(
        "新增存款：营销组在评估期内的日均存款，减去不开展活动时的日均存款",
        "incremental deposits: average daily balance of the treated in the outcome window, less what it would be "
        "without the campaign",
        "元",
        "yuan",
    ),
    "calls": Meaning("拨打次数：含重拨和约定回拨", "calls: with retries and promised callbacks", "次", "calls"),
    "hours": Meaning("所需工时：拨打、通话、接待", "staff hours: calls, talks, visits", "小时", "hours"),
    "cost": Meaning("成本：工时成本加达成意向客户的优惠成本", "cost: staff hours, and offers to the converted", "元", "yuan"),
    "finish": Meaning("完成时间：名单拨打完毕是第几个工作日", "finish: working day on which nobody is left to call", "个工作日", "working days"),
}  # fmt: skip
FUNNEL = ("eligible", "treated", "attempted", "reached", "valid", "interested", "invited", "visited", "converted")
WHOLE = frozenset({*FUNNEL, "complaints", "do_not_call", "calls", "finish"})

_GOLDEN = 0.618033988749895


@dataclass(frozen=True)
class Figure:
    """`low` to `high` holds the truth as often as the forecast's confidence says; `central`: as likely above as below."""

    key: str
    low: float
    central: float
    high: float

    @property
    def meaning(self) -> Meaning:
        return MEANINGS[self.key]

    def report(self) -> dict[str, Any]:
        """As plain values, ready for JSON; what never comes is null."""
        ends = {name: _plain(getattr(self, name)) for name in ("low", "central", "high")}
        return {"key": self.key, **ends, "label": self.meaning.label, "label_en": self.meaning.label_en,
                "unit": self.meaning.unit, "unit_en": self.meaning.unit_en}  # fmt: skip


def _plain(value: float) -> float | int | None:
    if math.isinf(value):
        return None
    return int(value) if value == int(value) else round(value, 2)


def figure(key: str, draws: Floats, confidence: float) -> Figure:
    """The middle of the draws. Counts become whole numbers that hold as much as the interval between them.

    A count is drawn as a number with a fraction, the whole number n standing for n - 1/2 to n + 1/2; an end is taken in
    where more than half of it belongs to the interval. Whole draws would make intervals of small counts too wide.
    """
    if key == "finish":  # days are whole already: spread evenly over their places
        draws = draws + (np.arange(len(draws)) * _GOLDEN) % 1 - 0.5
    tail = (1 - confidence) / 2
    low, central, high = (float(value) for value in np.quantile(draws, (tail, 0.5, 1 - tail), method="lower"))
    if key not in WHOLE:
        return Figure(key, low, central, high)
    middle = _rounded(central, round)
    return Figure(key, min(_rounded(low, math.ceil), middle), middle, max(_rounded(high, math.floor), middle))


def _rounded(value: float, way: Callable[[float], int]) -> float:
    """What never comes stays infinite."""
    return value if math.isinf(value) else float(way(value))

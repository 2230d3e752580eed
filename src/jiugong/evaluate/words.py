"""What an effect allows one to say: in Chinese for the report, in English beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .checks import Check

CHECK_NAMES = {
    "sample_ratio": ("分组比例", "split as drawn"),
    "balance_before": ("活动前可比性", "alike before"),
    "missing_outcomes": ("结果缺失", "missing outcomes"),
    "equal_loss": ("两组缺失不一", "unequal loss"),
    "duplicates": ("客户重复", "repeated customers"),
}


@dataclass(frozen=True)
class Subject:
    """What was measured: name and unit in both languages; `scale` turns the number into the unit (100: percent)."""

    name: str
    name_en: str
    unit: str = ""
    unit_en: str = ""
    scale: float = 1.0

    def amount(self, value: float, *, signed: bool = False) -> str:
        """`1,234 元`."""
        return f"{figure(value * self.scale, signed)}{' ' + self.unit if self.unit else ''}"

    def amount_en(self, value: float, *, signed: bool = False) -> str:
        """`1,234 yuan`."""
        return f"{figure(value * self.scale, signed)}{' ' + self.unit_en if self.unit_en else ''}"

    def total(self, value: float) -> str:
        """Money in 万元 where it is large; a share becomes a number of customers."""
        if self.unit == "元" and abs(value) >= 10_000:
            return f"{figure(value / 10_000)} 万元"
        return f"{figure(value)} {self.total_unit}".rstrip()

    @property
    def total_unit(self) -> str:
        """Of a sum over customers."""
        return "户" if self.scale != 1 else self.unit


BALANCE = Subject("日均存款", "average daily balance", "元", "yuan")
A_NUMBER = Subject("结果", "the outcome")
A_RATE = Subject("结果发生率", "the rate of the outcome", "个百分点", "percentage points", 100.0)


def figure(value: float, signed: bool = False) -> str:
    """A number as people write it: whole from 100 on, else two places, else three digits."""
    sign = "+" if signed else ""
    size = abs(value)
    if size >= 100:
        return f"{value:{sign},.0f}"
    return f"{value:{sign}.2f}" if size >= 0.1 or size == 0 else f"{value:{sign}.3g}"


@dataclass(frozen=True)
class Numbers:
    """An estimate with its interval, for one customer and for all treated ones."""

    effect: float
    low: float
    high: float
    total: float
    total_low: float
    total_high: float
    n_treated: int
    confidence: float


def verdict(numbers: Numbers, checks: Sequence[Check]) -> str:
    """`check_first`, `gain`, `loss` or `cannot_tell`."""
    if not all(check.ok for check in checks):
        return "check_first"
    if numbers.low > 0:
        return "gain"
    return "loss" if numbers.high < 0 else "cannot_tell"


def sentence(numbers: Numbers, checks: Sequence[Check], subject: Subject) -> str:
    """What can, and what cannot, be concluded."""
    interval = f"{numbers.confidence:.0%} 区间 {subject.amount(numbers.low)} 至 {subject.amount(numbers.high)}"
    failed = "、".join(CHECK_NAMES[check.name][0] for check in checks if not check.ok)
    if failed:
        return (
            f"数据检查未通过（{failed}），请先查明原因；在此之前，户均差异 {subject.amount(numbers.effect, signed=True)}"
            f"（{interval}）不能作为结论。"
        )
    if numbers.low > 0 or numbers.high < 0:
        more, size = ("多", 1) if numbers.low > 0 else ("少", -1)
        ends = sorted((size * numbers.low, size * numbers.high))
        totals = sorted((size * numbers.total_low, size * numbers.total_high))
        return (
            f"与保留组相比，营销组{subject.name}户均{more} {subject.amount(size * numbers.effect)}"
            f"（{numbers.confidence:.0%} 区间 {subject.amount(ends[0])} 至 {subject.amount(ends[1])}）；"
            f"{numbers.n_treated:,} 户合计{more} {subject.total(size * numbers.total)}"
            f"（{subject.total(totals[0])} 至 {subject.total(totals[1])}）。"
        )
    return (
        f"尚不能判断{subject.name}是否因活动而变化：户均差异 {subject.amount(numbers.effect, signed=True)}（{interval}）；"
        f"可排除户均高于 {subject.amount(numbers.high)}的提升，不能说“没有效果”。"
    )


def sentence_en(numbers: Numbers, checks: Sequence[Check], subject: Subject) -> str:
    """The same in English."""
    percent = f"{numbers.confidence:.0%}"
    interval = f"{percent} interval {subject.amount_en(numbers.low)} to {subject.amount_en(numbers.high)}"
    failed = ", ".join(CHECK_NAMES[check.name][1] for check in checks if not check.ok)
    if failed:
        return (
            f"The data failed a check ({failed}); find the cause first. Until then the difference of "
            f"{subject.amount_en(numbers.effect, signed=True)} per customer ({interval}) is no conclusion."
        )
    if numbers.low > 0 or numbers.high < 0:
        word = "raised" if numbers.low > 0 else "lowered"
        return (
            f"Against the hold-out, treatment {word} {subject.name_en} by {subject.amount_en(abs(numbers.effect))} per "
            f"customer ({interval}): {figure(numbers.total, signed=True)} over {numbers.n_treated:,} treated customers "
            f"({figure(numbers.total_low)} to {figure(numbers.total_high)})."
        )
    return (
        f"It cannot be told yet whether treatment changed {subject.name_en}: the difference is "
        f"{subject.amount_en(numbers.effect, signed=True)} per customer ({interval}). A rise above "
        f"{subject.amount_en(numbers.high)} per customer is excluded; that is not the same as no effect."
    )

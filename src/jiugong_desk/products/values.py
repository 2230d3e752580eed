"""What a cell of the product table means: amounts, days, terms, rates. Pure; a wrong cell raises `WrongCell` with its reason."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .terms import RISKS, Category

EMPTY = frozenset({"", "-", "--", "—", "无", "/", "不适用"})
FACTORS = {"": 1, "元": 1, "份": 1, "张": 1, "万": 10_000, "万元": 10_000, "亿": 100_000_000, "亿元": 100_000_000}
AMOUNT = re.compile(r"(\d+(?:\.\d+)?)(元|份|张|万元|万|亿元|亿)?")
RATE = re.compile(r"(\d+(?:\.\d+)?)%?(?:[-~–—至](\d+(?:\.\d+)?)%?)?")
MONTHS = re.compile(r"(\d{1,3})(?:个月|月)")
YEARS = re.compile(r"(\d{1,2})年")
DAYS = re.compile(r"(\d{1,4})[天日]")
OPEN = frozenset({"无固定期限", "开放式", "活期", "随时", "t+0", "t+1"})
ISO = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:00:00(?::00)?)?")
# A cell that shows 1.55% holds 0.0155: below the lowest published rate it is taken for a question, not for a rate.
LEAST_PERCENT, MOST_PERCENT = Decimal("0.03"), Decimal(20)
CATEGORIES = {
    **{category.value: category for category in Category},
    "活期": Category.DEMAND, "活期存款": Category.DEMAND, "定期": Category.TIME, "定期存款": Category.TIME,
    "整存整取": Category.TIME, "大额存单": Category.LARGE_CD, "理财": Category.WEALTH, "理财产品": Category.WEALTH,
    "基金": Category.FUND, "保险": Category.INSURANCE, "国债": Category.BOND, "储蓄国债": Category.BOND,
    "信用卡": Category.CARD, "其他": Category.OTHER, "其他产品": Category.OTHER,
}  # fmt: skip


class WrongCell(ValueError):
    """The cell cannot be taken; `why` is the sentence for whoever must mend it."""

    def __init__(self, why: str | Promise) -> None:
        self.why = why
        super().__init__()


def folded(text: str) -> str:
    """Without blanks, full width and case; nothing for the many ways to say that there is nothing."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).lower()
    return "" if plain in EMPTY else plain


def amount(text: str, *, unit: str = "") -> Decimal:
    """`20万元`, `200,000` -> yuan. `unit` is the header's; one in the cell itself wins."""
    found = AMOUNT.fullmatch(folded(text).replace(",", ""))
    if not found:
        raise WrongCell(_("请填写金额或数量，例如 50000 或 20万元"))
    value = Decimal(found[1]) * FACTORS[found[2] or unit]
    if value >= Decimal(10) ** 13 or value != round(value, 2):
        raise WrongCell(_("数字太大，或小数多于两位"))
    return value


def day(text: str) -> date:
    found = ISO.fullmatch(folded(text).replace("t00:00:00", ""))
    try:
        if found and 1990 <= int(found[1]) <= 2100:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    raise WrongCell(_("请填写日期，例如 2026-01-31"))


def category(text: str) -> Category:
    if (found := CATEGORIES.get(folded(text))) is None:
        raise WrongCell(_("类别只能是：活期存款、定期存款、大额存单、国债、理财、基金、保险、信用卡、其他产品"))
    return found


def risk(text: str) -> str:
    """`R2`, `PR2`, `中低风险(R2)`."""
    levels = set(re.findall(r"r[1-5](?!\d)", folded(text)))
    if len(levels) != 1:
        raise WrongCell(_("风险等级只能是 R1 至 R5"))
    return next(one for one in RISKS if one.lower() in levels)


def term(text: str) -> tuple[int | None, int | None]:
    """Months and days: at most one of them; neither for what has no fixed term."""
    plain = folded(text)
    if plain in OPEN:
        return None, None
    if found := MONTHS.fullmatch(plain) or (re.fullmatch(r"(\d{1,3})", plain)):
        months = int(found[1])
    elif found := YEARS.fullmatch(plain):
        months = 12 * int(found[1])
    elif (found := DAYS.fullmatch(plain)) and int(found[1]):
        return None, int(found[1])
    else:
        months = 0
    if not 1 <= months <= 600:
        raise WrongCell(_("请填写期限，例如 3个月、1年、180天 或 无固定期限"))
    return months, None


def percent(text: str) -> tuple[Decimal, Decimal | None]:
    """`1.55`, `1.55%`, `2.10%-2.60%` -> per cent a year."""
    plain = folded(text)
    found = RATE.fullmatch(plain)
    if not found:
        raise WrongCell(_("请填写百分数，例如 1.55% 或 2.10%-2.60%"))
    ends = [Decimal(end) for end in found.groups() if end is not None]
    if any(end > MOST_PERCENT or end != round(end, 4) for end in ends):
        raise WrongCell(_("利率须在 20% 以内，最多四位小数"))
    if "%" not in plain and any(0 < end < LEAST_PERCENT for end in ends):
        raise WrongCell(_("是否漏了百分号？请写成 1.55% 或 1.55"))
    if len(ends) == 2 and ends[0] >= ends[1]:
        raise WrongCell(_("区间的上限须高于下限"))
    return ends[0], ends[1] if len(ends) == 2 else None


def short(most: int) -> Any:
    """A reader of one line of text."""

    def read(text: str) -> str:
        said = " ".join(text.split())
        if len(said) > most or not said.isprintable():
            raise WrongCell(_("文字过长，或含有看不见的字符"))
        return said

    return read

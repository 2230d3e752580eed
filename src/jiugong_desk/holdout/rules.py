"""How large a standing hold-out is, how long it stands, whether one may be drawn, and the form of its sealed list."""

from __future__ import annotations

import calendar
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..core.verdict import Reason, Verdict

SMALLEST = 2  # of a group: one customer has no spread

SWITCHED_OFF = Reason(
    "standing_switched_off", _("政策中的全局保留比例为 0，不设全局保留组。"), remedy=_("如需设立，请修改政策的 standing_share。")
)  # fmt: skip
TOO_FEW = Reason(
    "standing_too_few", _("可抽取的客户太少，按比例抽不出两户。"), remedy=_("请选择更大的机构，或提高政策中的比例。")
)


@dataclass(frozen=True)
class Row:
    """One customer of the sealed list. `probability`: of not being left alone, as drawn."""

    customer_no: str
    held_out: bool
    stratum: str
    probability: Decimal


def size_of(customers: int, share: Decimal) -> int:
    """The share in whole customers, half a customer upwards."""
    return int((customers * share).quantize(Decimal(1), ROUND_HALF_UP))


def last_day_of(first_day: date, months: int) -> date:
    """The day before the same day so many months later; where that month is shorter, its last day ends the period."""
    index = first_day.year * 12 + first_day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    length = calendar.monthrange(year, month)[1]
    if first_day.day > length:
        return date(year, month, length)
    return date(year, month, first_day.day) - timedelta(days=1)


def may_draw(*, share: Decimal, customers: int, until: date | None) -> Verdict:
    """`until`: the last day of a hold-out that still covers some of these customers."""
    if share == 0:
        return Verdict((SWITCHED_OFF,))
    if until is not None:
        return Verdict((_still_standing(until),))
    size = size_of(customers, share)
    return Verdict(() if min(size, customers - size) >= SMALLEST else (TOO_FEW,))


def _still_standing(until: date) -> Reason:
    return Reason(
        "standing_not_over", _("已有全局保留组，期限至 {until}。"), {"until": f"{until:%Y-%m-%d}"},
        _("期满后方可重新抽取；期内名单不得更改。"),
    )  # fmt: skip


def as_text(rows: Iterable[Row]) -> str:
    """A line each, by customer number: number, arm, stratum, probability."""
    ordered = sorted(rows, key=lambda row: row.customer_no)
    return "\n".join(
        f"{row.customer_no},{'held_out' if row.held_out else 'treated'},{row.stratum},{row.probability:.8f}"
        for row in ordered
    )


def read(text: str) -> Iterator[Row]:
    """What `as_text` wrote."""
    for line in text.splitlines():
        customer_no, arm, stratum, probability = line.rsplit(",", 3)
        yield Row(customer_no, arm == "held_out", stratum, Decimal(probability))


def held_out_of(text: str) -> set[str]:
    """The numbers of who is left alone, without reading the rest of a long list."""
    return {line.rsplit(",", 3)[0] for line in text.splitlines() if ",held_out," in line}


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def by_level(levels: Mapping[str, int | None], held_out: Iterable[str]) -> list[dict[str, Any]]:
    """How many customers each level has, and how many of them are left alone; the highest first, unknown last."""
    every = Counter(levels.values())
    left = Counter(levels[customer_no] for customer_no in held_out)
    order = sorted(every, key=lambda level: -(level or 0))
    return [{"level": level, "customers": every[level], "held_out": left[level]} for level in order]

"""Money in whole cents inside the engine: sums, averages and shares that are right to the cent on every engine.

Decimals of different scales do not mix in ibis, and their division becomes a binary float; whole numbers do neither.
Rounding is half away from zero, as a person rounds.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import ibis

_MONEY = "decimal(18, 2)"
_WIDE = "decimal(38, 10)"
MILLIONTH = 6
BILLIONTH = 9


def cents(amount: Any) -> Any:
    """A money column as whole cents (int64)."""
    return (amount.cast(_MONEY) * ibis.literal(Decimal(100), _MONEY)).cast("int64")


def money(whole_cents: Any) -> Any:
    """Whole cents as decimal(18, 2)."""
    return (whole_cents.cast(_WIDE) * ibis.literal(Decimal("0.01"), _WIDE)).cast(_MONEY)


def parts(share: Decimal, digits: int) -> int:
    """A share as a whole number of 10^-digits."""
    return int(share.scaleb(digits).to_integral_value(ROUND_HALF_UP))


def from_parts(whole_cents: Any, digits: int) -> Any:
    """Cents times `parts(…, digits)`, as decimal(18, 2)."""
    return (whole_cents.cast(_WIDE) * ibis.literal(Decimal(1).scaleb(-digits), _WIDE) * ibis.literal(Decimal("0.01"), _WIDE)).cast(_MONEY)  # fmt: skip


def divided(total: Any, by: int) -> Any:
    """Whole cents divided, rounded to whole cents. Exact below 10^13 cents."""
    if by == 1:
        return total
    size = (total.abs() * 2 + by) // (2 * by)
    return ibis.ifelse(total < 0, -size, size)

"""Money in whole cents inside the engine: sums, averages and shares that are right to the cent on every engine.

Decimals of different scales do not mix in ibis, wide ones are slow (128 bits), and their division becomes a binary
float. So: whole numbers of 64 bits, and half goes away from zero, as a person rounds.

Binary floats divide all the same where that is exact. Let x and n be whole, |x| < 2**52. A quotient x/n that is no half
stands at least 1/(2n) from every half, and the float next to it is nearer than that; one that is a half is a float
itself. So rounding the float rounds the quotient. Beyond, `%` decides, which is right below 10**15 cents, and slower.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import ibis

_MONEY = "decimal(18, 2)"
MILLIONTH = 1_000_000
BILLIONTH = 1_000_000_000
_FLOATS_ARE_EXACT = 2**52


def in_yuan(amount: Any) -> Any:
    """A money column as decimal(18, 2)."""
    return amount.cast(_MONEY)


def cents(amount: Any) -> Any:
    """A money column as whole cents (int64); below 10^12 yuan each, beyond which the engine stops with an overflow."""
    return (in_yuan(amount) * ibis.literal(Decimal(100), _MONEY)).cast("int64")


def money(whole_cents: Any) -> Any:
    """Whole cents as decimal(18, 2)."""
    return (whole_cents / 100).cast(_MONEY)


def parts(share: Decimal, of: int) -> int:
    """A share as a whole number of `of`ths."""
    return int((share * of).to_integral_value(ROUND_HALF_UP))


def divided(total: Any, by: int) -> Any:
    """A whole number divided, rounded to a whole number."""
    if by == 1:
        return total
    return ibis.ifelse(total.abs() < _FLOATS_ARE_EXACT, (total / by).round().cast("int64"), _by_remainder(total, by))


def _by_remainder(total: Any, by: int) -> Any:
    doubled = total.abs() * 2 + by
    size = ((doubled - doubled % (2 * by)) / (2 * by)).round().cast("int64")
    return ibis.ifelse(total < 0, -size, size)

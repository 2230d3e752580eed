"""Money as whole cents in binary floats: sums, averages and shares that are right to the cent on every engine.

Decimals of different scales do not mix in ibis, wide ones are slow (128 bits, as are an engine's sums of 64-bit
integers), and their division becomes a binary float anyway. Whole numbers below 2**53 are floats without loss, so their
sums come out the same in whatever order an engine adds them; half goes away from zero, as a person rounds.

Division: let x and n be whole, |x| < 2**52. A quotient x/n that is no half stands at least 1/(2n) from every half, and
the float next to it is nearer than that; one that is a half is a float itself. So rounding the float rounds the
quotient. 2**52 cents are 45 million million yuan; `contracts.LARGEST_AMOUNT` keeps the amounts far below.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import ibis

_MONEY = "decimal(18, 2)"
MILLIONTH = 1_000_000
BILLIONTH = 1_000_000_000


def in_yuan(amount: Any) -> Any:
    """A money column as decimal(18, 2)."""
    return amount.cast(_MONEY)


def cents(amount: Any) -> Any:
    """A money column as whole cents (int64); below 10^12 yuan each, beyond which the engine stops with an overflow."""
    return (in_yuan(amount) * ibis.literal(Decimal(100), _MONEY)).cast("int64")


def total(whole: Any) -> Any:
    """The sum of a column of whole numbers, as a float without loss below 2**53."""
    return whole.cast("float64").sum()


def money(whole_cents: Any) -> Any:
    """Whole cents as decimal(18, 2)."""
    return (whole_cents / 100).cast(_MONEY)


def parts(share: Decimal, of: int) -> int:
    """A share as a whole number of `of`ths."""
    return int((share * of).to_integral_value(ROUND_HALF_UP))


def divided(whole: Any, by: int) -> Any:
    """A whole number divided, rounded to a whole number."""
    return whole.cast("float64") if by == 1 else (whole / by).round().cast("float64")

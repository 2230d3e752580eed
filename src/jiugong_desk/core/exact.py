"""Sums of money that are exact to the cent on both databases.

SQLite keeps decimals as binary floats, and their sum depends on the order of the rows. Whole cents do not.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, F, Sum
from django.db.models.functions import Cast, Round

CENT = Decimal("0.01")


def cents(column: str) -> Sum:
    """The sum of a money column in cents; None where there is no row with an amount. Exact below 90 万亿 (2^53 cents)."""
    return Sum(Cast(Round(F(column) * 100), BigIntegerField()))


def yuan(summed: Any) -> Decimal:
    """What `cents` summed, in currency units with two places; nothing is 0."""
    return int(summed or 0) * CENT

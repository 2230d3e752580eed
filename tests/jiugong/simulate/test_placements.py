"""What money adds to a month, counted day by day; and the truth that follows from it."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong.simulate import Placement, truth
from jiugong.simulate.balances import month_no

DAYS = st.dates(min_value=date(2025, 11, 1), max_value=date(2026, 5, 31))


def plain_average_and_end(placement: Placement, year: int, month: int) -> tuple[float, float]:
    """The balance of each day, one after the other."""
    length = calendar.monthrange(year, month)[1]
    balances = []
    for number in range(1, length + 1):
        day = date(year, month, number)
        held = placement.amount if day >= placement.on else Decimal(0)
        if placement.leaves_on and day >= placement.leaves_on:
            held -= placement.leaving
        balances.append(held)
    return float(sum(balances) / length), float(balances[-1])


@given(on=DAYS, stay=st.integers(0, 90), month=st.integers(1, 4), leaves=st.booleans())
def test_average_and_month_end_equal_the_day_by_day_count(on, stay, month, leaves):
    placement = Placement(
        "C1", "time", Decimal(9_000), on, Decimal(4_000), on + timedelta(days=stay) if leaves else None
    )
    got = placement.average_and_end(month_no(date(2026, month, 1)))
    assert got == pytest.approx(plain_average_and_end(placement, 2026, month), abs=1e-6)


def test_truth_is_the_difference_that_the_money_made():
    before = {"a": 100.0, "b": 50.0}
    without = {"a": 120.0, "b": 20.0, "c": 5.0}
    with_campaign = {"a": 1120.0, "b": 20.0, "c": 305.0}
    result = truth(with_campaign, without, before, ["a", "b", "c", "d"], low=-20.0, high=200.0)
    assert result.effect == pytest.approx((1000 + 0 + 300 + 0) / 4)
    assert result.total == pytest.approx(1300)
    # clipped at -20 and 200: a from 20 to 200, b stays at -20, c from 5 to 200, d at 0
    assert result.clipped == pytest.approx((180 + 0 + 195 + 0) / 4)
    assert result.n_treated == 4


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20))
def test_clipping_never_makes_a_gain_larger(gains):
    who = [str(number) for number in range(len(gains))]
    moved = dict(zip(who, gains, strict=True))
    result = truth(moved, {}, {}, who, low=-100.0, high=1000.0)
    assert 0 <= result.clipped <= result.effect + 1e-9
    assert result.clipped == pytest.approx(np.minimum(gains, 1000.0).mean())

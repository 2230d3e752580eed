"""The board's arithmetic."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.grid.rules import EDGE, HIGH, MEASURES, WIDE, Sums, change, heat, sparkline

SUMS = st.builds(
    Sums, st.integers(0, 10**7), *[st.decimals("-1e9", "1e12", places=2, allow_nan=False) for _ in range(3)]
)


@given(SUMS, SUMS, SUMS)
def test_sums_add_up_in_any_order(one, two, three):
    assert (one + two) + three == one + (two + three)
    assert one + two == two + one
    assert one + Sums() == one


@given(SUMS)
def test_an_average_is_of_the_sum_and_nobody_has_none(sums):
    if not sums.customers:
        assert sums.average_assets is sums.average_value is None
        return
    assert abs(sums.average_assets * sums.customers - sums.assets) <= Decimal("0.005") * sums.customers
    assert MEASURES["average"].of(sums) == sums.average_assets


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_place_is_as_dark_as_its_share(value, most):
    found = heat(min(value, most), most)
    assert 0 <= found <= 5
    assert (found == 0) == (value == 0)
    assert heat(most, most) == 5


@pytest.mark.parametrize(("value", "most"), [(None, 5), (Decimal(-3), Decimal(9)), (3, 0), (0, 0)])
def test_nothing_less_than_nothing_and_nobody_are_pale(value, most):
    assert heat(value, most) == 0


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [(12, 10, (2, 0.2, "↑")), (5, 10, (-5, -0.5, "↓")), (10, 10, (0, 0.0, "→")), (3, 0, (3, None, "↑"))],
)
def test_a_change_names_difference_share_and_direction(now, before, expected):
    found = change(Sums(now), Sums(before))
    assert (found.difference, found.share, found.arrow) == expected
    assert change(Sums(now), None) is None


@given(st.lists(st.none() | st.integers(-(10**9), 10**9), max_size=20))
def test_a_sparkline_stays_in_its_box_and_runs_left_to_right(values):
    known = [value for value in values if value is not None]
    points = [tuple(map(float, point.split(","))) for point in sparkline(values).split()]
    assert len(points) == (len(known) if len(known) > 1 else 0)
    assert [x for x, _ in points] == sorted({x for x, _ in points})
    for x, y in points:
        assert EDGE <= x <= WIDE - EDGE + 0.1
        assert EDGE <= y <= HIGH - EDGE
    if points and max(known) > min(known):
        assert points[known.index(max(known))][1] == EDGE  # the highest is at the top

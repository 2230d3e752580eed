"""Money in whole cents, months, and the factor of lifetime value: against arithmetic by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiugong.errors import MisuseError
from jiugong.segment import last_day, measured_months
from jiugong.segment.exact import cents, divided, money, parts, total
from jiugong.warehouse import engine

from .plain import months_measured

CENTS = st.integers(-(10**14) + 1, 10**14 - 1)  # below a million million yuan
BY = [1, 2, 3, 7, 31, 92, 365, 1_000_000, 1_000_000_000]


@st.composite
def dividends(draw, by: int) -> int:
    """Anything below 2**52; halves and what stands next to them."""
    half = draw(st.integers(0, 2**51 // by)) * by + by // 2
    near = st.sampled_from([half - 1, half, half + 1, 2**52 - 1])
    return draw(st.sampled_from([1, -1])) * min(draw(st.one_of(near, st.integers(0, 2**52 - 1))), 2**52 - 1)


def computed(expression, values: list, kind: pa.DataType) -> list:
    table = ibis.memtable(pa.table({"place": range(len(values)), "x": pa.array(values, kind)}))
    return engine.connect().to_pyarrow(table.select("place", y=expression(table.x)).order_by("place"))["y"].to_pylist()


@settings(max_examples=30, deadline=None)
@given(st.data(), st.sampled_from(BY))
def test_division_rounds_half_away_from_zero(data, by: int) -> None:
    values = data.draw(st.lists(dividends(by), min_size=1, max_size=50))
    expected = [int((Decimal(value) / by).to_integral_value(ROUND_HALF_UP)) for value in values]
    assert computed(lambda x: divided(x, by), values, pa.int64()) == expected


def test_sums_of_whole_numbers_lose_nothing() -> None:
    """In floats of yuan these would not be 2**53 cents."""
    values = [2**51 + 1, 2**51 - 1, 2**51 + 3, 2**51 - 3]
    table = ibis.memtable(pa.table({"x": pa.array(values, pa.int64())}))
    assert engine.connect().to_pyarrow(table.aggregate(y=total(table.x)))["y"].to_pylist() == [float(2**53)]


@settings(max_examples=30, deadline=None)
@given(st.lists(CENTS, min_size=1, max_size=50))
def test_cents_and_money_are_each_others_inverse(values: list[int]) -> None:
    amounts = [Decimal(value).scaleb(-2) for value in values]
    assert computed(cents, amounts, pa.decimal128(18, 2)) == values
    assert computed(lambda x: money(x.cast("float64")), values, pa.int64()) == amounts


def test_shares_as_parts() -> None:
    assert parts(Decimal("0.018"), 1_000_000) == 18_000
    assert parts(Decimal("0.0000005"), 1_000_000) == 1


@pytest.mark.parametrize("measure", ["month_average", "quarter_average", "year_average", "point_in_time"])
def test_months_against_a_plain_count(measure: str) -> None:
    for days in range(800):
        day = date(2023, 12, 15) + timedelta(days=days)
        assert list(measured_months(measure, day)) == sorted(months_measured(measure, day))


def test_an_unknown_measure_is_named() -> None:
    with pytest.raises(
        MisuseError, match="asset_measure is 'weekly'; it is one of month_average, point_in_time, quart"
    ):
        measured_months("weekly", date(2026, 1, 1))


def test_last_day() -> None:
    assert [last_day(date(2024, month, 1)).day for month in (1, 2, 4, 12)] == [31, 29, 30, 31]

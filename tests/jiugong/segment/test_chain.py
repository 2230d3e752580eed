"""The Markov chain of lifetime value: against sums year by year, and against customers who live it."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiugong.errors import InputError, MisuseError
from jiugong.policy import Policy, load_policy
from jiugong.segment import lifetime
from jiugong.segment.chain import discounted_years
from jiugong.warehouse import engine

POLICY = load_policy()


def valued(**changes) -> Policy:
    return replace(POLICY, value=replace(POLICY.value, **changes))


def moves(*rows: tuple[str, str, int, float]) -> pa.Table:
    columns = zip(*rows, strict=True)
    return pa.table(dict(zip(("before", "after", "customers", "value_after"), map(list, columns), strict=True)))


def test_without_a_measurement_it_is_the_retention_discounted() -> None:
    """C1 keeps 80 % a year, discounted at 5 %: 0.7619 + 0.5805 + 0.4423 + 0.3370 + 0.2567."""
    terms = lifetime(POLICY).terms
    assert terms[3, 1].own == pytest.approx(2.3784, abs=5e-5)
    for (_, band), found in terms.items():
        yearly = float(POLICY.value.yearly_retention[band - 1]) / 1.05
        assert found.own == pytest.approx(sum(yearly**year for year in range(1, 6)))
        assert found.others == 0


square = st.integers(1, 5).flatmap(
    lambda size: st.lists(st.lists(st.floats(0, 1), min_size=size, max_size=size), min_size=size, max_size=size)
)


@settings(max_examples=50, deadline=None)
@given(square, st.integers(1, 50), st.decimals("-0.5", "0.9", places=2))
def test_closed_form_against_the_sum_year_by_year(rows: list[list[float]], years: int, rate: Decimal) -> None:
    yearly = np.array(rows) / len(rows)  # rows sum to at most one: the rest is lost
    expected = sum(np.linalg.matrix_power(yearly / (1 + float(rate)), year) for year in range(1, years + 1))
    found = discounted_years(yearly, valued(horizon_years=years, discount_rate=rate))
    assert np.allclose(found, expected, rtol=1e-9)


def test_measured_moves_against_arithmetic_by_hand() -> None:
    """Two years, no discount, the prior next to nothing: half of L1 goes to L2, which brings 100 and stays."""
    policy = valued(horizon_years=2, discount_rate=Decimal(0), moves_prior=1)
    measured = moves(("1", "1", 5_000_000, 10.0), ("1", "2", 5_000_000, 100.0), ("2", "2", 10_000_000, 100.0))
    found = lifetime(policy, measured).terms[1, 1]
    assert found.own == pytest.approx(0.5 + 0.25, abs=1e-4)
    assert found.others == pytest.approx(0.5 * 100 + 0.75 * 100, abs=0.02)


def test_thin_cells_are_drawn_towards_the_policy() -> None:
    def own(customers: int) -> float:
        return lifetime(POLICY, moves(("9", "absent", customers, None))).terms[3, 3].own

    alone = lifetime(POLICY).terms[3, 3].own
    assert alone > own(1) > own(100) > own(10_000)
    assert own(1) == pytest.approx(alone, rel=0.05)  # one who left is no law
    assert own(10_000) < 0.05


def test_a_month_s_moves_make_a_year() -> None:
    """1 % lost a month is 1 - 0.99^12 = 11.4 % a year."""
    monthly = moves(("5", "5", 9_900_000, 1.0), ("5", "absent", 100_000, None))
    policy = valued(moves_prior=1, horizon_years=1, discount_rate=Decimal(0))
    assert lifetime(policy, monthly, months=1).terms[2, 2].own == pytest.approx(0.99**12, abs=1e-5)
    with pytest.raises(MisuseError, match="moves over 5 months were given; a year is made of 1, 2, 3, 4, 6 or 12 mon"):
        lifetime(policy, monthly, months=5)


def test_the_unscored_keep_their_asset_band() -> None:
    policy = valued(moves_prior=1, horizon_years=1, discount_rate=Decimal(0))
    measured = moves(("unscored", "unscored", 8_000_000, 50.0), ("unscored", "6", 2_000_000, 900.0))
    for band in (1, 2, 3):
        found = lifetime(policy, measured).terms[0, band]
        assert found.own == pytest.approx(0.8, abs=1e-4)
        assert found.others == pytest.approx(180, abs=0.01)
    entering = lifetime(policy, moves(("4", "unscored", 1_000_000, 70.0))).terms[2, 1]
    assert entering.others == pytest.approx(70, abs=0.01)


def test_simulated_customers_bring_what_the_chain_expects() -> None:
    """A hundred thousand live three years by the measured shares; 4 standard errors of their mean (fixed seed)."""
    shares = {"1": {"1": 0.7, "2": 0.2, "absent": 0.1}, "2": {"1": 0.1, "2": 0.85, "absent": 0.05}}
    brings = {"1": 20.0, "2": 300.0, "absent": 0.0}
    count = 10_000_000
    measured = moves(
        *((one, two, round(share * count), brings[two]) for one in shares for two, share in shares[one].items())
    )
    policy = valued(moves_prior=1, horizon_years=3)
    found = lifetime(policy, measured).terms[1, 1]
    draw, totals = random.Random(3), []
    for _ in range(100_000):
        state, brought = "1", 0.0
        for year in range(1, 4):
            state = draw.choices(list(shares[state]), list(shares[state].values()))[0] if state in shares else state
            margin = 35.0 if state == "1" else brings[state]  # his own margin is 35, not the mean of 20
            brought += margin / 1.05**year
        totals.append(brought)
    error = float(np.std(totals)) / len(totals) ** 0.5
    assert abs(float(np.mean(totals)) - (found.own * 35 + found.others)) < 4 * error


def test_bounds_cover_what_was_true() -> None:
    """From samples of 300 customers of a known chain, the 95 % bounds hold the truth about 95 times in 100."""
    truth, policy = 0.83, valued(moves_prior=1, horizon_years=4)
    expected = 1000 * sum((truth / 1.05) ** year for year in range(1, 5))
    draw, held = np.random.default_rng(11), 0
    for _ in range(200):
        stayed = int(draw.binomial(300, truth))
        terms = lifetime(policy, moves(("5", "5", stayed, 1.0), ("5", "absent", 300 - stayed, None)))
        low, high = bounds(terms, current=100_000)
        held += low <= expected <= high
    assert 180 <= held <= 199  # 95 % of 200, and two and a half standard deviations of a fair count


def bounds(terms, *, current: int) -> tuple[float, float]:
    row = ibis.memtable(
        pa.table(
            {
                "current": pa.array([float(current)]),
                "asset_band": pa.array([2], pa.int16()),
                "income_band": pa.array([2], pa.int16()),
            }
        )
    )
    asked = row.select(low=terms.bound(row, -1), high=terms.bound(row, +1))
    (found,) = engine.connect().to_pyarrow(asked).to_pylist()
    return found["low"] / 100, found["high"] / 100


def test_moves_of_another_grid_are_refused() -> None:
    with pytest.raises(
        InputError, match="holds '10', and the policy's grid has the levels 1 to 9; give moves that were"
    ):
        lifetime(POLICY, moves(("10", "1", 1, 1.0)))
    with pytest.raises(InputError, match=r"column 'value_after': is needed in the moves but is not there; .*--values"):
        lifetime(POLICY, moves(("1", "1", 1, 1.0)).drop_columns("value_after"))

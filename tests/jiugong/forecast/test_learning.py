"""From an assumption and counts to the next campaign's rate: against plain sampling, and what must hold for any counts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiugong.forecast.learning import WITHIN, Evidence, Learned, Range, binomial, gaussian, learn, odds, share_of

RANGE = Range(odds(0.35), odds(0.80), 0.25)
LOW, HIGH = np.array([-WITHIN]), np.array([WITHIN])


def rates(learned: Learned) -> tuple[float, float, float]:
    low, middle, high = share_of(learned.at(np.array([-WITHIN, 0.0, WITHIN])))
    return float(low), float(middle), float(high)


def of_counts(*counts: tuple[int, int], assumed: Range = RANGE) -> Learned:
    at = share_of(assumed.places)
    return learn({"rate": Evidence(assumed, [binomial(part, whole, at) for part, whole in counts])})["rate"]


def plain(counts: list[tuple[int, int]], assumed: Range) -> tuple[float, float, float]:
    """By sampling: means and spreads from what is assumed, weighed by how well campaigns drawn from them fit the counts."""
    rng = np.random.default_rng(11)
    means = rng.normal(assumed.centre, assumed.doubt, 20_000)
    # A lognormal whose mean square is what is assumed; the grid goes from 0.03 to 1.2.
    spreads = np.clip(assumed.between * np.exp(0.6 * rng.standard_normal(20_000) - 0.36), 0.03, 1.2)
    weight = np.zeros(20_000)
    for part, whole in counts:
        campaigns = share_of(means[:, None] + spreads[:, None] * rng.standard_normal((20_000, 400)))
        fits = part * np.log(campaigns) + (whole - part) * np.log1p(-campaigns)
        peak = fits.max()
        weight += np.log(np.exp(fits - peak).mean(axis=1) + 1e-300)
    chance = np.exp(weight - weight.max())
    chosen = rng.choice(20_000, 200_000, p=chance / chance.sum())
    drawn = share_of(means[chosen] + spreads[chosen] * rng.standard_normal(200_000))
    low, middle, high = np.quantile(drawn, (0.1, 0.5, 0.9))
    return float(low), float(middle), float(high)


@pytest.mark.parametrize(
    ("counts", "assumed"),
    [
        pytest.param([], RANGE, id="nothing known"),
        pytest.param([(300, 400)], RANGE, id="one campaign"),
        pytest.param([(300, 400), (500, 900), (60, 100), (700, 1000)], RANGE, id="four"),
        pytest.param([(0, 350), (3, 500), (1, 250)], Range(odds(0.0007), odds(0.006), 0.25), id="rare"),
    ],
)
def test_the_grid_gives_what_sampling_gives(counts: list[tuple[int, int]], assumed: Range) -> None:
    """The sampling error of a quantile here is about 1 % of the rate; a spread that is clipped weighs a little more."""
    assert rates(of_counts(*counts, assumed=assumed)) == pytest.approx(plain(counts, assumed), rel=0.04)


def test_without_results_eight_of_ten_lie_where_the_bank_said() -> None:
    low, _, high = rates(of_counts())
    assert low == pytest.approx(0.35, abs=0.01)
    assert high == pytest.approx(0.80, abs=0.01)


def test_results_narrow_the_interval_down_to_the_spread_between_campaigns() -> None:
    alike = [(700 + 5 * number, 1000) for number in range(12)]
    widths = [rates(of_counts(*alike[:known])) for known in (0, 1, 3, 12)]
    shrinking = [high - low for low, _, high in widths]
    assert shrinking == sorted(shrinking, reverse=True)
    # The assumed spread between campaigns is doubted, not dropped: 12 that hardly differ leave a third of it at least.
    assert shrinking[-1] > 2 * WITHIN * (0.25 / 3) * 0.7 * 0.3


def test_campaigns_that_differ_widely_keep_the_interval_wide() -> None:
    steady = of_counts(*[(600, 1000)] * 8)
    shaky = of_counts(*[(400, 1000), (800, 1000)] * 4)
    wide, narrow = (found.at(HIGH) - found.at(LOW) for found in (shaky, steady))
    assert wide > 3 * narrow


def test_a_measurement_with_a_large_error_changes_little() -> None:
    assumed = Range(math.log(0.4), math.log(1.1), 0.25)
    told = [gaussian(-0.5, 4.0, np.exp(assumed.places))]
    found = learn({"vague": Evidence(assumed, told), "nothing": Evidence(assumed)})
    assert found["vague"].at(HIGH) == pytest.approx(found["nothing"].at(HIGH), abs=0.1)


@settings(max_examples=40, deadline=None)
@given(
    counts=st.lists(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), max_size=6),
    low=st.floats(0.001, 0.9),
    factor=st.floats(1.05, 1.8),
)
def test_any_counts_give_a_distribution(counts: list[tuple[int, int]], low: float, factor: float) -> None:
    """Also none, all, and counts far away from what was assumed."""
    high = min(low * factor, 0.99)
    assumed = Range(odds(low), odds(high), 0.25) if high > low else RANGE
    found = of_counts(*counts, assumed=assumed).at(np.linspace(-3, 3, 61))
    assert np.isfinite(found).all()
    assert (np.diff(found) >= 0).all()

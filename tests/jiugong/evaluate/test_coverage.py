"""Does a 95 % interval hold the truth 95 times in 100? In a bank with heavy tails, where the truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from jiugong.evaluate import draw_holdout, effect_on_balance

SEEDS = 600
# Of 600 honest intervals 570 hold the truth, give or take 5.3 (binomial); 3.3 of those: once in a thousand test runs
# of other seeds. The seeds are fixed, so the test does not flicker.
LOW, HIGH = 0.95 - 3.3 * 0.0089, 0.95 + 3.3 * 0.0089


def bank(rng: np.random.Generator, n: int, gain: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """before, after without the campaign, and what the campaign would add: one in eight reacts, by very different sums.

    Domain.md section 8: the body lognormal, three in a hundred beyond half a million with a Pareto tail of 1.15.
    """
    body = rng.lognormal(8.5, 1.8, n)
    level = np.where(rng.random(n) < 0.03, 500_000 * (1 + rng.pareto(1.15, n)), body)
    added = np.where(rng.random(n) < 0.125, rng.exponential(gain, n), 0.0) if gain else np.zeros(n)
    return level * rng.lognormal(0, 0.15, n), level * rng.lognormal(0, 0.25, n), added


def share_inside(*, n: int, held_out: int, strata: int, gain: float) -> tuple[float, float]:
    """How often the clipped and the raw interval hold their truths."""
    inside = np.zeros((SEEDS, 2), dtype=bool)
    ids = [str(number) for number in range(n)]
    for seed in range(SEEDS):
        before, after, added = bank(np.random.default_rng(seed), n, gain)
        rank = np.argsort(np.argsort(before))
        draw = draw_holdout(ids, [str(place * strata // n) for place in rank], size=held_out, seed=seed)
        treated = np.array([draw.treated(name) for name in ids])
        found = effect_on_balance(after + added * treated, before, treated, strata=[draw.strata[name] for name in ids])
        clip = found.cuts.clip
        truth = float((clip(after + added - before) - clip(after - before)).mean())
        inside[seed] = found.low <= truth <= found.high, found.raw.low <= added.mean() <= found.raw.high
    return tuple(inside.mean(axis=0))


@pytest.mark.parametrize(
    ("n", "held_out", "strata", "gain"),
    [
        pytest.param(1000, 200, 8, 0.0, id="no effect"),
        pytest.param(1000, 200, 8, 60_000.0, id="an effect"),
        pytest.param(1000, 200, 40, 60_000.0, id="more strata than the hold-out can feed"),
        pytest.param(300, 30, 5, 0.0, id="thirty held out"),
    ],
)
def test_intervals_hold_the_truth(n: int, held_out: int, strata: int, gain: float) -> None:
    clipped, raw = share_inside(n=n, held_out=held_out, strata=strata, gain=gain)
    assert LOW <= clipped <= HIGH
    # Without clipping a heavy tail makes the interval too wide rather than too narrow; it must not be too narrow.
    assert raw >= LOW


def test_clipping_and_adjusting_narrow_the_interval() -> None:
    before, after, _ = bank(np.random.default_rng(3), 1000, 0.0)
    treated = np.random.default_rng(4).permutation(np.arange(1000) % 5 != 0)
    found = effect_on_balance(after, before, treated)
    naive = np.sqrt(after[treated].var(ddof=1) / 800 + after[~treated].var(ddof=1) / 200)
    assert found.se < found.raw.se < naive

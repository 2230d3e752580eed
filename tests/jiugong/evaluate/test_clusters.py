"""Design effects against hand-made and simulated clusters."""

from __future__ import annotations

import numpy as np
import pytest

from jiugong.evaluate import (
    cluster_size,
    design_effect,
    intraclass_correlation,
    smallest_detectable_effect,
    smallest_detectable_rate,
)  # fmt: skip

USUAL = {"confidence": 0.95, "power": 0.8}


def test_sizes_are_weighted_by_their_customers() -> None:
    assert cluster_size([1, 3]) == (1 + 9) / 4


def test_a_sample_answers_for_all() -> None:
    rng = np.random.default_rng(3)
    sizes = [100, 400, 50, 250]
    found = [cluster_size(rng.binomial(sizes, 0.2).tolist(), sampled=0.2) for _ in range(2_000)]
    assert np.mean(found) == pytest.approx(cluster_size(sizes), rel=0.01)


def test_the_correlation_is_recovered() -> None:
    rng = np.random.default_rng(4)
    clusters = np.repeat(np.arange(400), rng.integers(2, 30, 400))
    values = rng.normal(0, 0.2**0.5, 400)[clusters] + rng.normal(0, 0.8**0.5, len(clusters))
    assert intraclass_correlation(values.tolist(), clusters.tolist()) == pytest.approx(0.2, abs=0.03)
    assert intraclass_correlation([1, 2, 1, 2], ["a", "a", "b", "b"]) == 0


def test_a_rise_promised_of_clusters_is_found_as_often_as_promised() -> None:
    """Twenty outlets a group of 100 customers, t test of the outlets' means."""
    rng = np.random.default_rng(5)
    rise = smallest_detectable_effect(
        treated=2000, held_out=2000, sd=1, design_effect=design_effect(100, 0.05), clusters=40, **USUAL
    )
    means = rng.normal(0, (0.05 + 0.95 / 100) ** 0.5, (20_000, 40))
    gap = means[:, :20].mean(axis=1) + rise - means[:, 20:].mean(axis=1)
    spread = ((means[:, :20].var(axis=1, ddof=1) + means[:, 20:].var(axis=1, ddof=1)) / 20) ** 0.5
    assert np.mean(np.abs(gap / spread) > 2.0244) == pytest.approx(0.8, abs=0.015)  # t of 38 degrees


def test_clusters_widen_a_rate_too() -> None:
    sizes = {"treated": 800, "held_out": 200, "base_rate": 0.1}
    alone = smallest_detectable_rate(**sizes, **USUAL)
    assert smallest_detectable_rate(**sizes, design_effect=3, clusters=10, **USUAL) > 1.7 * alone

"""Is the comparison sound? Looked at before the effect: a failed check means find the cause, not read the number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ..errors import MisuseError
from .regression import adjusted_difference

# An honest campaign raises each alarm once in a thousand times.
ALARM = 0.001
MOST_MISSING = 0.05


@dataclass(frozen=True)
class Check:
    """One finding. `name` is stable; `detail` says in words what was found, `detail_en` in English."""

    name: str
    ok: bool
    detail: str
    detail_en: str


def sample_ratio(treated: NDArray[np.bool_], probability: NDArray[np.float64]) -> Check:
    """Are the groups as large as the draw made them? (chi-square)"""
    expected = float(probability.sum())
    spread = float((probability * (1 - probability)).sum())
    found = int(treated.sum())
    distance = (found - expected) ** 2 / spread if spread else 0.0 if found == expected else np.inf
    p = float(stats.chi2.sf(distance, 1))
    return Check(
        "sample_ratio",
        p >= ALARM,
        f"营销组 {found:,} 户，按抽取应为 {expected:,.0f} 户(p = {p:.3g})",
        f"{found:,} treated, {expected:,.0f} expected from the draw (p = {p:.3g})",
    )


def balance_before(
    before: NDArray[np.float64], treated: NDArray[np.bool_], clusters: NDArray[np.int64] | None = None
) -> list[Check]:
    """Were the groups alike before? By ranks: of heavy-tailed balances a t test cries wolf. Empty if nothing varied."""
    known = ~np.isnan(before)
    try:
        difference = adjusted_difference(
            stats.rankdata(before[known]) / known.sum(),
            treated[known],
            {},
            None if clusters is None else clusters[known],
        )
    except MisuseError:
        return []
    p = difference.p_value
    above = 0.5 + difference.estimate
    return [
        Check(
            "balance_before",
            p >= ALARM,
            f"活动前水平：随机取一户，营销组高于保留组的概率 {above:.1%}，相当时为 50%(p = {p:.3g})",
            f"before: a treated customer stands above a held-out one with probability {above:.1%}, 50% if alike "
            f"(p = {p:.3g})",
        )
    ]


def missing(absent: NDArray[np.bool_], treated: NDArray[np.bool_]) -> list[Check]:
    """How many outcomes are missing, and whether one group lost more than the other."""
    lost, kept = (
        (int((absent & treated).sum()), int((absent & ~treated).sum())),
        (
            int((~absent & treated).sum()),
            int((~absent & ~treated).sum()),
        ),
    )
    share = sum(lost) / max(len(absent), 1)
    p = float(stats.fisher_exact([lost, kept]).pvalue)
    return [
        Check(
            "missing_outcomes",
            share <= MOST_MISSING,
            f"缺失结果 {sum(lost):,} 户，占 {share:.1%}，已剔除",
            f"{sum(lost):,} outcomes missing ({share:.1%}), left out",
        ),
        Check(
            "equal_loss",
            p >= ALARM,
            f"缺失：营销组 {lost[0]:,} 户，保留组 {lost[1]:,} 户(p = {p:.3g})",
            f"missing: {lost[0]:,} treated, {lost[1]:,} held out (p = {p:.3g})",
        ),
    ]


def duplicates(ids: NDArray[np.int64]) -> Check:
    """Does a customer stand twice?"""
    twice = len(ids) - len(np.unique(ids))
    return Check("duplicates", twice == 0, f"重复客户 {twice:,} 行", f"{twice:,} rows repeat a customer")

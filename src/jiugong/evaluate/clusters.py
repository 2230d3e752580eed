"""What drawing whole households, managers or outlets costs: customers of one cluster are alike and tell less."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from ..errors import MisuseError
from .power import Number


def cluster_size(sizes: Sequence[int], *, sampled: Number = 1) -> float:
    """The size of the cluster in which a customer finds himself on average: sum of n^2 over sum of n.

    sampled : the share of customers, drawn one by one, on whom `sizes` were counted; the answer is for all of them
    """
    total = sum(sizes)
    if not total or not 0 < sampled <= 1:
        raise MisuseError(
            f"a mean size was asked of {total} customers, a share of {sampled}; "
            "it needs a customer and a share above 0, to 1: give the sizes of the clusters"
        )
    return 1 + sum(size * (size - 1) for size in sizes) / (float(sampled) * total)


def intraclass_correlation(values: Sequence[float], clusters: Sequence[Hashable]) -> float:
    """How alike the customers of one cluster are, 0 (not at all) to 1, by one-way analysis of variance.

    Floored at 0. 0 as well where nothing varies, where there is one cluster, or none has two customers.
    Source: Donner and Koval (1980), the estimator with the size adjusted for unequal clusters.
    """
    if len(values) != len(clusters):
        raise MisuseError(f"{len(values)} values stand beside {len(clusters)} clusters; pass columns of one table")
    numbers: dict[Hashable, int] = {}
    codes = np.array([numbers.setdefault(cluster, len(numbers)) for cluster in clusters], dtype=np.int64)
    n, k = len(values), len(numbers)
    if k < 2 or n == k:
        return 0.0
    amounts = np.asarray(values, dtype=float)
    sizes = np.bincount(codes)
    means = np.bincount(codes, weights=amounts) / sizes
    between = float((sizes * (means - amounts.mean()) ** 2).sum()) / (k - 1)
    within = float(((amounts - means[codes]) ** 2).sum()) / (n - k)
    typical = (n - float((sizes**2).sum()) / n) / (k - 1)
    spread = between + (typical - 1) * within
    return max((between - within) / spread, 0.0) if spread > 0 else 0.0


def design_effect(size: Number, correlation: Number) -> float:
    """By how much the variance grows: 1 + (m - 1) * r (Kish 1965); so many customers are worth one drawn by himself."""
    if size < 1 or not 0 <= correlation <= 1:
        raise MisuseError(
            f"clusters of {size} with a correlation of {correlation} were given; a size is 1 or more, "
            "the correlation from 0 to 1: measure both"
        )
    return 1 + (float(size) - 1) * float(correlation)

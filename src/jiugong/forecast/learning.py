"""From a range that the bank assumes and what past campaigns showed to the next campaign's rate, as a distribution.

A campaign's rate has its own log-odds (an amount its own logarithm): normal about the mean of all campaigns. Neither
that mean nor the spread between campaigns is known; both are weighed on a grid by the likelihood of what was counted.
The grid is integrated, not sampled: exact for small counts and for none, and the same every time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STEP = 0.025  # of log-odds
WITHIN = NormalDist().inv_cdf(0.9)  # [low, high] of the policy holds eight of ten
_MEANS = np.arange(-160, 161, 2) * STEP  # from -4 to 4 about the assumption
_SPREADS = np.geomspace(0.05, 1.2, 11)
_SPREAD_DOUBT = 0.6  # of the logarithm of the assumed spread between campaigns
OFFSETS = np.arange(-240, 241) * STEP


@dataclass(frozen=True)
class Range:
    """What the bank assumes, as log-odds or logarithms: eight campaigns of ten lie between."""

    low: float
    high: float
    between: float

    @property
    def centre(self) -> float:
        return (self.low + self.high) / 2

    @property
    def doubt(self) -> float:
        """Standard deviation of the mean of all campaigns: what the range leaves beside the spread between them."""
        whole = (self.high - self.low) / 2 / WITHIN
        return math.sqrt(max(whole**2 - self.between**2, (whole / 2) ** 2))

    @property
    def places(self) -> Floats:
        """Where the likelihood of a past campaign is asked for: log-odds or logarithms."""
        return self.centre + OFFSETS


@dataclass(frozen=True)
class Learned:
    """The next campaign's log-odds or logarithm."""

    places: Floats
    scores: Floats  # the standard normal quantile that belongs to each place

    def at(self, score: Floats) -> Floats:
        """The value at a standard normal score: 0 the median, 1.28 what nine campaigns of ten lie below."""
        found: Floats = np.interp(score, self.scores, self.places)
        return found


def learn(assumed: Range, likelihoods: Sequence[Floats]) -> Learned:
    """Weigh the assumption by what past campaigns showed.

    Parameters
    ----------
    likelihoods : for each past campaign the log-likelihood of its counts at `assumed.places`
    """
    kernel = _kernel()
    weight = (
        -0.5 * (_MEANS[:, None] / assumed.doubt) ** 2
        - 0.5 * (np.log(_SPREADS / assumed.between)[None, :] / _SPREAD_DOUBT) ** 2
    ).ravel()
    if likelihoods:
        seen = np.array(likelihoods)
        chances = np.exp(seen - seen.max(axis=1, keepdims=True))
        weight = weight + np.log(np.maximum(kernel @ chances.T, 1e-300)).sum(axis=1)
    weight = np.exp(weight - weight.max())
    density = (weight / weight.sum()) @ kernel
    below = np.cumsum(density) - density / 2
    normal = NormalDist()
    scores = np.array([normal.inv_cdf(min(max(share, 1e-12), 1 - 1e-12)) for share in below.tolist()])
    return Learned(assumed.places, scores)


@cache
def _kernel() -> Floats:
    """Each row the density of a campaign's offset, for one mean and one spread between campaigns."""
    means, spreads = np.repeat(_MEANS, len(_SPREADS)), np.tile(_SPREADS, len(_MEANS))
    density = np.exp(-0.5 * ((OFFSETS[None, :] - means[:, None]) / spreads[:, None]) ** 2)
    rows: Floats = density / density.sum(axis=1, keepdims=True)
    return rows


def binomial(successes: int, trials: int, share: Floats) -> Floats:
    """Log-likelihood of a count at each share."""
    sure = np.clip(share, 1e-12, 1 - 1e-12)
    found: Floats = successes * np.log(sure) + (trials - successes) * np.log1p(-sure)
    return found


def gaussian(found: float, error: float, expected: Floats) -> Floats:
    """Log-likelihood of a measurement with this standard error at each expectation."""
    likelihood: Floats = -0.5 * ((found - expected) / error) ** 2
    return likelihood


def odds(share: float) -> float:
    """Log-odds."""
    return math.log(share / (1 - share))


def share_of(log_odds: Floats) -> Floats:
    """The share with these log-odds."""
    share: Floats = 1 / (1 + np.exp(-log_odds))
    return share

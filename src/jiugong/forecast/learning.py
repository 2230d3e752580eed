"""From a range that the bank assumes and what past campaigns showed to the next campaign's rate, as a distribution.

A campaign's rate has its own log-odds (an amount its own logarithm): normal about the mean of all campaigns. Neither
that mean nor the spread between campaigns is known; both are weighed on a grid by the likelihood of what was counted.
The grid is integrated, not sampled: exact for small counts and for none, and the same every time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STEP = 0.025  # of log-odds
WITHIN = NormalDist().inv_cdf(0.9)  # [low, high] of the policy holds eight of ten
MOST_BETWEEN = 0.8  # of the standard deviation that the range stands for
_MEANS = np.arange(-160, 161, 2) * STEP  # from -4 to 4 about the assumption
_SPREADS = np.geomspace(0.03, 1.2, 12)
_SPREAD_DOUBT = 0.6  # of the logarithm of the assumed spread between campaigns
OFFSETS: Floats = np.arange(-240.0, 241.0) * STEP


@dataclass(frozen=True)
class Range:
    """What the bank assumes, as log-odds or logarithms: eight campaigns of ten lie between `low` and `high`.

    usual_spread : standard deviation between campaigns, as for most rates
    """

    low: float
    high: float
    usual_spread: float

    @property
    def centre(self) -> float:
        return (self.low + self.high) / 2

    @property
    def between(self) -> float:
        """Standard deviation between campaigns. They cannot differ by more than the whole range allows."""
        return min(self.usual_spread, MOST_BETWEEN * self._whole)

    @property
    def doubt(self) -> float:
        """Standard deviation of the mean of all campaigns: what the range leaves beside the spread between them."""
        return math.sqrt(self._whole**2 - self.between**2)

    @property
    def _whole(self) -> float:
        return (self.high - self.low) / 2 / WITHIN

    @property
    def places(self) -> Floats:
        """Where the likelihood of a past campaign is asked for: log-odds or logarithms."""
        places: Floats = self.centre + OFFSETS
        return places


@dataclass(frozen=True)
class Learned:
    """The next campaign's log-odds or logarithm."""

    places: Floats
    scores: Floats  # the standard normal quantile that belongs to each place

    def at(self, score: Floats) -> Floats:
        """The value at a standard normal score: 0 the median, 1.28 what nine campaigns of ten lie below."""
        found: Floats = np.interp(score, self.scores, self.places)
        return found


@dataclass(frozen=True)
class Evidence:
    """What is assumed of a rate, and of each past campaign the log-likelihood of its counts at `assumed.places`."""

    assumed: Range
    likelihoods: Sequence[Floats] = ()


def learn(known: Mapping[str, Evidence]) -> dict[str, Learned]:
    """Weigh what is assumed by what past campaigns showed. All rates at once: they share one grid, and one product."""
    kernel = _kernel()
    seen = [chances for evidence in known.values() for chances in evidence.likelihoods]
    fits = np.zeros((len(kernel), 0))
    if seen:
        stacked = np.array(seen)
        fits = np.log(np.maximum(kernel @ np.exp(stacked - stacked.max(axis=1, keepdims=True)).T, 1e-300))
    weights, taken = [], 0
    for evidence in known.values():
        count = len(evidence.likelihoods)
        weight = _before(evidence.assumed) + fits[:, taken : taken + count].sum(axis=1)
        taken += count
        weights.append(np.exp(weight - weight.max()))
    shares = np.array(weights)
    density = (shares / shares.sum(axis=1, keepdims=True)) @ kernel
    below = np.cumsum(density, axis=1) - density / 2
    return {
        name: Learned(evidence.assumed.places, _score(share))
        for (name, evidence), share in zip(known.items(), below, strict=True)
    }


def _before(assumed: Range) -> Floats:
    """Log-weight of each mean and spread before any campaign."""
    means = -0.5 * (_MEANS / assumed.doubt) ** 2
    median = assumed.between * math.exp(-(_SPREAD_DOUBT**2))  # so that the mean square is what is assumed
    spreads = -0.5 * (np.log(_SPREADS / median) / _SPREAD_DOUBT) ** 2
    weight: Floats = (means[:, None] + spreads[None, :]).ravel()
    return weight


def _score(share: Floats) -> Floats:
    """The standard normal quantile of each share; scipy's would cost a second to import."""
    scores, shares = _normal()
    found: Floats = np.interp(share, shares, scores)
    return found


@cache
def _normal() -> tuple[Floats, Floats]:
    scores = np.linspace(-7.0, 7.0, 5601)
    return scores, np.array([(1 + math.erf(score / math.sqrt(2))) / 2 for score in scores.tolist()])


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

"""Where a change of balance is cut off, so that one millionaire's transfer does not decide about a campaign."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .columns import numbers


@dataclass(frozen=True)
class CutPoints:
    """Changes count from `low` to `high` yuan. Fix them before the outcome is known and keep them with the plan."""

    low: float
    high: float

    @property
    def bind(self) -> bool:
        """False where nearly nobody held anything before: then there is no scale, and nothing is cut."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    def clip(self, change: NDArray[np.float64]) -> NDArray[np.float64]:
        """The change as it counts."""
        return np.clip(change, self.low, self.high)


def cut_points(before: Any, *, quantile: float = 0.99) -> CutPoints:
    """-q and +q, where q is the 99 % quantile of the balance `before`, both groups pooled.

    A customer can lose at most what he held, and a change larger than what 99 of 100 customers hold is not this
    campaign's ordinary gain but a house sold; so the scale is the balance *before*. Taken from the period before, the
    cut points cannot depend on the treatment: the estimate is of the mean clipped change, and honest about that.
    Quantiles of the outcome itself, or by group, would hide the very gains in question.
    """
    known = numbers("before", before)
    known = known[~np.isnan(known)]
    edge = float(np.quantile(known, quantile)) if len(known) else 0.0
    return CutPoints(-edge, edge) if edge > 0 else CutPoints(-math.inf, math.inf)

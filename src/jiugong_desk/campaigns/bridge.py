"""The only importer of the library here: the policy in force, the draw of the hold-out, and what it can detect.

The numerical packages are imported where they are used: a command or a web process that draws nothing starts without.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
from math import isfinite
from statistics import correlation, linear_regression, stdev
from typing import TYPE_CHECKING, Any

from jiugong.policy import Policy

from ..organisation import bridge as organisation

if TYPE_CHECKING:
    from jiugong.evaluate import Draw
    from jiugong.forecast import Forecast, PastCampaign

__all__ = [
    "Draw", "cluster_size", "deposits_alike", "design_effect", "detectable", "detectable_points", "draw", "forecast", "policy",
    "take_up_alike",
]  # fmt: skip

HISTORIES_NEEDED = 30  # fewer histories than this say nothing about the spread


def policy() -> Policy:
    return organisation.policy()


def draw(
    customer_nos: Sequence[str], strata: Sequence[str], *, size: int, seed: str, clusters: Sequence[str] | None = None
) -> Draw:
    """Who is left alone: by lot within strata, whatever the order of the list; the same seed gives the same list."""
    from jiugong.evaluate import draw_clusters, draw_holdout

    if clusters is not None:
        return draw_clusters(customer_nos, clusters, strata, size=size, seed=seed)
    return draw_holdout(customer_nos, strata, size=size, seed=seed)


def detectable(
    deposits: Sequence[tuple[float, float]], *, treated: int, held_out: int, design_effect: float = 1.0,
    clusters: int | None = None,
) -> float | None:  # fmt: skip
    """The smallest true gain per customer (yuan of average daily deposits) that this plan would find.

    `deposits`: each customer's monthly average two months ago and now, which lie as far apart as the month before a
    campaign and the month after it. The noise is that of the change, cut at its 1 % and 99 % points as the evaluation
    cuts it, less what the level before explains. None where there are too few histories or too small groups.
    """
    if len(deposits) < HISTORIES_NEEDED or min(treated, held_out) < 2:
        return None
    from jiugong.evaluate import smallest_detectable_effect

    changes = _clipped([now - earlier for earlier, now in deposits])
    before = _clipped([earlier for earlier, _ in deposits])
    spread = stdev(changes)
    explained = correlation(before, changes) if spread and stdev(before) else 0.0
    holdout = policy().holdout
    return smallest_detectable_effect(
        treated=treated, held_out=held_out, sd=spread, confidence=holdout.confidence, power=holdout.power,
        before_correlation=explained, design_effect=design_effect, clusters=clusters,
    )  # fmt: skip


def detectable_points(
    rate: float, *, treated: int, held_out: int, design_effect: float, clusters: int | None
) -> float | None:
    """The smallest true rise of a rate, in percentage points; None where even a rise to 100 % could not be told."""
    from jiugong.evaluate import smallest_detectable_rate

    holdout = policy().holdout
    found = smallest_detectable_rate(
        treated=treated, held_out=held_out, base_rate=rate, confidence=holdout.confidence, power=holdout.power,
        design_effect=design_effect, clusters=clusters,
    )  # fmt: skip
    return found * 100 if isfinite(found) else None


def deposits_alike(deposits: Sequence[tuple[float, float]], clusters: Sequence[Hashable]) -> float:
    """How alike the changes of customers drawn together are, less what the level before explains; 0 of too few."""
    if len(deposits) < HISTORIES_NEEDED:
        return 0.0
    from jiugong.evaluate import intraclass_correlation

    changes = _clipped([now - earlier for earlier, now in deposits])
    before = _clipped([earlier for earlier, _ in deposits])
    slope = linear_regression(before, changes).slope if stdev(before) else 0.0
    return intraclass_correlation(
        [change - slope * level for change, level in zip(changes, before, strict=True)], clusters
    )


def take_up_alike(unit: str) -> float:
    """How alike customers drawn together take up an offer: the policy's assumption; 0 of customers drawn one by one."""
    return float(policy().holdout.take_up_alike.get(unit, 0))


def cluster_size(sizes: Sequence[int], *, sampled: float) -> float:
    from jiugong.evaluate import cluster_size

    return cluster_size(sizes, sampled=sampled)


def design_effect(size: float, correlation: float) -> float:
    from jiugong.evaluate import design_effect

    return design_effect(size, correlation)


def _clipped(values: list[float]) -> list[float]:
    ordered = sorted(values)
    cut = len(ordered) // 100
    low, high = ordered[cut], ordered[-1 - cut]
    return [min(max(value, low), high) for value in values]


def forecast(
    *,
    audience: int,
    eligible: int,
    held_out: int,
    levels: Mapping[int, int],
    daily_calls: Sequence[int],
    offer_cost: float,
    past: Sequence[Mapping[str, Any]],
) -> Forecast:
    """What a plan of these numbers is likely to come to. `past`: results as `PastCampaign` takes them.

    While the bank has no results of its own, it is learned from campaigns of the fictional bank, and says so.
    """
    from jiugong.forecast import CampaignPlan, PastCampaign, forecast_campaign

    plan = CampaignPlan(
        audience=audience, eligible=eligible, held_out=held_out, levels=dict(levels), daily_calls=tuple(daily_calls),
        offer_cost=offer_cost,
    )  # fmt: skip
    known = [PastCampaign(**row) for row in past]
    return forecast_campaign(plan, policy=policy(), past=known or _fictional())


FICTIONAL, FICTIONAL_CUSTOMERS = 8, 600


@lru_cache(maxsize=1)
def _fictional() -> tuple[PastCampaign, ...]:
    """Made once a process; always the same."""
    from jiugong.simulate import simulated_past

    return tuple(simulated_past(FICTIONAL, customers=FICTIONAL_CUSTOMERS))

"""The only importer of the library here: the policy in force, the draw of the hold-out, and what it can detect.

The numerical packages are imported where they are used: a command or a web process that draws nothing starts without.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from statistics import correlation, stdev
from typing import TYPE_CHECKING, Any

from jiugong.policy import Policy

from ..organisation import bridge as organisation

if TYPE_CHECKING:
    from jiugong.evaluate import Draw
    from jiugong.forecast import Forecast, PastCampaign

__all__ = ["Draw", "detectable", "draw", "forecast", "policy"]

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


def detectable(deposits: Sequence[tuple[float, float]], *, treated: int, held_out: int) -> float | None:
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
        before_correlation=explained,
    )  # fmt: skip


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

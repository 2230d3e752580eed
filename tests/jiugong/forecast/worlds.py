"""Worlds of simulated campaigns: for each, what its forecast said before it ran, and what it came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from jiugong.forecast import CampaignPlan, Forecast, PastCampaign, forecast_campaign
from jiugong.policy import Policy, load_policy
from jiugong.simulate import SimulatedCampaign, draw_conditions, simulate_bank, simulate_campaign
from jiugong.simulate.conditions import COMMON, SPREAD, Conditions

EARLIER, MOST_PAST, DAYS = 24, 12, 20
COUNTED = (
    "eligible", "attempted", "reached", "valid", "interested", "invited", "visited", "converted", "do_not_call",
    "complaints", "calls",
)  # fmt: skip
FIGURES = (*COUNTED, "deposits", "finish")


@dataclass(frozen=True)
class Ran:
    """One campaign: its plan, its truth, and what the bank will know of it."""

    plan: CampaignPlan
    truth: SimulatedCampaign
    result: PastCampaign

    def came_to(self, figure: str) -> float:
        if figure == "deposits":
            return self.truth.deposits
        if figure == "finish":
            return self.truth.finished_in or np.inf
        return self.truth.counts[figure]


@dataclass(frozen=True)
class Foretold:
    """A forecast, made from some results that were there before; `of_list` from the audience alone."""

    ran: Ran
    past: int
    forecast: Forecast
    of_list: Forecast

    def ends(self, figure: str) -> tuple[float, float]:
        found = (self.of_list if figure == "eligible" else self.forecast)[figure]
        return found.low, found.high

    def in_doubt(self, figure: str) -> bool:
        low, high = self.ends(figure)
        return low < high or not self.holds(figure)

    def holds(self, figure: str) -> bool:
        low, high = self.ends(figure)
        came = self.ran.came_to(figure)
        if (
            figure == "finish" and came > DAYS
        ):  # an open end: the truth is beyond the last day, and so must the interval
            return high > DAYS
        return low <= came <= high


@cache
def customers() -> tuple[np.ndarray, np.ndarray]:
    """Income and level of everybody in the fictional bank."""
    households = simulate_bank(customers=20_000, seed=1, months=1).households
    grid = load_policy().grid
    income_band = np.searchsorted([float(x) for x in grid.income_bands], households.income, side="right")
    asset_band = np.searchsorted([float(x) for x in grid.asset_bands], np.exp(households.log_assets), side="right")
    return households.income, 3 * income_band + asset_band + 1


def run_campaign(
    seed: int, number: int, *, spread: Conditions = SPREAD, common: float = COMMON, another: int | None = None
) -> Ran:
    """A random audience of some size and mix of levels, called by more or fewer people, under its own conditions.

    another : the same audience and the same people, as it could have gone just as well under other conditions
    """
    rng = np.random.default_rng([seed, number])
    income, level = customers()
    size = int(rng.integers(300, 3_001))
    taste = rng.gamma(1.5, 1.0, 10)[level]
    chosen = rng.choice(len(income), size, replace=False, p=taste / taste.sum())
    daily = (int(size * rng.uniform(0.05, 0.16)),) * DAYS
    usual = draw_conditions(seed, number, spread=spread, common=common)
    place = (seed, number) if another is None else (seed + 1_000_000, number * 1000 + another)
    truth = simulate_campaign(
        income[chosen],
        seed=int(np.random.default_rng([*place, 2]).integers(2**62)),
        daily_calls=daily,
        # Who may be called is counted before a forecast is made: it stays as it is.
        conditions=replace(draw_conditions(*place, spread=spread, common=common), may_be_called=usual.may_be_called),
    )
    numbers, counts = np.unique(level[chosen], return_counts=True)
    levels = dict(zip(numbers.tolist(), counts.tolist(), strict=True))
    plan = CampaignPlan(
        audience=size,
        eligible=truth.counts["eligible"],
        held_out=truth.counts["held_out"],
        daily_calls=daily,
        levels=levels,
    )
    return Ran(plan, truth, replace(truth.result(), levels=levels))


def foretell(
    seed: int,
    campaigns: int,
    *,
    past: int | None = None,
    policy: Policy | None = None,
    spread: Conditions = SPREAD,
    common: float = COMMON,
) -> list[Foretold]:
    """Forecast each campaign from 0 to 12 (or `past`) of those before it."""
    rules = policy or load_policy()
    world = [run_campaign(seed, number, spread=spread, common=common) for number in range(EARLIER + campaigns)]
    found = []
    for number in range(EARLIER, EARLIER + campaigns):
        rng = np.random.default_rng([seed, number, 1])
        known = int(rng.integers(0, MOST_PAST + 1)) if past is None else past
        results = [world[place].result for place in rng.choice(number, known, replace=False)]
        ran = world[number]
        found.append(
            Foretold(
                ran,
                known,
                forecast_campaign(ran.plan, policy=rules, past=results),
                forecast_campaign(CampaignPlan(ran.plan.audience), policy=rules, past=results),
            )
        )
    return found


def coverage(found: Sequence[Foretold]) -> Mapping[str, float]:
    """Share of the campaigns whose truth each figure's interval holds, among those where it could fail to.

    A plan may leave no doubt: who has no time left makes all the calls that can be made. Such a figure is no forecast;
    it is counted only where it is wrong.
    """
    held = {figure: [one.holds(figure) for one in found if one.in_doubt(figure)] for figure in FIGURES}
    return {figure: float(np.mean(values)) if values else 1.0 for figure, values in held.items()}


def width(found: Sequence[Foretold]) -> Mapping[str, float]:
    """Median width of the interval over the truth's median: how much it says."""
    widths = {figure: [high - low for low, high in (one.ends(figure) for one in found)] for figure in FIGURES}
    return {
        figure: float(np.median(widths[figure]) / max(1.0, np.median([one.ran.came_to(figure) for one in found])))
        for figure in FIGURES
    }

"""Campaigns that could come of a plan, drawn step by step."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..policy import Forecasting, Policy
from . import calling
from .evidence import spread_of_mean, weight_of
from .learning import Floats, Learned, share_of
from .plan import CampaignPlan

DRAWS = 4000
# What a good campaign does better all along. Complaints are no such step, calls are work, and what is unknown of the
# share that is new is what it usually is.
_ALIKE = ("eligible", "reached", "valid", "interested", "visited", "converted", "amount")
_APART = ("complaints", "do_not_call", "repeat_calls", "brought")
_COUNTED = (
    "eligible", "reached", "valid", "interested", "invited", "visited", "converted", "complaints", "do_not_call",
    "amounts",
)  # fmt: skip


@lru_cache(maxsize=2)
def _scores(seed: int) -> dict[str, Floats]:
    """Standard normal scores by name: of this campaign's rates, and of chance in counting."""
    names = ["season", *_ALIKE, *_APART, *(f"chance of {name}" for name in _COUNTED)]
    drawn = np.random.default_rng(seed).standard_normal((len(names), DRAWS))
    return dict(zip(names, drawn, strict=True))


@dataclass(frozen=True, eq=False)
class _Dice:
    """The same scores for every plan: what differs between two forecasts is the plan."""

    learned: Mapping[str, Learned]
    alike: float
    scores: Mapping[str, Floats]

    def value(self, name: str) -> Floats:
        """Log-odds or logarithm of a rate or an amount."""
        # One interest makes who is interested and who is invited: the same score serves both.
        by = "interested" if name == "invited" else name
        score = self.scores[by]
        if by in _ALIKE:
            score = math.sqrt(self.alike) * self.scores["season"] + math.sqrt(1 - self.alike) * score
        return self.learned[name].at(score)

    def rate(self, name: str) -> Floats:
        return share_of(self.value(name))

    def count(self, name: str, of: Floats, share: Floats) -> Floats:
        return count_at(of, share, self.scores[f"chance of {name}"])


def draw(plan: CampaignPlan, policy: Policy, learned: Mapping[str, Learned], *, seed: int) -> dict[str, Floats]:
    """By key of a figure, one entry a campaign: counts with fractions, yuan, hours, and days where there is staff."""
    assumed = policy.forecast
    dice = _Dice(learned, float(assumed.alike), _scores(seed))
    draws = _listed(plan, dice)
    draws |= _called(plan, policy, dice, draws["treated"])
    for name in ("valid", "interested", "complaints", "do_not_call"):
        draws[name] = dice.count(name, draws["reached"], dice.rate(name))
    share = np.minimum(dice.rate("invited") / dice.rate("interested"), 1.0)
    draws["invited"] = dice.count("invited", draws["interested"], share)
    draws["visited"] = dice.count("visited", draws["invited"], dice.rate("visited"))
    draws["converted"] = dice.count("converted", draws["visited"], dice.rate("converted"))
    draws["deposits"] = _deposits(plan, assumed, dice, draws["converted"])
    draws["hours"] = _hours(assumed, draws)
    draws["cost"] = draws["hours"] * float(assumed.hourly_cost) + draws["converted"] * plan.offer_cost
    return draws


def _listed(plan: CampaignPlan, dice: _Dice) -> dict[str, Floats]:
    known = plan.audience if plan.eligible is None else plan.eligible
    eligible = np.full(DRAWS, float(known))
    if plan.eligible is None:
        eligible = dice.count("eligible", eligible, dice.rate("eligible"))
    return {"eligible": eligible, "treated": np.maximum(eligible - plan.held_out, 0.0)}


def _called(plan: CampaignPlan, policy: Policy, dice: _Dice, treated: Floats) -> dict[str, Floats]:
    again, reference = float(policy.forecast.answer_again), policy.calling.attempts_per_campaign
    done = calling.work(
        treated,
        calling.first_answer(dice.rate("reached"), reference, again),
        attempts=plan.attempts or reference,
        again=again,
        repeats=np.exp(dice.value("repeat_calls")),
        daily=plan.daily_calls,
    )
    reached = dice.count("reached", done.attempted, done.rate)
    found = {"attempted": done.attempted, "calls": done.calls, "reached": reached}
    return found if done.finish is None else found | {"finish": done.finish}


def _deposits(plan: CampaignPlan, assumed: Forecasting, dice: _Dice, converted: Floats) -> Floats:
    spread = spread_of_mean(assumed, np.maximum(converted, 0.5))
    chance = spread * dice.scores["chance of amounts"] - spread**2 / 2
    amount = np.exp(dice.value("amount") + chance) * weight_of(plan.levels, assumed)
    deposits: Floats = converted * amount * np.exp(dice.value("brought"))
    return deposits


def _hours(assumed: Forecasting, draws: Mapping[str, Floats]) -> Floats:
    minutes = (
        draws["calls"] * float(assumed.call_minutes)
        + draws["reached"] * float(assumed.talk_minutes)
        + draws["visited"] * float(assumed.visit_minutes)
    )
    return minutes / 60


def count_at(of: Floats, share: Floats, score: Floats) -> Floats:
    """A binomial count at a standard normal score, with its skewness (Cornish and Fisher), as a number with a fraction.

    Smooth in all three, so that one more customer on the list never forecasts fewer visits.
    """
    mean = of * share
    found = mean + np.sqrt(mean * (1 - share)) * score + (1 - 2 * share) * (score**2 - 1) / 6
    clipped: Floats = np.clip(found, 0.0, of)
    return clipped

"""The forecast of a campaign: every step with its interval, from assumptions and past results."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ..policy import Forecasting, Policy
from . import calling, figures, words
from .figures import Figure
from .learning import Evidence, Floats, Learned, Range, binomial, gaussian, learn, odds, share_of
from .past import PastCampaign
from .plan import CampaignPlan

DRAWS = 4000
_RATES = ("eligible", "valid", "interested", "invited", "visited", "converted", "complaints", "do_not_call")
# What a good campaign does better all along. Complaints are no such step, calls are work, and what is unknown of the
# share that is new is what it usually is.
_ALIKE = ("eligible", "reached", "valid", "interested", "visited", "converted", "amount")
_APART = ("complaints", "do_not_call", "repeat_calls", "brought")
_COUNTED = (
    "eligible", "reached", "valid", "interested", "invited", "visited", "converted", "complaints", "do_not_call",
    "amounts",
)  # fmt: skip


@dataclass(frozen=True)
class Forecast:
    """What is to be expected. Each figure holds the truth in `confidence` of campaigns like this one.

    figures : by key, in the order of `jiugong.forecast.figures.MEANINGS`; `finish` only with staff
    finished : chance, 0 to 1, that nobody is left to call after the last day; None without staff
    past, simulated : campaigns that it was learned from, the simulated ones apart
    """

    audience: int
    figures: Mapping[str, Figure]
    finished: float | None
    confidence: float
    past: int
    simulated: int
    source: str
    source_en: str
    policy: str

    def __getitem__(self, key: str) -> Figure:
        return self.figures[key]

    def report(self) -> dict[str, Any]:
        """As plain values, ready for JSON."""
        return {
            "audience": self.audience,
            "confidence": self.confidence,
            "figures": [found.report() for found in self.figures.values()],
            "finished": self.finished,
            "past": self.past,
            "simulated": self.simulated,
            "source": self.source,
            "source_en": self.source_en,
            "policy": self.policy,
        }


def forecast_campaign(
    plan: CampaignPlan, *, policy: Policy, past: Sequence[PastCampaign] = (), seed: int = 1
) -> Forecast:
    """Customers at each step, new deposits, work, cost and time of a planned campaign, each with an interval.

    Parameters
    ----------
    plan : what is planned
    policy : its `[forecast]` is what is assumed; `calling.attempts_per_campaign` is what `reached` is about
    past : results of earlier campaigns, in any order; each outweighs some of what is assumed. Simulated ones count only
        where there is no real one: they are another bank's
    seed : of the draws. The same draws serve every plan, so that a figure moves only by what was changed in the plan

    Returns
    -------
    Forecast. Cost: 50 ms, whatever the size of the audience
    """
    assumed = policy.forecast
    past = [campaign for campaign in past if not campaign.simulated] or past
    learned = _learn(assumed, past, policy.calling.attempts_per_campaign)
    draws = _draw(plan, policy, learned, seed)
    confidence = float(assumed.confidence)
    found = {key: figures.figure(key, draws[key], confidence) for key in figures.MEANINGS if key in draws}
    days = len(plan.daily_calls)
    simulated = sum(campaign.simulated for campaign in past)
    return Forecast(
        audience=plan.audience,
        figures=found,
        finished=float(np.mean(draws["finish"] <= days)) if days else None,
        confidence=confidence,
        past=len(past) - simulated,
        simulated=simulated,
        source=words.source(past),
        source_en=words.source_en(past),
        policy=policy.label,
    )


def _learn(assumed: Forecasting, past: Sequence[PastCampaign], attempts: int) -> dict[str, Learned]:

    def rate(name: str) -> Range:
        low, high = getattr(assumed, name)
        return Range(odds(float(low)), odds(float(high)), float(assumed.between_campaigns))

    def money(name: str) -> Range:
        low, high = getattr(assumed, name)
        return Range(math.log(low), math.log(high), float(assumed.between_amounts))

    known = {}
    for name in _RATES:
        at = share_of(rate(name).places)
        shares = [found for campaign in past if (found := _share(campaign, name))]
        known[name] = Evidence(rate(name), [binomial(part, whole, at) for part, whole in shares])
    known["reached"] = Evidence(rate("reached"), _reached(past, assumed, rate("reached").places, attempts))
    for name, seen in (("amount", _amounts), ("repeat_calls", _repeats), ("brought", _brought)):
        known[name] = Evidence(money(name), seen(past, assumed, money(name).places))
    return learn(known)


def _share(campaign: PastCampaign, name: str) -> tuple[int, int] | None:
    if name != "invited":
        return campaign.share(name)
    return (campaign.invited, campaign.reached) if campaign.invited is not None and campaign.reached else None


def _reached(past: Sequence[PastCampaign], assumed: Forecasting, places: Floats, attempts: int) -> list[Floats]:
    """Of each campaign that counted answers, whatever number of attempts it allowed."""
    again = float(assumed.answer_again)
    first = calling.first_answer(share_of(places), attempts, again)
    return [
        binomial(*found, calling.reached_in_time(first, campaign.attempts, again, campaign.cut_short))
        for campaign in past
        if (found := campaign.share("reached"))
    ]


def _amounts(past: Sequence[PastCampaign], assumed: Forecasting, places: Floats) -> list[Floats]:
    """Of each campaign that agreed on money: the mean per converted customer of weight 1."""
    return [
        gaussian(
            math.log(campaign.agreed / campaign.converted / _weight(campaign.levels, assumed)),
            _spread_of_mean(assumed, float(campaign.converted)),
            places,
        )
        for campaign in past
        if campaign.agreed and campaign.converted
    ]


def _repeats(past: Sequence[PastCampaign], assumed: Forecasting, places: Floats) -> list[Floats]:
    """Of each campaign that counted calls: calls made over those that its own rate of answers would need."""
    again = float(assumed.answer_again)
    found = []
    for campaign in past:
        if not (campaign.calls and campaign.attempted and campaign.reached):
            continue
        grid = np.linspace(0.001, 0.999, 999)
        shares = calling.reached_in_time(grid, campaign.attempts, again, campaign.cut_short)
        first = np.interp([campaign.reached / campaign.attempted], shares, grid)
        needed = campaign.attempted * calling.calls_in_time(first, campaign.attempts, again, campaign.cut_short)
        found.append(gaussian(math.log(campaign.calls / needed[0]), 1 / math.sqrt(campaign.attempted), places))
    return found


def _brought(past: Sequence[PastCampaign], assumed: Forecasting, places: Floats) -> list[Floats]:
    """Of each campaign that was measured against its hold-out: what came over what was agreed on."""
    return [gaussian(*campaign.measured, np.exp(places)) for campaign in past if campaign.measured]


def _weight(levels: Mapping[int, int], assumed: Forecasting) -> float:
    """Mean weight of the customers' amounts; 1 where the levels are not known."""
    count = sum(levels.values())
    if not count:
        return 1.0
    weights = assumed.amount_of_level
    return sum(number * float(weights.get(str(level), 1)) for level, number in levels.items()) / count


def _spread_of_mean(assumed: Forecasting, count: float) -> float:
    """Standard deviation of the logarithm of a mean of so many amounts (Fenton and Wilkinson's lognormal)."""
    return math.sqrt(math.log1p(float(assumed.amount_spread) ** 2 / count))


@lru_cache(maxsize=2)
def _scores(seed: int) -> dict[str, Floats]:
    """Standard normal scores by name: of this campaign's rates, and of chance in counting."""
    names = ["season", *_ALIKE, *_APART, *(f"chance of {name}" for name in _COUNTED)]
    drawn = np.random.default_rng(seed).standard_normal((len(names), DRAWS))
    return dict(zip(names, drawn, strict=True))


def _draw(plan: CampaignPlan, policy: Policy, learned: Mapping[str, Learned], seed: int) -> dict[str, Floats]:
    """Campaigns that could come of the plan; each array has one entry a campaign."""
    assumed, scores = policy.forecast, _scores(seed)
    season = math.sqrt(float(assumed.alike)) * scores["season"]
    own = math.sqrt(1 - float(assumed.alike))

    def value(name: str) -> Floats:
        # One interest makes who is interested and who is invited: the same score serves both.
        by = "interested" if name == "invited" else name
        return learned[name].at(season + own * scores[by] if by in _ALIKE else scores[by])

    def count(name: str, of: Floats, share: Floats) -> Floats:
        return _count(of, share, scores[f"chance of {name}"])

    draws: dict[str, Floats] = {}
    known = plan.audience if plan.eligible is None else plan.eligible
    full = np.full(DRAWS, float(known))
    draws["eligible"] = full if plan.eligible is not None else count("eligible", full, share_of(value("eligible")))
    draws["treated"] = np.maximum(draws["eligible"] - plan.held_out, 0.0)
    again, reference = float(assumed.answer_again), policy.calling.attempts_per_campaign
    done = calling.work(
        draws["treated"],
        calling.first_answer(share_of(value("reached")), reference, again),
        attempts=plan.attempts or reference,
        again=again,
        repeats=np.exp(value("repeat_calls")),
        daily=plan.daily_calls,
    )
    draws["attempted"], draws["calls"] = done.attempted, done.calls
    draws["reached"] = reached = count("reached", done.attempted, done.rate)
    for name in ("valid", "interested", "complaints", "do_not_call"):
        draws[name] = count(name, reached, share_of(value(name)))
    interested, invited = share_of(value("interested")), share_of(value("invited"))
    draws["invited"] = count("invited", draws["interested"], np.minimum(invited / interested, 1.0))
    draws["visited"] = count("visited", draws["invited"], share_of(value("visited")))
    draws["converted"] = converted = count("converted", draws["visited"], share_of(value("converted")))
    spread = np.sqrt(np.log1p(float(assumed.amount_spread) ** 2 / np.maximum(converted, 0.5)))
    amount = np.exp(value("amount") + spread * scores["chance of amounts"] - spread**2 / 2)
    draws["deposits"] = converted * amount * _weight(plan.levels, assumed) * np.exp(value("brought"))
    minutes = (
        done.calls * float(assumed.call_minutes)
        + reached * float(assumed.talk_minutes)
        + draws["visited"] * float(assumed.visit_minutes)
    )
    draws["hours"] = minutes / 60
    draws["cost"] = draws["hours"] * float(assumed.hourly_cost) + converted * plan.offer_cost
    if done.finish is not None:
        draws["finish"] = done.finish
    return draws


def _count(of: Floats, share: Floats, score: Floats) -> Floats:
    """A binomial count at a standard normal score, with its skewness (Cornish and Fisher), as a number with a fraction.

    Smooth in all three, so that one more customer on the list never forecasts fewer visits.
    """
    mean = of * share
    found = mean + np.sqrt(mean * (1 - share)) * score + (1 - 2 * share) * (score**2 - 1) / 6
    clipped: Floats = np.clip(found, 0.0, of)
    return clipped

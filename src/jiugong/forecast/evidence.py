"""What past campaigns say of each rate and each amount, beside what the policy assumes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from ..policy import Forecasting
from . import calling
from .learning import Evidence, Floats, Learned, Range, binomial, gaussian, learn, odds, share_of
from .past import PastCampaign

_RATES = ("eligible", "valid", "interested", "invited", "visited", "converted", "complaints", "do_not_call")


def learned_from(past: Sequence[PastCampaign], assumed: Forecasting, *, attempts: int) -> dict[str, Learned]:
    """The next campaign's rates and amounts, by name. `attempts`: what the assumed rate of answers is about."""

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
            math.log(campaign.agreed / campaign.converted / weight_of(campaign.levels, assumed)),
            float(spread_of_mean(assumed, np.array(campaign.converted))),
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


def weight_of(levels: Mapping[int, int], assumed: Forecasting) -> float:
    """Mean weight of the customers' amounts; 1 where the levels are not known."""
    count = sum(levels.values())
    if not count:
        return 1.0
    weights = assumed.amount_of_level
    return sum(number * float(weights.get(str(level), 1)) for level, number in levels.items()) / count


def spread_of_mean(assumed: Forecasting, count: Floats) -> Floats:
    """Standard deviation of the logarithm of a mean of so many amounts (Fenton and Wilkinson's lognormal)."""
    spread: Floats = np.sqrt(np.log1p(float(assumed.amount_spread) ** 2 / count))
    return spread

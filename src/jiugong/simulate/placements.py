"""Money that a campaign brought: what was placed when, what of it left again, and what that adds to each month."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from .balances import month_no, month_start
from .households import CATEGORIES, Floats


@dataclass(frozen=True)
class Placement:
    """Somebody's new money: `amount` yuan from the day `on`; of it `leaving` goes away again on `leaves_on`."""

    customer_id: str
    category: str
    amount: Decimal
    on: date
    leaving: Decimal = Decimal(0)
    leaves_on: date | None = None

    def average_and_end(self, month: int) -> tuple[float, float]:
        """What it adds to the month's average daily balance and to its last day, in yuan."""
        average, end = _share(self.on, month)
        if self.leaves_on is None:
            return float(self.amount) * average, float(self.amount) * end
        gone, gone_end = _share(self.leaves_on, month)
        return (
            float(self.amount) * average - float(self.leaving) * gone,
            float(self.amount) * end - float(self.leaving) * gone_end,
        )


def _share(since: date, month: int) -> tuple[float, float]:
    """The share of the month's days on or after `since`; and whether the last day is one of them."""
    first = month_start(month)
    length = calendar.monthrange(first.year, first.month)[1]
    last = first + timedelta(days=length - 1)
    present = min(length, max(0, (last - since).days + 1))
    return present / length, float(present > 0)


def added(placements: Iterable[Placement], places: Mapping[str, int], months: range) -> dict[int, Floats]:
    """Per month an array (customers, 2, categories): average and month-end on top. `places` numbers the customers."""
    result: dict[int, Floats] = {}
    for placement in placements:
        where, what = places[placement.customer_id], CATEGORIES.index(placement.category)
        for month in months:
            if month >= month_no(placement.on):
                gains = result.setdefault(month, np.zeros((len(places), 2, len(CATEGORIES))))
                gains[where, :, what] += placement.average_and_end(month)
    return result


@dataclass(frozen=True)
class Truth:
    """What the campaign truly did, on average over everybody assigned to it: yuan of average daily balance."""

    effect: float
    clipped: float
    total: float
    n_treated: int


def truth(
    with_campaign: Mapping[str, float],
    without: Mapping[str, float],
    before: Mapping[str, float],
    treated: Collection[str],
    *,
    low: float,
    high: float,
) -> Truth:
    """The true intention-to-treat effect, raw and clipped.

    `with_campaign`, `without` and `before` give each customer's average daily balance in the outcome month with and
    without the campaign, and in the base month (an absent customer holds 0). `low` and `high` are the cut points at
    which the estimator clips the change.
    """
    change = np.array([with_campaign.get(who, 0.0) - before.get(who, 0.0) for who in treated])
    unmoved = np.array([without.get(who, 0.0) - before.get(who, 0.0) for who in treated])
    gain = change - unmoved
    clipped = np.clip(change, low, high) - np.clip(unmoved, low, high)
    return Truth(float(gain.mean()), float(clipped.mean()), float(gain.sum()), len(gain))

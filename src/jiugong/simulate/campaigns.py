"""A whole campaign in simulated time, without a desk: list, calls by the rules, visits, money. Thousands a minute.

The customers react as `Reactions` says, with the same numbers, but by arrays: there the truth of one customer is asked
for, here that of a campaign. A test compares the two.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..errors import MisuseError
from ..forecast import PastCampaign
from . import reactions as usual
from .columns import Mask
from .conditions import USUAL, Conditions, draw_conditions
from .households import BORROWERS_INCOME, BORROWERS_SPREAD, Floats, Integers
from .streams import stream

MAY_BE_CALLED = 0.75
WRITING_UP, RINGING = 40, 25  # seconds, each call
VISIT_MINUTES = 26
WINDOW_DAYS = 30
# Yuan: what one customer's average daily balance changes by from month to month, less what the level before explains.
CHANGE_SPREAD = 35_000.0
_PROMISED, _FRESH, _RETRY = 0, 1, 2  # the order of the desk's queue
_SHORT_NAMES = [name for name, _ in usual._SHORT]
_SHORT_SHARES = np.array([share for _, share in usual._SHORT])
_SHORT_SECONDS = np.array([9.0, 22.0, 20.0, 20.0, 20.0])
_CALL_BACK = _SHORT_NAMES.index("call_back")
_ANNOYED = np.isin(_SHORT_NAMES, ("refused_forever", "complaint"))


@dataclass(frozen=True)
class SimulatedCampaign:
    """What one campaign came to. `counts`: customers at each step, calls, `held_out`, and yuan `agreed` in visits.

    deposits : the truth: yuan of average daily balance over the 30 days after the last day, with the campaign less
        without it, over the same customers
    measured, measured_error : what its hold-out would report, and the standard error of that
    hours : staff hours for calls and visits
    still_open : customers tried, never reached, and to be tried again, had there been time
    finished_in : the working day (from 1) on which the last open customer was called; None: some were still open
    """

    counts: dict[str, int]
    attempts: int
    still_open: int
    agreed: float
    deposits: float
    measured: float
    measured_error: float
    hours: float
    finished_in: int | None

    def result(self) -> PastCampaign:
        """What the bank would know of it a month later, to forecast the next one from."""
        known: dict[str, Any] = {key: value for key, value in self.counts.items() if key != "held_out"}
        return PastCampaign(
            **known,
            attempts=self.attempts,
            still_open=self.still_open,
            agreed=self.agreed,
            deposits=self.measured,
            deposits_error=self.measured_error,
            simulated=True,
        )


def simulate_campaign(
    income: Any,
    *,
    seed: int,
    daily_calls: Sequence[int],
    attempts: int = 3,
    held_out: float = 0.2,
    conditions: Conditions = USUAL,
) -> SimulatedCampaign:
    """Call an audience of the fictional bank, from the list to the money.

    Parameters
    ----------
    income : (n,) yuan a year of each customer of the audience, as `bank.households.income` has it
    seed : of the campaign; the same seed gives the same campaign, on the same version of numpy
    daily_calls : calls that all managers together can make, for each working day of the campaign; a customer is tried
        once a day at most, as the desk's queue offers again whom nobody reached
    attempts : allowed for each customer
    held_out : share of those who may be called that is left alone, by lot
    conditions : how this campaign differs from the usual, see `draw_conditions`
    Returns
    -------
    SimulatedCampaign
    Raises
    ------
    MisuseError: nobody in the audience, no attempt allowed, or no share
    """
    earned = np.asarray(income, dtype=np.float64)
    if earned.ndim != 1 or not len(earned) or attempts < 1 or not 0 <= held_out < 1:
        raise MisuseError(
            f"a campaign of {earned.size:,} customers, {attempts} attempts and a share of {held_out} held out; it takes "
            "one customer, one attempt, and a share from 0 to below 1: give the income of the customers of the audience"
        )
    rng = stream(seed, "campaign")
    eligible = rng.random(len(earned)) < _moved(MAY_BE_CALLED, conditions.may_be_called)
    listed = rng.permutation(np.flatnonzero(eligible))
    left_alone = round(len(listed) * held_out)
    run = _Run(earned[listed[left_alone:]], rng, conditions, attempts)
    finished_in = run.call(daily_calls)
    money = run.money(_calendar(np.array([len(daily_calls)]))[0])
    counts = {"audience": len(earned), "eligible": len(listed), "held_out": left_alone, **run.counts()}
    error = _measuring_error(len(run.income), left_alone)
    return SimulatedCampaign(
        counts=counts,
        attempts=attempts,
        still_open=int((run.open & (run.tried > 0) & ~run.seen["reached"]).sum()),
        agreed=run.agreed,
        deposits=money,
        measured=money + error * rng.standard_normal(),
        measured_error=error,
        hours=(run.seconds + counts["calls"] * (WRITING_UP + RINGING)) / 3600 + counts["visited"] * VISIT_MINUTES / 60,
        finished_in=finished_in,
    )


def _measuring_error(treated: int, left_alone: int) -> float:
    """Of the total over the treated; without a hold-out nothing is measured."""
    if not treated or not left_alone:
        return math.inf
    return CHANGE_SPREAD * treated * math.sqrt(1 / treated + 1 / left_alone)


def _moved(share: Any, shift: float) -> Any:
    """The share with its log-odds moved."""
    return 1 / (1 + (1 / share - 1) * math.exp(-shift))


def _calendar(working_day: Integers) -> Integers:
    """Five working days make a week of seven."""
    return working_day + 2 * (working_day // 5)


@dataclass
class _Run:
    """The treated customers, one entry each; what has come of them so far."""

    income: Floats
    rng: np.random.Generator
    conditions: Conditions
    most: int
    calls: int = 0
    seconds: float = 0.0
    agreed: float = 0.0
    seen: dict[str, Mask] = field(init=False)

    def __post_init__(self) -> None:
        count, rng = len(self.income), self.rng
        elsewhere = usual.ELSEWHERE_LOG + usual.ELSEWHERE_SPREAD * rng.standard_normal(count)
        self.elsewhere = self.income * np.exp(elsewhere)
        lean = np.clip(np.log10(self.elsewhere / 60_000), -1, 1)
        self.interest = usual.INTEREST_LEAN * lean + usual.INTEREST_SPREAD * rng.standard_normal(count)
        self.elsewhere *= math.exp(self.conditions.amount)
        self.reachable = (
            usual.ANSWERS_LEAN + usual.ANSWERS_SPREAD * rng.standard_normal(count) + self.conditions.answers
        )
        self.dead = rng.random(count) < usual.DEAD_NUMBERS + usual.WRONG_NUMBERS
        self.tried = np.zeros(count, dtype=np.int64)
        self.due = np.zeros(count, dtype=np.int64)
        self.rank = np.full(count, _FRESH)
        self.open = np.ones(count, dtype=bool)
        self.invited_on = np.zeros(count, dtype=np.int64)
        steps = (
            "reached", "valid", "interested", "invited", "visited", "converted", "complaints", "do_not_call", "by_itself",
        )  # fmt: skip
        self.seen = {step: np.zeros(count, dtype=bool) for step in steps}

    def counts(self) -> dict[str, int]:
        """Customers at each step; and calls."""
        steps = {step: int(who.sum()) for step, who in self.seen.items() if step != "by_itself"}
        return {"attempted": int((self.tried > 0).sum()), **steps, "calls": self.calls}

    def call(self, daily_calls: Sequence[int]) -> int | None:
        """Day by day in the order of the queue; the day on which nobody was left."""
        if not len(self.income):
            return 0
        for day, possible in enumerate(daily_calls):
            waiting = np.flatnonzero(self.open & (self.due <= day))
            order = np.lexsort((self.rng.random(len(waiting)), self.due[waiting], self.rank[waiting]))
            self._try(waiting[order][: max(0, int(possible))], day)
            if not self.open.any():
                return day + 1
        return None

    def _try(self, who: Integers, day: int) -> None:
        self.calls += len(who)
        self.tried[who] += 1
        chance = usual.LESS_EACH_ATTEMPT ** (self.tried[who] - 1) / (1 + np.exp(-self.reachable[who]))
        chance = np.where(self.rank[who] == _PROMISED, usual.CALLED_BACK, chance)
        answered = ~self.dead[who] & (self.rng.random(len(who)) < chance)
        self.open[who] = ~self.dead[who] & ~answered & (self.tried[who] < self.most)
        self.rank[who], self.due[who] = _RETRY, day + 1
        self._reached(who[answered], day)

    def _reached(self, who: Integers, day: int) -> None:
        rng, seen = self.rng, self.seen
        seen["reached"][who] = True
        pace = np.exp(0.35 * rng.standard_normal(len(who)))
        shares = np.where(_ANNOYED, _moved(_SHORT_SHARES, self.conditions.annoys), _SHORT_SHARES)
        short = float(shares.sum())
        shares = shares * _moved(short, -self.conditions.stays) / short
        mood = np.searchsorted(np.cumsum(shares), rng.random(len(who)), side="right")
        talks = mood == len(shares)
        self._talk(who[talks], day, pace[talks])
        brief, kind = who[~talks], mood[~talks]
        seconds = _SHORT_SECONDS[kind] * pace[~talks]
        self.seconds += float(seconds.sum())
        seen["valid"][brief[(np.round(seconds) >= 30) & (kind > 0)]] = True
        seen["do_not_call"][brief[kind == _SHORT_NAMES.index("refused_forever")]] = True
        seen["complaints"][brief[kind == _SHORT_NAMES.index("complaint")]] = True
        again = brief[(kind == _CALL_BACK) & (self.tried[brief] < self.most)]
        self.open[again], self.rank[again] = True, _PROMISED
        self.due[again] = day + 1 + (rng.random(len(again)) < 0.2)  # one in five asks for the day after tomorrow

    def _talk(self, who: Integers, day: int, pace: Floats) -> None:
        rng, seen = self.rng, self.seen
        score = self.interest[who] + usual.INTEREST_MOOD * rng.standard_normal(len(who)) + self.conditions.interest
        invited, interested = score > usual.INVITED_FROM, score > usual.INTERESTED_FROM
        seconds = np.where(invited, 260, np.where(interested, 190, 48)) * pace
        self.seconds += float(seconds.sum())
        seen["valid"][who[np.round(seconds) >= 30]] = True
        seen["interested"][who[interested]] = True
        seen["invited"][who[invited]] = True
        self.invited_on[who[invited]] = day
        rest = who[interested & ~invited]
        kinds = dict(usual._KINDS)
        chance = sum(kinds[kind] * share for kind, share in usual.BY_ITSELF.items())
        seen["by_itself"][rest[rng.random(len(rest)) < chance]] = True

    def money(self, last_day: int) -> float:
        """Visits and what they bring: yuan of average daily balance in the window after the last day."""
        rng, seen, moved = self.rng, self.seen, self.conditions
        invited = np.flatnonzero(seen["invited"])
        came = invited[rng.random(len(invited)) < _moved(usual.COMES, moved.comes)]
        agrees = _moved(usual.AGREES, moved.agrees)
        luck = rng.random(len(came))
        seen["visited"][came] = True
        seen["converted"][came[luck < agrees]] = True
        paying = came[luck < agrees * usual.AGREES_ON_MONEY / usual.AGREES]
        amount = _rounded(self.elsewhere[paying] * (0.5 + 0.7 * rng.random(len(paying))))
        self.agreed = float(amount.sum())
        visit_on = _calendar(self.invited_on[paying] + 1 + (4 * rng.random(len(paying))).astype(np.int64))
        alone = np.flatnonzero(seen["by_itself"])
        amounts = np.r_[amount, _rounded(usual.BY_ITSELF_SHARE * self.elsewhere[alone])]
        agreed_on = np.r_[visit_on, np.full(len(alone), last_day // 2)]
        return float(self._average(amounts, agreed_on, last_day).sum())

    def _average(self, amount: Floats, agreed_on: Integers, last_day: int) -> Floats:
        rng, count = self.rng, len(amount)
        kept = rng.random(count) >= usual.BREAKS_WORD
        since = agreed_on + (8 * rng.random(count)).astype(np.int64)
        leaves = since + 20 + (40 * rng.random(count)).astype(np.int64)
        pulled = rng.random(count) < _moved(usual.PULLED_FORWARD, -self.conditions.lasts)
        present = np.clip(last_day + WINDOW_DAYS - since, 0, WINDOW_DAYS) / WINDOW_DAYS
        gone = pulled * np.clip(last_day + WINDOW_DAYS - leaves, 0, WINDOW_DAYS) / WINDOW_DAYS
        average: Floats = kept * amount * (present - gone / 2)
        return average


def _rounded(amount: Floats) -> Floats:
    rounded: Floats = np.clip(np.round(amount / 1000) * 1000, 10_000, 1_500_000)
    return rounded


def simulated_past(count: int, *, customers: int, seed: int = 1, attempts: int = 3) -> list[PastCampaign]:
    """Results of campaigns of the fictional bank, to forecast from while the bank has none of its own.

    Parameters
    ----------
    count : campaigns, each under its own conditions
    customers : borrowers in the audience of each; who could all be called in three weeks
    """
    found = []
    for number in range(count):
        rng = stream(seed, "simulated past", number)
        found.append(
            simulate_campaign(
                BORROWERS_INCOME * np.exp(BORROWERS_SPREAD * rng.standard_normal(customers)),
                seed=int(rng.integers(2**62)),
                daily_calls=[math.ceil(customers * attempts / 15)] * 20,
                attempts=attempts,
                conditions=draw_conditions(seed, number),
            ).result()
        )
    return found

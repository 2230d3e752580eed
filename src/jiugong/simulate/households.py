"""Who the customers are: what is fixed about each of them, drawn once.

Calibration (domain.md, section 8): assets of a big Chinese bank's customers are lognormal (median 1,700, sigma about 2.2)
with a Pareto tail (alpha 1.15) from 500,000; those with a mortgage hold more in the middle and earn more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from . import people
from .columns import Mask, draw
from .institution import MANAGERS_PER_OUTLET, OUTLETS
from .streams import stream

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Strings = npt.NDArray[np.str_]

BORROWERS_INCOME, BORROWERS_SPREAD = 120_000, 0.6  # yuan a year: median, standard deviation of the logarithm
MORTGAGE_SHARE = 20  # one household in twenty has a mortgage on a new home
CATEGORIES = ("demand", "time", "large_cd", "wealth", "fund", "insurance", "bond")
STATUS = ("active", "closed", "employee", "frozen", "deceased")
WANDER = 0.64  # the standard deviation of log assets over time (balances.py); the rest of sigma is between people


@dataclass(frozen=True)
class Households:
    """One entry per customer in every array, in the order of the customer number."""

    seed: int
    ids: Strings
    mortgage: Mask
    male: Mask
    names: Strings
    birth: Integers  # ordinals
    id_numbers: Strings
    mobiles: Strings
    has_mobile: Mask
    outlet: Integers  # index into OUTLETS
    manager: Integers  # place in the outlet's team
    has_manager: Mask
    status: Integers  # index into STATUS
    income: Floats  # yuan a year: the truth, whether the bank knows it or not
    log_assets: Floats  # what log assets wander about
    payroll: Mask
    holds: Floats  # (n, categories): shares of the assets, each row sums to 1
    dresser: Mask  # moves money in for the last day of a quarter

    def __len__(self) -> int:
        return len(self.ids)


def draw_households(count: int, seed: int, as_of: date) -> Households:
    """`count` customers, every twentieth a household with a mortgage on a new home."""
    rng = stream(seed, "households")
    mortgage = np.zeros(count, dtype=bool)
    mortgage[rng.permutation(count)[: round(count / MORTGAGE_SHARE)]] = True
    male = rng.random(count) < 0.5
    birth = _births(rng, mortgage, as_of)
    score = rng.standard_normal(count)  # earning power; assets lean on it
    income = np.where(mortgage, BORROWERS_INCOME * np.exp(BORROWERS_SPREAD * score), 72_000 * np.exp(0.62 * score))
    log_assets = _log_assets(rng, mortgage, score)
    outlet = draw(rng, count, (0.34, 0.26, 0.22, 0.18))
    wealthy = log_assets > np.log(50_000)
    served = np.where(mortgage, 0.96, np.where(wealthy, 0.95, 0.12))
    return Households(
        seed=seed,
        ids=np.char.add("C", np.char.zfill((np.arange(count) + 100_001).astype(str), 8)),
        mortgage=mortgage,
        male=male,
        names=people.names(seed, male),
        birth=birth,
        id_numbers=people.id_numbers(birth, male),
        mobiles=_shared(rng, people.mobiles(seed, count), mortgage, outlet),
        has_mobile=rng.random(count) >= np.where(mortgage, 0.04, 0.12),
        outlet=outlet,
        manager=rng.integers(0, MANAGERS_PER_OUTLET, count),
        has_manager=rng.random(count) < served,
        status=draw(rng, count, (0.974, 0.012, 0.008, 0.004, 0.002)) * ~(mortgage & (rng.random(count) < 0.5)),
        income=income,
        log_assets=log_assets,
        payroll=rng.random(count) < np.where(mortgage, 0.30, 0.18),
        holds=_holds(rng, log_assets),
        dresser=(rng.random(count) < 0.15) & wealthy,
    )


def _births(rng: np.random.Generator, mortgage: Mask, as_of: date) -> Integers:
    borrower = 23 + rng.gamma(4.3, 3.9, len(mortgage))  # mode about 36
    other = 18 + rng.gamma(2.8, 10.5, len(mortgage))
    age = np.clip(np.where(mortgage, borrower, other), np.where(mortgage, 23, 18), np.where(mortgage, 62, 90))
    return as_of.toordinal() - (age * 365.25).astype(np.int64)


def _log_assets(rng: np.random.Generator, mortgage: Mask, score: Floats) -> Floats:
    count = len(mortgage)
    leaning = 0.45 * score + np.sqrt(1 - 0.45**2) * rng.standard_normal(count)
    median = np.where(mortgage, 8_500, 1_700)
    sigma = np.sqrt(np.where(mortgage, 1.75, 2.15) ** 2 - WANDER**2)
    body = np.log(median) + sigma * leaning
    tail = np.log(500_000) + np.minimum(rng.exponential(1 / 1.15, count), np.log(40))
    rich = rng.random(count) < np.where(mortgage, 0.017, 0.024) * np.exp(0.6 * score - 0.18)
    log: Floats = np.where(rich, tail, body)
    return log


def _holds(rng: np.random.Generator, log_assets: Floats) -> Floats:
    """The richer somebody is, the more categories he holds."""
    rise = np.clip((log_assets - np.log(1_000)) / (np.log(1_000_000) - np.log(1_000)), 0, 1.2)[:, None]
    base = np.array([1.0, 0.12, 0.0, 0.02, 0.02, 0.01, 0.01])
    slope = np.array([0.0, 0.60, 0.0, 0.50, 0.22, 0.18, 0.12])
    chance = base + slope * rise
    chance[:, CATEGORIES.index("large_cd")] = np.where(log_assets > np.log(280_000), 0.45, 0.0)
    has = rng.random(chance.shape) < chance
    weight = has * rng.gamma(2.0, 0.5, chance.shape) * np.array([1.0, 2.2, 2.4, 2.0, 0.5, 0.6, 0.5])
    weight[:, 0] = np.maximum(weight[:, 0], 0.02)
    shares: Floats = weight / weight.sum(axis=1, keepdims=True)
    return shares


def _shared(rng: np.random.Generator, mobiles: Strings, mortgage: Mask, outlet: Integers) -> Strings:
    """A tenth of the borrowers give the number of a spouse, who is a customer of the same outlet without the loan."""
    mobiles = mobiles.copy()
    for place in range(len(OUTLETS)):
        borrowers = np.flatnonzero(mortgage & (outlet == place))
        spouses = rng.permutation(np.flatnonzero(~mortgage & (outlet == place)))
        pairs = min(len(borrowers) // 10, len(spouses))
        mobiles[spouses[:pairs]] = mobiles[rng.permutation(borrowers)[:pairs]]
    return mobiles

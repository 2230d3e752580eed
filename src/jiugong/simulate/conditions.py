"""How one fictional campaign differs from the next: season, script, offer. Nobody can know it beforehand.

Domain.md gives no spread between campaigns; these are assumed, and about what published response rates of repeated
campaigns show: a rate near one half moves by five to seven points, money by a fifth.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from .streams import normal


@dataclass(frozen=True)
class Conditions:
    """Shifts from the usual, on top of each customer's own; 0 is as usual.

    may_be_called, answers, stays, annoys, comes, agrees, lasts : of the log-odds of consent and a number, of an answer,
        of a talk with whom was reached, of a complaint or a refusal for good, of coming when invited, of agreeing on a
        product, of money that stays
    interest : of the interest, in the unit of `Reactions.interest`
    amount : of the logarithm of the money
    """

    may_be_called: float = 0.0
    answers: float = 0.0
    stays: float = 0.0
    annoys: float = 0.0
    interest: float = 0.0
    comes: float = 0.0
    agrees: float = 0.0
    amount: float = 0.0
    lasts: float = 0.0


USUAL = Conditions()
SPREAD = Conditions(
    may_be_called=0.30, answers=0.30, stays=0.25, annoys=0.30, interest=0.12, comes=0.25, agrees=0.22, amount=0.20,
    lasts=0.30,
)  # fmt: skip
COMMON = 0.25  # correlation of the shifts: a good season helps at every step, but for what annoys


def draw_conditions(seed: int, number: int, *, spread: Conditions = SPREAD, common: float = COMMON) -> Conditions:
    """Those of the `number`-th campaign of this world.

    Parameters
    ----------
    spread : standard deviation of each shift between campaigns
    common : correlation of the shifts of one campaign, 0 to 1
    """
    season = normal(seed, number, "season")
    drawn = {}
    for shift in fields(Conditions):
        shared = 0.0 if shift.name == "annoys" else common
        own = normal(seed, number, shift.name)
        drawn[shift.name] = getattr(spread, shift.name) * (math.sqrt(shared) * season + math.sqrt(1 - shared) * own)
    return Conditions(**drawn)

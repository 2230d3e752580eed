"""What is planned: how many customers, how many attempts, how many calls a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..errors import MisuseError

MOST_DAYS = 400  # working days; a plan beyond is a mistake in the dates


@dataclass(frozen=True)
class CampaignPlan:
    """A planned campaign in numbers.

    audience : customers that the rules of the audience choose
    eligible : of these, who may be called, where it has been counted; None: forecast too
    held_out : customers left alone
    attempts : allowed for each customer; None: the policy's
    daily_calls : calls that all managers together can make, for each working day of the campaign; empty: no staff named
        yet, so that nothing is said about the time
    levels : customers of the audience by level (0: unscored); empty: not known
    offer_cost : yuan for each converted customer
    """

    audience: int
    eligible: int | None = None
    held_out: int = 0
    attempts: int | None = None
    daily_calls: tuple[int, ...] = ()
    levels: Mapping[int, int] = field(default_factory=dict)
    offer_cost: float = 0.0

    def __post_init__(self) -> None:
        if self.audience < 0:
            raise MisuseError(
                f"an audience of {self.audience:,} customers; it is a number of 0 or more: count it again"
            )
        known = self.audience if self.eligible is None else self.eligible
        if not 0 <= known <= self.audience:
            raise MisuseError(
                f"{known:,} eligible customers of an audience of {self.audience:,}; they are a part of it: "
                "count both by the same rules"
            )
        if not 0 <= self.held_out <= known:
            raise MisuseError(
                f"{self.held_out:,} customers held out of {known:,}; give a number from 0 to {known:,}: "
                "the hold-out is a part of the list"
            )
        if self.attempts is not None and self.attempts < 1:
            raise MisuseError(f"{self.attempts} attempts for each customer; give 1 or more, or none for the policy's")
        if len(self.daily_calls) > MOST_DAYS or any(calls < 0 for calls in self.daily_calls):
            raise MisuseError(
                f"daily_calls has {len(self.daily_calls):,} days; give up to {MOST_DAYS} working days with 0 or more "
                "calls each"
            )
        if any(count < 0 for count in self.levels.values()):
            raise MisuseError("a level of the audience has fewer than 0 customers; count the levels again")
        if not self.offer_cost >= 0:
            raise MisuseError(f"offer_cost is {self.offer_cost}; give yuan for each converted customer, 0 or more")

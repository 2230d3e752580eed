"""A campaign without a desk: the list drawn, called, measured two months later. Does the interval hold the truth?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from jiugong.evaluate import Effect, cut_points, draw_holdout, effect_on_balance
from jiugong.simulate import Placement, Reactions, Truth, reactions, simulate_bank, truth

AS_OF, CALLED_ON = date(2025, 12, 31), date(2026, 1, 12)
DEPOSITS = ("demand", "time", "large_cd")
AGAIN = {"no_answer", "busy", "declined", "switched_off", "voice_assistant", "call_back"}


@dataclass(frozen=True)
class Outcome:
    found: Effect
    true: Truth

    @property
    def covered(self) -> bool:
        return self.found.low <= self.true.clipped <= self.found.high

    @property
    def excluded_nothing(self) -> bool:
        return self.found.low <= 0 <= self.found.high


def campaign(seed: int, *, customers: int, called: bool = True) -> Outcome:
    """Everybody with a mortgage is listed, one in four held out, the rest called up to three times."""
    bank = simulate_bank(customers=customers, seed=seed, as_of=AS_OF)
    listed = bank.households.ids[bank.households.mortgage].tolist()
    outlet = dict(zip(bank.households.ids.tolist(), bank.households.outlet.tolist(), strict=True))
    strata = [str(outlet[customer]) for customer in listed]
    drawn = draw_holdout(listed, strata, size=len(listed) // 4, seed=f"recovery-{seed}")
    treated = [customer for customer in listed if customer not in drawn.held_out]
    brought = money_of(reactions(bank, seed=seed), treated) if called else []
    moved, unmoved = bank.later(2, brought), bank.later(2)
    before, after = bank.average_daily(AS_OF, DEPOSITS), moved.average_daily(moved.as_of, DEPOSITS)
    at_start = [before.get(customer, 0.0) for customer in listed]
    found = effect_on_balance(
        [after.get(customer, 0.0) for customer in listed],
        at_start,
        [customer not in drawn.held_out for customer in listed],
        strata=strata,
        probability=[drawn.probability[customer] for customer in listed],
        ids=listed,
    )
    cuts = cut_points(at_start)
    without = unmoved.average_daily(unmoved.as_of, DEPOSITS)
    return Outcome(found, truth(after, without, before, treated, low=cuts.low, high=cuts.high))


def money_of(people: Reactions, treated: list[str]) -> list[Placement]:
    return [placement for customer in treated if (placement := money_from(people, customer))]


def money_from(people: Reactions, customer: str) -> Placement | None:
    for attempt in (1, 2, 3):
        said = people.answer(customer, attempt)
        if said.outcome not in AGAIN:
            break
    if said.visit_days is None:
        return people.after_call(customer, said.outcome, CALLED_ON)
    agreed = people.visit(customer)
    if agreed.amount is None:
        return None
    return people.money(customer, product=agreed.product, amount=agreed.amount, on=CALLED_ON)


def test_the_interval_holds_the_truth_of_one_campaign():
    outcome = campaign(1, customers=20_000)
    assert outcome.true.clipped > 1_000
    assert outcome.covered


def test_a_campaign_in_which_nobody_is_called_has_no_effect():
    outcome = campaign(2, customers=4_000, called=False)
    assert outcome.true.clipped == outcome.true.effect == 0
    assert outcome.excluded_nothing


@pytest.mark.long
def test_the_interval_holds_the_truth_as_often_as_it_claims():
    """95 in 100. Of 100 campaigns, 90 to 99: outside of that by luck once in a hundred times, and the seeds are fixed."""
    covered = sum(campaign(seed, customers=4_000).covered for seed in range(100, 200))
    assert 90 <= covered <= 99

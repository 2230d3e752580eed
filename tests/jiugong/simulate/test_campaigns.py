"""A whole campaign by arrays: the same customers as `Reactions` has, the rules kept, and a truth that can be added up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from jiugong.errors import MisuseError
from jiugong.forecast import PastCampaign
from jiugong.simulate import Conditions, draw_conditions, simulate_bank, simulate_campaign, simulated_past
from jiugong.simulate import reactions as reactions_of
from jiugong.simulate.campaigns import WINDOW_DAYS, _Run
from jiugong.simulate.conditions import SPREAD, USUAL

INCOME = 120_000 * np.exp(0.6 * np.random.default_rng(1).standard_normal(3000))
PLENTY = [100_000] * 8
AGAIN = {"no_answer", "busy", "declined", "switched_off", "voice_assistant", "call_back"}
UNREACHED = AGAIN - {"call_back"} | {"empty_number", "suspended", "wrong_person"}


def test_the_same_seed_is_the_same_campaign() -> None:
    one, again, other = (simulate_campaign(INCOME, seed=seed, daily_calls=[400] * 15) for seed in (3, 3, 4))
    assert one == again
    assert one != other


def test_customers_react_as_the_truth_of_single_customers_says() -> None:
    """The demo asks `Reactions` for each customer; here thousands are asked at once. The shares are the same.

    6,000 and 20,000 customers: a share of one half is known to a point, one of 5 % to half a point.
    """
    bank = simulate_bank(customers=20_000, seed=1, as_of=date(2025, 12, 31), months=1)
    who = bank.households.ids[bank.households.mortgage].tolist()
    seen = dict.fromkeys(
        ("reached", "valid", "interested", "invited", "visited", "converted", "refused", "agreed"), 0.0
    )
    asked = calls = 0
    for seed in range(6):
        people = reactions_of(bank, seed=seed)
        for customer in who:
            asked += 1
            answers = []
            for attempt in (1, 2, 3):
                calls += 1
                answers.append(people.answer(customer, attempt))
                if answers[-1].outcome not in AGAIN:
                    break
            last = answers[-1]
            seen["reached"] += any(answer.outcome not in UNREACHED for answer in answers)
            seen["valid"] += any(answer.talk_seconds >= 30 and answer.disclosed for answer in answers)
            seen["interested"] += last.outcome.startswith(("interested", "invited", "self", "referred"))
            seen["invited"] += last.outcome == "invited"
            seen["refused"] += last.outcome == "refused_forever"
            if last.outcome == "invited":
                visit = people.visit(customer)
                seen["visited"] += visit.comes
                seen["converted"] += bool(visit.product)
                seen["agreed"] += float(visit.amount or 0)
    income = bank.households.income[bank.households.mortgage]
    runs = [simulate_campaign(income, seed=seed, daily_calls=PLENTY, held_out=0.0) for seed in range(24)]
    tried = sum(run.counts["attempted"] for run in runs)
    share = {name: sum(run.counts[name] for run in runs) / tried for name in seen if name not in ("agreed", "refused")}
    share["refused"] = sum(run.counts["do_not_call"] for run in runs) / tried
    for name, found in share.items():
        expected = seen[name] / asked
        assert found == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) * (1 / asked + 1 / tried))), (
            name
        )
    assert sum(run.counts["calls"] for run in runs) / tried == pytest.approx(calls / asked, rel=0.03)
    agreed = sum(run.agreed for run in runs) / tried
    assert agreed == pytest.approx(seen["agreed"] / asked, rel=0.25)  # 400 and 1,200 agree, by very different sums


def test_the_calls_of_a_day_and_the_attempts_of_a_customer_are_kept() -> None:
    run = simulate_campaign(INCOME, seed=1, daily_calls=[100] * 10, held_out=0.5)
    assert run.counts["calls"] == 1000
    assert 900 < run.counts["attempted"] < 1000  # who was never tried comes first, but for promised callbacks
    assert run.finished_in is None
    assert run.still_open > 0
    one_a_day = simulate_campaign(INCOME, seed=1, daily_calls=[100_000] * 2)
    assert one_a_day.counts["attempted"] < one_a_day.counts["calls"] <= 2 * one_a_day.counts["attempted"]
    done = simulate_campaign(INCOME, seed=1, daily_calls=PLENTY)
    assert done.finished_in is not None
    assert 3 <= done.finished_in <= 5  # a promised callback may be a day later
    assert done.still_open == 0
    assert done.counts["calls"] <= 3 * done.counts["attempted"]


def test_counts_are_parts_of_one_another() -> None:
    counts = simulate_campaign(INCOME, seed=5, daily_calls=[500] * 10).counts
    order = ("audience", "eligible", "attempted", "reached", "interested", "invited", "visited", "converted")
    values = [counts[step] for step in order]
    assert values == sorted(values, reverse=True)
    assert counts["eligible"] - counts["held_out"] == counts["attempted"]
    assert counts["do_not_call"] + counts["complaints"] + counts["interested"] < counts["reached"]


def test_money_is_averaged_over_the_days_of_the_window() -> None:
    """Against adding up day by day, with the same draws."""
    run = _Run(np.full(200, 1e5), np.random.default_rng(1), USUAL, 3)
    run.rng = np.random.default_rng(7)
    amount, agreed_on, last_day = np.linspace(10_000, 400_000, 200), np.arange(200) % 25, 20
    found = run._average(amount, agreed_on, last_day)
    rng = np.random.default_rng(7)
    kept = rng.random(200) >= 0.14
    since = agreed_on + (8 * rng.random(200)).astype(int)
    leaves = since + 20 + (40 * rng.random(200)).astype(int)
    pulled = rng.random(200) < 0.30
    for place in range(200):
        days = range(last_day, last_day + WINDOW_DAYS)
        held = [
            (amount[place] if day >= since[place] else 0)
            - (amount[place] / 2 if pulled[place] and day >= leaves[place] else 0)
            for day in days
        ]
        assert found[place] == pytest.approx(kept[place] * sum(held) / WINDOW_DAYS)


def test_who_is_not_called_brings_nothing() -> None:
    assert simulate_campaign(INCOME, seed=1, daily_calls=[0] * 10).deposits == 0
    some, most = (simulate_campaign(INCOME, seed=1, daily_calls=PLENTY, held_out=share) for share in (0.9, 0.1))
    assert 0 < some.deposits < most.deposits


def test_what_a_hold_out_would_measure_scatters_about_the_truth() -> None:
    runs = [simulate_campaign(INCOME[:1000], seed=seed, daily_calls=PLENTY) for seed in range(200)]
    off = np.array([(run.measured - run.deposits) / run.measured_error for run in runs])
    assert abs(off.mean()) < 3 / np.sqrt(200)
    assert off.std() == pytest.approx(1, abs=0.16)
    assert simulate_campaign(INCOME, seed=1, daily_calls=PLENTY, held_out=0.0).result().measured is None


@pytest.mark.parametrize(
    ("shift", "moves", "of"),
    [("may_be_called", "eligible", "audience"), ("answers", "reached", "attempted"), ("stays", "valid", "reached"), ("annoys", "do_not_call", "reached"),
     ("interest", "invited", "reached"), ("comes", "visited", "invited"), ("agrees", "converted", "visited")],
)  # fmt: skip
def test_a_condition_moves_its_own_step(shift: str, moves: str, of: str) -> None:
    usual, better = (
        [simulate_campaign(INCOME, seed=seed, daily_calls=PLENTY, conditions=here).counts for seed in range(6)]
        for here in (USUAL, replace(USUAL, **{shift: 0.6}))
    )

    def share(runs: list[dict[str, int]], step: str, whole: str) -> float:
        return sum(run[step] for run in runs) / sum(run[whole] for run in runs)

    assert share(better, moves, of) > 1.05 * share(usual, moves, of)
    if shift != "answers":
        assert share(better, "reached", "attempted") == pytest.approx(share(usual, "reached", "attempted"), abs=0.02)


def test_money_has_conditions_too() -> None:
    def brought(conditions: Conditions) -> float:
        runs = [simulate_campaign(INCOME, seed=s, daily_calls=PLENTY, conditions=conditions) for s in range(12)]
        return sum(run.deposits for run in runs) / sum(run.counts["converted"] for run in runs)

    assert brought(replace(USUAL, amount=0.5)) == pytest.approx(brought(USUAL) * np.exp(0.5), rel=0.2)
    assert brought(replace(USUAL, lasts=3.0)) > brought(replace(USUAL, lasts=-3.0))


def test_campaigns_differ_as_much_as_their_spread_says_and_a_season_helps_all_steps() -> None:
    drawn = [draw_conditions(1, number) for number in range(2000)]
    assert drawn[7] == draw_conditions(1, 7) != draw_conditions(2, 7)
    table = np.array([[getattr(one, name) for name in vars(USUAL)] for one in drawn])
    assert table.std(axis=0) == pytest.approx([getattr(SPREAD, name) for name in vars(USUAL)], rel=0.06)
    assert abs(table.mean(axis=0)).max() < 0.03
    helped = [name != "annoys" for name in vars(USUAL)]
    alike = np.corrcoef(table[:, helped].T)[np.triu_indices(8, 1)]
    assert alike.mean() == pytest.approx(0.25, abs=0.05)
    assert draw_conditions(1, 7, spread=USUAL) == USUAL


def test_simulated_results_can_be_forecast_from() -> None:
    found = simulated_past(5, customers=400)
    assert found == simulated_past(5, customers=400)
    assert all(isinstance(one, PastCampaign) and one.simulated for one in found)
    assert len({one.reached for one in found}) > 1
    assert all(one.still_open < 0.1 * one.attempted for one in found)


@pytest.mark.parametrize("wrong", [{"income": []}, {"attempts": 0}, {"held_out": 1.0}])
def test_a_campaign_that_cannot_be_is_refused(wrong: dict) -> None:
    given = {"income": INCOME, "seed": 1, "daily_calls": [10]} | wrong
    with pytest.raises(MisuseError, match="it takes one customer, one attempt, and a share from 0 to below 1"):
        simulate_campaign(given.pop("income"), **given)


def test_nobody_who_may_be_called_is_a_campaign_of_nobody() -> None:
    run = simulate_campaign([1e5], seed=1, daily_calls=[10], conditions=replace(USUAL, may_be_called=-20.0))
    assert run.counts["eligible"] == run.counts["calls"] == run.deposits == 0
    assert run.finished_in == 0

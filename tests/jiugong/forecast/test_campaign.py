"""A forecast: against plain draws of whole campaigns, what must hold for any plan, and what it says it rests on."""

from __future__ import annotations

import json
import math
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiugong.errors import MisuseError
from jiugong.forecast import CampaignPlan, PastCampaign, forecast_campaign
from jiugong.forecast.draws import count_at, draw
from jiugong.forecast.figures import FUNNEL, MEANINGS, WHOLE, figure
from jiugong.forecast.learning import Learned, odds
from jiugong.policy import load_policy

POLICY = load_policy()
PLAN = CampaignPlan(audience=1000, eligible=750, held_out=150, daily_calls=(120,) * 20)
PAST = PastCampaign(
    starts_on=date(2025, 1, 6), audience=1200, eligible=900, attempted=700, reached=520, valid=360, interested=70,
    invited=40, visited=22, converted=12, complaints=1, do_not_call=13, calls=1300, agreed=900_000.0,
    deposits=700_000.0, deposits_error=900_000.0,
)  # fmt: skip
STEPS = [step for step in FUNNEL if step not in ("treated",)]


RATE = {
    "eligible": 0.7, "reached": 0.6, "valid": 0.65, "interested": 0.12, "invited": 0.07, "visited": 0.55,
    "converted": 0.45, "complaints": 0.003, "do_not_call": 0.03,
}  # fmt: skip
MONEY = {"amount": 60_000.0, "brought": 0.7, "repeat_calls": 1.0}


def known_for_sure() -> dict[str, Learned]:
    """Rates without any doubt: what is left is chance in counting."""
    places = {name: odds(rate) for name, rate in RATE.items()} | {
        name: math.log(value) for name, value in MONEY.items()
    }
    return {name: Learned(np.array([place, place]), np.array([-1.0, 1.0])) for name, place in places.items()}


def test_campaigns_spread_as_draws_of_single_customers_do() -> None:
    policy = replace(POLICY, forecast=replace(POLICY.forecast, amount_spread=Decimal("1.2")))
    found = draw(CampaignPlan(900, held_out=100), policy, known_for_sure(), seed=1)
    rng = np.random.default_rng(4)
    runs = {"eligible": rng.binomial(900, RATE["eligible"], 20_000)}
    runs["reached"] = rng.binomial(runs["eligible"] - 100, RATE["reached"])
    for name in ("valid", "interested", "complaints", "do_not_call"):
        runs[name] = rng.binomial(runs["reached"], RATE[name])
    runs["invited"] = rng.binomial(runs["interested"], RATE["invited"] / RATE["interested"])
    for name, of in (("visited", "invited"), ("converted", "visited")):
        runs[name] = rng.binomial(runs[of], RATE[name])
    sigma = math.sqrt(math.log1p(1.2**2))
    amounts = rng.lognormal(math.log(MONEY["amount"]) - sigma**2 / 2, sigma, (20_000, runs["converted"].max()))
    agreed = np.where(np.arange(amounts.shape[1]) < runs["converted"][:, None], amounts, 0.0).sum(axis=1)
    runs["deposits"] = agreed * MONEY["brought"]
    for name, values in runs.items():
        # 4,000 draws know a quantile to 2.5 % of the spread; a sum of few lognormals is only nearly lognormal itself.
        allowed = 0.12 * values.std() + (0.5 if name != "deposits" else 0)
        ours, theirs = (np.quantile(of, (0.1, 0.5, 0.9)) for of in (found[name], values))
        assert ours == pytest.approx(theirs, abs=allowed), name
        assert found[name].mean() == pytest.approx(values.mean(), rel=0.04, abs=0.08), name


@pytest.mark.parametrize(("trials", "share"), [(5, 0.4), (30, 0.1), (400, 0.004), (2000, 0.5), (60, 0.97)])
def test_a_count_at_a_score_is_a_binomial(trials: int, share: float) -> None:
    scores = np.random.default_rng(2).standard_normal(200_000)
    found = np.round(count_at(np.full(200_000, float(trials)), np.full(200_000, share), scores))
    drawn = np.random.default_rng(3).binomial(trials, share, 200_000)
    assert found.mean() == pytest.approx(drawn.mean(), rel=0.03, abs=0.03)
    assert found.std() == pytest.approx(drawn.std(), rel=0.06)
    for quantile in (0.1, 0.5, 0.9):
        assert abs(np.quantile(found, quantile) - np.quantile(drawn, quantile)) <= 1


@pytest.mark.parametrize("mean", [1.3, 3.0, 8.0, 40.0])
def test_an_interval_of_a_small_count_holds_what_it_claims(mean: float) -> None:
    """On average over many means: a whole interval cannot hold 80 % of every small count, but neither more nor less."""
    held = []
    for at in np.linspace(mean * 0.8, mean * 1.25, 60):
        drawn = count_at(
            np.full(20_000, 1e6), np.full(20_000, at / 1e6), np.random.default_rng(1).standard_normal(20_000)
        )
        ends = figure("visited", drawn, 0.8)
        truth = np.random.default_rng(5).poisson(at, 20_000)
        held.append(np.mean((truth >= ends.low) & (truth <= ends.high)))
    assert np.mean(held) == pytest.approx(0.8, abs=0.05 if mean < 3 else 0.03)


def test_the_same_question_has_the_same_answer() -> None:
    assert forecast_campaign(PLAN, policy=POLICY, past=[PAST]) == forecast_campaign(PLAN, policy=POLICY, past=[PAST])
    other = forecast_campaign(PLAN, policy=POLICY, past=[PAST], seed=2)
    assert other != forecast_campaign(PLAN, policy=POLICY, past=[PAST])
    assert other["reached"].central == pytest.approx(
        forecast_campaign(PLAN, policy=POLICY, past=[PAST])["reached"].central, rel=0.03
    )


def test_the_order_of_past_campaigns_plays_no_part() -> None:
    other = replace(PAST, reached=400, valid=300, starts_on=date(2024, 3, 1))
    one, two = (forecast_campaign(PLAN, policy=POLICY, past=order) for order in ([PAST, other], [other, PAST]))
    assert all(one[key].central == pytest.approx(two[key].central) for key in one.figures)


@settings(max_examples=25, deadline=None)
@given(audience=st.integers(0, 5000), more=st.integers(1, 500), daily=st.integers(0, 400), attempts=st.integers(1, 4))
def test_more_customers_never_forecast_fewer(audience: int, more: int, daily: int, attempts: int) -> None:
    """With the same draws: a figure moves by what was changed in the plan, and by nothing else."""
    plans = [CampaignPlan(count, attempts=attempts, daily_calls=(daily,) * 15) for count in (audience, audience + more)]
    small, large = (forecast_campaign(plan, policy=POLICY) for plan in plans)
    for key in ("eligible", "attempted", "calls", "finish"):
        assert large[key].central >= small[key].central
    if daily == 0:
        assert large["reached"].high == large["deposits"].high == 0


@settings(max_examples=25, deadline=None)
@given(audience=st.integers(0, 200_000), held=st.floats(0, 0.9), daily=st.integers(0, 9000), days=st.integers(0, 30))
def test_every_step_is_a_part_of_the_one_before(audience: int, held: float, daily: int, days: int) -> None:
    plan = CampaignPlan(audience, held_out=int(audience * held), daily_calls=(daily,) * days)
    found = forecast_campaign(plan, policy=POLICY)
    for end in ("low", "central", "high"):
        values = [getattr(found[step], end) for step in STEPS if step != "valid"]
        assert values == sorted(values, reverse=True)
        assert getattr(found["valid"], end) <= getattr(found["reached"], end)
    for one in found.figures.values():
        assert 0 <= one.low <= one.central <= one.high
        if one.key in WHOLE and math.isfinite(one.high):
            assert [one.low, one.high] == [int(one.low), int(one.high)]
    assert ("finish" in found.figures) == (days > 0)


def test_past_results_move_and_narrow_what_was_assumed() -> None:
    assumed = forecast_campaign(PLAN, policy=POLICY)
    ten = forecast_campaign(PLAN, policy=POLICY, past=[PAST] * 10)
    for key in ("reached", "valid", "interested", "invited", "visited", "converted", "deposits"):
        narrow, wide = ((found[key].high - found[key].low) / found[key].central for found in (ten, assumed))
        assert narrow < 0.8 * wide, key
    assert ten["reached"].central / 600 == pytest.approx(520 / 700, abs=0.03)


def test_another_number_of_attempts_is_translated() -> None:
    """Results of campaigns with one attempt are no reason to expect little of three."""
    one = replace(PAST, attempts=1, attempted=700, reached=330, valid=230, calls=710)
    three = forecast_campaign(PLAN, policy=POLICY, past=[one] * 8)
    single = forecast_campaign(replace(PLAN, attempts=1), policy=POLICY, past=[one] * 8)
    assert single["reached"].central / 600 == pytest.approx(330 / 700, abs=0.03)
    assert three["reached"].central > 1.35 * single["reached"].central
    assert three["calls"].central > 1.5 * single["calls"].central


def test_a_campaign_that_ran_out_of_time_is_no_reason_to_expect_little() -> None:
    short = replace(PAST, reached=330, valid=230, still_open=370, calls=710)
    found = forecast_campaign(PLAN, policy=POLICY, past=[short] * 8)
    naive = forecast_campaign(PLAN, policy=POLICY, past=[replace(short, still_open=0)] * 8)
    assert found["reached"].central > 1.25 * naive["reached"].central


def test_levels_weigh_the_money_and_only_the_money() -> None:
    poor, rich = (forecast_campaign(replace(PLAN, levels=levels), policy=POLICY) for levels in ({1: 10, 0: 0}, {9: 10}))
    weights = POLICY.forecast.amount_of_level
    assert rich["deposits"].central / poor["deposits"].central == pytest.approx(float(weights["9"] / weights["1"]))
    assert rich["visited"] == poor["visited"]
    unscored = forecast_campaign(replace(PLAN, levels={0: 10}), policy=POLICY)
    assert unscored["deposits"] == forecast_campaign(PLAN, policy=POLICY)["deposits"]


def test_money_of_past_campaigns_is_read_by_their_own_levels() -> None:
    """A past campaign among the rich that agreed on much is no reason to expect as much of the poor."""
    rich = replace(PAST, levels={9: 700}, agreed=9_000_000.0, deposits=None)
    poor_plan = replace(PLAN, levels={1: 750})
    knowing = forecast_campaign(poor_plan, policy=POLICY, past=[rich] * 6)
    blind = forecast_campaign(poor_plan, policy=POLICY, past=[replace(rich, levels={})] * 6)
    assert blind["deposits"].central > 1.8 * knowing["deposits"].central


def test_cost_is_hours_and_offers() -> None:
    plain = forecast_campaign(PLAN, policy=POLICY)
    offered = forecast_campaign(replace(PLAN, offer_cost=200.0), policy=POLICY)
    assert plain["cost"].central == pytest.approx(plain["hours"].central * float(POLICY.forecast.hourly_cost))
    assert offered["cost"].central > plain["cost"].central
    assert offered["hours"] == plain["hours"]


def test_too_few_staff_do_not_finish_and_reach_fewer() -> None:
    few = forecast_campaign(replace(PLAN, daily_calls=(20,) * 20), policy=POLICY, past=[PAST])
    many = forecast_campaign(replace(PLAN, daily_calls=(200,) * 20), policy=POLICY, past=[PAST])
    assert few.finished is not None
    assert many.finished is not None
    assert few.finished < 0.02
    assert many.finished > 0.98
    assert few["finish"].low > 20
    assert many["finish"].high <= 20
    assert few["reached"].high < many["reached"].low
    assert few["attempted"].high < 600
    assert forecast_campaign(replace(PLAN, daily_calls=()), policy=POLICY).finished is None


def test_it_says_what_it_rests_on() -> None:
    real = [PAST, replace(PAST, starts_on=date(2025, 10, 9))]
    made_up = [replace(PAST, simulated=True, starts_on=None)] * 3
    none, some, simulated, both = (
        forecast_campaign(PLAN, policy=POLICY, past=p) for p in ([], real, made_up, [*made_up, *real])
    )
    assert (none.source, none.source_en) == ("政策默认假设", "default assumptions")
    assert some.source == "政策默认假设，2 次往期活动（2025-01 至 2025-10）"
    assert some.source_en == "default assumptions, 2 past campaigns (2025-01 to 2025-10)"
    assert (simulated.source, simulated.simulated) == ("政策默认假设，3 次模拟活动", 3)
    # Another bank's campaigns are worth something only while there is none of one's own.
    assert both == some
    undated = forecast_campaign(PLAN, policy=POLICY, past=[replace(PAST, starts_on=None)])
    assert undated.source_en == "default assumptions, 1 past campaign"


def test_the_report_is_plain_json_and_says_what_is_counted() -> None:
    never = forecast_campaign(replace(PLAN, daily_calls=(0,) * 5), policy=POLICY)
    plain = json.loads(json.dumps(never.report()))
    assert [one["key"] for one in plain["figures"]] == list(MEANINGS)
    assert plain["figures"][-1]["high"] is None  # it never ends
    assert all(one["label"] and one["label_en"] and one["unit"] for one in plain["figures"])
    assert plain["policy"] == "default@2026-01"


def test_nothing_known_is_nothing_learned() -> None:
    found = forecast_campaign(PLAN, policy=POLICY, past=[PastCampaign()])
    assumed = forecast_campaign(PLAN, policy=POLICY)
    assert found.figures == assumed.figures
    nobody = PastCampaign(audience=0, eligible=0, attempted=0, reached=0, invited=0, interested=0, calls=0, agreed=0.0)
    assert forecast_campaign(PLAN, policy=POLICY, past=[nobody]).figures == assumed.figures


def test_it_keeps_up_with_typing() -> None:
    """Well below 200 ms for 100,000 customers and a dozen results; the best of five, since machines are shared."""
    plan = CampaignPlan(100_000, eligible=70_000, held_out=7_000, daily_calls=(4_000,) * 60)
    forecast_campaign(plan, policy=POLICY, past=[PAST] * 12)

    def took() -> float:
        began = time.perf_counter()
        forecast_campaign(plan, policy=POLICY, past=[PAST] * 12)
        return time.perf_counter() - began

    assert min(took() for _ in range(5)) < 0.2


WRONG = {
    "audience": ({"audience": -1}, "an audience of -1 customers; it is a number of 0 or more: count it again"),
    "eligible": (
        {"audience": 10, "eligible": 11},
        "11 eligible customers of an audience of 10; they are a part of it: count both by the same rules",
    ),
    "held out": (
        {"audience": 10, "eligible": 8, "held_out": 9},
        "9 customers held out of 8; give a number from 0 to 8: the hold-out is a part of the list",
    ),
    "attempts": (
        {"audience": 10, "attempts": 0},
        "0 attempts for each customer; give 1 or more, or none for the policy's",
    ),
    "calls": (
        {"audience": 10, "daily_calls": (5, -1)},
        "daily_calls has 2 days; give up to 400 working days with 0 or more calls each",
    ),
    "levels": (
        {"audience": 10, "levels": {1: -1}},
        "a level of the audience has fewer than 0 customers; count the levels again",
    ),
    "offers": (
        {"audience": 10, "offer_cost": -1.0},
        "offer_cost is -1.0; give yuan for each converted customer, 0 or more",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_plan_that_cannot_be_is_refused(case: str) -> None:
    given_, message = WRONG[case]
    with pytest.raises(MisuseError) as caught:
        CampaignPlan(**given_)
    assert str(caught.value) == message

"""Power statements against textbook tables and against counting."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from scipy import stats

from jiugong.errors import MisuseError
from jiugong.evaluate import power_at, smallest_detectable_effect, smallest_detectable_rate
from jiugong.evaluate.planning import Assumptions, design

USUAL = {"confidence": 0.95, "power": 0.8}


def test_cohens_table() -> None:
    """Cohen (1988), table 2.4.1: d = 0.5, alpha 5 % two-sided, power 80 %: 64 a group."""
    assert smallest_detectable_effect(treated=64, held_out=64, sd=1, **USUAL) == pytest.approx(0.5, abs=0.002)


@pytest.mark.parametrize(("treated", "held_out"), [(10, 10), (50, 12), (800, 200), (9000, 1000)])
def test_the_effect_promised_is_found_as_often_as_promised(treated: int, held_out: int) -> None:
    effect = smallest_detectable_effect(treated=treated, held_out=held_out, sd=7.0, **USUAL)
    found = power_at(effect, treated=treated, held_out=held_out, sd=7.0, confidence=0.95)
    assert found == pytest.approx(0.8, abs=0.01)


def test_power_of_no_effect_is_the_false_alarm_rate() -> None:
    assert power_at(0, treated=80, held_out=20, sd=1, confidence=0.95) == pytest.approx(0.05)


def test_the_period_before_takes_noise_away() -> None:
    plain = smallest_detectable_effect(treated=800, held_out=200, sd=100, **USUAL)
    adjusted = smallest_detectable_effect(treated=800, held_out=200, sd=100, before_correlation=0.6, **USUAL)
    assert adjusted == pytest.approx(0.8 * plain)


def test_decimals_of_the_policy_are_taken() -> None:
    exact = smallest_detectable_effect(
        treated=800, held_out=200, sd=Decimal(100), confidence=Decimal("0.95"), power=Decimal("0.80"),
        before_correlation=Decimal("0.5"),
    )  # fmt: skip
    assert exact == smallest_detectable_effect(treated=800, held_out=200, sd=100, before_correlation=0.5, **USUAL)


@pytest.mark.parametrize(("treated", "held_out", "base"), [(500, 500, 0.02), (800, 200, 0.05), (900, 100, 0.3)])
def test_the_rate_promised_is_found_as_often_as_promised(treated: int, held_out: int, base: float) -> None:
    rise = smallest_detectable_rate(treated=treated, held_out=held_out, base_rate=base, **USUAL)
    rng = np.random.default_rng(5)
    one = rng.binomial(treated, base + rise, 40_000)
    two = rng.binomial(held_out, base, 40_000)
    pooled = (one + two) / (treated + held_out)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / treated + 1 / held_out))
    found = np.abs(one / treated - two / held_out) > stats.norm.ppf(0.975) * spread
    # Monte Carlo error 0.002; the normal approximation of a small group is worth about two points.
    assert found.mean() == pytest.approx(0.8, abs=0.03)


def test_a_rate_that_cannot_be_told_is_infinite() -> None:
    assert smallest_detectable_rate(treated=2, held_out=2, base_rate=0.6, **USUAL) == math.inf


@pytest.mark.parametrize(
    ("function", "known", "message"),
    [
        (smallest_detectable_effect, {"treated": 5, "held_out": 1, "sd": 1}, "5 treated and 1 held-out customers; an interval needs at least two"),
        (smallest_detectable_effect, {"treated": 5, "held_out": 5, "sd": 1, "before_correlation": 2}, "before_correlation is 2; a correlation lies between -1 and 1"),
        (smallest_detectable_effect, {"treated": 5, "held_out": 5, "sd": math.nan}, "sd is nan; a spread is a number of zero or more"),
        (smallest_detectable_rate, {"treated": 5, "held_out": 5, "base_rate": 5}, "base_rate is 5; it is a share from 0 to below 1"),
    ],
)  # fmt: skip
def test_impossible_plans_are_refused(function, known, message) -> None:
    with pytest.raises(MisuseError, match=message):
        function(**known, **USUAL)


def test_confidence_in_percent_is_refused() -> None:
    with pytest.raises(MisuseError, match=r"confidence is 95; it is a share from 0.5 to below 1"):
        smallest_detectable_effect(treated=5, held_out=5, sd=1, confidence=95, power=0.8)
    with pytest.raises(MisuseError, match="sd is 0; power needs a spread above zero"):
        power_at(1, treated=5, held_out=5, sd=0, confidence=0.95)


def test_a_fifth_is_advised_where_nothing_else_is_known() -> None:
    plan = design(1000, minimum_share=Decimal("0.05"), assumptions=Assumptions())
    assert (plan.advised.held_out, plan.chosen) == (200, plan.advised)
    effects = [option.effect for option in plan.options]
    assert effects == sorted(effects, reverse=True)


def test_a_large_list_needs_only_the_minimum_for_what_is_worth_knowing() -> None:
    plan = design(200_000, minimum_share=0.05, assumptions=Assumptions(sd=60_000), worth=5_000)
    assert plan.advised.share == 0.05
    assert plan.advice == "the policy's minimum already finds 5,000"


def test_the_smallest_share_that_finds_what_is_worth_knowing() -> None:
    plan = design(10_000, minimum_share=0.05, assumptions=Assumptions(sd=60_000), worth=5_000)
    smaller = design(10_000, minimum_share=0.05, assumptions=Assumptions(sd=60_000), share=plan.advised.share - 0.01)
    assert plan.advised.effect <= 5_000 < smaller.chosen.effect


def test_a_list_too_small_says_so() -> None:
    plan = design(1000, minimum_share=0.05, assumptions=Assumptions(sd=60_000), worth=5_000)
    assert plan.advised.share == 0.5
    assert "5,000 needs more customers" in plan.advice


def test_households_widen_what_can_be_seen() -> None:
    """Design effect 1 + (2.2 - 1) * 0.1 = 1.12; its root 1.058 (decision-science.md 3.1 says 1.06)."""
    alone = design(1000, minimum_share=0.05, assumptions=Assumptions(), share=0.2)
    together = design(
        1000, minimum_share=0.05, assumptions=Assumptions(cluster_size=2.2, cluster_correlation=0.1), share=0.2
    )
    assert together.chosen.effect / alone.chosen.effect == pytest.approx(1.058, abs=0.001)


def test_the_curve_runs_from_false_alarm_to_certainty() -> None:
    plan = design(1000, minimum_share=0.05, assumptions=Assumptions(), share=0.2)
    powers = dict(plan.curve)
    assert powers[0.0] == pytest.approx(0.05)
    assert powers[plan.chosen.effect] == pytest.approx(0.8, abs=0.005)
    assert [power for _, power in plan.curve] == sorted(powers.values())


def test_report_has_no_infinity() -> None:
    plan = design(4, minimum_share=0.05, assumptions=Assumptions(base_rate=0.9), share=0.5)
    assert plan.report()["chosen"]["rate"] is None
    assert plan.report()["curve"][0] == {"effect": 0.0, "power": pytest.approx(0.05)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"customers": 3}, "asked for 3 customers; each group needs two"),
        ({"customers": 100, "share": 20}, "hold-out share is 20; it lies between 0 and 1"),
    ],
)
def test_impossible_designs_are_refused(arguments, message) -> None:
    with pytest.raises(MisuseError, match=message):
        design(arguments.pop("customers"), minimum_share=0.05, assumptions=Assumptions(), **arguments)


def test_impossible_assumptions_are_refused() -> None:
    with pytest.raises(MisuseError, match="cluster_size is 0; it lies from 1 to inf"):
        Assumptions(cluster_size=0)

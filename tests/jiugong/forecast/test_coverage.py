"""Do 80 % intervals hold the truth in eight campaigns of ten? On simulated campaigns, where the truth is known.

Ten worlds of twenty campaigns, since all campaigns of one world learn from the same earlier ones and fail together. Each
is forecast from 0 to 12 of those before it, drawn by lot. The defaults of the policy were settled on other seeds (1001
to 1031).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

import numpy as np
import pytest

from jiugong.simulate.conditions import SPREAD, Conditions
from tests.jiugong.forecast.worlds import Foretold, coverage, foretell, run_campaign, width

WORLDS, CAMPAIGNS = range(2100, 2110), 20
STEPS = ("eligible", "reached", "valid", "interested", "invited", "visited", "converted", "do_not_call", "deposits")
# Days and complaints are so few that no whole interval holds just 80 % of them: 0 to 2 complaints, or 11 to 13 days.
# Calls are bounded by what can be made.
COARSE = ("complaints", "calls", "finish")


@pytest.fixture(scope="module")
def found() -> list[Foretold]:
    return [one for seed in WORLDS for one in foretell(seed, CAMPAIGNS)]


@pytest.fixture(scope="module")
def held(found: list[Foretold]) -> Mapping[str, float]:
    return coverage(found)


@pytest.mark.parametrize("figure", STEPS)
def test_intervals_hold_the_truth_as_often_as_they_claim(figure: str, held: Mapping[str, float]) -> None:
    assert 0.75 <= held[figure] <= 0.85


@pytest.mark.parametrize("figure", COARSE)
def test_coarse_figures_hold_it_no_less_often(figure: str, held: Mapping[str, float]) -> None:
    assert 0.75 <= held[figure] <= 0.95


def test_who_is_attempted_is_known(found: list[Foretold]) -> None:
    """Where the staff can call everybody once, which is nearly everywhere."""
    assert np.mean([one.holds("attempted") for one in found]) > 0.97


def test_the_chance_to_finish_is_what_it_says(found: list[Foretold]) -> None:
    chances = np.array([one.forecast.finished for one in found])
    finished = np.array([one.ran.truth.finished_in is not None for one in found])
    assert chances.mean() == pytest.approx(finished.mean(), abs=0.05)
    assert finished[chances > 0.95].mean() > 0.95


def test_intervals_say_something(found: list[Foretold]) -> None:
    """Eight results or more: the interval is narrow where many customers are counted, wide where few agree on money."""
    known = width([one for one in found if one.past >= 8])
    assert known["eligible"] < 0.30
    assert known["reached"] < 0.30
    assert known["visited"] < 1.30
    assert known["deposits"] < 2.5
    guessed = width([one for one in found if one.past == 0])
    assert known["reached"] < 0.5 * guessed["reached"]


def test_an_interval_of_chance_alone_would_promise_too_much(found: list[Foretold]) -> None:
    """Why the spread between campaigns is learned: without it an interval of the reached holds hardly one in three."""
    inside = []
    for one in [one for one in found if one.past >= 5]:
        rate = one.forecast["reached"].central / one.forecast["attempted"].central
        came, tried = one.ran.came_to("reached"), one.ran.came_to("attempted")
        inside.append(abs(came - tried * rate) <= 1.2816 * np.sqrt(tried * rate * (1 - rate)))
    assert np.mean(inside) < 0.5


@pytest.mark.long
def test_other_seeds_agree_within_chance() -> None:
    """Of 200 honest intervals 160 hold the truth, give or take 5.7; 3.3 of those is 0.093. Of 1,000 together, 0.042."""
    seeds = [coverage(foretell(seed, 200)) for seed in range(2026, 2031)]
    for figure in STEPS:
        shares = [one[figure] for one in seeds]
        assert all(abs(share - 0.80) <= 0.093 for share in shares), (figure, shares)
        assert abs(np.mean(shares) - 0.80) <= 0.042, (figure, shares)


@pytest.mark.long
def test_intervals_are_hardly_wider_than_they_must_be() -> None:
    """Against the same audience run again and again under other conditions: nobody can forecast better than that."""
    ratios: dict[str, list[float]] = {figure: [] for figure in STEPS}
    for one in foretell(2040, 10, past=12):
        number = 24 + len(ratios["reached"])
        again = [run_campaign(2040, number, another=other) for other in range(120)]
        for figure in STEPS:
            if figure == "eligible":
                continue
            low, high = np.quantile([run.came_to(figure) for run in again], (0.1, 0.9))
            own = one.ends(figure)
            ratios[figure].append((own[1] - own[0]) / max(1.0, high - low))
    for figure in STEPS:
        if figure != "eligible":
            assert 0.75 < np.median(ratios[figure]) < 1.45, (figure, ratios[figure])


def scaled(factor: float) -> Conditions:
    return replace(SPREAD, **{shift.name: factor * getattr(SPREAD, shift.name) for shift in fields(Conditions)})


@pytest.mark.long
@pytest.mark.parametrize(("factor", "least", "most"), [(0.5, 0.78, 0.95), (2.0, 0.62, 0.85)])
def test_a_world_of_other_spreads_is_learned(factor: float, least: float, most: float) -> None:
    """Campaigns that differ half or twice as much as is assumed, forecast from ten results."""
    held = coverage(foretell(2050, 200, past=10, spread=scaled(factor)))
    for figure in ("reached", "valid", "interested", "visited", "converted", "deposits"):
        assert least <= held[figure] <= most, (figure, held[figure])


@pytest.mark.long
def test_defaults_alone_are_wide_enough_for_another_world() -> None:
    """Without results only the policy's ranges speak, which know nothing of this world: they must not be too narrow."""
    held = coverage(foretell(2060, 200, past=0))
    assert all(held[figure] >= 0.60 for figure in STEPS), held

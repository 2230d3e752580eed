"""Patterns: what cannot be, and what is unlike the others. Alike callers are left in peace at the stated rate."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiugong_desk.quality.mixes import correlation, effective, unlike_peers, unlikeness
from jiugong_desk.quality.pace import Recorded, impossible, overlaps
from tests.jiugong_desk.quality.plain import plain_lack
from tests.support.cast import NOW

LIMITS = {"rate": 0.05, "least": 0.0, "least_calls": 30, "least_peers": 4, "prior": 20}
GROUPS = ("unreached", "interested", "later", "stop")


def recorded(*pairs: tuple[int, int]) -> list[Recorded]:
    """(second, talk)"""
    return [
        Recorded(NOW + timedelta(seconds=second), f"r{number}", talk) for number, (second, talk) in enumerate(pairs)
    ]


PAIRS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 90)), max_size=12)


@given(PAIRS, st.integers(0, 30))
def test_the_worst_stretch_is_the_one_found_by_trying_all(pairs, handling):
    calls = recorded(*pairs)
    found = impossible(calls, handling_seconds=handling)
    assert (found.lacking if found else 0) == plain_lack(calls, handling)
    if found:
        assert found.first <= found.last
        assert found.had == int((found.last - found.first).total_seconds())
        assert 1 <= found.calls < len(calls)


@given(st.lists(st.tuples(st.integers(15, 200), st.integers(0, 120)), max_size=20))
def test_who_really_made_his_calls_is_never_flagged(spans):
    """He dials and writes for so long, talks for so long, and then records it."""
    second, pairs = 0, []
    for handling, talk in spans:
        second += handling + talk
        pairs.append((second, talk))
    assert impossible(recorded(*pairs), handling_seconds=15) is None
    assert overlaps(recorded(*pairs), tolerance_seconds=5) == ()


def test_pace_and_overlaps_by_hand():
    calls = recorded((0, 0), (20, 30), (40, 30), (200, 60))
    found = impossible(calls, handling_seconds=15)
    assert (found.calls, found.needed, found.had, found.lacking) == (2, 90, 40, 50)
    assert overlaps(calls, tolerance_seconds=5) == ("r1", "r2")
    assert overlaps(calls, tolerance_seconds=10) == ()
    assert impossible(recorded((0, 900)), handling_seconds=15) is None


def table(counts):
    return {number: dict(zip(GROUPS, map(int, row), strict=True)) for number, row in enumerate(counts)}


def flagged_share(rng, *, concentration: float | None, callers: int, rounds: int) -> float:
    """How often anybody of these alike callers is flagged. `concentration`: they differ beyond chance; None: not at all."""
    mix, hits = np.array([0.5, 0.15, 0.28, 0.07]), 0
    for _round in range(rounds):
        sizes = rng.integers(35, 160, size=callers)
        own = [mix if concentration is None else rng.dirichlet(mix * concentration) for _ in sizes]
        counts = [rng.multinomial(size, part) for size, part in zip(sizes, own, strict=True)]
        hits += bool(unlike_peers(table(counts), **LIMITS))
    return hits / rounds


@pytest.mark.parametrize(
    ("concentration", "callers", "rounds"),
    [(None, 10, 300), (60.0, 10, 300), (20.0, 10, 300), (10.0, 6, 300), (20.0, 25, 150)],
    ids=["alike", "a little unlike", "unlike", "few and unlike", "many and unlike"],
)
def test_alike_callers_are_flagged_at_most_at_the_stated_rate(concentration, callers, rounds):
    """In 5 % of the weeks at most; of 300 or 150 weeks three standard errors are 3.8 and 5.3 points more."""
    found = flagged_share(np.random.default_rng(20260107), concentration=concentration, callers=callers, rounds=rounds)
    assert found <= 0.05 + 3 * (0.05 * 0.95 / rounds) ** 0.5


@given(st.integers(0, 2**32 - 1), st.sampled_from([30.0, 60.0, 120.0]))
@settings(max_examples=10)
def test_the_correlation_of_a_callers_calls_is_found(seed, concentration):
    """Of 400 callers the estimate is near 1 / (1 + concentration), the correlation in a Dirichlet-multinomial."""
    rng = np.random.default_rng(seed)
    mix, sizes = np.array([0.5, 0.2, 0.3]), rng.integers(30, 150, size=400)
    counts = np.array([rng.multinomial(n, rng.dirichlet(mix * concentration)) for n in sizes], dtype=float)
    rho = correlation(counts)
    assert rho == pytest.approx(1 / (1 + concentration), rel=0.3)
    assert unlikeness(effective(counts, rho)) == pytest.approx(399 * 2, rel=0.001)


def test_who_is_far_from_all_others_is_found():
    rng, found = np.random.default_rng(7), 0
    for _round in range(100):
        counts = [rng.multinomial(90, [0.5, 0.15, 0.28, 0.07]) for _ in range(9)]
        counts.append(rng.multinomial(90, [0.2, 0.55, 0.2, 0.05]))
        named = unlike_peers(table(counts), **(LIMITS | {"least": 0.1}))
        found += any(one.caller == 9 and one.outcome == "interested" and one.share > one.peers for one in named)
    assert found >= 95


def test_the_guards():
    odd = [[5, 80, 5, 5]] + [[50, 15, 28, 7]] * 5
    assert [one.caller for one in unlike_peers(table(odd), **LIMITS)] == [0]
    assert unlike_peers(table(odd[:4]), **LIMITS) == ()  # too few peers
    assert unlike_peers(table([[1, 20, 1, 1], *odd[1:]]), **LIMITS) == ()  # too few calls
    large = [[5000, 1700, 2600, 700]] + [[5000, 1500, 2800, 700]] * 5
    assert unlike_peers(table(large), **LIMITS)
    assert unlike_peers(table(large), **(LIMITS | {"least": 0.1})) == ()  # a trifling difference
    assert unlike_peers({}, **LIMITS) == ()
    assert unlike_peers(table([[50, 0, 0, 0]] * 6), **LIMITS) == ()  # nothing to compare


def test_a_share_is_drawn_towards_the_peers():
    (one,) = unlike_peers(table([[0, 40, 0, 0]] + [[60, 20, 20, 0]] * 5), **LIMITS)
    assert one.peers == pytest.approx(0.2)
    assert one.share == pytest.approx((40 + 20 * 0.2) / 60)


@given(st.lists(st.lists(st.integers(1, 40), min_size=3, max_size=3), min_size=2, max_size=5))
def test_the_statistic_is_the_plain_one(rows):
    total = sum(map(sum, rows))
    found = 0.0
    for place in range(3):
        mean = sum(sum(row) * (row[place] / sum(row)) ** 0.5 for row in rows) / total
        found += sum(4 * sum(row) * ((row[place] / sum(row)) ** 0.5 - mean) ** 2 for row in rows)
    assert unlikeness(np.array(rows, dtype=float)) == pytest.approx(found, abs=1e-9)


@given(st.permutations(range(6)))
def test_the_order_of_callers_means_nothing(order):
    odd = table([[5, 80, 5, 5]] + [[50, 15, 28, 7]] * 5)
    assert unlike_peers({key: odd[key] for key in order}, **LIMITS) == unlike_peers(odd, **LIMITS)

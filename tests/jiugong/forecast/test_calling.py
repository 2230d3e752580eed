"""The queue as a stream of customers, against a queue of customers one by one."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiugong.forecast.calling import calls_each, calls_in_time, first_answer, reached_in_time, reached_within, work


def one(value: float) -> np.ndarray:
    return np.array([float(value)])


def plain(treated: int, first: float, again: float, attempts: int, daily: list[int], seed: int) -> tuple[float, ...]:
    """Customer by customer: who was never tried first, then the second attempt, nobody twice a day."""
    rng = np.random.default_rng(seed)
    waiting = [deque(range(treated)), *(deque() for _ in range(attempts - 1))]
    tried, reached, calls, finish = set(), 0, 0, np.inf
    for day, possible in enumerate(daily, 1):
        tomorrow = []
        for number in range(attempts):
            while waiting[number] and possible:
                customer = waiting[number].popleft()
                possible, calls = possible - 1, calls + 1
                tried.add(customer)
                if rng.random() < first * again**number:
                    reached += 1
                elif number + 1 < attempts:
                    tomorrow.append((number + 1, customer))
        for number, customer in tomorrow:
            waiting[number].append(customer)
        if not any(waiting):
            finish = min(finish, day)
    return len(tried), reached, calls, finish


@pytest.mark.parametrize("daily", [[400] * 15, [150] * 15, [90] * 10, [0, 500, 0, 0, 300, 300, 300]])
def test_the_stream_is_the_mean_of_queues(daily: list[int]) -> None:
    runs = np.array([plain(800, 0.45, 0.75, 3, daily, seed) for seed in range(150)])
    done = work(one(800), one(0.45), attempts=3, again=0.75, repeats=one(1), daily=daily)
    assert done.attempted[0] == pytest.approx(runs[:, 0].mean(), rel=0.01)
    assert (done.attempted * done.rate)[0] == pytest.approx(runs[:, 1].mean(), rel=0.02)
    assert done.calls[0] == pytest.approx(runs[:, 2].mean(), rel=0.02)
    assert done.finish is not None
    if np.isfinite(runs[:, 3]).all():
        assert abs(done.finish[0] - np.median(runs[:, 3])) <= 1
    else:
        assert done.finish[0] > len(daily)


def test_without_staff_everybody_gets_all_attempts() -> None:
    done = work(one(1000), one(0.5), attempts=3, again=1.0, repeats=one(1.1), daily=())
    assert done.rate[0] == pytest.approx(1 - 0.5**3)
    assert done.calls[0] == pytest.approx(1000 * (1 + 0.5 + 0.25) * 1.1)
    assert done.finish is None


def test_enough_staff_is_as_good_as_any() -> None:
    plenty = work(one(1000), one(0.4), attempts=4, again=0.8, repeats=one(1), daily=[5000] * 6)
    anybody = work(one(1000), one(0.4), attempts=4, again=0.8, repeats=one(1), daily=())
    assert plenty.finish is not None
    assert plenty.finish[0] == 4  # one attempt a day
    assert plenty.rate[0] == pytest.approx(anybody.rate[0])
    assert plenty.calls[0] == pytest.approx(anybody.calls[0])


def test_a_plan_without_calls_never_ends() -> None:
    done = work(one(10), one(0.4), attempts=2, again=0.8, repeats=one(1), daily=[0, 0, 0])
    assert done.finish is not None
    assert done.finish[0] == np.inf
    assert done.attempted[0] == done.rate[0] == done.calls[0] == 0


def test_a_campaign_cut_short_reached_fewer_with_fewer_calls() -> None:
    """800 customers, each tried once, and time for 400 to be tried on: half of those not reached stayed open."""
    first, left = one(0.45), 0.55 / 2
    assert reached_in_time(first, 2, 0.75, left)[0] == pytest.approx(0.45 + 0.55 / 2 * 0.45 * 0.75)
    assert calls_in_time(first, 2, 0.75, left)[0] == pytest.approx(1 + 0.55 / 2)
    assert calls_in_time(first, 1, 0.75, 0.0)[0] == calls_each(first, 1, 0.75)[0] == 1


@settings(max_examples=60, deadline=None)
@given(share=st.floats(0.01, 0.97), attempts=st.integers(1, 5), again=st.floats(0.5, 1.0))
def test_the_first_answer_is_the_inverse_of_what_is_reached(share: float, attempts: int, again: float) -> None:
    most = float(reached_within(one(1.0), attempts, again)[0])
    target = min(share, most)
    first = first_answer(one(target), attempts, again)
    assert reached_within(first, attempts, again)[0] == pytest.approx(target, abs=0.002)


@settings(max_examples=60, deadline=None)
@given(
    treated=st.integers(0, 3000), first=st.floats(0.01, 0.95), attempts=st.integers(1, 4),
    daily=st.lists(st.integers(0, 600), min_size=1, max_size=25), repeats=st.floats(0.8, 1.4),
)  # fmt: skip
def test_nobody_is_called_beyond_the_list_or_the_day(
    treated: int, first: float, attempts: int, daily: list[int], repeats: float
) -> None:
    done = work(one(treated), one(first), attempts=attempts, again=0.75, repeats=one(repeats), daily=daily)
    assert -1e-9 <= done.attempted[0] <= treated
    assert 0 <= done.rate[0] <= 1
    assert done.calls[0] <= sum(daily) + 1e-6
    assert done.calls[0] <= done.attempted[0] * attempts * repeats + 1e-6
    more = work(
        one(treated), one(first), attempts=attempts, again=0.75, repeats=one(repeats), daily=[n + 50 for n in daily]
    )
    assert more.attempted[0] * more.rate[0] >= done.attempted[0] * done.rate[0] - 1e-6
    assert more.finish is not None
    assert done.finish is not None
    assert more.finish[0] <= done.finish[0]

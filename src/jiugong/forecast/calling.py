"""How many customers are reached, with how many calls, by which day: the queue as a stream of customers.

Each working day the calls that can be made go first to who was never tried, then to the second attempt, and so on; a
customer is tried once a day at most, which keeps the hours between attempts that the law table asks for (T4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .learning import Floats

_TABLE = np.linspace(0.0, 1.0, 2001)
NOBODY = 0.5  # of a customer: fewer are left than one


def reached_within(first: Floats, attempts: int, again: float) -> Floats:
    """Share reached in so many attempts, where `first` answer the first, and `again` is how an answer's chance falls."""
    left = np.ones_like(first)
    for chance in _chances(first, attempts, again):
        left = left * (1 - chance)
    return 1 - left


def reached_in_time(first: Floats, attempts: int, again: float, cut_short: float) -> Floats:
    """The same, where a share of the customers was tried once, and nobody had time to try them again."""
    later = reached_within(first * again, attempts - 1, again)
    return reached_within(first, attempts, again) - cut_short * later


def first_answer(reached: Floats, attempts: int, again: float) -> Floats:
    """The chance of an answer at the first attempt that makes this share reached in `attempts`."""
    found: Floats = np.interp(reached, reached_within(_TABLE, attempts, again), _TABLE)
    return found


def _chances(first: Floats, attempts: int, again: float) -> list[Floats]:
    return [first * again**number for number in range(attempts)]


@dataclass(frozen=True)
class Work:
    """For each draw: customers tried and reached, calls, and the working day (from 1) on which nobody is left.

    `rate`: of those tried, who is reached. `finish` is None without staff; beyond the last day it goes on at the mean
    pace of the plan.
    """

    attempted: Floats
    rate: Floats
    calls: Floats
    finish: Floats | None


def calls_each(first: Floats, attempts: int, again: float) -> Floats:
    """Calls for one customer until he answers or the attempts are used up."""
    left, calls = np.ones_like(first), np.zeros_like(first)
    for chance in _chances(first, attempts, again):
        calls = calls + left
        left = left * (1 - chance)
    return calls


def calls_in_time(first: Floats, attempts: int, again: float, cut_short: float) -> Floats:
    """The same, where a share of the customers was tried once only."""
    later = calls_each(first * again, attempts - 1, again)
    return calls_each(first, attempts, again) - cut_short * later


def work(treated: Floats, first: Floats, *, attempts: int, again: float, repeats: Floats, daily: Sequence[int]) -> Work:
    """Work the list off.

    Parameters
    ----------
    treated, first, repeats : (draws,) customers to be called; chance of an answer at the first attempt; calls made over
        calls that attempts alone would need
    daily : calls possible on each working day; empty: as many as it takes
    """
    if not daily:
        calls = treated * calls_each(first, attempts, again) * repeats
        return Work(treated, reached_within(first, attempts, again), calls, None)
    chances = _chances(first, attempts, again)
    waiting = [treated.copy(), *(np.zeros_like(treated) for _ in range(attempts - 1))]
    reached, calls = np.zeros_like(treated), np.zeros_like(treated)
    finish = np.where(treated < NOBODY, 0.0, np.inf)
    for day, possible in enumerate(daily, 1):
        waiting, tried = _day(waiting, chances, possible / repeats)
        calls += np.sum(tried, axis=0)
        reached += np.sum([made * chance for made, chance in zip(tried, chances, strict=True)], axis=0)
        done = np.sum(waiting, axis=0) < NOBODY
        finish = np.where(done & np.isinf(finish), float(day), finish)
        if done.all():
            break
    attempted = treated - waiting[0]
    rate = np.divide(reached, attempted, out=np.zeros_like(treated), where=attempted > 0)
    pace = sum(daily) / len(daily) / repeats
    more = np.divide(_open_calls(waiting, chances), pace, out=np.full_like(treated, np.inf), where=pace > 0)
    beyond = len(daily) + np.ceil(np.maximum(more, 1.0))
    return Work(attempted, rate, calls * repeats, np.where(np.isinf(finish), beyond, finish))


def _day(waiting: list[Floats], chances: list[Floats], room: Floats) -> tuple[list[Floats], list[Floats]]:
    """Who waits tomorrow for each attempt, and who was tried today at each."""
    tried: list[Floats] = []
    tomorrow: list[Floats] = []
    coming = np.zeros_like(room)  # not reached today, so due for the next attempt
    for number, chance in zip(waiting, chances, strict=True):
        made = np.minimum(number, room)
        room = room - made
        tried.append(made)
        tomorrow.append(number - made + coming)
        coming = made * (1 - chance)
    return tomorrow, tried


def _open_calls(waiting: list[Floats], chances: list[Floats]) -> Floats:
    """Calls that those still open will need."""
    needed, left = np.zeros_like(waiting[0]), np.zeros_like(waiting[0])
    for number, chance in enumerate(chances):
        left = left + waiting[number]
        needed = needed + left
        left = left * (1 - chance)
    return needed

"""Calls that cannot all have been made: pure arithmetic over when they were recorded and how long they are said to be.

A caller holds one customer at a time. Whatever he recorded second he dialled, talked and wrote up after he had recorded
the first. So over any stretch of calls the time between its two ends is at least what its calls took.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, order=True)
class Recorded:
    """One call of one caller: recorded at this moment, after so many seconds of talk."""

    at: datetime
    ref: str
    talk_seconds: int


@dataclass(frozen=True)
class Stretch:
    """The stretch that lacks most: its calls would have taken `needed` seconds, and `had` passed."""

    first: datetime
    last: datetime
    calls: int
    needed: int
    had: int

    @property
    def lacking(self) -> int:
        return self.needed - self.had


def impossible(calls: Iterable[Recorded], *, handling_seconds: int) -> Stretch | None:
    """The stretch of a day's calls that lacks most time; None where none lacks any.

    `handling_seconds`: what dialling, ringing and writing up take at the very least, each call. One pass: the largest sum
    of consecutive lacks (Bentley, Programming Pearls, column 8); tests compare it with trying every stretch.
    """
    ordered = sorted(calls)
    best: tuple[int, int, int] | None = None  # lacking, first place, last place
    running, start = 0, 0
    for place in range(1, len(ordered)):
        lack = handling_seconds + ordered[place].talk_seconds - _gap(ordered, place)
        if running <= 0:
            running, start = 0, place - 1
        running += lack
        if running > 0 and (best is None or running > best[0]):
            best = (running, start, place)
    if best is None:
        return None
    lacking, start, end = best
    had = sum(_gap(ordered, place) for place in range(start + 1, end + 1))
    return Stretch(ordered[start].at, ordered[end].at, end - start, had + lacking, had)


def overlaps(calls: Iterable[Recorded], *, tolerance_seconds: int) -> tuple[str, ...]:
    """Refs of calls that were recorded sooner after the one before than they are said to have lasted."""
    ordered = sorted(calls)
    return tuple(
        ordered[place].ref
        for place in range(1, len(ordered))
        if ordered[place].talk_seconds - _gap(ordered, place) > tolerance_seconds
    )


def _gap(ordered: Sequence[Recorded], place: int) -> int:
    return int((ordered[place].at - ordered[place - 1].at).total_seconds())

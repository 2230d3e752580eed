"""Measuring what all campaigns brought is another room's work: it registers how, and how its figures read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .models import StandingHoldout

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Measure:
    """`take(holdout, at)`: the figures, as plain text and whole numbers; `read(figures)`: in words, for the page."""

    take: Callable[[StandingHoldout, datetime], dict[str, Any]]
    read: Callable[[Figures], dict[str, Any]]


_measures: list[Measure] = []


def register(measure: Measure) -> None:
    """Say how it is measured; the last one counts, so that an app may start more than once."""
    _measures[:] = [measure]


def measured(found: StandingHoldout, *, at: datetime) -> dict[str, Any]:
    return _measures[0].take(found, at)


def in_words(figures: Figures) -> dict[str, Any]:
    return _measures[0].read(figures)

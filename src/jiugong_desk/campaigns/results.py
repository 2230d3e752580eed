"""Results of campaigns that are over, as the room that counts them tells: what a forecast learns from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..organisation.models import Unit

Result = Mapping[str, Any]  # counts by the names of `jiugong.forecast.PastCampaign`
Provider = Callable[[Unit], Iterable[Result]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Add a source of results; once, however often an app starts."""
    if provider not in _providers:
        _providers.append(provider)


def past(unit: Unit) -> list[Result]:
    """Results of the campaigns that ran at or below the branch of this unit, the newest first."""
    return [result for provider in _providers for result in provider(unit)]

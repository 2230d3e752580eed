"""Where other rooms say what an absence does to their work: a campaign the calls that it will lack.

They register in `AppConfig.ready()`; this room knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ..organisation.models import Staff


@dataclass(frozen=True)
class Effect:
    """What one piece of work loses: so many of its days, so many calls. `address` leads to its page."""

    title: str
    days: int
    calls: int
    address: str = ""


# (who is away, the working days without him, who is looking) -> what he may see of it
EffectMaker = Callable[[Staff, Sequence[date], Staff], Iterable[Effect]]

_makers: list[EffectMaker] = []


def register_effect(maker: EffectMaker) -> None:
    """Tell of a work that absences touch; once, however often an app starts."""
    if maker not in _makers:
        _makers.append(maker)


def effects(staff: Staff, days: Sequence[date], *, viewer: Staff) -> list[Effect]:
    """What the days without this person do to all that runs, as far as the viewer may know of it."""
    return [effect for maker in _makers for effect in maker(staff, days, viewer)] if days else []

"""Where other rooms say what an absence does to their work: a campaign the calls that it will lack.

They register in `AppConfig.ready()`; this room knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise

from ..organisation.models import Staff
from .models import Absence


@dataclass(frozen=True)
class Effect:
    """What one piece of work loses: so many of its days, so many calls. `address` leads to its page.

    `warning`: why the one who is named as cover does not help it yet.
    """

    title: str
    days: int
    calls: int
    address: str = ""
    warning: str | Promise = ""


# (who is away, the working days without him, who is looking, who stands in) -> what he may see of it
EffectMaker = Callable[[Staff, Sequence[date], Staff, Staff | None], Iterable[Effect]]
# (the absence with its cover, at): inside the transaction that records it
CoverTaker = Callable[[Absence, datetime], None]

_makers: list[EffectMaker] = []
_takers: list[CoverTaker] = []


def register_effect(maker: EffectMaker) -> None:
    """Tell of a work that absences touch; once, however often an app starts."""
    if maker not in _makers:
        _makers.append(maker)


def register_cover(taker: CoverTaker) -> None:
    """Tell of a work in which whoever stands in has to be prepared; once, however often an app starts."""
    if taker not in _takers:
        _takers.append(taker)


def effects(staff: Staff, days: Sequence[date], *, viewer: Staff, cover: Staff | None = None) -> list[Effect]:
    """What the days without this person do to all that runs, as far as the viewer may know of it."""
    return [effect for maker in _makers for effect in maker(staff, days, viewer, cover)] if days else []


def covered(absence: Absence, *, at: datetime) -> None:
    """Somebody was named as cover: the other rooms prepare him."""
    for taker in _takers:
        taker(absence, at)

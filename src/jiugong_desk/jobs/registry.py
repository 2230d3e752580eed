"""What work there is. Rooms register theirs in `AppConfig.ready()`; this room knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from ..core.verdict import Reason

if TYPE_CHECKING:
    from .models import Job
    from .running import Run


def _nowhere(job: Job) -> str:
    return ""


def _leave(job: Job, reason: Reason) -> None:
    """Nothing waits for this work."""


@dataclass(frozen=True)
class Work:
    """A verb of the background.

    do : does it. It may begin, be killed and begin again, also while a slow predecessor still runs: what counts once
        stands in a transaction that ends with `run.finish()`, or changes nothing the second time (`run.fence()`).
    address : the page of the thing that it is about
    about : the thing in words, beside the label
    undone : called inside the transaction in which a job ends without having been done (refused, cancelled, given up)
    steps : step code -> words
    every : repeated by the worker itself, so long after the last time; nobody asks for it
    """

    verb: str
    label: str | Promise
    do: Callable[[Run], None]
    address: Callable[[Job], str] = _nowhere
    about: Callable[[Job], str] = _nowhere
    undone: Callable[[Job, Reason], None] = _leave
    steps: Mapping[str, str | Promise] = field(default_factory=dict)
    every: timedelta | None = None


_known: dict[str, Work] = {}


def register(work: Work) -> None:
    """Make it known; the same verb again replaces it, since apps may start more than once."""
    _known[work.verb] = work


def work_of(verb: str) -> Work | None:
    """None for a verb of an older version of the desk."""
    return _known.get(verb)


def repeated() -> list[Work]:
    return [work for work in _known.values() if work.every is not None]

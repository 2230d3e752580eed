"""What keeps somebody who meets the rules off the list: lasting reasons of contact, and what rooms above know.

Each is a filter on those who *pass*, so that a missing fact keeps off. The order is that of the reasons shown: of
several true ones a customer is counted under the first. Some reasons are secrets: how many, not who.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from ..consent import conditions as consent
from ..consent.rules import SENTENCES


@dataclass(frozen=True)
class Exclusion:
    """`passes`: the customers whom it does not keep off; `label`: the reason in words.

    `seen_by`: the permission without which nobody is shown who it keeps off; empty: whoever sees the customer.
    """

    code: str
    label: Any
    passes: Q
    seen_by: str = ""


# A room above adds its own: `make(plan_id, on)` gives the filter for the plan with this id (None: a new one) on a day.
Maker = Callable[[int | None, date], Q]
_more: dict[str, tuple[Any, Maker, str]] = {}


def register(code: str, label: Any, make: Maker, *, seen_by: str = "") -> None:
    """Add a reason after the others; once, however often an app starts."""
    _more[code] = (label, make, seen_by)


def every(plan_id: int | None, *, on: date) -> list[Exclusion]:
    """All reasons in their order, as they hold on this day."""
    lasting = [Exclusion(code, SENTENCES[code][0], passes) for code, passes in consent.passing()]
    return lasting + [
        Exclusion(code, label, make(plan_id, on), seen_by) for code, (label, make, seen_by) in _more.items()
    ]


def seen_by(code: str) -> str:
    """The permission that it takes to see who fell out for this reason; empty: none of its own."""
    return _more[code][2] if code in _more else ""


def labels() -> dict[str, Any]:
    """Every code's words; also those of lists that were frozen earlier."""
    return {code: text for code, (text, _remedy) in SENTENCES.items()} | {
        code: label for code, (label, *_more_of_it) in _more.items()
    }

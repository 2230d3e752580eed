"""What keeps somebody who meets the rules off the list: lasting reasons of contact, and what rooms above know.

Each is a filter on those who *pass*, so that a missing fact keeps off. The order is that of the reasons shown: of
several true ones a customer is counted under the first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from ..consent import conditions as consent
from ..consent.rules import SENTENCES


@dataclass(frozen=True)
class Exclusion:
    """`passes`: the customers whom it does not keep off; `label`: the reason in words."""

    code: str
    label: Any
    passes: Q


# A room above adds its own: `make(plan_id)` gives the filter for the plan with this id (None: a new one).
Maker = Callable[[int | None], Q]
_more: dict[str, tuple[Any, Maker]] = {}


def register(code: str, label: Any, make: Maker) -> None:
    """Add a reason after the others; once, however often an app starts."""
    _more[code] = (label, make)


def every(plan_id: int | None) -> list[Exclusion]:
    """All reasons in their order."""
    lasting = [Exclusion(code, SENTENCES[code][0], passes) for code, passes in consent.passing()]
    return lasting + [Exclusion(code, label, make(plan_id)) for code, (label, make) in _more.items()]


def labels() -> dict[str, Any]:
    """Every code's words; also those of lists that were frozen earlier."""
    return {code: text for code, (text, _remedy) in SENTENCES.items()} | {
        code: label for code, (label, _m) in _more.items()
    }

"""Cards on the page that a day begins with. Rooms register theirs in `AppConfig.ready()`; the page knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Card:
    """Its template, rendered with `context` at top level; lower `order` stands higher.

    `urgent`: above what the page shows itself (a reminder from the head); else below it.
    """

    template: str
    context: Mapping[str, Any]
    order: int = 50
    urgent: bool = False


CardMaker = Callable[[Any, datetime], Card | None]  # of a member of staff and the moment

_makers: list[CardMaker] = []


def register_card(maker: CardMaker) -> None:
    """Add a card; it may answer None where it has nothing to say to this person. Once, however often an app starts."""
    if maker not in _makers:
        _makers.append(maker)


def cards_of(staff: Any, now: datetime) -> list[Card]:
    made = [card for maker in _makers if (card := maker(staff, now)) is not None]
    return sorted(made, key=lambda card: card.order)

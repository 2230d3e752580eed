"""Where other rooms add to the customer page: events on the timeline, panels at its side, words in its header.

They register in `AppConfig.ready()`; the customer room knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..organisation.models import Staff
from .models import Customer

# The kinds that the timeline can be filtered by; any other kind is shown under "all" only.
KINDS: Mapping[str, str | Promise] = {
    "call": _("电话"),
    "visit": pgettext_lazy("往来", "到店"),
    "answer": _("问答"),
    "contact": _("联系"),
    "consent": _("意愿"),
    "campaign": _("活动"),
}


@dataclass(frozen=True)
class TimelineItem:
    """Something that happened. `title` and `detail` hold no phone or ID number; `address` leads to its page."""

    at: datetime
    kind: str
    title: str | Promise
    detail: str | Promise = ""
    address: str = ""

    @property
    def label(self) -> str | Promise:
        return KINDS.get(self.kind, _("其他"))


@dataclass(frozen=True)
class Panel:
    """A card at the side: its template, rendered with `context` at top level; lower `order` stands higher.

    `known`: it says what is known and offers nothing to do, so it stands with the facts.
    """

    template: str
    context: Mapping[str, Any]
    order: int = 50
    known: bool = False


@dataclass(frozen=True)
class Badge:
    """A word in the customer's header; `colour` is one of Tabler's, `hint` the sentence behind it."""

    text: str | Promise
    colour: str
    hint: str | Promise = ""


Provider = Callable[[Customer, Staff], Iterable[TimelineItem]]
PanelMaker = Callable[[Customer, Staff, datetime], Panel | None]

BadgeMaker = Callable[[Customer], Iterable[Badge]]

# Rows about a customer that came with the bank's extract, or end by themselves: they go with him. Any other row is
# somebody's work.
_arriving: dict[type[models.Model], models.Q] = {}

_providers: list[Provider] = []
_badges: list[BadgeMaker] = []
_panels: list[PanelMaker] = []


def register_timeline(provider: Provider) -> None:
    """Add a source of timeline events; once, however often an app starts."""
    if provider not in _providers:
        _providers.append(provider)


def register_panel(panel: PanelMaker) -> None:
    """Add a panel; it may answer None where it has nothing to say to this person."""
    if panel not in _panels:
        _panels.append(panel)


def register_badges(maker: BadgeMaker) -> None:
    """Add words to the header, for whoever sees the customer at all."""
    if maker not in _badges:
        _badges.append(maker)


def register_arriving(model: type[models.Model], which: models.Q | None = None) -> None:
    """Say which rows of a model came with the extract, or end by themselves (all of them where nothing is said)."""
    _arriving[model] = which or models.Q()


def arriving(model: type[models.Model]) -> models.Q | None:
    """The rows that go with the customer; None where none does."""
    return _arriving.get(model)


def timeline(customer: Customer, staff: Staff) -> list[TimelineItem]:
    """Everything that the rooms know of this customer and this person may see, newest first."""
    items = [item for provider in _providers for item in provider(customer, staff)]
    return sorted(items, key=lambda item: item.at, reverse=True)


def panels(customer: Customer, staff: Staff, now: datetime) -> list[Panel]:
    made = [panel for maker in _panels if (panel := maker(customer, staff, now)) is not None]
    return sorted(made, key=lambda panel: panel.order)


def badges(customer: Customer) -> list[Badge]:
    return [badge for maker in _badges for badge in maker(customer)]

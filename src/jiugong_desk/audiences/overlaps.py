"""Where else the audience is: rooms above tell of the lists that they keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..core.scope import ScopedQuerySet
from ..customers.models import Customer
from ..organisation.models import Staff


@dataclass(frozen=True)
class Overlap:
    """So many customers of the audience are on this list of `size`."""

    title: str
    address: str
    customers: int
    size: int


Provider = Callable[[ScopedQuerySet[Customer], Staff], Iterable[Overlap]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Add a source of lists; once, however often an app starts."""
    if provider not in _providers:
        _providers.append(provider)


def of(rows: ScopedQuerySet[Customer], staff: Staff) -> list[Overlap]:
    """The lists with customers of the audience on them, as far as this person may know of them."""
    return [found for provider in _providers for found in provider(rows, staff) if found.customers]

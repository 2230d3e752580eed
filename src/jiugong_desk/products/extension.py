"""Where rooms above tell where a product is used, and who has promised an offer. They register in `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from ..organisation.models import Staff
from .models import Offer, Product


@dataclass(frozen=True)
class Use:
    """A line under 用在哪里; `address` leads there, where there is such a page."""

    text: str | Promise
    address: str = ""


Provider = Callable[[Product, Staff], Iterable[Use]]
_providers: list[Provider] = []
Promiser = Callable[[Offer], Iterable[str]]
_promisers: list[Promiser] = []


def register_use(provider: Provider) -> None:
    """Add a source of uses, as far as this person may know of them; once, however often an app starts."""
    if provider not in _providers:
        _providers.append(provider)


def uses(product: Product, staff: Staff) -> list[Use]:
    return [use for provider in _providers for use in provider(product, staff)]


def register_promise(promiser: Promiser) -> None:
    """Add a source of titles of what has promised an offer to customers, so that it stays as it is; once, as above."""
    if promiser not in _promisers:
        _promisers.append(promiser)


def promised_by(offer: Offer) -> list[str]:
    return [title for promiser in _promisers for title in promiser(offer)]

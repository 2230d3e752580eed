"""Whom somebody sees beyond his own customers: other rooms lend him some for the day of the page that he looks at.

They register in `AppConfig.ready()`. What is lent is never written down, so that nothing has to be taken back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from ..organisation.models import Staff

# A query of primary keys of customers; None where nothing is lent.
Lender = Callable[[Staff], QuerySet[Any, Any] | None]

_lenders: list[Lender] = []


def register(lender: Lender) -> None:
    """Add a room that lends; once, however often an app starts."""
    if lender not in _lenders:
        _lenders.append(lender)


def lent_to(staff: Staff) -> list[QuerySet[Any, Any]]:
    return [keys for lender in _lenders if (keys := lender(staff)) is not None]

"""The only importer of the library here: the bank's rules about calling."""

from __future__ import annotations

from jiugong.policy import Calling, Contacting, Dispositions

from ..organisation.bridge import policy

__all__ = ["Calling", "Contacting", "Dispositions", "calling", "contacting", "deposit_categories", "dispositions"]


def calling() -> Calling:
    """Hours, caps, lease and open claims of the bank in force."""
    return policy().calling


def dispositions() -> Dispositions:
    """When and how often a customer is tried again, and the bank's own words for how calls end."""
    return policy().dispositions


def contacting() -> Contacting:
    """The caps over all channels, and the hours of older customers."""
    return policy().contact


def deposit_categories() -> tuple[str, ...]:
    """The balance categories that are deposits."""
    return policy().value.deposit_categories

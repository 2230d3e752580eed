"""The only importer of the library here: the bank's rules about calling, and about who is told of a delay."""

from __future__ import annotations

from jiugong.policy import Calling, Supervision

from ..organisation.bridge import policy

__all__ = ["Calling", "Supervision", "calling", "hours_per_day", "supervision"]


def supervision() -> Supervision:
    """When silence and delay are shown, and to whom, in the bank in force."""
    return policy().supervision


def calling() -> Calling:
    """Hours and attempts of the bank in force."""
    return policy().calling


def hours_per_day() -> float:
    """Callable hours of a working day of who has none of his own."""
    return float(policy().duty.hours_per_day)

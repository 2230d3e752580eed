"""The only importer of the library here: when the bank receives visits."""

from __future__ import annotations

from jiugong.policy import Visits

from ..organisation.bridge import policy

__all__ = ["Visits", "visits"]


def visits() -> Visits:
    """Slot length, hours and days ahead of the bank in force."""
    return policy().visits

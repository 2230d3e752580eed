"""The only importer of the library here: the bank's rules about calling."""

from __future__ import annotations

from jiugong.policy import Calling

from ..organisation.bridge import policy

__all__ = ["Calling", "calling"]


def calling() -> Calling:
    """When and how often the bank in force allows a marketing call."""
    return policy().calling

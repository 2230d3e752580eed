"""The only importer of the library here: the bank's rules about calling."""

from __future__ import annotations

from jiugong.policy import Calling

from ..organisation.bridge import policy

__all__ = ["Calling", "calling"]


def calling() -> Calling:
    """Hours, caps, lease and open claims of the bank in force."""
    return policy().calling

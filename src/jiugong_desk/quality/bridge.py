"""The only importer of the library here: the bank's rules about quality checks."""

from __future__ import annotations

from jiugong.policy import Quality

from ..organisation.bridge import policy

__all__ = ["Quality", "quality"]


def quality() -> Quality:
    """How many calls are drawn, and what counts as worth a look."""
    return policy().quality

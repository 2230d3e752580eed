"""The only importer of the library here: the bank's rules about calling and about contacts over any channel."""

from __future__ import annotations

from jiugong.policy import Calling, Contacting

from ..organisation.bridge import policy

__all__ = ["Calling", "Contacting", "calling", "contacting"]


def calling() -> Calling:
    """When and how often the bank in force allows a marketing call."""
    return policy().calling


def contacting() -> Contacting:
    """How often it allows marketing over all channels together, and when any contact at all."""
    return policy().contact

"""The only importer of the library here: the bank's rules about telephony."""

from __future__ import annotations

from jiugong.policy import Telephony

from ..organisation.bridge import policy

__all__ = ["Telephony", "telephony"]


def telephony() -> Telephony:
    """How customers are dialled, and what holds for an exchange's messages."""
    return policy().telephony

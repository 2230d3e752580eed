"""The only importer of the library here: the wording that the policy in force allows and asks for."""

from __future__ import annotations

from jiugong.policy import Wording

from ..organisation import bridge as organisation

__all__ = ["Wording", "wording"]


def wording() -> Wording:
    return organisation.policy().wording

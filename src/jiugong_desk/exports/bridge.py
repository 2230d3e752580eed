"""The only importer of the library here: what the policy says of exports."""

from __future__ import annotations

from jiugong.policy import Exports

from ..organisation import bridge as organisation

__all__ = ["Exports", "limits"]


def limits() -> Exports:
    return organisation.policy().exports

"""The library as campaigns meet it: the policy in force, and the draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..campaigns.bridge import draw, policy

if TYPE_CHECKING:
    from jiugong.evaluate import Draw

__all__ = ["Draw", "draw", "policy"]

"""The library as campaigns meet it: the policy in force, and the draw."""

from ..campaigns.bridge import Draw, draw, policy

__all__ = ["Draw", "draw", "policy"]

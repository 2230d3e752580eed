"""The pages of visits."""

from .visits import day_of

__all__ = ["day_of"]

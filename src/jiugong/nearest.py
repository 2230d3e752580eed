"""The nearest real name, for messages about unknown ones."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like `name`; empty if none is near."""
    return next(iter(get_close_matches(name, list(known), n=1, cutoff=0.6)), "")


def suggest(name: str, known: Iterable[str]) -> str:
    """`did you mean 'x'?`, or else all that are known."""
    names = list(known)
    near = nearest(name, names)
    return f"did you mean '{near}'?" if near else f"known are {', '.join(names)}"

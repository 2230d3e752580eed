"""How names and numbers are written before they are fingerprinted, so that a search finds what an extract brought."""

from __future__ import annotations

import unicodedata

from ..core.fields import digest


def normal(text: str | None) -> str:
    """Full-width to half-width, no blanks, upper case: １３８ 0000 x -> 1380000X."""
    return "".join(unicodedata.normalize("NFKC", text or "").split()).upper()


def name_digest(name: str | None) -> str:
    return digest(normal(name))


def number_digest(number: str | None) -> str:
    return digest(normal(number))

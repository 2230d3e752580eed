"""Words that may not be used, found in texts however they are spaced. Pure."""

from __future__ import annotations

from collections.abc import Iterable


def found_words(texts: Iterable[str], words: Iterable[str]) -> tuple[str, ...]:
    """The forbidden words that stand in the texts, spaces between the characters ignored (保 本 is 保本)."""
    joined = "\n".join("".join(text.split()) for text in texts)
    return tuple(word for word in words if word in joined)

"""Words that may not be used, found in texts however they are spaced. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

# These end a thought. A word is not looked for across them, or 由我们代保。本行 would be a promise.
STOPS = "。！？!?；;，,：:"


def found_words(texts: Iterable[str], words: Iterable[str]) -> tuple[str, ...]:
    """The forbidden words in the texts. Blanks, wide letters and marks between the characters hide none (保 本, 保·本)."""
    looked_at = [_closed_up(text) for text in texts]
    return tuple(word for word in words if any(_closed_up(word) in text for text in looked_at))


def _closed_up(text: str) -> str:
    even = unicodedata.normalize("NFKC", text)
    return "".join(one for one in even if one in STOPS or unicodedata.category(one)[0] not in "ZPSC")

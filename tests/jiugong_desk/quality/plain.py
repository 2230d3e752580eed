"""Slow and obvious versions of the room's arithmetic."""

from __future__ import annotations

import hashlib

from jiugong_desk.quality.pace import Recorded


def plain_lack(calls: list[Recorded], handling: int) -> int:
    """The largest lack of any stretch, by trying every one; 0 where none lacks."""
    ordered = sorted(calls)
    worst = 0
    for first in range(len(ordered)):
        for last in range(first + 1, len(ordered)):
            needed = sum(handling + call.talk_seconds for call in ordered[first + 1 : last + 1])
            had = sum(
                int((ordered[place].at - ordered[place - 1].at).total_seconds()) for place in range(first + 1, last + 1)
            )
            worst = max(worst, needed - had)
    return worst


def plain_order(refs: list[str], seed: str) -> list[str]:
    """By the hexadecimal text of the hash: the same order as by the number."""
    return sorted(refs, key=lambda ref: (hashlib.sha256(f"{seed}:{ref}".encode()).hexdigest(), ref))

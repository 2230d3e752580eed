"""The lot: which calls of a day are looked at. Pure, and the same for the same seed whatever the order of the calls.

Of every campaign and caller a share of the day's calls; beyond that, of every caller as many as are still missing to the
week's minimum, spread evenly over the working days that are left: so no day of the week is safe, and none is certain.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, order=True)
class Candidate:
    """A call that may be drawn. `ref` names it for good: the lot hangs on it and on nothing else of the call."""

    ref: str
    campaign: int
    caller: int


def draw(
    calls: Iterable[Candidate], *, seed: str, share: Decimal, minimum: int, before: Mapping[int, int], days_left: int
) -> tuple[str, ...]:
    """The refs drawn, sorted.

    Parameters
    ----------
    share : of the calls of each campaign and caller; what is left of a whole call is itself left to the lot, so that on
        average just this share is drawn, also of three calls a day
    minimum : for each caller and week, as far as there are calls; `before`: by caller, how many the week has had
    days_left : working days of the week that still come, this one included; 1 or more
    """
    assert days_left >= 1
    groups: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    of_caller: defaultdict[int, list[str]] = defaultdict(list)
    for call in set(calls):
        groups[call.campaign, call.caller].append(call.ref)
        of_caller[call.caller].append(call.ref)
    drawn: set[str] = set()
    for (campaign, caller), refs in groups.items():
        count = _count(len(refs) * Fraction(share), f"{seed}:{campaign}:{caller}")
        drawn.update(_in_order(refs, seed)[:count])
    for caller, refs in of_caller.items():
        missing = -(-max(0, minimum - before.get(caller, 0)) // days_left)
        more = missing - sum(ref in drawn for ref in refs)
        if more > 0:
            drawn.update([ref for ref in _in_order(refs, seed) if ref not in drawn][:more])
    return tuple(sorted(drawn))


def _in_order(refs: Iterable[str], seed: str) -> list[str]:
    return sorted(refs, key=lambda ref: (_hash(f"{seed}:{ref}"), ref))


def _count(wanted: Fraction, label: str) -> int:
    """Rounded up or down by lot, so that on average it is `wanted`."""
    whole = int(wanted)
    return whole + (Fraction(_hash(label), 1 << 256) < wanted - whole)


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")

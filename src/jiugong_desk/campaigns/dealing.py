"""Who calls whom: the owner where he takes part, else a colleague of the same outlet, else anybody. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..audiences.listing import Candidate


@dataclass(frozen=True)
class Caller:
    """A participant: the outlets at which he has a post, and how many customers he has room for."""

    staff_id: int
    unit_ids: frozenset[int]
    room: int


def deal(candidates: Iterable[Candidate], callers: Sequence[Caller]) -> dict[int, int]:
    """Customer -> staff. Owned customers first, so that the rest goes to whom has most room left; ties by staff id."""
    room = {caller.staff_id: caller.room for caller in callers}
    colleagues: dict[int, list[int]] = defaultdict(list)
    for caller in callers:
        for unit_id in caller.unit_ids:
            colleagues[unit_id].append(caller.staff_id)
    dealt: dict[int, int] = {}
    ownerless = []
    for candidate in candidates:
        if candidate.manager_id in room:
            dealt[candidate.pk] = candidate.manager_id
            room[candidate.manager_id] -= 1
        else:
            ownerless.append(candidate)
    for candidate in ownerless:
        near = colleagues.get(candidate.unit_id) or list(room)
        chosen = max(near, key=lambda staff_id: (room[staff_id], -staff_id))
        dealt[candidate.pk] = chosen
        room[chosen] -= 1
    return dealt

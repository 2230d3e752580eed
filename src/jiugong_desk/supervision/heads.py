"""Who is to act where somebody stalls: the heads of his unit, then those of the nearest unit above, as far as they are there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ..duty.queries import absent_on
from ..organisation.models import Posting, Unit
from ..organisation.permissions import roles_with
from .moving import MOVES


@dataclass(frozen=True)
class Heads:
    """The units that have heads, by path, each with the persons who are on duty today."""

    units: Mapping[str, Unit]
    here: Mapping[str, frozenset[int]]

    def present(self, unit: Unit, *, but: int) -> bool:
        """Whether the unit has a head on duty who is not the caller himself."""
        return bool(self.here.get(unit.path, frozenset()) - {but})

    def above(self, unit: Unit, *, but: int) -> Unit | None:
        """The nearest unit above whose head is on duty; where none is, the nearest that has one; None: there is none."""
        paths = [path for path in self.units if unit.path.startswith(path) and path != unit.path]
        paths.sort(key=len, reverse=True)
        there = [path for path in paths if self.here.get(path, frozenset()) - {but}]
        return self.units[(there or paths)[0]] if paths else None


def heads_on(day: date) -> Heads:
    """Everybody whose post may give lists to others (two queries)."""
    posts = Posting.objects.filter(ended_on=None, role__in=roles_with(MOVES), staff__is_active=True)
    away, units, here = absent_on(day), {}, defaultdict(set)
    for post in posts.select_related("unit"):
        units[post.unit.path] = post.unit
        if post.staff_id not in away:
            here[post.unit.path].add(post.staff_id)
    return Heads(units, {path: frozenset(people) for path, people in here.items()})

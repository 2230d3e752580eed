"""Two groups as a plan draws them, and the same plan drawn otherwise. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from .bridge import design_effect

HELPS = 0.95  # another design must bring the smallest detectable difference down at least to this share of it
LEAST_CLUSTERS = 4  # two for each group
WIDEST = 4  # times the audience


@dataclass(frozen=True)
class Design:
    """Two groups and how they are drawn.

    clusters : how many are drawn; None where everybody is drawn by himself
    size, alike : how many customers a cluster has as one of them sees it, and how alike their outcomes are, 0 to 1
    fixed : the bank has only these clusters (outlets, managers); a wider audience makes them fuller
    """

    treated: int
    held_out: int
    clusters: int | None = None
    size: float = 1.0
    alike: float = 0.0
    fixed: bool = False

    @property
    def customers(self) -> int:
        return self.treated + self.held_out

    @property
    def effect(self) -> float:
        return design_effect(self.size, self.alike) if self.clusters is not None else 1.0

    @property
    def smaller(self) -> int:
        """Clusters in the smaller group, about."""
        share = min(self.treated, self.held_out) / self.customers if self.customers else 0
        return round((self.clusters or 0) * share)

    @property
    def tells(self) -> bool:
        return min(self.treated, self.held_out) >= 2 and (
            self.clusters is None or (self.clusters >= LEAST_CLUSTERS and self.smaller >= 2)
        )

    def by_customer(self) -> Design:
        """The same customers, everybody drawn by himself."""
        return replace(self, clusters=None)

    def halved(self) -> Design:
        """The same customers in two groups of one size."""
        half = self.customers // 2
        return replace(self, treated=self.customers - half, held_out=half)

    def repeated(self) -> Design:
        """Two campaigns like this one, each with its own draw, judged together."""
        return replace(self._times(2), clusters=None if self.clusters is None else self.clusters * 2)

    def widened(self, factor: float) -> Design:
        """More customers of the same kind: more households, but fuller outlets and managers, not more of them."""
        more = self._times(factor)
        if self.clusters is None or not self.fixed:
            return replace(more, clusters=None if self.clusters is None else int(self.clusters * factor))
        return replace(more, size=max(self.size * factor, 1.0))

    def _times(self, factor: float) -> Design:
        return replace(self, treated=int(self.treated * factor), held_out=int(self.held_out * factor))


Seen = Callable[[Design], float | None]  # the smallest difference that a design can tell from chance


class Way(StrEnum):
    """How a plan could tell more."""

    BY_CUSTOMER = "by_customer"
    HALVED = "halved"
    WIDENED = "widened"
    REPEATED = "repeated"


@dataclass(frozen=True)
class Better:
    """Another design, and the smallest difference that it can tell from chance."""

    way: Way
    design: Design
    value: float


def better(design: Design, seen: Seen, *, available: int) -> list[Better]:
    """What would let the plan see clearly more, the most helpful first.

    available : customers that the bank could put on the list at most
    """
    ways = {Way.HALVED: design.halved(), Way.REPEATED: design.repeated()}
    if design.clusters is not None:
        ways[Way.BY_CUSTOMER] = design.by_customer()
    if design.customers and available > design.customers:
        ways[Way.WIDENED] = design.widened(min(available / design.customers, WIDEST))
    found = seen(design)
    values = {way: seen(other) for way, other in ways.items()}
    helpful = [
        Better(way, ways[way], value)
        for way, value in values.items()
        if value is not None and (found is None or value <= found * HELPS)
    ]
    return sorted(helpful, key=lambda one: (one.value, one.way))

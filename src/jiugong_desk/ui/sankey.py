"""Where the nodes and ribbons of a Sankey diagram lie; the page draws them as SVG, documents by matplotlib.

As on a map, y grows downwards. One customer is as high everywhere, so heights can be compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NODE = 10.0  # how wide a node is
TEXT_GAP = 6.0  # between a node and its name
GAP = 8.0  # between two nodes, less where there are many
SHARE_OF_GAPS = 0.4  # of the height, at most

Name = tuple[Any, str]  # key and name of a node, from the top down
Flow = Mapping[str, Any]  # before, after: keys; value: a number; kind: up, down, in, out, same, other


@dataclass(frozen=True)
class Node:
    key: Any
    name: str
    value: int
    left: bool
    x: float
    y: float
    height: float

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def text_x(self) -> float:
        """Where its name ends (at the left) or begins."""
        return self.x - TEXT_GAP if self.left else self.x + NODE + TEXT_GAP


@dataclass(frozen=True)
class Ribbon:
    """From (x0, y0) to (x1, y1), its upper edges; as high at both ends."""

    before: Any
    after: Any
    name: str
    value: int
    kind: str
    x0: float
    y0: float
    x1: float
    y1: float
    height: float

    @property
    def outline(self) -> list[tuple[float, float]]:
        """Start, three points of a curve to the right, a corner, three points of the curve back."""
        middle, low0, low1 = (self.x0 + self.x1) / 2, self.y0 + self.height, self.y1 + self.height
        return [
            (self.x0, self.y0), (middle, self.y0), (middle, self.y1), (self.x1, self.y1),
            (self.x1, low1), (middle, low1), (middle, low0), (self.x0, low0),
        ]  # fmt: skip

    @property
    def path(self) -> str:
        """The same for the `d` of an SVG path."""
        start, one, two, there, corner, three, four, back = (f"{x:.1f},{y:.1f}" for x, y in self.outline)
        return f"M{start}C{one} {two} {there}L{corner}C{three} {four} {back}Z"


@dataclass(frozen=True)
class Drawing:
    nodes: tuple[Node, ...]
    ribbons: tuple[Ribbon, ...]
    width: float
    height: float


def layout(
    left: Sequence[Name], right: Sequence[Name], flows: Sequence[Flow], *, width: float, height: float
) -> Drawing:
    """Nodes without a flow are left out; ribbons leave and arrive in the order of the nodes, so few cross."""
    chosen = [flow for flow in flows if flow["value"] > 0]
    total = sum(flow["value"] for flow in chosen)
    if not total:
        return Drawing((), (), width, height)
    out: Counter[Any] = Counter()
    into: Counter[Any] = Counter()
    for flow in chosen:
        out[flow["before"]] += flow["value"]
        into[flow["after"]] += flow["value"]
    most = max(len(out), len(into))
    gap = min(GAP, SHARE_OF_GAPS * height / most)
    scale = (height - gap * (most - 1)) / total
    nodes = [
        *_column(left, out, True, 0.0, scale, gap, height),
        *_column(right, into, False, width - NODE, scale, gap, height),
    ]
    places = {(node.left, node.key): node for node in nodes}
    return Drawing(tuple(nodes), tuple(_ribbons(chosen, left, right, places, scale)), width, height)


def _column(
    names: Sequence[Name], values: Counter[Any], left: bool, x: float, scale: float, gap: float, height: float
) -> list[Node]:
    """Centred: the column with fewer nodes is shorter."""
    there = [(key, name) for key, name in names if values[key]]
    assert {key for key, _ in there} == set(values), "every flow begins and ends at a named node"
    y = (height - scale * values.total() - gap * (len(there) - 1)) / 2
    nodes = []
    for key, name in there:
        nodes.append(Node(key, name, values[key], left, x, y, values[key] * scale))
        y += values[key] * scale + gap
    return nodes


def _ribbons(
    flows: Sequence[Flow], left: Sequence[Name], right: Sequence[Name], places: Mapping[Any, Node], scale: float
) -> list[Ribbon]:
    rank_left = {key: place for place, (key, _) in enumerate(left)}
    rank_right = {key: place for place, (key, _) in enumerate(right)}
    used: Counter[Any] = Counter()
    found = []
    for flow in sorted(flows, key=lambda flow: (rank_left[flow["before"]], rank_right[flow["after"]])):
        one, two = places[True, flow["before"]], places[False, flow["after"]]
        tall = flow["value"] * scale
        found.append(
            Ribbon(
                one.key, two.key, f"{one.name} → {two.name}", flow["value"], flow["kind"], one.x + NODE, one.y + used[True, one.key],
                two.x, two.y + used[False, two.key], tall,
            )
        )  # fmt: skip
        used[True, one.key] += tall
        used[False, two.key] += tall
    return found

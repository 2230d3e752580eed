"""Migration in words, as a matrix, and as the chart that page and documents draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..customers.models import Move
from . import bridge
from .flows import AFTER, BEFORE, Flow, Migration
from .forms import MigrationChoice

WIDE, NARROW = {"width": 460, "height": 430}, {"width": 190, "height": 460}  # without the names at both sides


def levels() -> list[int]:
    grid = bridge.grid()
    return list(range((len(grid.asset_bands) + 1) * (len(grid.income_bands) + 1), 0, -1))


def name_of(node: int, others: Mapping[int, Any]) -> str:
    return f"L{node}" if node > 0 else str(others[node])


def kind_of(before: int, after: int) -> str:
    """up and down between levels; in and out of what one looks after; same; other: into or out of being scored."""
    if before == after:
        return "same"
    if before < -1:
        return "in"
    if after < -1:
        return "out"
    if before > 0 and after > 0:
        return "up" if after > before else "down"
    return "other"


def chart(migration: Migration, *, stayed: bool) -> dict[str, Any]:
    """For `ui.sankey` and `ui.plots`. `stayed`: also those on the same place, who are most."""
    flows = [
        {"before": f.before, "after": f.after, "value": f.customers, "kind": kind_of(f.before, f.after)}
        for f in migration.flows
        if stayed or f.before != f.after
    ]
    nodes = [*_levels_of(migration), 0, -1, -2, -3]
    return {
        "kind": "sankey",
        "left": [(node, name_of(node, BEFORE)) for node in nodes],
        "right": [(node, name_of(node, AFTER)) for node in nodes],
        "flows": flows,
    }


def _levels_of(migration: Migration) -> list[int]:
    """Of the policy in force, and those that only an earlier one had."""
    seen = {node for flow in migration.flows for node in (flow.before, flow.after) if node > 0}
    return sorted(seen | set(levels()), reverse=True)


@dataclass(frozen=True)
class Square:
    """A field of the matrix; `share` of those who stood in that `before`. `query` leads to who it was."""

    customers: int
    share: float
    kind: str
    query: str


@dataclass(frozen=True)
class Line:
    name: str
    total: int
    squares: list[Square | None]


@dataclass(frozen=True)
class Matrix:
    columns: list[str]
    lines: list[Line]
    totals: list[int]


def matrix(migration: Migration, choice: MigrationChoice) -> Matrix:
    """Before down, after across, only nodes where somebody stood."""
    before, after = migration.before, migration.after
    order = [*_levels_of(migration), 0, -1, -2, -3]
    rows = [node for node in order if before[node]]
    columns = [node for node in order if after[node]]
    flows = {(flow.before, flow.after): flow for flow in migration.flows}
    lines = [
        Line(
            name_of(row, BEFORE), before[row], [_square(flows.get((row, col)), before[row], choice) for col in columns]
        )
        for row in rows
    ]
    return Matrix([name_of(node, AFTER) for node in columns], lines, [after[node] for node in columns])


def _square(flow: Flow | None, of: int, choice: MigrationChoice) -> Square | None:
    if flow is None:
        return None
    query = "" if flow.before == flow.after else choice.query(before=str(flow.before), after=str(flow.after))
    return Square(flow.customers, flow.customers / of, kind_of(flow.before, flow.after), query)


def reasons(found: Sequence[tuple[str, int]]) -> list[tuple[str, int, float]]:
    """Why, how many, their share of all who moved."""
    total = sum(number for _, number in found)
    return [(str(Move.Why(why).label), number, number / total) for why, number in found]

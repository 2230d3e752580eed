"""The only importer of the library here; the policy in force, as the customers' room knows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from jiugong.policy import Grid, Policy

from ..customers import bridge as customers

__all__ = ["Frozen", "Grid", "Policy", "grid"]

Fact = str | int | Decimal | date


@dataclass(frozen=True)
class Frozen:
    """A watch list as the library gives it at a month's end.

    `definition` says in words who is on it; `parameters` are the numbers in it, as text; `rows` hold a customer number
    and the facts that put the customer there, without personal data.
    """

    code: str
    name: str
    definition: str
    as_of: date
    policy_version: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    rows: Sequence[tuple[str, Mapping[str, Any]]] = ()


def grid() -> Grid:
    return customers.grid()

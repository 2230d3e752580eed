"""What the builder and the pages of named audiences show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet

from ..customers.models import Customer
from ..customers.policies import grid
from ..organisation.models import Staff, Unit
from .catalogue import FIELDS
from .counting import Counted, unknown_shares
from .models import Audience


def audiences_for(staff: Staff) -> QuerySet[Audience]:
    """The newest version of every name, by name."""
    rows: QuerySet[Audience] = Audience.objects.visible_to(staff)
    newest = rows.values("unit", "name").annotate(newest=Max("pk")).order_by().values("newest")
    return rows.filter(pk__in=newest).select_related("unit", "made_by").order_by("name", "unit")


def versions_of(found: Audience) -> QuerySet[Audience]:
    rows: QuerySet[Audience] = Audience.objects.everyone().filter(unit=found.unit_id, name=found.name)
    return rows.select_related("made_by").order_by("-version")


@dataclass(frozen=True)
class Entry:
    """A field in the builder's list. `unknown`: of the unit's customers, the share of whom it is not known."""

    key: str
    label: Any
    about: Any
    unknown: float | None


def catalogue(unit: Unit | None) -> list[Entry]:
    """All fields, with what is unknown of the unit's customers (one query)."""
    asked = {key: field.unknown for key, field in FIELDS.items() if field.may_be_unknown}
    shares: Mapping[str, float] = unknown_shares(unit, asked, data_date=data_date()) if unit is not None else {}
    return [Entry(key, field.label, field.about, shares.get(key)) for key, field in FIELDS.items()]


def data_date() -> date | None:
    """The newest snapshot that the customers come from."""
    found: date | None = Customer.objects.everyone().aggregate(newest=Max("snapshot_on"))["newest"]
    return found


@dataclass(frozen=True)
class Square:
    """A place of the grid: customers of the audience, their share of it, and that place's share of all customers."""

    label: str
    customers: int
    share: float
    of_all: float
    heat: int


def profile(counted: Counted) -> list[list[Square]]:
    """The audience on the grid, rows from high income to unknown, columns from low assets to high."""
    bands = grid()
    incomes = [*range(len(bands.income_bands) + 1, 0, -1), 0]
    assets = range(1, len(bands.asset_bands) + 2)
    chosen, everyone = _by_place(counted, "audience"), _by_place(counted, "all")
    total, of_all = sum(chosen.values()) or 1, sum(everyone.values()) or 1
    most = max(chosen.values(), default=0) or 1
    return [
        [
            Square(
                f"C{asset}·{f'I{income}' if income else 'I?'}", chosen.get((asset, income), 0),
                chosen.get((asset, income), 0) / total, everyone.get((asset, income), 0) / of_all,
                -(-5 * chosen.get((asset, income), 0) // most),
            )
            for asset in assets
        ]
        for income in incomes
    ]  # fmt: skip


def _by_place(counted: Counted, kind: str) -> dict[tuple[int, int], int]:
    """An unknown income is band 0; customers without assets are in no column."""
    found: dict[tuple[int, int], int] = {}
    for (asset, income), customers in counted.cells.get(kind, {}).items():
        if asset is not None:
            place = (asset, income or 0)
            found[place] = found.get(place, 0) + customers
    return found

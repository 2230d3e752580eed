"""Who stood where in a month: the customers behind a number of the board.

At the end of a month a customer stood where his first move after it came from; who has not moved since stands there
still. Only those are listed whom the viewer may see now; `elsewhere` counts who has gone out of his sight since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from ..organisation.models import Staff, Unit
from .models import Customer, Loan, Move, Standing, StandingMonth
from .standing_models import held_by

NONE = "none"  # as an asset band or a level: customers who have none


@dataclass(frozen=True)
class Spot:
    """Part of the board in one month; None: as it is now. Empty bands: any; "none": has none; income "0": unknown."""

    month: date | None
    asset: str = ""
    income: str = ""
    level: str = ""
    unit: Unit | None = None
    manager: Staff | None = None

    @property
    def is_cell(self) -> bool:
        return bool(self.asset and self.income) and self.asset != NONE

    def condition(self, prefix: str = "") -> Q:
        """On the columns of a customer, or on those of a move that begin with the prefix."""
        found = Q()
        if self.unit is not None:
            found &= Q(**{f"{prefix}unit__path__startswith": self.unit.path})
        if self.manager is not None:
            found &= Q(**{f"{prefix}manager": self.manager})
        for name, band in (("asset_band", self.asset), ("income_band", self.income), ("level", self.level)):
            if band:
                found &= Q(**{f"{prefix}{name}": None if band == NONE else int(band)})
        return found


class Listed:
    """Customers to page through: one queryset after the other, each in its own order.

    A page is found by keys alone, which an index holds, and only its customers are read. `counts`: how long each list
    is, where that is known already.
    """

    def __init__(self, *lists: QuerySet[Customer], counts: Sequence[int] = (), elsewhere: int = 0) -> None:
        self._lists, self._counts = lists, list(counts)
        self.elsewhere = elsewhere  # who stood there then and has gone out of the viewer's sight since

    def _lengths(self) -> list[int]:
        if not self._counts:
            self._counts = [rows.order_by().count() for rows in self._lists]
        return self._counts

    def count(self) -> int:
        return sum(self._lengths())

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, wanted: slice) -> list[Customer]:
        first, end = wanted.start or 0, self.count() if wanted.stop is None else wanted.stop
        keys: list[int] = []
        for rows, length in zip(self._lists, self._lengths(), strict=True):
            if first < length and end > 0:
                keys += rows.values_list("pk", flat=True)[first : min(end, length)]
            first, end = max(first - length, 0), end - length
        found = {customer.pk: customer for customer in shown(Customer.objects.everyone().filter(pk__in=keys))}
        return [found[key] for key in keys]


def stood(staff: Staff, spot: Spot, *, order: Sequence[Any] = ("customer_no",), only: Q | None = None) -> Listed:
    """The viewer's customers who stood there then: first those who have moved since, then who stands there still.

    Two lists, because the second is found by an index and the first by its moves; together they would be sorted whole.
    Now: all who stand there, those handed over as well. `only`: a further condition on customers.
    """
    visible: QuerySet[Customer] = Customer.objects.visible_to(staff).order_by(*order)
    if only:
        visible = visible.filter(only)
    held = held_by(staff)
    if spot.month is None:
        return Listed(visible.filter(spot.condition()))
    if held is None or not StandingMonth.objects.filter(month=spot.month).exists():
        return Listed()
    still = visible.filter(spot.condition(), held, present=True)
    # The board's sum: counting would look at every customer of the place.
    sums = Standing.objects.visible_to(staff).filter(spot.condition(), month=spot.month)
    total = sums.aggregate(number=Sum("customers"))["number"] or 0
    if not StandingMonth.objects.filter(month__gt=spot.month).exists():
        return Listed(still, counts=[] if only else [total])
    came = _came_from(staff, spot)
    moved = visible.filter(pk__in=came.values("customer"))
    elsewhere = came.filter(~Exists(Customer.objects.visible_to(staff).filter(pk=OuterRef("customer")))).count()
    since = Move.objects.everyone().filter(customer=OuterRef("pk"), month__gt=spot.month)
    lists = (moved, still.filter(~Exists(since)))
    if only:
        return Listed(*lists, elsewhere=elsewhere)
    number = moved.order_by().count()
    return Listed(*lists, counts=[number, total - elsewhere - number], elsewhere=elsewhere)


def shown(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """With what a row of the list shows."""
    return customers.select_related("unit", "manager").annotate(
        has_loan=Exists(Loan.objects.filter(customer=OuterRef("pk")))
    )


def _came_from(staff: Staff, spot: Spot) -> QuerySet[Move]:
    """The first moves after the month of those who stood there at its end."""
    moves = Move.objects.everyone()
    before = moves.filter(customer=OuterRef("customer"), month__gt=spot.month, month__lt=OuterRef("month"))
    held: Any = held_by(staff, "from_")
    return (
        moves.filter(spot.condition("from_"), held, ~Exists(before), month__gt=spot.month)
        .exclude(why=Move.Why.ENTERED)
        .order_by()
    )

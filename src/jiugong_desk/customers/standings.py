"""Record where everybody stands, at each load: sums per place, and who moved since the month before.

Everything is done by the database in a few statements; a million customers never travel through Python. Both steps
belong into the load's transaction, `remember` before the customers are written, `record` after.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, Count, DateField, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from ..core.bulk import insert_rows, insert_selected
from ..core.exact import cents
from .models import Customer, EarlierPlace, Move, Standing, StandingMonth
from .standing_models import month_of

if TYPE_CHECKING:
    from .bridge import Grid

Why = Move.Why
PLACE = ("unit", "manager", "asset_band", "income_band", "level")
AMOUNTS = (("assets", "assets"), ("annual_income", "income"))
SUMS = ("assets_cents", "current_value_cents", "lifetime_value_cents")


def remember(as_of: date, *, grid: Grid, at: datetime) -> None:
    """Before the customers of this snapshot are written: keep where everybody stood at the end of the month before.

    A desk that was filled before standings were kept records what it holds first.
    """
    newest = StandingMonth.objects.last() or _first(grid, at)
    if newest is None or month_of(as_of) <= newest.month:
        return
    EarlierPlace.objects.all().delete()
    names = [*PLACE, "assets", "annual_income", "policy_version"]
    columns = {"customer": F("pk")} | {name: F(name) for name in names}
    insert_selected(EarlierPlace, columns, Customer.objects.everyone().filter(present=True))


def _first(grid: Grid, at: datetime) -> StandingMonth | None:
    held = Customer.objects.everyone().exclude(snapshot_on=None).order_by("-snapshot_on").first()
    if held is None or held.snapshot_on is None:
        return None
    record(held.snapshot_on, policy_version=held.policy_version, grid=grid, at=at, wrote=True)
    return StandingMonth.objects.last()


def record(
    as_of: date, *, policy_version: str, grid: Grid, at: datetime, wrote: bool, moves_since: date | None = None
) -> int:
    """After the customers were written: the month's sums and moves, anew; how many customers moved.

    `wrote`: whether the load changed any customer. If it did not and this snapshot is recorded, nothing is written.
    """
    month = month_of(as_of)
    if not wrote and StandingMonth.objects.filter(month=month, snapshot_on=as_of).exists():
        return 0
    kept = {"snapshot_on": as_of, "policy_version": policy_version, "moves_since": moves_since, "recorded_at": at}
    StandingMonth.objects.update_or_create(month=month, defaults=kept)
    Standing.objects.everyone().filter(month=month).delete()
    Move.objects.everyone().filter(month=month).delete()
    _mark_present(as_of)
    present = Customer.objects.everyone().filter(present=True).order_by()
    _sums(present, month)
    if not StandingMonth.objects.filter(month__lt=month).exists():
        return 0  # nothing to have moved from
    return _moves(present, month, grid) + _gone(month)


def forget(as_of: date) -> None:
    """Inner verb of an import's undo: the snapshot is gone, and with it the month of which it was the newest."""
    StandingMonth.objects.filter(month=month_of(as_of), snapshot_on=as_of).delete()


def _mark_present(as_of: date) -> None:
    everyone = Customer.objects.everyone()
    named = Q(snapshot_on=as_of)
    everyone.filter(present=True).exclude(named).update(present=False)
    everyone.filter(named, present=False).update(present=True)


def _sums(present: QuerySet[Customer], month: date) -> None:
    counted = {"customers": Count("pk")} | {name: Count("pk", filter=Q(quadrant=name)) for name in Customer.Quadrant}
    summed = {name: cents(name.removesuffix("_cents")) for name in SUMS}
    grouped = present.values_list(*PLACE).annotate(**counted, **summed)
    rows = (
        (month, *row[: len(PLACE)], *(int(number or 0) for number in row[len(PLACE) :])) for row in grouped.iterator()
    )
    insert_rows(Standing, ["month", *PLACE, *counted, *summed], rows)


def _moves(present: QuerySet[Customer], month: date, grid: Grid) -> int:
    moved = present.filter(Q(earlier=None) | reduce(or_, (~_same(name) for name in PLACE)))
    columns = {"month": _month(month), "customer": F("pk"), "why": _why(grid)}
    columns |= {f"from_{name}": F(f"earlier__{name}") for name in PLACE}
    columns |= {f"to_{name}": F(name) for name in PLACE}
    columns |= {f"from_{short}": F(f"earlier__{name}") for name, short in AMOUNTS}
    columns |= {f"to_{short}": F(name) for name, short in AMOUNTS}
    return insert_selected(Move, columns, moved)


def _gone(month: date) -> int:
    """Who stood somewhere last month and is not in this snapshot."""
    gone = EarlierPlace.objects.filter(customer__present=False)
    columns = {"month": _month(month), "customer": F("customer_id"), "why": Value(Why.LEFT.value, CharField())}
    columns |= {f"from_{name}": F(name) for name in PLACE}
    columns |= {f"from_{short}": F(name) for name, short in AMOUNTS}
    return insert_selected(Move, columns, gone)


def _why(grid: Grid) -> Case:
    """The first of these that holds.

    The policy is the reason where the old amounts, put into the new bands, already give the new place. Where the old
    assets stood below their band already, it was held, and the holding has ended: the assets may even have risen.
    """
    moved_by_policy = (
        ~Q(earlier__policy_version=F("policy_version"))
        & Q(asset_band=_band("earlier__assets", grid.asset_bands))
        & Q(income_band=_band("earlier__annual_income", grid.income_bands))
    )
    held_ended = Q(asset_band__lt=F("earlier__asset_band")) & Q(
        earlier__asset_band__gt=_band("earlier__assets", grid.asset_bands)
    )
    both = ~_same("asset_band") & ~_same("income_band")
    found: list[tuple[Q, Move.Why]] = [
        (Q(earlier=None), Why.ENTERED),
        (Q(earlier__asset_band=None, asset_band__isnull=False), Why.REOPENED),
        (Q(earlier__asset_band__isnull=False, asset_band=None), Why.CLOSED),
        (_same("asset_band") & _same("income_band") & _same("level"), Why.TRANSFERRED),
        (moved_by_policy, Why.POLICY),
        (both, Why.BOTH),
        (held_ended, Why.HELD_ENDED),
        (~_same("asset_band"), Why.ASSETS),
        (Q(earlier__income_band=0), Why.INCOME_KNOWN),
        (Q(income_band=0), Why.INCOME_UNKNOWN),
    ]
    cases = (When(condition, then=Value(why.value)) for condition, why in found)
    return Case(*cases, default=Value(Why.INCOME.value), output_field=CharField())


def _same(name: str) -> Q:
    """Equal, or both empty."""
    was, now = Coalesce(F(f"earlier__{name}"), -1), Coalesce(F(name), -1)
    return Q(Exact(was, now))


def _band(column: str, limits: Sequence[Decimal]) -> Case:
    """The band of an amount under these limits; 0 where the amount is unknown."""
    steps = [When(**{f"{column}__gte": limit}, then=Value(n + 2)) for n, limit in reversed(list(enumerate(limits)))]
    unknown = When(**{f"{column}__isnull": True}, then=Value(0))
    return Case(unknown, *steps, default=Value(1), output_field=IntegerField())


def _month(month: date) -> Any:
    return Value(month, output_field=DateField())

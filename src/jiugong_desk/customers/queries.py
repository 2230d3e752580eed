"""What the customer pages show, limited to what the viewer may see."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ..organisation.models import Staff, Unit
from ..organisation.scope import unit_filter
from . import bridge
from .forms import ListFilter
from .identity import name_digest, normal, number_digest
from .models import Customer, Loan
from .rules import Band, asset_bands, income_bands, level_of

FOUND_AT_MOST = 50
SORTS: Mapping[str, tuple[Any, ...]] = {
    "": ("customer_no",),
    "assets": (F("assets").desc(nulls_last=True), "customer_no"),
    "level": (F("level").desc(nulls_last=True), F("assets").desc(nulls_last=True), "customer_no"),
    "value": (F("potential_value").desc(nulls_last=True), "customer_no"),
}
CATEGORIES: Mapping[str, Any] = {
    "demand": _("活期"),
    "time": _("定期"),
    "large_cd": _("大额存单"),
    "wealth": _("理财"),
    "fund": _("基金"),
    "insurance": _("保险"),
    "bond": _("国债"),
    "other": _("其他资产"),
}


def shown(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """With what a row of the list shows."""
    return customers.select_related("unit", "manager").annotate(
        has_loan=Exists(Loan.objects.filter(customer=OuterRef("pk")))
    )


def listed(staff: Staff, choice: ListFilter) -> QuerySet[Customer]:
    """The viewer's customers that pass the filter, but for the place on the grid."""
    rows: QuerySet[Customer] = Customer.objects.visible_to(staff)
    if choice.unit is not None:
        rows = rows.filter(unit__path__startswith=choice.unit.path)
    if choice.manager is not None:
        rows = rows.filter(manager=choice.manager)
    if choice.loan:
        loans = Loan.objects.filter(customer=OuterRef("pk"))
        rows = rows.filter(Exists(loans if choice.loan == "any" else loans.filter(kind=choice.loan)))
    return rows


def placed(rows: QuerySet[Customer], choice: ListFilter) -> QuerySet[Customer]:
    """Those on the chosen place of the grid, in the chosen order."""
    if choice.level == "none":
        rows = rows.filter(level=None)
    elif choice.level:
        rows = rows.filter(level=int(choice.level))
    if choice.asset:
        rows = rows.filter(asset_band=int(choice.asset))
    return rows.order_by(*SORTS[choice.sort])


def search(staff: Staff, text: str) -> list[Customer]:
    """The viewer's customers with this number, phone (whole, or its last four), ID number or name; at most fifty.

    Names, phones and ID numbers are found by their fingerprints: whole or not at all.
    """
    term = normal(text)
    hit = Q(customer_no__iexact=term) | Q(name_digest=name_digest(term))
    hit |= Q(mobile_digest=number_digest(term)) | Q(id_digest=number_digest(term))
    if len(term) == 4 and term.isdecimal():
        hit |= Q(mobile_tail=term)
    if len(term) >= 5:
        hit |= Q(customer_no__istartswith=term)
    return list(shown(Customer.objects.visible_to(staff).filter(hit)).order_by("customer_no")[:FOUND_AT_MOST])


@dataclass(frozen=True)
class Cell:
    """One place on the grid: how many customers, their share of all who are shown, and how dark it is (0..5)."""

    label: str
    level: int | None
    asset: int
    count: int
    share: float
    heat: int
    query: str
    chosen: bool


@dataclass(frozen=True)
class GridCounts:
    """The grid from the top row down; `outside` are customers who are not segmented at all."""

    columns: list[Band]
    rows: list[tuple[Band | None, list[Cell]]]
    total: int
    outside: int


def grid_counts(rows: QuerySet[Customer], choice: ListFilter) -> GridCounts:
    """How many of these customers stand on each place (one query)."""
    counts = {
        (income, asset): number
        for income, asset, number in rows.order_by().values_list("income_band", "asset_band").annotate(Count("pk"))
    }
    grid, total = bridge.grid(), sum(counts.values())
    columns, incomes = asset_bands(grid), income_bands(grid)
    inside = {place: number for place, number in counts.items() if place[1] is not None}
    most = max(inside.values(), default=0)

    def cell(income: int, asset: int) -> Cell:
        level = level_of(income, asset, grid) if income else None
        number = sum(inside.get(place, 0) for place in ([(income, asset)] if income else [(0, asset), (None, asset)]))
        return Cell(
            label=f"L{level}" if level else f"{columns[asset - 1].sign}-I?",
            level=level,
            asset=asset,
            count=number,
            share=number / total if total else 0,
            heat=math.ceil(5 * math.sqrt(number / most)) if number else 0,  # most customers share one cell
            query=choice.query(level=str(level) if level else "none", asset="" if level else str(asset)),
            chosen=choice.level == (str(level) if level else "none") and choice.asset in ("", str(asset)),
        )

    lines: list[tuple[Band | None, list[Cell]]] = [
        (incomes[income - 1], [cell(income, asset) for asset in range(1, len(columns) + 1)])
        for income in range(len(incomes), 0, -1)
    ]
    lines.append((None, [cell(0, asset) for asset in range(1, len(columns) + 1)]))
    return GridCounts(columns, lines, total, total - sum(inside.values()))


def outlets_of(staff: Staff) -> QuerySet[Unit]:
    """The outlets that the viewer sees; none where he sees only his own customers."""
    condition = unit_filter(staff, "path")
    outlets = Unit.objects.filter(kind=Unit.Kind.OUTLET)
    return outlets.none() if condition is None else outlets.filter(condition)


def managers_of(staff: Staff) -> QuerySet[Staff]:
    """Who manages the customers that the viewer sees; none where he sees only his own."""
    if unit_filter(staff) is None:
        return Staff.objects.none()
    owners = Customer.objects.visible_to(staff).order_by().values("manager").distinct()
    return Staff.objects.filter(pk__in=owners)


def balances(customer: Customer) -> list[dict[str, Any]]:
    """The last twelve months, oldest first: month, deposits, total, and amounts by category in the bank's order."""
    history = getattr(customer, "balance_history", None)
    months = history.months[-12:] if history else []
    return [
        {
            "month": month["month"],
            "deposits": Decimal(month["deposits"]),
            "total": Decimal(month["total"]),
            "categories": {kind: Decimal(amount) for kind, amount in month.get("categories", {}).items()},
        }
        for month in months
    ]


def balance_chart(months: list[dict[str, Any]]) -> dict[str, Any]:
    """The same for the chart script: one bar series per category that ever held anything, else deposits and total."""
    held = [kind for kind in CATEGORIES if any(month["categories"].get(kind) for month in months)]
    series = [
        {"name": str(CATEGORIES[kind]), "values": [float(month["categories"].get(kind, 0)) for month in months]}
        for kind in held
    ]
    plain = [
        {"name": str(_("存款")), "values": [float(month["deposits"]) for month in months]},
        {"name": str(_("合计")), "values": [float(month["total"]) for month in months]},
    ]
    return {
        "kind": "bar" if held else "line",
        "stacked": bool(held),
        "categories": [month["month"] for month in months],
        "series": series or plain,
        "unit": str(_("元")),
    }


def answers(customer: Customer) -> list[Any]:
    """The current answer to each question, newest first; older answers to it are counted in `before`."""
    current: dict[str, Any] = {}
    for answer in customer.answers.select_related("by"):  # newest first
        kept = current.setdefault(answer.question, answer)
        kept.before = getattr(kept, "before", -1) + 1
    return list(current.values())

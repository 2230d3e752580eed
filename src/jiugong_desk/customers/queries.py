"""What the customer pages show, limited to what the viewer may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ..core.once import once_a_page
from ..organisation.models import Staff, Unit
from ..organisation.policies import policy_labelled
from ..organisation.scope import unit_filter
from .forms import ListFilter
from .history import Listed, shown, stood
from .identity import name_digest, normal, number_digest
from .models import Customer, Loan, ProfileAnswer, StandingMonth
from .policies import months_kept

FOUND_AT_MOST = 50
MOST_OFFERED = 200  # managers in one select
# Each order, but for its last key, stands in one index together with the unit: a page of a million is found in it alone.
SORTS: Mapping[str, tuple[Any, ...]] = {
    "": ("customer_no",),
    "assets": (F("assets").desc(nulls_last=True), "pk"),
    # The order of levels: by income, then by assets.
    "level": (*(F(name).desc(nulls_last=True) for name in ("income_band", "asset_band", "assets")), "pk"),
    "value": (F("potential_value").desc(nulls_last=True), "pk"),
}
# On one place of the grid the level is one, no amount is unknown, and each order is that of an index.
CELL_SORTS: Mapping[str, tuple[Any, ...]] = {
    "": ("customer_no",),
    "assets": ("-assets", "-pk"),
    "level": ("-assets", "-pk"),
    "value": ("-potential_value", "-pk"),
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


def listed(staff: Staff, choice: ListFilter) -> Listed:
    """The viewer's customers that pass the filter, in the chosen order: as they are now, or stood in a month."""
    loans = Loan.objects.filter(customer=OuterRef("pk"))
    only = Q(Exists(loans if choice.loan == "any" else loans.filter(kind=choice.loan))) if choice.loan else Q()
    if choice.quadrant:
        only &= Q(quadrant=choice.quadrant)
    order = (CELL_SORTS if choice.spot.is_cell else SORTS)[choice.sort]
    return stood(staff, choice.spot, order=order, only=only)


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


def units_of(staff: Staff) -> QuerySet[Unit]:
    """The units at and below which the viewer sees customers; none where he sees only his own."""
    condition = unit_filter(staff, "path")
    return Unit.objects.none() if condition is None else Unit.objects.filter(condition)


def managers_of(staff: Staff, unit_code: str = "") -> QuerySet[Staff]:
    """Who manages customers that the viewer sees, in the chosen unit if there is one; none where he sees only his own.

    None either where there are too many to choose from: the unit comes first then.
    """
    if unit_filter(staff) is None:
        return Staff.objects.none()
    held = Customer.objects.visible_to(staff).order_by().filter(manager=OuterRef("pk"))
    unit = units_of(staff).filter(code=unit_code).first() if unit_code else None
    if unit is not None:
        held = held.filter(unit__in=list(Unit.objects.filter(path__startswith=unit.path).values_list("pk", flat=True)))
    found = Staff.objects.filter(Exists(held))
    return found.none() if len(found.values_list("pk")[: MOST_OFFERED + 1]) > MOST_OFFERED else found


def months() -> dict[date, str]:
    """Whose standings are kept, with their labels, newest first."""
    return {kept.month: kept.label for kept in months_kept()}


def kept_month(month: date | None) -> StandingMonth | None:
    """What is kept of the month; without a month of the newest."""
    return next((kept for kept in months_kept() if month in (None, kept.month)), None)


@dataclass(frozen=True)
class WorthTerms:
    """What a lifetime value rests on. `since`: moves were measured from there; None: the policy's retention alone."""

    horizon_years: int
    discount_rate: Decimal
    moves_prior: int
    since: date | None


def worth_of(customer: Customer) -> WorthTerms:
    """By the policy under which the customer was last segmented."""
    value = policy_labelled(customer.policy_version).value
    since = next((kept.moves_since for kept in months_kept() if kept.snapshot_on == customer.snapshot_on), None)
    return WorthTerms(value.horizon_years, value.discount_rate, value.moves_prior, since)


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


@once_a_page
def answers_given(customer: Customer) -> Sequence[ProfileAnswer]:
    """Everything that the customer answered, newest first."""
    return tuple(customer.answers.select_related("by"))


def answers(customer: Customer) -> list[tuple[ProfileAnswer, int]]:
    """The current answer to each question, newest first, and how many older ones there are to it."""
    given = answers_given(customer)
    times = Counter(answer.question for answer in given)
    newest = {answer.question: answer for answer in reversed(given)}
    return [(answer, times[answer.question] - 1) for answer in given if answer is newest[answer.question]]

"""Who is left alone on a day, the sealed list, and what the page shows."""

from __future__ import annotations

import zlib
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import QuerySet

from ..campaigns.models import Campaign, ListEntry
from ..core.scope import ScopedQuerySet
from ..customers.models import Customer
from ..organisation.models import Staff, Unit
from ..organisation.scope import places_of
from . import rules
from .bridge import policy
from .models import Measurement, StandingHoldout, StandingMember

# A sealed list is somebody's work to come; on a closed one nobody works any more.


def members(*, until: date) -> ScopedQuerySet[StandingMember]:
    """Who is left alone up to this day at least; nobody while the policy's share is 0, which switches hold-outs off."""
    rows: ScopedQuerySet[StandingMember] = StandingMember.objects.everyone()
    if policy().holdout.standing_share == 0:
        return rows.none()
    return rows.filter(holdout__last_day__gte=until)


def left_alone(customers: Collection[int], *, on: date) -> set[int]:
    """Those of the customers (primary keys) whom no campaign calls on this day (1 query)."""
    found = members(until=on).filter(customer__in=customers, holdout__first_day__lte=on)
    return set(found.values_list("customer", flat=True))


def active_customers(unit: Unit) -> ScopedQuerySet[Customer]:
    """The active customers at and below the unit, by number."""
    rows: ScopedQuerySet[Customer] = Customer.objects.everyone()
    below = list(Unit.objects.filter(path__startswith=unit.path).values_list("pk", flat=True))
    found: ScopedQuerySet[Customer] = rows.filter(unit__in=below, status=Customer.Status.ACTIVE, present=True).order_by(
        "customer_no"
    )
    return found


def on_open_lists() -> QuerySet[Any, Any]:
    """Customers on the list of a campaign that is being worked, or will be: whoever is half called stays out of the lot."""
    return ListEntry.objects.everyone().filter(campaign__state__in=Campaign.BINDING).values("customer")


def standing_until(unit: Unit, *, on: date) -> date | None:
    """The last day of a hold-out that covers some of this unit's customers on this day."""
    current = StandingHoldout.objects.everyone().filter(last_day__gte=on).select_related("unit")
    touching = [
        one.last_day for one in current if one.unit.path.startswith(unit.path) or unit.path.startswith(one.unit.path)
    ]
    return max(touching, default=None)


def sealed_text(found: StandingHoldout) -> str:
    return zlib.decompress(bytes(found.sealed)).decode()


def sealed_rows(found: StandingHoldout) -> list[rules.Row]:
    """The whole list as it was drawn, by customer number."""
    return list(rules.read(sealed_text(found)))


def is_sealed(found: StandingHoldout) -> bool:
    """Whether the list is the one that was drawn, and exactly its held-out customers are left alone."""
    text = sealed_text(found)
    members = StandingMember.objects.everyone().filter(holdout=found)
    left = set(members.values_list("customer__customer_no", flat=True))
    return rules.digest_of(text) == found.digest and left == rules.held_out_of(text)


def levels(found: StandingHoldout) -> list[dict[str, Any]]:
    """Each level's customers, how many of them are left alone, and which share that is; the whole last."""
    total = {"customers": found.customers, "held_out": found.held_out, "whole": True}
    return [row | {"share": row["held_out"] / row["customers"]} for row in [*found.levels, total]]


def seen_by(staff: Staff) -> QuerySet[StandingHoldout]:
    """The hold-outs that this person may know of, newest first, without their lists."""
    rows: QuerySet[StandingHoldout] = StandingHoldout.objects.visible_to(staff)
    return rows.defer("sealed").select_related("unit", "drawn_by")


def measurements(found: StandingHoldout) -> list[Measurement]:
    """Newest first."""
    rows: QuerySet[Measurement] = Measurement.objects.everyone().filter(holdout=found)
    return list(rows.select_related("by"))


def units_for(staff: Staff) -> list[Unit]:
    """Whose customers this person may draw among: the units of his posts, and those below down to the sub-branches."""
    kinds = (Unit.Kind.HEAD_OFFICE, Unit.Kind.BRANCH, Unit.Kind.SUB_BRANCH)
    return list(places_of(staff).filter(kind__in=kinds).order_by("path"))


def terms() -> dict[str, Any]:
    """What the policy in force says: share, months, strata."""
    holdout = policy().holdout
    return {"share": holdout.standing_share, "months": holdout.standing_months}

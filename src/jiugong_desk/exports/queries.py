"""What the pages of exports show, limited to what the viewer may see."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, QuerySet

from ..core.clock import bank_date
from ..customers.models import Customer
from ..organisation.models import Staff
from . import rules
from .bridge import Exports, limits
from .models import WATCHES, Allowance, ExportFile, ExportRequest


def mine(staff: Staff) -> QuerySet[ExportRequest]:
    """What this person asked for, the newest first."""
    rows: QuerySet[ExportRequest] = ExportRequest.objects.visible_to(staff).filter(asked_by=staff)
    return rows.select_related("unit", "asked_by")


def files(staff: Staff) -> QuerySet[ExportFile]:
    """Every file that this person took out, or may know of, the newest first."""
    rows: QuerySet[ExportFile] = ExportFile.objects.visible_to(staff)
    return rows.select_related("unit", "by", "request")


def watches(staff: Staff) -> bool:
    """Whether this person sees what others take out."""
    return any(staff.may(permission) for permission in WATCHES)


def taken_today(staff: Staff, *, now: datetime) -> int:
    """How many customers this person has taken out today without an approval."""
    found = Allowance.objects.filter(person_key=staff.person_key, day=bank_date(now)).values_list("taken", flat=True)
    return found.first() or 0


def ready_for(staff: Staff, now: datetime) -> int:
    """How many approved lists this person has not fetched yet (one query)."""
    waiting = {"state": ExportRequest.State.APPROVED, "usable_until__gte": bank_date(now), "downloads": 0}
    return ExportRequest.objects.everyone().filter(asked_by=staff, **waiting).count()


def columns(found: ExportRequest) -> list[object]:
    """What is unmasked, in words."""
    return [rules.CLEAR[name] for name in found.clear]


def places(found: ExportRequest, staff: Staff) -> list[tuple[str, int]]:
    """Of which outlets the customers are, as far as this person sees them, the most first."""
    seen = Customer.objects.visible_to(staff).filter(ref__in=found.refs).order_by()
    rows = seen.values_list("unit__name").annotate(number=Count("pk")).order_by("-number", "unit__name")
    return [(name, number) for name, number in rows]


def terms() -> Exports:
    return limits()

"""Scripts as lists, and what their places stand for."""

from __future__ import annotations

from django.db.models import QuerySet

from ..organisation.models import Staff, Unit
from .models import Script


def scripts() -> QuerySet[Script]:
    return Script.objects.select_related("drafted_by", "approved_by")


def names_for(staff: Staff) -> dict[str, str]:
    """The bank, the outlet and the caller; how to address the customer is the call's to add."""
    root = Unit.objects.filter(parent=None).order_by("pk").first()
    bank = (root.name if root else "").removesuffix("总行") or "我行"
    return {"bank": bank, "manager": staff.name, "outlet": staff.home.name if staff.home else ""}

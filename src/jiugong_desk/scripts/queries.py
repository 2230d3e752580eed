"""Scripts as lists, and what their places stand for."""

from __future__ import annotations

from django.db.models import QuerySet

from ..organisation.models import Staff, Unit
from .models import Script


def scripts() -> QuerySet[Script]:
    return Script.objects.select_related("drafted_by", "approved_by")


def earlier(script: Script) -> Script | None:
    """What a reviewer compares with: the last approved version before this one; where none was, the version before."""
    before = Script.objects.filter(code=script.code, version__lt=script.version).order_by("-version")
    return before.filter(state=Script.State.APPROVED).first() or before.first()


def names_for(staff: Staff) -> dict[str, str]:
    """The bank, the outlet and the caller; how to address the customer is the call's to add."""
    root = Unit.objects.filter(parent=None).order_by("pk").first()
    bank = (root.name if root else "").removesuffix("总行") or "我行"
    return {"bank": bank, "manager": staff.name, "outlet": staff.home.name if staff.home else ""}

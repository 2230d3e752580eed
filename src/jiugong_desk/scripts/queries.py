"""Scripts as lists."""

from __future__ import annotations

from django.db.models import QuerySet

from .models import Script


def scripts() -> QuerySet[Script]:
    return Script.objects.select_related("drafted_by", "approved_by")

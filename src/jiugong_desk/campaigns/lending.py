"""The customers whom campaigns lend to whoever stands in: those of the entries that he may see."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from ..organisation.models import Staff
from .cover import lent
from .models import ListEntry


def customers_of_cover(staff: Staff) -> QuerySet[Any, Any] | None:
    theirs = lent(staff, ListEntry.rows.all()) if staff.may("campaign.view") else None
    return None if theirs is None else ListEntry.objects.everyone().filter(theirs).values("customer")

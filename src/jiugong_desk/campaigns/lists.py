"""A campaign's list as it stands: its sizes, and its digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Protocol

from django.db.models import Count

from .models import Campaign, ListEntry


class Counted(Protocol):
    """An audience that has been counted, whichever way."""

    @property
    def eligible(self) -> int: ...


@dataclass(frozen=True)
class Listed:
    """The sealed list as it stands."""

    treated: int
    held_out: int

    @property
    def eligible(self) -> int:
        return self.treated + self.held_out


def listed_of(campaign: Campaign) -> Listed:
    rows = ListEntry.objects.everyone().filter(campaign=campaign).order_by()
    arms = dict(rows.values_list("arm").annotate(Count("pk")))
    return Listed(arms.get(ListEntry.Arm.TREATED, 0), arms.get(ListEntry.Arm.HELD_OUT, 0))


def list_digest(campaign: Campaign) -> str:
    """SHA-256 over number, arm, stratum and probability of the whole list, a line each, by customer number."""
    columns = ("customer__customer_no", "arm", "stratum", "probability")
    rows = ListEntry.objects.everyone().filter(campaign=campaign).values_list(*columns)
    lines = [f"{no},{arm},{stratum},{probability:.8f}" for no, arm, stratum, probability in sorted(rows)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()

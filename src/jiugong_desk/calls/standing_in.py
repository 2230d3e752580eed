"""For whom somebody stands in today, as his page says it: how many customers, until when, and what he may not call yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from ..campaigns.cover import running_on
from ..campaigns.models import ListEntry
from ..duty.queries import stands_in
from ..organisation.models import Staff
from .queue import LEFT, Reach


@dataclass(frozen=True)
class Covered:
    """Somebody who is away. `untaught`: campaigns with customers of his whose course the stand-in has not passed."""

    person: Staff
    until: date
    left: int
    untaught: tuple[str, ...]


def covered_today(reach: Reach) -> list[Covered]:
    """By number (two queries; none where he stands in for nobody)."""
    if not reach.turn.covered:
        return []
    until = {one.staff_id: one.last_day for one in stands_in(reach.staff, reach.day, reach.day, viewer=reach.staff)}
    rows = list(
        ListEntry.objects.everyone().filter(LEFT, running_on(reach.day), manager__in=reach.turn.covered_ids)
        .order_by("campaign__starts_on", "campaign").values_list("manager", "campaign__ref", "campaign__title")
        .annotate(left=Count("pk"))
    )  # fmt: skip
    return [
        Covered(
            person, until.get(person.pk, reach.day),
            sum(left for key, ref, _title, left in rows if key == person.pk and ref in reach.taught),
            tuple(title for key, ref, title, _left in rows if key == person.pk and ref not in reach.taught),
        )
        for person in reach.turn.covered
    ]  # fmt: skip

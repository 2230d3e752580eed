"""What an absence would do before it is recorded: to the campaigns, to the outlet, to those whom he stands in for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ..core.verdict import Verdict
from ..organisation.calendar import working_days
from ..organisation.models import Staff
from . import queries, rules, services
from .extension import Effect, effects
from .rules import Away


@dataclass(frozen=True)
class Preview:
    """`against`: why it cannot be recorded so. `lapses`: days on which somebody whom he was to stand in for has nobody."""

    days: int
    against: Verdict
    covered: bool
    effects: tuple[Effect, ...]
    empty: tuple[date, ...]  # on which nobody of his outlet is on duty
    lapses: tuple[tuple[str, str], ...]  # name, days in words

    @property
    def empty_text(self) -> str:
        return rules.days_text(self.empty)


def preview(said: Mapping[str, Any], *, by: Staff, at: datetime) -> Preview:
    """`said`: what `services.record` would be given."""
    staff, first, last = said["staff"], said["first_day"], said["last_day"]
    against = services.check(**said, at=at)
    sound = not {"ends_before_start", "too_long"} & set(against.codes)
    days = working_days(first, last) if sound else []
    return Preview(
        len(days), against, said["cover"] is not None, tuple(effects(staff, days, viewer=by, cover=said["cover"])),
        _empty(staff, by, days, said["cover"]), _lapses(staff, by, days),
    )  # fmt: skip


def _empty(staff: Staff, by: Staff, days: list[date], cover: Staff | None) -> tuple[date, ...]:
    """Days on which the outlet would stand empty, and does not already."""
    if not days:
        return ()
    outlet = staff.home.pk if staff.home else None
    colleagues = [person.pk for person in queries.managed_by(by) if person.postings.all()[0].unit_id == outlet]
    found = queries.roster_for(colleagues, days[0], days[-1], more=[_away(staff, days, cover)])
    return tuple(day for unit, day in rules.holes(found).outlet_days if unit == outlet and day in days)


def _lapses(staff: Staff, by: Staff, days: list[date]) -> tuple[tuple[str, str], ...]:
    """For whom he is to stand in on these days: with him away, nobody does."""
    if not days:
        return ()
    found = queries.stands_in(staff, days[0], days[-1], viewer=by)
    return tuple(
        (row.staff.name, rules.days_text(shared))
        for row in found
        if (shared := [day for day in days if row.first_day <= day <= row.last_day])
    )


def _away(staff: Staff, days: list[date], cover: Staff | None) -> Away:
    return Away(staff.pk, days[0], days[-1], cover.pk if cover else None)

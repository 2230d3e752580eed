"""A month of the roster as it is shown: people by working days, with what is wrong in it."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..organisation.models import Staff, Unit
from . import queries, rules
from .models import Absence
from .rules import Roster, Slot, Status

COLOURS = {Status.ON_DUTY: "on", Status.COVERED: "covered", Status.ABSENT: "absent"}


@dataclass(frozen=True)
class Cell:
    """One person's day: a word, its colour, the sentence on hover, and where it leads."""

    text: str
    style: str
    hint: str
    ref: str


@dataclass(frozen=True)
class Line:
    staff: Staff
    outlet: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Entry:
    """An absence of the list. `days`: working days of the month; `uncovered`: those on which nobody stands in."""

    absence: Absence
    days: int
    uncovered: int
    kind: str


@dataclass(frozen=True)
class Month:
    first: date
    last: date
    days: tuple[date, ...]
    lines: tuple[Line, ...]
    entries: tuple[Entry, ...]
    empty: tuple[tuple[str, date], ...]  # outlet and day on which nobody is on duty
    uncovered: int
    present: int | None  # on duty today, where today is a working day of the month

    @property
    def before(self) -> str:
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def after(self) -> str:
        return f"{self.last + timedelta(days=1):%Y-%m}"


def month_of(text: str, *, today: date) -> date:
    """The first day of `2026-03`; of the present month where the text says none."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)


def month(viewer: Staff, people: list[Staff], units: list[Unit], first: date, *, today: date) -> Month:
    """The month of `people`, with what the viewer may know of it. `units`: whose holes are counted."""
    last = first.replace(day=monthrange(first.year, first.month)[1])
    found = queries.roster_for([person.pk for person in people], first, last)
    rows = queries.listed(viewer, people, first, last)
    names = {unit.pk: unit.name for unit in units}
    holes = rules.holes(found)
    return Month(
        first=first, last=last, days=found.days, lines=_lines(viewer, people, found, rows),
        entries=tuple(_entry(viewer, row, found) for row in rows),
        empty=tuple((names[outlet], day) for outlet, day in holes.outlet_days if outlet in names),
        uncovered=len(holes.person_days), present=_present(found, today),
    )  # fmt: skip


def _present(found: Roster, today: date) -> int | None:
    return sum(found.slot(person.key, today).on_duty for person in found.people) if today in found.days else None


def _lines(viewer: Staff, people: list[Staff], found: Roster, rows: list[Absence]) -> tuple[Line, ...]:
    by_ref = {row.ref: row for row in rows}
    covers = {row.cover_id: row.cover.name for row in rows if row.cover is not None}
    standing_in = {day: found.standing_in(day) for day in found.days}
    names = {person.pk: person.name for person in people}
    return tuple(
        Line(
            person,
            person.postings.all()[0].unit.name,
            tuple(
                _cell(viewer, person, found.slot(person.pk, day), by_ref, covers,
                      [names[key] for key in standing_in[day].get(person.pk, ())])
                for day in found.days
            ),
        )
        for person in people
    )  # fmt: skip


def _cell(
    viewer: Staff, person: Staff, slot: Slot, by_ref: dict[str, Absence], covers: dict[Any, str], for_whom: list[str]
) -> Cell:  # fmt: skip
    if slot.on_duty:
        if for_whom:
            hint = _("在岗，并为 {names} 顶岗").format(names="、".join(for_whom))
            return Cell(pgettext("排班", "顶"), "covers", hint, "")
        return Cell("", "on", _("在岗"), "")
    row = by_ref.get(slot.ref)
    word = kind_word(viewer, row) if row else _("缺勤")
    if slot.cover is not None:
        hint = _("{kind}，{name} 顶岗").format(kind=word, name=covers.get(slot.cover, "—"))
    else:
        hint = _("{kind}，{why}").format(kind=word, why=why_missing(slot.missing))
    return Cell(word[:1], COLOURS[slot.status], hint, slot.ref if row else "")


def kind_word(viewer: Staff, row: Absence) -> str:
    return str(row.get_kind_display()) if queries.knows_why(viewer, row.staff) else _("缺勤")


def why_missing(code: str) -> str:
    """Why nobody stands in, in words."""
    words = {
        "nobody": _("无人顶岗"),
        "away": _("顶岗人也不在岗"),
        "no_caller": _("顶岗人没有外呼岗位"),
        "busy": _("顶岗人已为他人顶岗"),
    }
    return words[code]


def _entry(viewer: Staff, row: Absence, found: Roster) -> Entry:
    slots = [slot for slot in found.slots.values() if slot.ref == row.ref]
    uncovered = sum(slot.status is Status.ABSENT for slot in slots)
    return Entry(row, len(slots), uncovered, kind_word(viewer, row))

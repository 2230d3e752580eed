"""The page of who answers for callers: his people by what they do this minute, the most urgent first.

A bounded number of queries, however many people there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from ..calls.models import Pause
from ..campaigns.models import Campaign
from ..core.clock import bank_date
from ..duty.rules import Status
from ..organisation.models import Staff, Unit
from . import figures, rules, words
from .bridge import hours_per_day, supervision
from .figures import NOTHING, Made
from .pace import Finding
from .scene import Scene, posts_at, posts_of, scene, slots_on
from .scope import post_of
from .works import Key, findings, worst


@dataclass(frozen=True)
class Row:
    """One caller at this moment. `silent`: minutes without a call; `held`: when he took the customer whom he holds.

    expected : calls that the hour asks for; planned : those of the whole day; hours_left : callable hours of today
    """

    staff: Staff
    unit: Unit
    state: str
    made: Made
    planned: int
    expected: int
    left: int
    due: int
    silent: int
    hours_left: float
    held: datetime | None = None
    last_at: datetime | None = None
    cover: Staff | None = None
    absence: str = ""
    pause: Pause | None = None
    pace: Finding | None = None
    campaign: Campaign | None = None  # in which he stands worst

    @property
    def word(self) -> Any:
        return words.STATES[self.state]

    @property
    def colour(self) -> str:
        return words.COLOURS[self.state]

    @property
    def remind_of(self) -> str:
        return words.reminder_for(self.state)

    @property
    def light(self) -> str:
        return self.pace.light if self.pace else "green"

    @property
    def light_word(self) -> Any:
        return words.LIGHTS[self.light]

    @property
    def reason_word(self) -> Any:
        return words.reason_word(self.pace.reason) if self.pace else ""

    @property
    def is_silent(self) -> bool:
        return self.state == "silent"

    @property
    def share(self) -> int:
        """Per cent of what the hour asks for that is done, for the bar; all of it where nothing is asked yet."""
        return min(100, round(100 * self.made.done / self.expected)) if self.expected else 100 * bool(self.planned)

    @property
    def connect(self) -> float | None:
        return self.made.reached / self.made.done if self.made.done else None

    @property
    def willing(self) -> float | None:
        return self.made.willing / self.made.reached if self.made.reached else None

    @property
    def risk(self) -> tuple[float, float]:
        return rules.risk(self.state, light=self.light, behind=rules.shortfall(self.made.done, self.expected))


@dataclass(frozen=True)
class Board:
    """Everybody for whom the viewer answers, the most urgent first."""

    rows: tuple[Row, ...]
    units: tuple[Unit, ...]
    at: datetime
    opened: bool  # whether calls may be made now

    @cached_property
    def states(self) -> list[tuple[str, Any, str, int]]:
        """Each state that somebody is in: code, word, colour, number."""
        counted = Counter(row.state for row in self.rows)
        return [
            (code, word, words.COLOURS[code], counted[code]) for code, word in words.STATES.items() if counted[code]
        ]

    @cached_property
    def silent(self) -> list[Row]:
        return sorted((row for row in self.rows if row.is_silent), key=lambda row: (-row.silent, row.staff.staff_no))

    @cached_property
    def total(self) -> Made:
        made = [row.made for row in self.rows]
        return Made(
            sum(one.done for one in made), sum(one.reached for one in made), sum(one.willing for one in made),
            sum(one.talk for one in made),
        )  # fmt: skip

    @property
    def expected(self) -> int:
        return sum(row.expected for row in self.rows)

    @property
    def planned(self) -> int:
        return sum(row.planned for row in self.rows)

    def narrowed(self, *, unit: str = "", state: str = "") -> list[Row]:
        return [
            row for row in self.rows if (not unit or row.unit.code == unit) and (not state or row.state == state)
        ]  # fmt: skip


def board(viewer: Staff, now: datetime) -> Board:
    """Everybody who takes part in what runs today, as far as the viewer answers for them, and who stands in for them."""
    campaigns = figures.running(bank_date(now))
    parts = figures.taking_part(campaigns)
    posts = posts_of(viewer, {part.staff_id for part in parts})
    slots = slots_on(posts, bank_date(now))
    posts |= posts_of(viewer, {slot.cover for slot in slots.values() if slot.cover is not None} - posts.keys())
    found = scene(posts, now, campaigns=campaigns, parts=parts, slots=slots)
    stand = findings(posts, now, campaigns=campaigns, parts=parts)
    rows = sorted(_rows(posts, found, stand), key=lambda row: (*(-number for number in row.risk), row.staff.staff_no))
    units = sorted({row.unit for row in rows}, key=lambda unit: unit.path)
    return Board(tuple(rows), tuple(units), now, found.hour.opened is not None)


@dataclass(frozen=True)
class Alone:
    """One caller: the board's row, and how he stands in each campaign."""

    row: Row
    paces: tuple[tuple[Campaign, Finding], ...]


def alone(staff: Staff, now: datetime) -> Alone:
    """As the board shows him; also where he takes part in nothing."""
    unit, day = post_of(staff), bank_date(now)
    campaigns = figures.running(day)
    parts = figures.taking_part(campaigns)
    posts = {staff.pk: unit}
    found = scene(posts, now, campaigns=campaigns, parts=parts, slots=slots_on(posts, day))
    beside = posts_at(unit, {part.staff_id for part in parts}) | posts
    stand = findings(beside, now, campaigns=campaigns, parts=parts)
    (row,) = _rows(posts, found, stand)
    return Alone(
        row, tuple((one, stand[staff.pk, one.pk]) for one in campaigns if (staff.pk, one.pk) in stand)
    )  # fmt: skip


def _rows(posts: Mapping[int, Unit], found: Scene, stand: Mapping[Key, Finding]) -> list[Row]:
    campaigns, shown = {one.pk: one for one in found.campaigns}, worst(stand)
    covers = {slot.cover for slot in found.slots.values() if slot.cover is not None}
    people = Staff.objects.in_bulk({*posts, *covers})
    rows = [row_of(people[key], unit, found, people) for key, unit in posts.items()]
    return [
        replace(row, campaign=campaigns[shown[row.staff.pk][0]], pace=shown[row.staff.pk][1])
        if row.staff.pk in shown else row
        for row in rows
    ]  # fmt: skip


def row_of(staff: Staff, unit: Unit, found: Scene, people: Mapping[int, Staff]) -> Row:
    slot = found.slots.get(staff.pk)
    away = slot is not None and slot.status is not Status.ON_DUTY
    made = found.made.get(staff.pk, NOTHING)
    left, due, untaught = _work(staff.pk, unit, found)
    pause = found.pauses.get(staff.pk)
    last = max(filter(None, (made.last_at, found.visited.get(staff.pk))), default=None)
    planned = 0 if away else _planned(staff.pk, found)
    seen = rules.Seen(
        away=away, covered=slot is not None and slot.cover is not None, calling=staff.pk in found.held,
        receiving=staff.pk in found.receiving, paused=pause is not None,
        fulfilled=bool(planned) and made.done >= planned, untaught=untaught and not left, left=left, due=due, last_at=last,
    )  # fmt: skip
    silent = rules.silence(seen, found.hour)
    hours = float(found.hours.get(staff.pk, hours_per_day()))
    return Row(
        staff=staff, unit=unit, made=made, planned=planned, expected=int(planned * found.hour.elapsed), left=left, due=due,
        state=rules.state_of(seen, found.hour, silence_minutes=supervision().silence_minutes),
        pause=pause, silent=int(silent.total_seconds() // 60), hours_left=0.0 if away else round(hours * (1 - found.hour.elapsed), 1),
        held=found.held.get(staff.pk), last_at=last, cover=people.get(slot.cover) if slot and slot.cover else None,
        absence=slot.ref if slot and away else "",
    )  # fmt: skip


def _planned(key: int, found: Scene) -> int:
    """Calls of a day in the campaigns whose course he has passed, as his own page says."""
    taught = found.passed.get(key, set())
    return sum(daily for campaign, daily in found.parts.get(key, ()) if campaign.ref in taught)


def _work(key: int, unit: Unit, found: Scene) -> tuple[int, int, bool]:
    """Customers whom he has still to call, and may call now, as his queue says; and whether a course keeps some back."""
    taught = found.passed.get(key, set())
    his = {campaign.ref for campaign, _daily in found.parts.get(key, ())}
    left = due = 0
    untaught = False
    for ref in (campaign.ref for campaign in found.campaigns):
        owners = {key, *found.covers.get(key, ()), *([None] if ref in his else [])}
        parts = [(owner, found.lists.get((owner, ref), (0, 0))) for owner in owners]
        if ref in his:  # what colleagues promised for all of the outlet
            parts += [
                (owner, count)
                for (at, owner, one), count in found.shared.items()
                if (at, one) == (unit.pk, ref) and owner not in owners
            ]
        for owner, (here, now) in parts:
            if ref in taught:
                left, due = left + here, due + now
            else:
                untaught = untaught or (owner == key and bool(here))
    return left, due, untaught

"""The roster as values: who is on duty on which working day, who stands in, where nobody does. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from ..core.masks import holds_number
from ..core.verdict import ALLOWED, Reason, Verdict, refused

LONGEST_DAYS = 366  # somebody who is away for longer has left his post: end it


class Status(StrEnum):
    ON_DUTY = "on_duty"
    COVERED = "covered"
    ABSENT = "absent"  # and nobody stands in: a hole


@dataclass(frozen=True)
class Person:
    """`outlet`: the unit of his first post, None without one. `calls`: his post makes calls, so he may stand in."""

    key: int
    outlet: int | None
    calls: bool = True


@dataclass(frozen=True)
class Away:
    """Days of absence, both ends included; `cover`: the key of who is to stand in. `ref` leads to its page."""

    person: int
    first: date
    last: date
    cover: int | None = None
    ref: str = ""

    def on(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Slot:
    """One person on one working day. `cover`: who stands in; `missing`: why the one who was named does not."""

    person: int
    day: date
    status: Status
    cover: int | None = None
    missing: str = ""  # "" | nobody | away | no_caller | busy
    ref: str = ""

    @property
    def on_duty(self) -> bool:
        return self.status is Status.ON_DUTY


@dataclass(frozen=True)
class Roster:
    """Every listed person on every working day."""

    people: tuple[Person, ...]
    days: tuple[date, ...]
    slots: Mapping[tuple[int, date], Slot]

    @property
    def covers(self) -> frozenset[int]:
        """Who stands in for a listed person on one of the days."""
        return frozenset(slot.cover for slot in self.slots.values() if slot.cover is not None)

    def slot(self, person: int, day: date) -> Slot:
        return self.slots[person, day]

    def standing_in(self, day: date) -> dict[int, list[int]]:
        """Who covers on that day, and for whom."""
        found: dict[int, list[int]] = defaultdict(list)
        for person in self.people:
            slot = self.slots[person.key, day]
            if slot.cover is not None:
                found[slot.cover].append(person.key)
        return dict(found)


@dataclass(frozen=True)
class Holes:
    """What stands against a start: absences that nobody covers, and outlets where on a day nobody is on duty."""

    person_days: tuple[Slot, ...]
    outlet_days: tuple[tuple[int, date], ...]

    def __bool__(self) -> bool:
        return bool(self.person_days or self.outlet_days)


def roster(
    people: Iterable[Person], days: Iterable[date], absences: Iterable[Away], *, others: Iterable[Person] = (),
    covered_at_once: int = 1,
) -> Roster:  # fmt: skip
    """The roster of `people` on `days`.

    absences : in the order in which they were recorded: of two who name one person, the first has him. Those of
        people who are not listed count too, for they may take the same cover.
    others : who is not listed, and may stand in
    """
    listed, days = tuple(people), tuple(days)
    callers = {person.key for person in (*listed, *others) if person.calls}
    wanted = {person.key for person in listed}
    slots: dict[tuple[int, date], Slot] = {}
    away_on = {day: _first_of_each(absences_on) for day, absences_on in _by_day(days, absences)}
    for day in days:
        away, covering = away_on[day], Counter[int]()
        for one in away.values():
            slot = _slot(one, day, away=away.keys(), callers=callers, covering=covering, most=covered_at_once)
            if one.person in wanted:
                slots[one.person, day] = slot
        for key in wanted - away.keys():
            slots[key, day] = Slot(key, day, Status.ON_DUTY)
    return Roster(listed, days, slots)


def _by_day(days: Iterable[date], absences: Iterable[Away]) -> Iterable[tuple[date, list[Away]]]:
    absences = tuple(absences)
    return [(day, [one for one in absences if one.on(day)]) for day in days]


def _first_of_each(absences: Iterable[Away]) -> dict[int, Away]:
    """One a person: two of one person never overlap in the desk, and if they did the earlier record would hold."""
    found: dict[int, Away] = {}
    for one in absences:
        found.setdefault(one.person, one)
    return found


def _slot(
    one: Away, day: date, *, away: Iterable[int], callers: set[int], covering: Counter[int], most: int
) -> Slot:  # fmt: skip
    missing = _why_not(one.cover, away=set(away), callers=callers, covering=covering, most=most)
    if missing:
        return Slot(one.person, day, Status.ABSENT, missing=missing, ref=one.ref)
    assert one.cover is not None
    covering[one.cover] += 1
    return Slot(one.person, day, Status.COVERED, cover=one.cover, ref=one.ref)


def _why_not(cover: int | None, *, away: set[int], callers: set[int], covering: Counter[int], most: int) -> str:
    if cover is None:
        return "nobody"
    if cover in away:
        return "away"
    if cover not in callers:
        return "no_caller"
    return "busy" if covering[cover] >= most else ""


def holes(found: Roster) -> Holes:
    """Person-days without cover, by day and person; outlet-days on which none of the outlet's listed is on duty."""
    absent = tuple(
        slot for day in found.days for person in found.people
        if (slot := found.slots[person.key, day]).status is Status.ABSENT
    )  # fmt: skip
    outlets = sorted({person.outlet for person in found.people if person.outlet is not None})
    present = {
        (person.outlet, day)
        for person in found.people for day in found.days if found.slots[person.key, day].on_duty
    }  # fmt: skip
    empty = tuple((outlet, day) for day in found.days for outlet in outlets if (outlet, day) not in present)
    return Holes(absent, empty)


def capacity(
    found: Roster, calls_a_day: Mapping[int, int], *, shares: Mapping[int, Decimal] | None = None
) -> dict[tuple[int, date], int]:
    """Calls that each listed person can make on each working day; whoever stands in keeps his own, no more.

    calls_a_day : of a full day, by person; who is missing there makes none
    shares : of a full day that is available for calls; who is missing there has all of it
    """
    full = {
        person.key: int(calls_a_day.get(person.key, 0) * (shares or {}).get(person.key, Decimal(1)))
        for person in found.people
    }
    return {at: full[slot.person] if slot.on_duty else 0 for at, slot in found.slots.items()}


def days_text(days: Iterable[date], *, most: int = 3) -> str:
    """03-05、03-06 … : the first few, for a sentence."""
    listed = sorted(days)
    shown = "、".join(f"{day:%m-%d}" for day in listed[:most])
    return f"{shown} …" if len(listed) > most else shown


def overlapping(first: date, last: date, others: Iterable[Away]) -> Away | None:
    """The first of the other absences that shares a day."""
    return next((one for one in others if one.first <= last and first <= one.last), None)


def good_period(first: date, last: date, *, today: date, late_days: int) -> Verdict:
    if last < first:
        return refused(Reason("ends_before_start", _("最后一天早于第一天。"), remedy=_("请核对日期。")))
    if (last - first).days >= LONGEST_DAYS:
        return refused(
            Reason(
                "too_long", _("一次最多登记 {most} 天。"), {"most": LONGEST_DAYS},
                remedy=_("长期离岗请系统管理员结束岗位。"),
            )
        )  # fmt: skip
    if _long_over(last, today, late_days):
        return refused(
            Reason("too_late", _("已结束超过 {days} 天的缺勤不能补登。"), {"days": late_days}, remedy=_("请核对日期。"))
        )
    return ALLOWED


def _long_over(last: date, today: date, late_days: int) -> bool:
    return last < today - timedelta(days=late_days)


def may_cancel(last: date, *, today: date, late_days: int) -> Verdict:
    """What is long over has been counted, in capacities and reports."""
    if not _long_over(last, today, late_days):
        return ALLOWED
    return refused(
        Reason("too_late", _("已结束超过 {days} 天的缺勤不能撤销。"), {"days": late_days}, remedy=_("请核对日期。"))
    )


def good_note(kind: str, note: str) -> Verdict:
    """Of an illness nothing is written down; of nobody a number."""
    if kind == "sick" and note.strip():
        return refused(Reason("note_of_illness", _("病假不填写备注。"), remedy=_("健康信息不在此登记，请清空备注。")))
    if holds_number(note):
        return refused(Reason("number_in_note", _("备注请勿填写号码。"), remedy=_("请只写事由。")))
    return ALLOWED


def may_cover(
    *, himself: bool, calls: bool, away: Iterable[date], busy: Iterable[date]
) -> Verdict:  # fmt: skip
    """Whether somebody can stand in on all the working days. `away`, `busy`: those on which he is off, or covers another."""
    if himself:
        return refused(Reason("covers_himself", _("不能由本人顶岗。"), remedy=_("请选择另一位客户经理。")))
    if not calls:
        return refused(Reason("cover_no_caller", _("顶岗人没有外呼岗位。"), remedy=_("请选择可外呼的人员。")))
    if off := list(away):
        return refused(
            Reason(
                "cover_away",
                _("顶岗人当天不在岗：{days}。"),
                {"days": days_text(off)},
                remedy=_("请另选顶岗人，或分段登记。"),
            )
        )
    if taken := list(busy):
        return refused(
            Reason(
                "cover_busy",
                _("顶岗人已为他人顶岗：{days}。"),
                {"days": days_text(taken)},
                remedy=_("请另选顶岗人，或分段登记。"),
            )
        )
    return ALLOWED

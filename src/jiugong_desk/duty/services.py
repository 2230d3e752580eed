"""Record leave, name who stands in, take it back, set somebody's hours.

Every verb locks the people it is about, in one order: of two who record at once, the second sees the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ..audit import services as audit
from ..core.clock import bank_date
from ..core.errors import Stale, hold
from ..core.pages import require
from ..core.verdict import ALLOWED, Reason, Verdict, refused
from ..organisation.bridge import policy
from ..organisation.calendar import working_days
from ..organisation.models import Staff
from . import queries, rules
from .extension import covered
from .models import Absence, Hours

CHANGED = Reason("absence_changed", _("这条缺勤已被他人更改或取消。"), remedy=_("请刷新页面后再办理。"))


@transaction.atomic
def record(
    staff: Staff,
    *,
    first_day: date,
    last_day: date,
    kind: str,
    note: str = "",
    cover: Staff | None,
    by: Staff,
    at: datetime,
) -> Absence:
    """Somebody is away on these days; `cover` stands in, or nobody does."""
    _must_manage(by, staff, cover)
    _lock(staff, cover)
    hold(check(staff, first_day=first_day, last_day=last_day, kind=kind, note=note, cover=cover, at=at))
    made: Absence = Absence.objects.create(
        staff=staff, first_day=first_day, last_day=last_day, kind=kind, note=note.strip(), cover=cover, recorded_by=by,
        recorded_at=at,
    )  # fmt: skip
    covered(made, at=at)
    _record(made, "absence.recorded", by=by, at=at)
    return made


def check(
    staff: Staff, *, first_day: date, last_day: date, kind: str, note: str, cover: Staff | None, at: datetime
) -> Verdict:
    """Whether these days can be recorded; what a preview asks, and `record` under the lock."""
    late = policy().duty.late_days
    period = rules.good_period(first_day, last_day, today=bank_date(at), late_days=late)
    found = [*period.reasons, *rules.good_note(kind, note).reasons]
    if period.allowed:
        found += [*_free(staff, first_day, last_day).reasons, *_covers(staff, first_day, last_day, cover).reasons]
    return refused(*found) if found else ALLOWED


def _free(staff: Staff, first: date, last: date) -> Verdict:
    if not working_days(first, last):
        return refused(Reason("no_working_day", _("这段时间没有工作日。"), remedy=_("请核对日期与工作日历。")))
    own = Absence.objects.everyone().filter(staff=staff, cancelled_at=None).order_by("first_day")
    clash = rules.overlapping(first, last, map(queries.as_away, own))
    if clash is None:
        return ALLOWED
    facts = {"first": f"{clash.first:%Y-%m-%d}", "last": f"{clash.last:%Y-%m-%d}"}
    return refused(
        Reason("overlaps", _("与已登记的缺勤重叠：{first} 至 {last}。"), facts, remedy=_("请先取消原登记，或改日期。"))
    )


def _covers(staff: Staff, first: date, last: date, cover: Staff | None, *, but: Absence | None = None) -> Verdict:
    """Whether the named person can stand in on all the working days. `but`: the absence that is being changed."""
    if cover is None:
        return ALLOWED
    days = working_days(first, last)
    rows = Absence.objects.everyone().filter(cancelled_at=None, first_day__lte=last, last_day__gte=first)
    away = [day for day in days if any(queries.as_away(row).on(day) for row in rows.filter(staff=cover))]
    others = rows.filter(cover=cover).exclude(pk=but.pk if but else None)
    load = Counter(day for row in others for day in days if queries.as_away(row).on(day))
    busy = [day for day in days if load[day] >= policy().duty.people_covered_at_once]
    himself = cover.is_same_person_as(staff)
    return rules.may_cover(himself=himself, calls=queries.calls(cover), away=away, busy=busy)


@transaction.atomic
def change_cover(absence: Absence, *, cover: Staff | None, by: Staff, at: datetime) -> None:
    """Another person stands in, or nobody any more."""
    _must_manage(by, absence.staff, cover)
    _lock(absence.staff, cover)
    hold(_covers(absence.staff, absence.first_day, absence.last_day, cover, but=absence))
    seen = Absence.objects.everyone().filter(pk=absence.pk, cancelled_at=None, cover=absence.cover)
    if not seen.update(cover=cover):
        raise Stale(CHANGED)
    absence.cover = cover
    covered(absence, at=at)
    _record(absence, "absence.covered", by=by, at=at)


@transaction.atomic
def cancel(absence: Absence, *, by: Staff, at: datetime) -> None:
    """He is on duty after all. The row stays, with who took it back and when."""
    _must_manage(by, absence.staff)
    _lock(absence.staff)
    hold(rules.may_cancel(absence.last_day, today=bank_date(at), late_days=policy().duty.late_days))
    if not Absence.objects.everyone().filter(pk=absence.pk, cancelled_at=None).update(cancelled_at=at, cancelled_by=by):
        raise Stale(CHANGED)
    absence.cancelled_at, absence.cancelled_by = at, by
    _record(absence, "absence.cancelled", by=by, at=at)


@transaction.atomic
def set_hours(hours: Mapping[Staff, Decimal | None], *, by: Staff, at: datetime) -> int:
    """Callable hours of a working day by person; None: the policy's. How many changed."""
    for staff in hours:
        _must_manage(by, staff)
    known = {row.staff_id: row.hours_per_day for row in Hours.objects.filter(staff__in=hours)}
    changed = {staff: value for staff, value in hours.items() if known.get(staff.pk) != value}
    for staff, value in changed.items():
        if value is None:
            Hours.objects.filter(staff=staff).delete()
        else:
            Hours.objects.update_or_create(
                staff=staff, defaults={"hours_per_day": value, "set_by": by, "set_at": at}
            )  # fmt: skip
    for staff in changed:
        audit.record(
            chain=_chain(staff, by), by=by.staff_no, at=at, verb="duty.hours_set", about="staff", ref=staff.ref,
            facts={"hours": str(changed[staff] if changed[staff] is not None else policy().duty.hours_per_day)},
        )  # fmt: skip
    return len(changed)


def _must_manage(by: Staff, *people: Staff | None) -> None:
    """Of people outside his unit nobody records anything, whatever a form says."""
    require(by, "duty.manage")
    his = {person.pk for person in queries.managed_by(by)}
    if any(person is not None and person.pk not in his for person in people):
        raise PermissionDenied("duty.manage")


def _lock(*people: Staff | None) -> Sequence[Staff]:
    keys = [person.pk for person in people if person is not None]
    return list(Staff.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


def _chain(staff: Staff, by: Staff) -> str:
    unit = staff.home or by.home
    assert unit is not None
    return unit.code


def _record(absence: Absence, verb: str, *, by: Staff, at: datetime) -> None:
    days = len(working_days(absence.first_day, absence.last_day))
    audit.record(
        chain=_chain(absence.staff, by), by=by.staff_no, at=at, verb=verb, about="absence", ref=absence.ref,
        facts={"days": days, "covered": absence.cover_id is not None},
    )  # fmt: skip

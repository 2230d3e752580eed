"""Look at everybody's pace and tell whoever is to act. As often as one likes: a second look changes nothing.

One open alert a person and campaign (a constraint of the database); every step is one conditional UPDATE with its record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from ...audit import services as audit_log
from ...campaigns.models import Campaign
from ...core.clock import bank_date
from ...duty.queries import roster_for
from ...duty.rules import Slot
from ...organisation.calendar import is_working_day, working_days
from ...organisation.models import Unit
from .. import figures, works
from ..bridge import supervision
from ..heads import Heads, heads_on
from ..ladder import HEAD, SELF, Raised, Reach, Step, decide
from ..models import Alert, AlertStep
from ..pace import Finding
from ..scene import posts_at
from ..works import Key

SYSTEM = "system"
REMEMBERED = timedelta(days=92)  # what was settled by hand; longer than the longest rest


@dataclass(frozen=True)
class Watched:
    """What one look did."""

    looked_at: int = 0
    opened: int = 0
    escalated: int = 0
    recovered: int = 0
    over: int = 0

    def plus(self, kind: str) -> Watched:
        return replace(self, **{kind: getattr(self, kind) + 1})


@dataclass(frozen=True)
class Day:
    """What the steps of all are decided by."""

    today: date
    at: datetime
    posts: dict[int, Unit]
    slots: dict[int, Slot]
    heads: Heads
    worked: list[date]

    def since(self, day: date) -> int:
        """Working days of the bank after that day, up to today."""
        return sum(day < one <= self.today for one in self.worked)

    def reach(self, staff_id: int, unit: Unit) -> Reach:
        slot = self.slots.get(staff_id)
        person = slot is None or slot.on_duty or slot.cover is not None
        return Reach(person=person, head=self.heads.present(unit, but=staff_id))

    def told(self, staff_id: int, unit: Unit, rung: int) -> tuple[int | None, Unit | None]:
        """Who is to act at this rung: the person or his cover, or the heads of a unit."""
        if rung == SELF:
            slot = self.slots.get(staff_id)
            return (slot.cover if slot and slot.cover is not None else staff_id), None
        return None, unit if rung == HEAD else self.heads.above(unit, but=staff_id)


def watch(*, at: datetime, check: Callable[[], None] = lambda: None) -> Watched:
    """Nothing on a day that is not worked. `check` may end it between two people."""
    today = bank_date(at)
    if not is_working_day(today):
        return Watched()
    campaigns = figures.running(today)
    parts = figures.taking_part(campaigns)
    raised = {(one.staff_id, one.campaign_id): one for one in Alert.objects.everyone().filter(state=Alert.State.OPEN)}
    posts = posts_at(Q(), {part.staff_id for part in parts} | {key for key, _campaign in raised})
    found = works.findings(posts, at, campaigns=campaigns, parts=parts)
    settled = _settled_last({*found}, today - REMEMBERED)
    oldest = min((one.opened_on for one in raised.values()), default=today)
    oldest = min([oldest, *(one.closed_on for one in settled.values() if one.closed_on)])
    slots = {slot.person: slot for slot in roster_for(posts, today, today).slots.values()}
    day = Day(today, at, posts, slots, heads_on(today), working_days(oldest, today))
    by_pk, done = {one.pk: one for one in campaigns}, Watched(looked_at=len(found))
    for key in sorted({*found, *raised}):
        check()
        kind = _one(key, raised.get(key), found.get(key), settled.get(key), day, by_pk)
        done = done.plus(kind) if kind else done
    return done


def _settled_last(keys: set[Key], since: date) -> dict[Key, Alert]:
    """Of each the last alert that is closed, where that was by hand."""
    rows = Alert.objects.everyone().filter(staff__in={staff for staff, _campaign in keys}, closed_on__gte=since)
    last = {(one.staff_id, one.campaign_id): one for one in rows.exclude(state=Alert.State.OPEN).order_by("closed_at")}
    return {key: one for key, one in last.items() if one.state == Alert.State.RESOLVED}


def _one(
    key: Key, alert: Alert | None, found: Finding | None, settled: Alert | None, day: Day, campaigns: dict[int, Campaign]
) -> str:  # fmt: skip
    """The next step of one person in one campaign; its kind, or empty."""
    staff_id, campaign_id = key
    unit = day.posts.get(staff_id) or (alert.unit if alert else None)
    if unit is None:
        return ""
    limits = supervision()
    rested = day.since(settled.closed_on) if settled and settled.closed_on else None
    again = settled is not None and rested is not None and rested <= limits.quiet_days + 1  # he has not caught up since
    step = decide(
        Raised(alert.rung, alert.began, day.since(alert.opened_on)) if alert else None, found,
        reach=day.reach(staff_id, unit), limits=limits, began=settled.rung if again and settled else SELF,
        rests=rested is not None and rested < limits.quiet_days,
    )  # fmt: skip
    if alert is not None and found is not None and (step is None or step.kind == "escalated"):
        _refresh(alert, found)
    if step is None:
        return ""
    if alert is None:
        assert found is not None
        return step.kind if _open(key, unit, campaigns[campaign_id], found, step, day) else ""
    if step.kind == "escalated":
        return step.kind if _escalate(alert, unit, step, day) else ""
    return step.kind if _close(alert, step.kind, day) else ""


def _refresh(alert: Alert, found: Finding) -> None:
    """How it stands now. Of who is not yellow any more, and has not caught up, the reason stays."""
    said: dict[str, Any] = {"behind": found.days_behind, "needed": found.needed}
    if found.reason:
        said |= {"reason": found.reason, "light": found.light}
    Alert.objects.everyone().filter(pk=alert.pk, state=Alert.State.OPEN).update(**said)


@transaction.atomic
def _open(key: Key, unit: Unit, campaign: Campaign, found: Finding, step: Step, day: Day) -> bool:
    staff_id, _campaign = key
    to, to_unit = day.told(staff_id, unit, step.rung)
    try:
        with transaction.atomic():
            alert: Alert = Alert.objects.create(
                staff_id=staff_id, campaign=campaign, unit=unit, reason=found.reason, light=found.light,
                behind=found.days_behind, needed=found.needed, rung=step.rung, began=step.rung, to_unit=to_unit,
                opened_on=day.today, opened_at=day.at,
            )  # fmt: skip
    except IntegrityError:  # another look of the same moment was faster
        return False
    _record(alert, "opened", step.rung, day.at, to=to, to_unit=to_unit, code=found.reason)
    return True


@transaction.atomic
def _escalate(alert: Alert, unit: Unit, step: Step, day: Day) -> bool:
    to, to_unit = day.told(alert.staff_id, unit, step.rung)
    rows = Alert.objects.everyone().filter(pk=alert.pk, state=Alert.State.OPEN, rung=alert.rung)
    if not rows.update(rung=step.rung, to_unit=to_unit, acknowledged_by=None, acknowledged_at=None):
        return False
    _record(alert, "escalated", step.rung, day.at, to=to, to_unit=to_unit)
    return True


@transaction.atomic
def _close(alert: Alert, kind: str, day: Day) -> bool:
    rows = Alert.objects.everyone().filter(pk=alert.pk, state=Alert.State.OPEN)
    if not rows.update(state=kind, closed_on=day.today, closed_at=day.at):
        return False
    _record(alert, kind, alert.rung, day.at)
    return True


def _record(
    alert: Alert, kind: str, rung: int, at: datetime, *, to: int | None = None, to_unit: Unit | None = None, code: str = ""
) -> None:  # fmt: skip
    AlertStep.objects.create(alert=alert, kind=kind, rung=rung, to_id=to, to_unit=to_unit, code=code, at=at)
    verb = {
        "opened": "alert.opened", "escalated": "alert.escalated", "recovered": "alert.recovered", "over": "alert.over"
    }[kind]  # fmt: skip
    facts = {"rung": rung, "code": alert.reason, "unit": to_unit.code if to_unit else ""}
    audit_log.record(
        chain=alert.unit.code, by=SYSTEM, at=at, verb=verb, about="alert", ref=alert.ref, facts=facts
    )  # fmt: skip

"""A manager's day: what is promised, what is left, how far he is, and why nothing is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, Min, Q, Sum, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..appointments.models import Appointment
from ..appointments.queries import on_day
from ..campaigns.models import Campaign, ListEntry, Participant
from ..campaigns.schooling import barred_from
from ..consent.rules import within_hours
from ..core.clock import bank_date, midnight
from ..core.verdict import Reason
from ..organisation.calendar import is_working_day
from ..organisation.models import Staff
from . import queue, rules
from .bridge import Calling, calling
from .facts import facts_of_each, may_call_entry
from .models import Call
from .outcomes import REACHED

State = ListEntry.State
LOOKED_AT = 200  # rows whose facts are asked before an empty queue is explained


@dataclass(frozen=True)
class Counts:
    """How many entries are left, by why they come when they come. The four add up to `left`."""

    callbacks_due: int
    fresh: int
    retries_due: int
    waiting: int

    @property
    def left(self) -> int:
        return self.callbacks_due + self.fresh + self.retries_due + self.waiting

    @property
    def due(self) -> int:
        return self.callbacks_due + self.fresh + self.retries_due


@dataclass(frozen=True)
class Pace:
    """Calls made today against those planned, and against what the hour asks for."""

    done: int
    reached: int
    planned: int
    expected: int

    @property
    def light(self) -> str:
        """green, yellow below the hour's expectation, red below half of it; words stand beside it on the page."""
        if self.done >= self.expected:
            return "green"
        return "yellow" if 2 * self.done >= self.expected else "red"

    @property
    def word(self) -> str | Promise:
        return {"green": _("进度正常"), "yellow": _("略慢"), "red": _("需要加快")}[self.light]

    @property
    def share(self) -> int:
        """Per cent of the plan, for the bar."""
        return min(100, round(100 * self.done / self.planned)) if self.planned else 0


def counts(staff: Staff, now: datetime, campaign: Campaign | None = None) -> Counts:
    due, fresh = queue.due(now), Q(state=State.OPEN, attempts=0)
    found = queue.workable(staff, now, campaign).aggregate(
        callbacks_due=Count("pk", filter=due & Q(state=State.CALLBACK)),
        fresh=Count("pk", filter=due & fresh),
        retries_due=Count("pk", filter=due & Q(state=State.OPEN) & ~fresh),
        waiting=Count("pk", filter=~due),
    )
    return Counts(**found)


def promised(staff: Staff, now: datetime) -> list[ListEntry]:
    """Callbacks up to the end of today, the longest due first."""
    tonight = midnight(bank_date(now) + timedelta(days=1))
    rows = queue.workable(staff, now).filter(state=State.CALLBACK, due_at__lt=tonight, manager=staff)
    return list(rows.select_related("customer", "campaign").order_by("due_at", "pk"))


def visits_today(staff: Staff, now: datetime) -> list[Appointment]:
    mine = Appointment.objects.visible_to(staff).filter(manager=staff).exclude(state=Appointment.State.CANCELLED)
    return list(on_day(mine, bank_date(now)).select_related("customer", "unit"))


def pace(staff: Staff, now: datetime) -> Pace:
    """Two queries. What the hour asks for grows evenly over the calling hours of the day."""
    day = bank_date(now)
    made = Call.objects.visible_to(staff).filter(by=staff, at__gte=midnight(day), at__lte=now)
    done = made.aggregate(done=Count("pk"), reached=Count("pk", filter=Q(outcome__in=REACHED)))
    taking_part = Participant.objects.filter(
        staff=staff, campaign__state=Campaign.State.LAUNCHED, campaign__starts_on__lte=day, campaign__ends_on__gte=day
    )
    planned = taking_part.aggregate(total=Sum("daily_calls"))["total"] or 0
    return Pace(planned=planned, expected=int(planned * elapsed_share(now, calling())), **done)


def elapsed_share(now: datetime, policy: Calling) -> float:
    """How much of the day's calling hours has passed, 0 to 1."""
    clock = timezone.localtime(now)
    total = passed = 0.0
    for opens, closes in policy.hours:
        begin = timezone.make_aware(datetime.combine(clock.date(), opens))
        end = timezone.make_aware(datetime.combine(clock.date(), closes))
        total += (end - begin).total_seconds()
        passed += max(0.0, (min(clock, end) - begin).total_seconds())
    return passed / total if total else 0.0


def why_empty(staff: Staff, now: datetime) -> Reason | None:
    """Why nothing can be offered now, and what to do; None where something can."""
    working = is_working_day(bank_date(now))
    shut = within_hours(now, is_working_day=working, calling=calling())
    if not shut:
        return shut.reasons[0]
    left = counts(staff, now)
    if not left.left:
        return _nothing_left(staff)
    if not left.due:
        first = queue.workable(staff, now).aggregate(first=Min("due_at"))["first"]
        return Reason(
            "all_waiting",
            _("{count} 户都在等待重试或约定时间，最早 {first}。"),
            {"count": left.waiting, "first": f"{timezone.localtime(first):%m-%d %H:%M}"},
            _("可先处理到店和客户跟进。"),
        )
    return None if _something_callable(staff, now, working=working) else CAPPED


CAPPED = Reason(
    "all_capped", _("剩余客户近期已被联系，或正由同事联系。"), remedy=_("间隔期满后会自动回到队列，请稍后再取。")
)
NONE_DEALT = Reason("none_dealt", _("您目前没有进行中的活动名单。"), remedy=_("活动启动后，名单会自动分配到这里。"))
ALL_DONE = Reason("all_done", _("名单已全部完成。"), remedy=_("辛苦了。可跟进有意向和已预约的客户。"))
PAUSED = Reason("all_paused", _("您的活动已暂停。"), remedy=_("恢复由行领导或合规消保决定，恢复后可继续拨打。"))


def _nothing_left(staff: Staff) -> Reason:
    """Done, paused, or never dealt anything."""
    open_states = Q(state__in=(State.OPEN, State.CALLBACK))
    mine = ListEntry.objects.visible_to(staff).filter(manager=staff)
    found = mine.aggregate(
        paused=Count("pk", filter=open_states & Q(campaign__state=Campaign.State.PAUSED)),
        running=Count(Case(When(campaign__state=Campaign.State.LAUNCHED, then="pk"))),
    )
    if mine.filter(open_states, campaign__state=Campaign.State.LAUNCHED, campaign__ref__in=barred_from(staff)).exists():
        return rules.UNTRAINED
    if found["paused"]:
        return PAUSED
    return ALL_DONE if found["running"] else NONE_DEALT


def _something_callable(staff: Staff, now: datetime, *, working: bool) -> bool:
    """Whether the rule lets through any of what is due (a bounded number of rows and queries)."""
    rows = queue.workable(staff, now).filter(queue.due(now), queue.unclaimed(now), ~queue.customer_is_elsewhere(now))
    entries = list(rows.select_related("campaign")[:LOOKED_AT])
    return any(may_call_entry(facts, now, working=working) for facts in facts_of_each(entries, now).values())

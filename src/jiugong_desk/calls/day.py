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
from ..campaigns.cover import running_on
from ..campaigns.models import Campaign, ListEntry, Participant
from ..consent.reasons import BY_ITSELF, MANAGEMENT
from ..consent.rules import within_hours
from ..core.clock import bank_date, midnight
from ..core.verdict import Reason
from ..organisation.calendar import is_working_day
from ..organisation.models import Staff
from . import queue, rules
from .bridge import Calling, calling
from .facts import facts_of_each, may_call_entry
from .models import Call, Pause
from .outcomes import REACHED
from .queue import Reach

State = ListEntry.State
LOOKED_AT = (slice(10), slice(10, 200))  # rows whose facts are asked, in turn, before an empty queue is explained


@dataclass(frozen=True)
class Counts:
    """How many entries are left, by why they come when they come. The four add up to `left`.

    `covered`: how many of them are those of somebody for whom he stands in.
    """

    callbacks_due: int
    fresh: int
    retries_due: int
    waiting: int
    covered: int = 0

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
        return {"green": _("今日正常"), "yellow": _("今日略慢"), "red": _("今日需加快")}[self.light]

    @property
    def share(self) -> int:
        """Per cent of the plan, for the bar."""
        return min(100, round(100 * self.done / self.planned)) if self.planned else 0


def counts(staff: Staff, now: datetime, campaign: Campaign | None = None, *, reach: Reach | None = None) -> Counts:
    reach = reach or queue.reach_of(staff, now)
    if reach.turn.away:
        return Counts(0, 0, 0, 0)
    due, fresh = queue.due(now), Q(state=State.OPEN, attempts=0)
    covered = {"covered": Count("pk", filter=Q(manager__in=reach.turn.covered_ids))} if reach.turn.covered else {}
    found = queue.workable(staff, now, campaign, reach=reach).aggregate(
        callbacks_due=Count("pk", filter=due & Q(state=State.CALLBACK)),
        fresh=Count("pk", filter=due & fresh),
        retries_due=Count("pk", filter=due & Q(state=State.OPEN) & ~fresh),
        waiting=Count("pk", filter=~due),
        **covered,
    )
    return Counts(**found)


@dataclass(frozen=True)
class Promises:
    """Callbacks, the longest due first: up to the end of today, also of whom he stands in for; his own of later days."""

    today: list[ListEntry]
    later: list[ListEntry]


def promises(staff: Staff, now: datetime, *, reach: Reach | None = None) -> Promises:
    """One query."""
    reach = reach or queue.reach_of(staff, now)
    if reach.turn.away:
        return Promises([], [])
    tonight = midnight(bank_date(now) + timedelta(days=1))
    covered = Q(manager__in=reach.turn.covered_ids, due_at__lt=tonight)
    rows = queue.workable(staff, now, reach=reach).filter(Q(manager=staff) | covered, state=State.CALLBACK)
    found = list(rows.select_related("customer", "campaign", "manager").order_by("due_at", "pk"))
    later = [one for one in found if one.due_at is not None and one.due_at >= tonight]
    return Promises(found[: len(found) - len(later)], later)


def pause_of(staff: Staff) -> Pause | None:
    """The pause that he is in."""
    return Pause.objects.filter(staff=staff, ended_at=None).first()


def visits_today(staff: Staff, now: datetime, *, reach: Reach | None = None) -> list[Appointment]:
    """Whom he receives today, also for whom he stands in for."""
    covered = (reach or queue.reach_of(staff, now)).turn.covered_ids
    rows = Appointment.objects.visible_to(staff).filter(manager__in=(staff.pk, *covered))
    rows = rows.exclude(state=Appointment.State.CANCELLED)
    return list(on_day(rows, bank_date(now)).select_related("customer", "unit", "manager"))


def pace(staff: Staff, now: datetime, *, reach: Reach | None = None) -> Pace:
    """Two queries. What the hour asks for grows evenly over the calling hours of the day; of who is away, and of
    campaigns whose course is still to be passed, it asks nothing.

    Calls count for who makes them, also those that he makes for somebody else.
    """
    reach = reach or queue.reach_of(staff, now)
    day = bank_date(now)
    made = Call.objects.visible_to(staff).filter(by=staff, at__gte=midnight(day), at__lte=now)
    done = made.aggregate(done=Count("pk"), reached=Count("pk", filter=Q(outcome__in=REACHED)))
    taking_part = Participant.objects.filter(running_on(day), staff=staff, campaign__ref__in=reach.taught)
    planned = 0 if reach.turn.away else taking_part.aggregate(total=Sum("daily_calls"))["total"] or 0
    return Pace(planned=planned, expected=int(planned * elapsed_share(now, calling())), **done)


def untaught(reach: Reach) -> list[str]:
    """The titles of running campaigns that keep his customers back until he has passed their course as it is now."""
    if reach.turn.away:
        return []
    kept = ListEntry.objects.everyone().filter(queue.LEFT, running_on(reach.day), manager=reach.staff)
    found = kept.exclude(campaign__ref__in=reach.taught).order_by("campaign__title")
    return list(found.values_list("campaign__title", flat=True).distinct())


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


def why_empty(staff: Staff, now: datetime, *, reach: Reach | None = None, left: Counts | None = None) -> Reason | None:
    """Why nothing can be offered now, and what to do; None where something can. `left`: his counts, where known."""
    working, reach = is_working_day(bank_date(now)), reach or queue.reach_of(staff, now)
    if working and reach.turn.away:
        return rules.away(reach.turn.cover_name)
    shut = within_hours(now, is_working_day=working, calling=calling())
    if not shut:
        return shut.reasons[0]
    left = left or counts(staff, now, reach=reach)
    if not left.left:
        return _nothing_left(reach)
    if not left.due:
        first = queue.workable(staff, now, reach=reach).aggregate(first=Min("due_at"))["first"]
        return Reason(
            "all_waiting",
            _("{count} 户都在等待重试或约定时间，最早 {first}。"),
            {"count": left.waiting, "first": f"{timezone.localtime(first):%m-%d %H:%M}"},
            _("可先处理到店和客户跟进。"),
        )
    return None if _something_callable(reach, now, working=working) else CAPPED


CAPPED = Reason(
    "all_capped",
    _("剩余客户近期已被联系，或正由同事联系。"),
    remedy=_("间隔期满后会自动回到队列，请稍后再取。"),
    who=BY_ITSELF,
)
NONE_DEALT = Reason(
    "none_dealt", _("您目前没有进行中的活动名单。"), remedy=_("活动启动后，名单会自动分配到这里。"), who=MANAGEMENT
)
ALL_DONE = Reason("all_done", _("名单已全部完成。"), remedy=_("辛苦了。可跟进有意向和已预约的客户。"))
PAUSED = Reason(
    "all_paused", _("您的活动已暂停。"), remedy=_("恢复由行领导或合规消保决定，恢复后可继续拨打。"), who=MANAGEMENT
)


def _nothing_left(reach: Reach) -> Reason:
    """Done, paused, or never dealt anything."""
    open_states = Q(state__in=ListEntry.UNFINISHED)
    mine = ListEntry.objects.visible_to(reach.staff).filter(manager=reach.staff)
    found = mine.aggregate(
        paused=Count("pk", filter=open_states & Q(campaign__state=Campaign.State.PAUSED)),
        running=Count(Case(When(campaign__state=Campaign.State.LAUNCHED, then="pk"))),
    )
    if (
        mine.filter(open_states, campaign__state=Campaign.State.LAUNCHED)
        .exclude(campaign__ref__in=reach.taught)
        .exists()
    ):
        return rules.UNTRAINED
    if found["paused"]:
        return PAUSED
    return ALL_DONE if found["running"] else NONE_DEALT


def _something_callable(reach: Reach, now: datetime, *, working: bool) -> bool:
    """Whether the rule lets through any of what is due (a bounded number of rows and queries)."""
    rows = queue.workable(reach.staff, now, reach=reach).filter(
        queue.due(now), queue.unclaimed(now), ~queue.customer_is_elsewhere(now)
    )
    parts = (list(rows.select_related("campaign").order_by("pk")[part]) for part in LOOKED_AT)
    found = (facts for part in parts if part for facts in facts_of_each(part, now).values())
    return any(may_call_entry(facts, now, working=working) for facts in found)

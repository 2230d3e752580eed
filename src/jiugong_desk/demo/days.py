"""The simulated days: managers call and receive, through the very services that the pages use.

A day is a queue of events in time: a manager takes the next customer, minutes later records how the call ended; at
the hour of an appointment the reception records who came, the manager what was agreed. The customers' side comes from
the library's truth (`Reactions`); nothing here decides an outcome.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial

from django.db.models import Q
from django.utils import timezone

from ..appointments import services as visits
from ..appointments.models import Appointment
from ..calls import services as calls
from ..calls.workbench import slots_for
from ..campaigns.models import Campaign, ListEntry
from ..core.clock import bank_date, midnight
from ..duty.queries import absent_on, cover_of
from ..organisation.bridge import policy
from ..organisation.calendar import is_working_day, next_working_days
from ..organisation.models import Staff
from . import products
from .bridge import Placement, Reaction, Reactions
from .people import People

# Inside the policy's calling hours; nobody of this branch calls in the evening.
SHIFTS = ((time(9, 5), time(11, 50)), (time(14, 5), time(17, 40)))
WRITING_UP, PUNCTUAL, BREATHER = timedelta(seconds=40), timedelta(seconds=30), timedelta(minutes=2)
RECEPTION, TALK, PATIENCE = timedelta(minutes=4), timedelta(minutes=26), timedelta(minutes=50)
Action = Callable[[datetime], object]


@dataclass
class Tally:
    """What came of the days so far."""

    calls: int = 0
    visits: int = 0
    placements: list[Placement] = field(default_factory=list)


class Day:
    """One day of one campaign. `run` works off its events up to `until`; what would come later does not happen.

    calls_of : of those, by staff id, who make another number of calls than `daily_calls`
    """

    def __init__(
        self, day: date, campaign: Campaign, truth: Reactions, people: People, *, daily_calls: int, tally: Tally,
        calls_of: Mapping[int, int] | None = None,
    ) -> None:  # fmt: skip
        self.day, self.campaign, self.truth, self.people, self.tally = day, campaign, truth, people, tally
        self._asked = campaign.script.read.questions if campaign.script else {}
        self._order = itertools.count()
        self._events: list[tuple[datetime, int, Action]] = []
        self._done: set[tuple[int, bool]] = set()  # managers who have nobody left to call this morning, this afternoon
        self._talking: set[int] = set()
        self._start = midnight(day)
        self._end = self._start + timedelta(days=1)
        self._stand_ins = _stand_ins(people, day)
        busy = self._with_work()
        for place, manager in enumerate(people.managers):
            count = (calls_of or {}).get(manager.pk, daily_calls) if manager.pk in busy else 0
            for at in shift_times(day, count, late=place / len(people.managers)):
                self._at(at, partial(self._next_call, manager))
        for manager, due_at in self._promises():
            self._keep_promise(manager, due_at)
        for visit in self._visits():
            self._at(visit.starts_at, partial(self._receive, visit))

    def run(self, *, until: datetime | None = None) -> None:
        while self._events:
            at, _, action = heapq.heappop(self._events)
            if until is not None and at > until:
                return
            action(at)

    def _at(self, at: datetime, action: Action) -> None:
        heapq.heappush(self._events, (at, next(self._order), action))

    def _visits(self) -> Iterator[Appointment]:
        booked = Appointment.objects.everyone().filter(
            entry__campaign=self.campaign, state=Appointment.State.BOOKED,
            starts_at__gte=self._start, starts_at__lt=self._end,
        )  # fmt: skip
        yield from booked.select_related("customer", "manager", "unit")

    def _with_work(self) -> set[int]:
        """Managers who have anybody to call today; the others' pages say so, and they do not ask."""
        waiting = ListEntry.objects.everyone().filter(
            Q(due_at=None) | Q(due_at__lt=self._end), campaign=self.campaign, arm=ListEntry.Arm.TREATED,
            state__in=ListEntry.UNFINISHED,
        )  # fmt: skip
        return set(waiting.values_list("manager", flat=True))

    def _promises(self) -> Iterator[tuple[Staff, datetime]]:
        promised = ListEntry.objects.everyone().filter(
            campaign=self.campaign, state=ListEntry.State.CALLBACK, due_at__gte=self._start, due_at__lt=self._end
        )
        for entry in promised.select_related("manager"):
            if entry.manager and entry.due_at:
                yield self._stand_ins.get(entry.manager.pk, entry.manager), entry.due_at

    def _keep_promise(self, by: Staff, due_at: datetime) -> None:
        self._at(due_at + PUNCTUAL, partial(self._call, by))

    def _next_call(self, by: Staff, now: datetime) -> None:
        """Nobody asks an empty queue six times a morning; promised callbacks are kept in any case."""
        half = (by.pk, now >= timezone.make_aware(datetime.combine(self.day, SHIFTS[1][0])))
        if half not in self._done and not self._call(by, now):
            self._done.add(half)

    def _call(self, by: Staff, now: datetime) -> bool:
        """Take the next customer, once the manager has hung up on the last one; False where there is none."""
        if by.pk in self._talking:
            self._at(now + BREATHER, partial(self._call, by))
            return True
        entry = calls.claim_next(self.campaign, by=by, at=now)
        if entry is None:
            return False
        calls.show_number(entry, by=by, at=now)
        reaction = self.truth.answer(entry.customer.customer_no, entry.attempts + 1)
        ended = now + timedelta(seconds=reaction.talk_seconds) + WRITING_UP
        self._talking.add(by.pk)
        self._at(ended, partial(self._record, entry, reaction, by))
        return True

    def _record(self, entry: ListEntry, reaction: Reaction, by: Staff, at: datetime) -> None:
        self._talking.discard(by.pk)
        outcome, callback_at, visit_at = reaction.outcome, None, None
        if reaction.callback_hours is not None:
            if entry.attempts + 1 < policy().calling.attempts_per_campaign:
                callback_at = promised(at, reaction.callback_hours, last=self.campaign.ends_on)
            outcome = outcome if callback_at else "referred"  # no call is left in this campaign: a colleague takes over
        if reaction.visit_days is not None:
            visit_at = wished_slot(slots_for(entry, by, at), bank_date(at), reaction.visit_days)
            outcome = outcome if visit_at else "interested_deposit"
        calls.record_outcome(
            entry,
            submission=f"demo-{entry.ref}-{entry.attempts}",
            outcome=outcome,
            talk_seconds=reaction.talk_seconds,
            purpose_disclosed=reaction.disclosed,
            answers={key: value for key, value in reaction.answers.items() if key in self._asked},
            callback_at=callback_at,
            visit_at=visit_at,
            by=by,
            at=at,
        )
        self.tally.calls += 1
        if callback_at is not None and bank_date(callback_at) == self.day:
            self._keep_promise(by, callback_at)
        self._keep(self.truth.after_call(entry.customer.customer_no, outcome, bank_date(at)))

    def _receive(self, visit: Appointment, now: datetime) -> None:
        reaction = self.truth.visit(visit.customer.customer_no)
        reception = self.people.receptions[visit.unit_id]
        if not reaction.comes:
            self._at(now + PATIENCE, lambda at: visits.miss(visit, by=reception, at=at))
            return
        self._at(now + RECEPTION, lambda at: visits.arrive(visit, by=reception, at=at))
        self._at(now + TALK, partial(self._finish, visit))

    def _finish(self, visit: Appointment, at: datetime) -> None:
        number = visit.customer.customer_no
        agreed = self.truth.visit(number)
        visits.finish(
            visit,
            needs=agreed.needs,
            discussed=products.discussed(visit, agreed.product, agreed.amount, self.day),
            next_step=agreed.next_step,
            by=self._stand_ins.get(visit.manager_id, visit.manager),
            at=at,
        )
        self.tally.visits += 1
        if agreed.amount is not None:
            self._keep(self.truth.money(number, product=agreed.product, amount=agreed.amount, on=self.day))

    def _keep(self, placement: Placement | None) -> None:
        if placement is not None:
            self.tally.placements.append(placement)


def _stand_ins(people: People, day: date) -> dict[int, Staff]:
    """Who stands in for whom, by the id of who is away."""
    away = absent_on(day)
    found = {manager.pk: cover_of(manager, day) for manager in people.managers if manager.pk in away}
    return {key: cover for key, cover in found.items() if cover is not None}


def shift_times(day: date, count: int, *, late: float) -> Iterator[datetime]:
    """`count` moments spread over the shifts of a day; `late` in [0, 1) moves one manager's against another's."""
    spans = [
        (timezone.make_aware(datetime.combine(day, start)), timezone.make_aware(datetime.combine(day, end)))
        for start, end in SHIFTS
    ]
    total = sum(((end - start) for start, end in spans), timedelta())
    for number in range(count):
        into = total * ((number + late) / count)
        for start, end in spans:
            if into < end - start:
                yield start + timedelta(seconds=round(into.total_seconds()))
                break
            into -= end - start


def promised(at: datetime, hours: int, *, last: date) -> datetime | None:
    """When a customer who asked for a call in so many hours can be promised one; None after the campaign's end."""
    wished = timezone.localtime(at + timedelta(hours=hours))
    day, clock = wished.date(), wished.time()
    if not is_working_day(day) or clock > SHIFTS[-1][1]:
        day, clock = next_working_days(day, 1)[0], SHIFTS[0][0]
    elif clock < SHIFTS[0][0]:
        clock = SHIFTS[0][0]
    elif SHIFTS[0][1] < clock < SHIFTS[1][0]:
        clock = SHIFTS[1][0]
    if day > last:
        return None
    return timezone.make_aware(datetime.combine(day, clock.replace(second=0, microsecond=0)))


def wished_slot(free: Sequence[datetime], today: date, days: int) -> datetime | None:
    """The first free slot on or after the `days`-th day on which there are any after today; else the last one."""
    open_days = sorted({bank_date(slot) for slot in free if bank_date(slot) > today})
    if not open_days:
        return None
    wished = open_days[min(days, len(open_days)) - 1]
    return next(slot for slot in free if bank_date(slot) >= wished)

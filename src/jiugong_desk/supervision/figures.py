"""The figures of many people at one moment, each in one query however many they are; keyed by staff id."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, Count, F, IntegerField, Max, Q, Sum, Value, When
from django.db.models.functions import Greatest

from ..appointments.models import Appointment
from ..appointments.slots import length
from ..audit.models import AuditRecord
from ..calls import queue
from ..calls.models import Call, Pause
from ..calls.outcomes import INTERESTED, INVITED, REACHED
from ..campaigns.cover import running_on
from ..campaigns.models import Campaign, ListEntry, Participant
from ..campaigns.taught import PREFIX
from ..core.clock import bank_date, midnight
from ..duty.models import Absence
from ..organisation.models import Staff
from ..training import queries as training

LINE = '"reason":"line"'  # as the audit log writes the facts of a customer who was given back
WILLING = INTERESTED | INVITED
Shared = Mapping[tuple[int, int | None, str], tuple[int, int]]  # (unit, manager, campaign's reference) -> left, due
Lists = Mapping[tuple[int | None, str], tuple[int, int]]  # (manager, campaign's reference) -> left, due


@dataclass(frozen=True)
class Made:
    """Somebody's calls of a day. `talk` in seconds, of those that reached somebody."""

    done: int = 0
    reached: int = 0
    willing: int = 0
    talk: int = 0
    last_at: datetime | None = None

    @property
    def average_talk(self) -> int | None:
        return round(self.talk / self.reached) if self.reached else None


NOTHING = Made()


def running(day: date) -> list[Campaign]:
    """The campaigns that are called on this day."""
    rows = Campaign.objects.everyone().filter(running_on(day, of=""))
    return list(rows.select_related("unit").order_by("starts_on", "pk"))


def taking_part(campaigns: Iterable[Campaign]) -> list[Participant]:
    return list(Participant.objects.filter(campaign__in=list(campaigns)).order_by("pk"))


def covered_by(people: Collection[int], day: date) -> set[int]:
    """Who is away that day and names one of these as cover."""
    rows = Absence.objects.everyone().filter(
        cancelled_at=None, cover__in=people, first_day__lte=day, last_day__gte=day
    )  # fmt: skip
    return set(rows.values_list("staff", flat=True))


def made_today(people: Collection[int], now: datetime) -> dict[int, Made]:
    """What they called up to now, by who called; also for somebody else."""
    rows = Call.objects.everyone().filter(by__in=people, at__gte=midnight(bank_date(now)), at__lte=now)
    counted = rows.order_by().values_list("by").annotate(
        done=Count("pk"),
        reached=Count("pk", filter=Q(outcome__in=REACHED)),
        willing=Count("pk", filter=Q(outcome__in=WILLING)),
        talk=Sum("talk_seconds", filter=Q(outcome__in=REACHED), default=0),
        last_at=Max("at"),
    )  # fmt: skip
    return {by: Made(*figures) for by, *figures in counted}


def held_since(people: Collection[int], now: datetime) -> dict[int, datetime]:
    """Who holds a customer to call, and since when."""
    rows = ListEntry.objects.everyone().filter(claimed_by__in=people, lease_until__gte=now)
    return dict(rows.order_by().values_list("claimed_by").annotate(since=Max("claimed_at")))


def visits_of(people: Collection[int], now: datetime) -> tuple[set[int], dict[int, datetime]]:
    """Who sits with a customer now; and when each last ended a visit today.

    A visit whose end nobody wrote down is over once it has lasted twice the time of a slot.
    """
    rows = Appointment.objects.everyone().filter(manager__in=people, starts_at__gte=midnight(bank_date(now)))
    arrived = Q(state=Appointment.State.ARRIVED, arrived_at__lte=now, arrived_at__gt=now - 2 * length())
    grouped = rows.order_by().values("manager").annotate(
        here=Count("pk", filter=arrived), last=Max("finished_at", filter=Q(finished_at__lte=now))
    )  # fmt: skip
    found = list(grouped)
    return {row["manager"] for row in found if row["here"]}, {
        row["manager"]: row["last"] for row in found if row["last"]
    }


def passed(people: Collection[int], campaigns: Iterable[Campaign]) -> dict[int, set[str]]:
    """In which of these campaigns each may call, as their courses are now."""
    refs = {f"{PREFIX}{campaign.ref}": campaign.ref for campaign in campaigns}
    rows = training.current().filter(staff__in=people, passed_at__isnull=False, course__about__in=refs)
    found: dict[int, set[str]] = defaultdict(set)
    for staff_id, about in rows.order_by().values_list("staff", "course__about"):
        found[staff_id].add(refs[about])
    return found


def lists_of(people: Collection[int], now: datetime) -> Lists:
    """What is left, and what is due, of what each was dealt and of what nobody was, by campaign."""
    rows = ListEntry.objects.everyone().filter(
        queue.LEFT, running_on(bank_date(now)), Q(manager__in=people) | Q(manager=None)
    )  # fmt: skip
    counted = rows.order_by().values_list("manager", "campaign__ref").annotate(
        left=Count("pk"), due=Count("pk", filter=queue.due(now))
    )  # fmt: skip
    return {(manager, ref): (left, due) for manager, ref, left, due in counted}


def line_faults(people: Collection[int], now: datetime) -> dict[int, int]:
    """How often the telephone stopped each of them today: customers given back, as the audit log says, and pauses (three queries)."""
    numbers = dict(Staff.objects.filter(pk__in=people).values_list("staff_no", "pk"))
    rows = AuditRecord.objects.filter(
        at__gte=midnight(bank_date(now)), at__lte=now, verb="entry.released", by__in=numbers, facts__contains=LINE
    )  # fmt: skip
    found = Counter(
        {numbers[by]: number for by, number in rows.order_by().values_list("by").annotate(number=Count("pk"))}
    )
    stopped = Pause.objects.filter(
        staff__in=people, why=Pause.Why.PHONE, began_at__gte=midnight(bank_date(now)), began_at__lte=now
    )  # fmt: skip
    found.update(stopped.values_list("staff", flat=True))
    return found


def shared_at(units: Collection[int], now: datetime) -> Shared:
    """Callbacks that a whole outlet promised: of this unit, dealt to this person, in this campaign."""
    rows = ListEntry.objects.everyone().filter(
        queue.LEFT, queue.PROMISED_BY_ALL, running_on(bank_date(now)), customer__unit__in=units
    )  # fmt: skip
    counted = rows.order_by().values_list("customer__unit", "manager", "campaign__ref").annotate(
        left=Count("pk"), due=Count("pk", filter=queue.due(now))
    )  # fmt: skip
    return {(unit, manager, ref): (left, due) for unit, manager, ref, left, due in counted}


def pauses(people: Collection[int], now: datetime) -> dict[int, Pause]:
    """Who is not calling for a while, and said why today."""
    rows = Pause.objects.filter(
        staff__in=people, ended_at=None, began_at__gte=midnight(bank_date(now)), began_at__lte=now
    )  # fmt: skip
    return {row.staff_id: row for row in rows}


@dataclass(frozen=True)
class Listed:
    """Somebody's list of a campaign. `calls_left`: those that it still takes at most; `called`: customers with an attempt."""

    listed: int = 0
    left: int = 0
    calls_left: int = 0
    called: int = 0


def listed(people: Collection[int], campaigns: Iterable[Campaign], *, attempts: int) -> dict[tuple[int, int], Listed]:
    """By (manager, campaign). Whoever is still to be called takes at least one call more."""
    rest = Greatest(Value(1), Value(attempts) - F("attempts"), output_field=IntegerField())
    rows = ListEntry.objects.everyone().filter(
        manager__in=people, campaign__in=list(campaigns), arm=ListEntry.Arm.TREATED
    )  # fmt: skip
    counted = rows.order_by().values("manager", "campaign").annotate(
        listed=Count("pk"),
        left=Count("pk", filter=queue.LEFT),
        calls_left=Sum(Case(When(queue.LEFT, then=rest), default=0)),
        called=Count("pk", filter=Q(attempts__gt=0)),
    )  # fmt: skip
    return {(row.pop("manager"), row.pop("campaign")): Listed(**row) for row in counted}

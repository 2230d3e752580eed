"""What waits on the desks when the demo is opened, so that every login has something to do at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from ..appointments import services as visits
from ..appointments.models import Appointment
from ..appointments.slots import free_slots
from ..calls import services as calls
from ..campaigns.models import Amendment, Campaign, ListEntry
from ..customers.models import Customer
from ..customers.services import assign
from ..documents.models import Receipt
from ..evaluation import services as evaluation
from ..evaluation.models import Report
from ..exports.models import ExportRequest
from ..grid import services as grid
from ..organisation.bridge import written
from ..organisation.models import Staff
from ..scripts.models import Script
from ..supervision.models import Alert
from . import changes, follow_ups, lists, plans, schooling, story
from .campaign import drafted, reviewed
from .people import People

WEALTHY_LEVELS = (6, 9)
SERVED_BY_WEALTH = 12
AFTERNOON = 14  # o'clock, the bank's
INVITED: dict[str, Any] = {
    "outcome": "invited",
    "talk_seconds": 130,
    "purpose_disclosed": True,
    "answers": {"idle_money": "5万–20万元", "money_wish": "定期存款"},
}
CALL_BACK: dict[str, Any] = {"outcome": "call_back", "talk_seconds": 25, "purpose_disclosed": True}


def first_calls(campaign: Campaign, people: People) -> None:
    """The managers whose logins are printed begin early: a callback is due as the desk opens, a visit soon after."""
    nine = story.moment(story.TODAY, 9)
    for manager in (people.managers[0], people.managers[-1]):
        _call(campaign, manager, at=nine, callback_at=story.now(), **CALL_BACK)
        _call(campaign, manager, at=nine + timedelta(minutes=2), visit_at=_next_slot(manager), **INVITED)


def goes_on_leave(campaign: Campaign, people: People) -> None:
    """A colleague is away from today on; what she promised and whom she invited yesterday waits for who stands in."""
    evening = story.moment(story.TODAY - timedelta(days=1), 17, 45)
    absent = schooling.on_leave(people)
    if absent is not None:
        afternoon = [slot for slot in free_slots(absent, now=story.now()) if timezone.localtime(slot).hour >= AFTERNOON]
        _call(campaign, absent, at=evening, callback_at=story.now(), **CALL_BACK)
        _call(campaign, absent, at=evening + timedelta(minutes=2), visit_at=afternoon[0], **INVITED)


def _call(campaign: Campaign, by: Staff, *, at: datetime, **said: Any) -> None:
    entry = calls.claim_next(campaign, by=by, at=at)
    if entry is None:
        return
    if entry.attempts:  # nobody new is left on this list: no promise is made to somebody who was hard to reach
        calls.release(entry, reason="prepare", by=by, at=at)
        return
    calls.show_number(entry, by=by, at=at)
    ended = at + timedelta(seconds=said["talk_seconds"])
    calls.record_outcome(entry, submission=f"demo-first-{entry.ref}", by=by, at=ended, **said)


def _next_slot(manager: Staff) -> datetime:
    return free_slots(manager, now=story.now())[0]


def on_the_desks(campaign: Campaign, people: People, *, customers: int, seed: int) -> dict[str, int]:
    """A plan to approve and its course to pass, a plan and a script being written, a bulletin to sign, leave, clients, lists."""
    yesterday = story.TODAY - timedelta(days=1)
    april = reviewed(plans.maturing(customers, seed), people, on=yesterday)
    schooling.taught(april, people, at=story.moment(yesterday, 15, 10), but=people.managers[:1])
    changes.quieter(campaign, people, on=story.TODAY)
    drafted(plans.prospects(customers, seed), people, at=story.moment(story.TODAY, 9, 10))
    evaluation.make_report(
        campaign,
        kind=Report.Kind.BULLETIN,
        period_end=story.TODAY,
        by=people["business_department"],
        at=story.moment(story.TODAY, 10, 5),
    )
    _wealth_clients(people)
    follow_ups.around_the_visits(people)
    _other_bands(people)
    lists.taken_out(people)
    return _counted(campaign)


def _other_bands(people: People) -> None:
    """The planner would move the grid's limits from April on; management sees who would move, and decides."""
    text = written().replace("[50000, 500000]", "[60000, 600000]")
    found = grid.draft(
        version="2026-04", effective_from=story.NEXT_STARTS, text=text, note="资产门槛各上调一万元、十万元，试算影响。",
        by=people["planner"], at=story.moment(story.TODAY, 9, 30),
    )  # fmt: skip
    grid.preview(found, by=people["planner"], at=story.moment(story.TODAY, 9, 32))


def _wealth_clients(people: People) -> None:
    """The head hands the outlet's wealthiest to the wealth manager, who receives the first of them this morning."""
    wealth, at = people["wealth_manager"], story.moment(story.TODAY, 9, 20)
    wealthy = Customer.objects.everyone().filter(
        unit=wealth.home, level__in=WEALTHY_LEVELS, status=Customer.Status.ACTIVE
    )
    clients = list(wealthy.select_related("unit").order_by("-assets", "pk")[:SERVED_BY_WEALTH])
    for client in clients:
        assign(client, staff=wealth, reason="沃德客户专属服务", by=people["outlet_head"], at=at)
    for client in clients[:1]:
        visits.book(client, manager=wealth, starts_at=_next_slot(wealth), by=wealth, at=at + timedelta(minutes=5))


def _counted(campaign: Campaign) -> dict[str, int]:
    """As the desk stands when it is opened."""
    now, state = story.now(), ListEntry.State
    listed = ListEntry.objects.everyone().filter(campaign=campaign, arm=ListEntry.Arm.TREATED)
    midnight = story.moment(story.TODAY + timedelta(days=1), 0)
    booked = Appointment.objects.everyone().filter(state=Appointment.State.BOOKED)
    return {
        "callbacks_due": listed.filter(state=state.CALLBACK, due_at__lte=now).count(),
        "visits_today": booked.filter(starts_at__gte=now, starts_at__lt=midnight).count(),
        "never_called": listed.filter(state=state.OPEN, attempts=0, claimed_by=None).count(),
        "plans_waiting": Campaign.objects.everyone().filter(state=Campaign.State.SUBMITTED).count(),
        "exports_waiting": ExportRequest.objects.everyone().filter(state=ExportRequest.State.SUBMITTED).count(),
        "amendments_waiting": Amendment.objects.everyone().filter(state=Amendment.State.SUBMITTED).count(),
        "scripts_waiting": Script.objects.filter(state=Script.State.DRAFT).count(),
        "notices_unread": Receipt.objects.everyone().filter(acknowledged_at=None).count(),
        "alerts_open": Alert.objects.everyone().filter(state=Alert.State.OPEN).count(),
        "reports_waiting": Report.objects.everyone().filter(state=Report.State.DRAFT).count(),
    }

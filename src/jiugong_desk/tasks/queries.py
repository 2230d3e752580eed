"""Whose tasks they are, in the order in which they press; the customer's, on his page; and the card of the day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..core.clock import bank_date
from ..customers.extension import Panel
from ..customers.models import Customer
from ..duty.queries import Turn, turn_on_page
from ..organisation.models import Posting, Staff, Unit
from ..organisation.permissions import roles_with
from ..ui.today import Card
from .forms import TaskForm
from .models import Task, held_by, of_cover

State = Task.State
ON_CARD, CLOSED_SHOWN, CLOSED_DAYS = 6, 5, 14
ALL_SHOWN = 500  # of an outlet's tasks on one page


@dataclass(frozen=True)
class Row:
    """A task, and what the viewer may do about it. `covered`: he does it for its holder, who is away."""

    task: Task
    overdue: bool
    may_work: bool
    may_hand_on: bool
    covered: bool
    owners: list[Staff]  # to whom it can be handed on


@dataclass(frozen=True)
class Group:
    label: str | Promise
    colour: str
    rows: list[Row]


def mine(staff: Staff, *, now: datetime) -> list[Group]:
    """His open tasks, and those that he does today for others: overdue, today, later (2 queries)."""
    if not staff.may("task.view"):
        return []
    today, found = bank_date(now), held_by([staff.pk])
    if (theirs := of_cover(staff)) is not None:
        found |= theirs
    rows = _rows(_shown(Task.objects.everyone().filter(found, state=State.OPEN)), staff, today)
    return _grouped(rows, today)


def of_outlets(staff: Staff, *, now: datetime) -> list[tuple[Staff | None, list[Row]]]:
    """Every open task at and below his unit by who holds it: what nobody holds, or nobody who is on duty, comes first."""
    found = _seen(staff).filter(state=State.OPEN)[:ALL_SHOWN]
    rows = _rows(found, staff, bank_date(now))
    groups: dict[Staff | None, list[Row]] = {}
    for row in rows:
        holder = row.task.holder
        groups.setdefault(holder if holder is not None and holder.is_active else None, []).append(row)
    order = sorted(groups, key=lambda person: (person is not None, person.staff_no if person else ""))
    return [(person, groups[person]) for person in order]


def closed(staff: Staff, *, now: datetime) -> list[Task]:
    """What he closed of late, newest first."""
    since = now - timedelta(days=CLOSED_DAYS)
    rows = _seen(staff).filter(closed_by=staff, closed_at__gte=since).order_by("-closed_at", "-id")
    return list(rows[:CLOSED_SHOWN])


def of_source(source: str, ref: str, staff: Staff) -> list[Task]:
    """What came of a visit, as far as he may know."""
    return list(_seen(staff).filter(source=source, source_ref=ref))


def owners(unit: Unit) -> QuerySet[Staff]:
    """Who follows up customers at this outlet."""
    posts = Posting.objects.filter(unit=unit, ended_on=None, role__in=roles_with("task.work"))
    return Staff.objects.filter(is_active=True, pk__in=posts.values("staff"))


def customers_of_cover(staff: Staff) -> QuerySet[Any, Any] | None:
    """The customers whose tasks he does today for somebody who is away."""
    theirs = of_cover(staff) if staff.may("task.work") else None
    return None if theirs is None else Task.objects.everyone().filter(theirs).values("customer")


def card(staff: Staff, now: datetime) -> Card | None:
    """What presses today, the overdue first."""
    if not staff.may("task.work"):
        return None
    groups = mine(staff, now=now)
    rows = [row for group in groups for row in group.rows]
    if not rows:
        return None
    counts = [(group.label, group.colour, len(group.rows)) for group in groups]
    return Card("tasks/_card.html", {"rows": rows[:ON_CARD], "counts": counts, "total": len(rows)}, order=30)


def panel(customer: Customer, staff: Staff, now: datetime) -> Panel | None:
    """The customer's open tasks and the last closed ones, and a line to add one."""
    if not staff.may("task.view"):
        return None
    found, may_add = list(_seen(staff).filter(customer=customer)), staff.may("task.work")
    closed = [task for task in found if not task.is_open]
    day_after = {"due_on": f"{bank_date(now) + timedelta(days=1)}"}
    context = {
        "customer": customer,
        "rows": _rows([task for task in found if task.is_open], staff, bank_date(now)),
        "closed": sorted(closed, key=lambda task: (task.closed_at, task.pk), reverse=True)[:CLOSED_SHOWN],
        "may_add": may_add,
        "form": TaskForm(initial=day_after, owners=owners(customer.unit)) if may_add else None,
        "today": bank_date(now),
        "label": _("跟进任务"),
    }
    return Panel("tasks/_panel.html", context, order=25)


def _seen(staff: Staff) -> QuerySet[Task]:
    return _shown(Task.objects.visible_to(staff))


def _shown(tasks: QuerySet[Task]) -> QuerySet[Task]:
    return tasks.select_related("customer__unit", "customer__manager", "owner", "created_by", "closed_by")


def _rows(tasks: Iterable[Task], staff: Staff, today: date) -> list[Row]:
    turn, works = turn_on_page(staff), staff.may("task.work")
    people: dict[int, list[Staff]] = {}  # by unit, asked once each
    return [_row(task, staff, turn, today, works=works, people=people) for task in tasks]


def _row(task: Task, staff: Staff, turn: Turn, today: date, *, works: bool, people: dict[int, list[Staff]]) -> Row:
    unit = task.customer.unit
    heads = works and staff.may_at("task.assign", unit)
    if heads and unit.pk not in people:
        people[unit.pk] = list(owners(unit))
    holder = task.holder
    covered = holder is not None and holder != staff and holder.pk in turn.covered_ids
    return Row(
        task=task,
        overdue=task.is_overdue(today),
        may_work=task.is_open and works and (holder == staff or covered or heads),
        may_hand_on=task.is_open and heads,
        covered=covered,
        owners=people.get(unit.pk, []) if heads else [],
    )


def _grouped(rows: list[Row], today: date) -> list[Group]:
    groups = (
        Group(_("逾期"), "red", [row for row in rows if row.overdue]),
        Group(_("今天"), "yellow", [row for row in rows if row.task.due_on == today]),
        Group(_("以后"), "azure", [row for row in rows if row.task.due_on > today]),
    )
    return [group for group in groups if group.rows]


def counts_by_holder(staff: Staff, *, now: datetime) -> dict[int, int]:
    """Overdue tasks by the id of who holds them, as far as he sees them: for whoever watches over people (1 query)."""
    late = Task.objects.visible_to(staff).filter(state=State.OPEN, due_on__lt=bank_date(now)).order_by()
    rows = late.values_list("owner", "customer__manager").annotate(late=Count("pk"))
    found: dict[int, int] = {}
    for owner, manager, count in rows:
        holder = owner or manager
        if holder is not None:
            found[holder] = found.get(holder, 0) + count
    return found

"""Make a task, close it, put it off, hand it on. Each names the state that it saw; whoever comes second is told so."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ..audit import services as audit_log
from ..core.clock import bank_date
from ..core.errors import Stale, hold
from ..core.pages import require, require_at
from ..core.verdict import Reason
from ..customers.models import Customer
from ..customers.services import assign, end_assignments
from ..duty.queries import turn_of
from ..organisation.models import Staff
from . import rules
from .models import Task

State = Task.State
CHANGED = Reason("task_changed", _("这项任务已被他人办理或更改。"), remedy=_("请刷新页面查看最新状态。"))


@transaction.atomic
def add(
    customer: Customer,
    *,
    text: str,
    due_on: date,
    owner: Staff | None = None,
    source: str = "",
    source_ref: str = "",
    by: Staff,
    at: datetime,
    audit: bool = True,
) -> Task:
    """Something to do for the customer. `owner=None`: whoever is the customer's manager, now and later.

    `audit=False` for a room above whose own record tells of it (an interview).
    """
    require(by, "task.work")
    holder = owner or customer.manager
    hold(
        rules.may_add(
            text, due_on, today=bank_date(at), has_holder=holder is not None, holder_works=_works(holder),
            may_name=_may_name(owner, customer, by),
        )
    )  # fmt: skip
    task: Task = Task.objects.create(
        customer=customer, text=text.strip(), due_on=due_on, owner=owner, source=source, source_ref=source_ref,
        created_at=at, created_by=by,
    )  # fmt: skip
    _lend(task, by=by, at=at)
    if audit:
        _audit(task, "task.added", by=by, at=at, facts={"until": due_on.isoformat()})
    return task


@transaction.atomic
def finish(task: Task, *, outcome: str = "", by: Staff, at: datetime) -> None:
    """Done, by whom it was to do, by whoever stands in for him today, or by his head."""
    _close(task, State.DONE, outcome, "task.done", by=by, at=at)


@transaction.atomic
def drop(task: Task, *, reason: str, by: Staff, at: datetime) -> None:
    """Not needed any more, and why."""
    hold(rules.may_drop(reason))
    _close(task, State.DROPPED, reason, "task.dropped", by=by, at=at)


@transaction.atomic
def put_off(task: Task, *, due_on: date, by: Staff, at: datetime) -> None:
    _must_work_on(task, by=by, at=at)
    hold(rules.may_put_off(due_on, today=bank_date(at)))
    _change(task, due_on=due_on)
    _audit(task, "task.put_off", by=by, at=at, facts={"until": due_on.isoformat()})


@transaction.atomic
def hand_on(task: Task, *, owner: Staff | None, by: Staff, at: datetime) -> None:
    """Somebody else does it from now on; `owner=None`: the customer's manager again."""
    require_at(by, "task.assign", task.customer.unit)
    holder = owner or task.customer.manager
    hold(
        rules.may_hand_on(
            same=owner == task.owner, has_holder=holder is not None, holder_works=_works(holder)
        )
    )  # fmt: skip
    end_assignments(reason=_reason(task), at=at)
    _change(task, owner=owner)
    _lend(task, by=by, at=at)
    _audit(task, "task.handed_on", by=by, at=at, facts={"to": holder.staff_no if holder else ""})


def works_on(task: Task, *, by: Staff, at: datetime) -> Staff | None:
    """In whose place he does it: himself, or of whom he is head; somebody who is away today; None: it is not his."""
    holder = task.holder
    if not by.may("task.work"):
        return None
    if holder is not None and (holder == by or holder in turn_of(by, bank_date(at)).covered):
        return holder
    return by if by.may_at("task.assign", task.customer.unit) else None


def _must_work_on(task: Task, *, by: Staff, at: datetime) -> Staff:
    place = works_on(task, by=by, at=at)
    if place is None:
        raise PermissionDenied("task.work")
    return place


def _close(task: Task, state: str, outcome: str, verb: str, *, by: Staff, at: datetime) -> None:
    place = _must_work_on(task, by=by, at=at)
    _change(task, state=state, outcome=outcome.strip(), closed_at=at, closed_by=by)
    end_assignments(reason=_reason(task), at=at)
    _audit(task, verb, by=by, at=at, facts={} if place == by else {"stood_in_for": place.staff_no})


def _change(task: Task, **values: Any) -> None:
    """Only while it is as the caller saw it."""
    seen = Task.objects.everyone().filter(pk=task.pk, state=State.OPEN, owner=task.owner, due_on=task.due_on)
    if seen.update(**values) != 1:
        raise Stale(CHANGED)
    for name, value in values.items():
        setattr(task, name, value)


def _may_name(owner: Staff | None, customer: Customer, by: Staff) -> bool:
    """Whoever is named sees the customer until it is done. So a colleague who stands in for a day, or calls for one
    campaign, leaves it with the customer's manager; of whom nobody manages he may name himself.
    """
    if owner is None or owner == customer.manager:
        return True
    own = by == customer.manager or (owner == by and customer.manager is None)
    return own or by.may_at("task.assign", customer.unit)


def _lend(task: Task, *, by: Staff, at: datetime) -> None:
    """Who does it for another's customer sees the customer until it is done."""
    if task.owner is not None and task.owner != task.customer.manager:
        assign(task.customer, staff=task.owner, reason=_reason(task), by=by, at=at, audit=False)


def _reason(task: Task) -> str:
    return f"task:{task.ref}"


def _works(staff: Staff | None) -> bool:
    return staff is not None and staff.may("task.work")


def _audit(task: Task, verb: str, *, by: Staff, at: datetime, facts: dict[str, Any]) -> None:
    audit_log.record(
        chain=task.customer.unit.code, by=by.staff_no, at=at, verb=verb, about="task", ref=task.ref, facts=facts
    )

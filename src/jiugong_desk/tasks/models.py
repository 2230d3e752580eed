"""Follow-up tasks on customers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..core.clock import bank_date, midnight
from ..core.fields import EncryptedTextField
from ..core.refs import RefField
from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..customers.models import Customer, seen_by
from ..duty.queries import turn_on_page
from ..organisation.models import Staff


def held_by(staff_ids: Any) -> Q:
    """Named for them; or nobody is named, and the customer is theirs."""
    theirs = Customer.objects.everyone().filter(manager__in=staff_ids)
    return Q(owner__in=staff_ids) | Q(owner=None, customer__in=theirs.values("pk"))


def of_cover(staff: Staff) -> Q | None:
    """A filter on the tasks that he does today for somebody who is away: what is due, and what he has done of it."""
    turn = turn_on_page(staff)
    if staff.looks_at is None or not turn.covered:
        return None
    day = bank_date(staff.looks_at)
    still = Q(state=Task.State.OPEN, due_on__lte=day)
    just_done = Q(closed_by=staff, closed_at__gte=midnight(day), closed_at__lt=midnight(day + timedelta(days=1)))
    return held_by(turn.covered_ids) & (still | just_done)


class TaskQuerySet(ScopedQuerySet["Task"]):
    def visible_to(self, staff: Staff) -> TaskQuerySet:
        """His own, today's of those for whom he stands in, and those on customers who are his to see anyhow."""
        if not staff.may("task.view"):
            return self.none()
        customers = seen_by(staff, "customer__", lent=False)
        if customers is not None and not customers:
            return self
        found = held_by([staff.pk])
        for part in (customers, of_cover(staff)):
            found = found if part is None else found | part
        return self.filter(found)


class Task(ScopedModel):
    """`owner` empty: whoever is the customer's manager, so that the task goes with the customer to the next one.

    `source`: what it came from (a visit, by its ref); empty: somebody's own thought.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待办")
        DONE = "done", _("已完成")
        DROPPED = "dropped", _("不再需要")

    ref = RefField()
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    text = EncryptedTextField(_("要做的事"))  # free text about a customer
    due_on = models.DateField(_("截止日"))
    owner = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("负责人"))
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    source = models.CharField(max_length=10, blank=True)
    source_ref = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = EncryptedTextField(_("结果"), blank=True)  # what came of it, or why it is not needed any more

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(TaskQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["due_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None, closed_by=None)
                | (~Q(state="open") & Q(closed_at__isnull=False, closed_by__isnull=False)),
                name="a_closed_task_says_by_whom",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner", "due_on"], name="task_of_owner", condition=Q(state="open")),
            models.Index(fields=["customer", "due_on"], name="task_of_customer", condition=Q(state="open")),
            models.Index(fields=["source", "source_ref"], name="task_source"),
        ]
        verbose_name = _("跟进任务")

    def __str__(self) -> str:
        return self.ref

    @property
    def holder(self) -> Staff | None:
        """Whose turn it is; None where the customer has no manager either."""
        return self.owner or self.customer.manager

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def is_overdue(self, today: date) -> bool:
        return self.is_open and self.due_on < today

"""Callers, as those see them who answer for them, and what these remind them of."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from ..core.fields import EncryptedTextField
from ..core.refs import RefField
from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..organisation.models import Posting, Staff, Unit
from ..organisation.permissions import roles_with
from ..organisation.scope import unit_filter
from . import words
from .scope import below


class CallerQuerySet(ScopedQuerySet["Caller"]):
    def visible_to(self, staff: Staff) -> CallerQuerySet:
        """Those who call at and below the viewer's unit; who sees no unit sees none."""
        condition = unit_filter(staff)
        if condition is None:
            return self.none()
        posts = Posting.objects.filter(condition, ended_on=None, role__in=roles_with("call.work"), staff=OuterRef("pk"))
        return self.filter(Exists(posts), is_active=True)


class Caller(ScopedModel, Staff):
    """Somebody whose post makes calls. The same row as `Staff`, seen by scope."""

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(CallerQuerySet)  # type: ignore[assignment]

    class Meta(ScopedModel.Meta):
        proxy = True
        ordering: ClassVar = ["staff_no"]


class ReminderQuerySet(ScopedQuerySet["Reminder"]):
    def visible_to(self, staff: Staff) -> ReminderQuerySet:
        """His own, and those of people for whom he answers."""
        inside, own = below(staff), Q(staff=staff)
        return self.filter(own if inside is None else own | inside)


class Reminder(ScopedModel):
    """A word from a head to one of his people, until that one says that he has read it. `unit`: where he calls.

    `about`: a code of `words.REMINDERS`. Of one day at most one is open: who was told once is not told again before he
    has read it.
    """

    ref = RefField()
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    about = models.CharField(max_length=20)
    note = EncryptedTextField(blank=True)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    day = models.DateField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(ReminderQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["staff", "day"], condition=Q(acknowledged_at=None), name="one_open_reminder_a_day"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["staff", "at"], name="reminder_of")]

    def __str__(self) -> str:
        return self.ref

    @property
    def text(self) -> Any:
        return words.REMINDERS.get(self.about, self.about)

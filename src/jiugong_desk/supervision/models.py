"""Callers, as those see them who answer for them; what these remind them of; and who stalls, with who was told."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import pgettext_lazy

from ..campaigns.models import Campaign
from ..core.fields import EncryptedTextField
from ..core.refs import RefField
from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..duty.queries import turn_on_page
from ..organisation.models import Posting, Staff, Unit
from ..organisation.permissions import roles_with
from ..organisation.scope import unit_filter
from . import words
from .ladder import HEAD
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
    has read it. Or `words.MOVED`: that `customers` of `moved_from` are his to call now, as often as it happens.
    """

    ref = RefField()
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    about = models.CharField(max_length=20)
    note = EncryptedTextField(blank=True)
    moved_from = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    customers = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    day = models.DateField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(ReminderQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["staff", "day"],
                condition=Q(acknowledged_at=None, moved_from=None),
                name="one_open_reminder_a_day",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["staff", "at"], name="reminder_of")]

    def __str__(self) -> str:
        return self.ref

    @property
    def text(self) -> Any:
        if self.moved_from is not None:
            return words.moved(self.customers, self.moved_from.name)
        return words.REMINDERS.get(self.about, self.about)


class AlertQuerySet(ScopedQuerySet["Alert"]):
    def visible_to(self, staff: Staff) -> AlertQuerySet:
        """His own, and today's of those for whom he stands in; who answers for him, once it has come to the head."""
        own = Q(staff__in=(staff.pk, *turn_on_page(staff).covered_ids)) if staff.may("call.work") else Q(pk=None)
        inside = below(staff)
        return self.filter(own if inside is None else own | (inside & Q(rung__gte=HEAD)))


class Alert(ScopedModel):
    """Somebody stalls in a campaign: from the day on which it was seen until he has caught up, or somebody settles it.

    reason, light, behind, needed : as they stood when it was last looked at (`pace.Finding`)
    rung : who has been told (`ladder`); began : where it began; to_unit : whose heads are to act (None: himself)
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("预警", "未关闭")
        RESOLVED = "resolved", pgettext_lazy("预警", "已处理")
        RECOVERED = "recovered", pgettext_lazy("预警", "已恢复")
        OVER = "over", pgettext_lazy("预警", "已结束")

    ref = RefField()
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")  # where he calls
    reason = models.CharField(max_length=20)
    light = models.CharField(max_length=6)
    behind = models.DecimalField(max_digits=5, decimal_places=1, default=0)
    needed = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    rung = models.PositiveSmallIntegerField()
    began = models.PositiveSmallIntegerField()
    to_unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    opened_on = models.DateField()
    opened_at = models.DateTimeField()
    acknowledged_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True, blank=True)  # at this rung
    closed_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(AlertQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["-opened_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff", "campaign"], condition=Q(state="open"), name="one_open_alert"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="closed_alert_says_when",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "to_unit"], name="alert_for")]

    def __str__(self) -> str:
        return self.ref

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def reason_word(self) -> Any:
        return words.reason_word(self.reason)

    @property
    def rung_word(self) -> Any:
        return words.RUNGS[self.rung]


class AlertStep(models.Model):
    """One step of an alert's way: who was told, who took note, how it ended. `by` is empty where the desk did it.

    to : the person, or whoever stands in for him; to_unit : the unit whose heads were told. `code`: of
    `words.RESOLUTIONS`.
    """

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=12)  # of words.STEPS
    rung = models.PositiveSmallIntegerField()
    to = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    to_unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    code = models.CharField(max_length=20, blank=True)
    note = EncryptedTextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.alert_id}"

    @property
    def word(self) -> Any:
        return words.STEPS.get(self.kind, self.kind)

    @property
    def code_word(self) -> Any:
        return words.RESOLUTIONS.get(self.code, words.reason_word(self.code))

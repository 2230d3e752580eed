"""Calls as they stand, what they said before they were corrected, and the pauses between them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..appointments.models import Appointment
from ..campaigns.cover import lent
from ..campaigns.models import ListEntry
from ..core.fields import EncryptedTextField
from ..core.refs import RefField
from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..organisation.models import Staff
from ..organisation.scope import unit_filter


class CallQuerySet(ScopedQuerySet["Call"]):
    def visible_to(self, staff: Staff) -> CallQuerySet:
        """One's own calls, those that somebody made in one's place, and those with customers whom one calls today for
        a colleague; others see by the unit of the customer.
        """
        condition = unit_filter(staff, "entry__customer__unit__path") if staff.may("campaign.view") else None
        own = models.Q(by=staff) | models.Q(stood_in_for=staff)
        if (theirs := lent(staff, ListEntry.rows.all())) is not None:
            own |= models.Q(entry__in=ListEntry.objects.everyone().filter(theirs))
        if condition is not None and not condition:
            return self
        return self.filter(own if condition is None else own | condition)


class StandingCalls(ScopedManager["Call"]):
    """Calls that stand. What was taken back within seconds is counted nowhere."""

    def everyone(self) -> CallQuerySet:
        return CallQuerySet(self.model, using=self._db).filter(undone_at=None)

    def with_taken_back(self) -> CallQuerySet:
        """Also those taken back: what is sent once more must be known."""
        return CallQuerySet(self.model, using=self._db)


class Call(ScopedModel):
    """One attempt. Written once, by the outcome; `submission` makes a repeated POST the same call.

    `by` made it and it counts for him; `stood_in_for` is whose customer it was, where that was somebody away.
    The row says what holds now: what it said before a correction stands in `Correction`. One that was taken back
    within seconds stays, so that its `submission` is spent.
    """

    ref = RefField()
    submission = models.CharField(max_length=40, unique=True)
    body_digest = models.CharField(max_length=64)  # what was sent with it: the same key with another body is refused
    entry = models.ForeignKey(ListEntry, models.PROTECT, related_name="calls")
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    stood_in_for = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=30)  # a code of `outcomes.OUTCOMES`
    talk_seconds = models.PositiveIntegerField(default=0)
    purpose_disclosed = models.BooleanField(default=False)
    # On the caller's word alone: no number was shown, no telephone heard.
    number_unseen = models.BooleanField(default=False)
    callback_at = models.DateTimeField(null=True, blank=True)
    note = EncryptedTextField(blank=True)  # free text
    skipped = models.JSONField(default=list)  # keys of the script's steps that were left out
    visit = models.OneToOneField(Appointment, models.PROTECT, null=True, blank=True, related_name="call")
    before = models.JSONField(default=dict)  # how the entry stood: state, due_at, outcome, last_attempt_at
    undone_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[StandingCalls] = StandingCalls(CallQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["by", "at"], name="call_by_day"),
            models.Index(fields=["entry", "at"], name="call_of_entry"),
        ]

    def __str__(self) -> str:
        return self.ref


class Draft(models.Model):
    """What somebody has typed beside a call that he has not ended yet: a page that dies loses nothing.

    One for each entry; it ends with the outcome, and nobody but who typed it reads it.
    """

    entry = models.OneToOneField(ListEntry, models.CASCADE, primary_key=True, related_name="draft")
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    typed = EncryptedTextField()  # JSON: the fields of the form, by name

    def __str__(self) -> str:
        return f"draft of {self.entry_id}"


class Correction(models.Model):
    """What a call said before it was corrected, and why that was. Added to, never changed."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="corrections")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    reason = EncryptedTextField()  # free text
    said = EncryptedTextField()  # JSON: outcome, talk_seconds, purpose_disclosed, callback_at, visit_at, note, answers

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"correction of {self.call_id}"


class Pause(models.Model):
    """Somebody is not calling for a while, and says why; his next claim ends it."""

    class Why(models.TextChoices):
        VISITOR = "visitor", _("接待客户")
        MEETING = "meeting", _("会议或培训")
        REST = "rest", _("休息")
        PHONE = "phone", _("话机或线路故障")
        OTHER = "other", _("其他工作")

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="pauses")
    why = models.CharField(max_length=10, choices=Why)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-began_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff"], condition=models.Q(ended_at=None), name="one_open_pause")
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.why}"

"""Calls, and the outcomes that they can have."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

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


class Call(ScopedModel):
    """One attempt. Written once, by the outcome; `submission` makes a repeated POST the same call.

    `by` made it and it counts for him; `stood_in_for` is whose customer it was, where that was somebody away.
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
    callback_at = models.DateTimeField(null=True, blank=True)
    note = EncryptedTextField(blank=True)  # free text
    skipped = models.JSONField(default=list)  # keys of the script's steps that were left out

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(CallQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["by", "at"], name="call_by_day"),
            models.Index(fields=["entry", "at"], name="call_of_entry"),
        ]

    def __str__(self) -> str:
        return self.ref

"""An exchange (PBX) with its secrets, who has which extension, and what the exchange has told. No telephone number."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..core.fields import EncryptedTextField
from ..core.refs import LENGTH, RefField
from ..organisation.models import Staff
from .message import LONGEST_TOKEN


class Pbx(models.Model):
    """An exchange that may send messages while it is switched on. Never deleted: its messages stay."""

    ref = RefField()
    name = models.CharField(max_length=40, unique=True)
    enabled = models.BooleanField(default=True)
    attached_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    attached_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name = _("交换机")

    def __str__(self) -> str:
        return self.name


class Secret(models.Model):
    """What an exchange signs with. Of one exchange one has no end; those before it hold until theirs."""

    pbx = models.ForeignKey(Pbx, models.PROTECT, related_name="secrets")
    number = models.PositiveSmallIntegerField()  # 1, 2, ...: who replaces one names the one he saw
    value = EncryptedTextField()
    made_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pbx"], condition=Q(until=None), name="one_secret_without_end"),
            models.UniqueConstraint(fields=["pbx", "number"], name="secrets_are_counted"),
        ]

    def __str__(self) -> str:
        return f"secret {self.pk} of {self.pbx_id}"


class Extension(models.Model):
    """Whose telephone this was, and since when. Ended, never deleted: late messages find who had it at the time."""

    ref = RefField()
    pbx = models.ForeignKey(Pbx, models.PROTECT, related_name="extensions")
    number = models.CharField(max_length=6)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="extensions")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    given_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["pbx__name", "number", "since"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pbx", "number"], condition=Q(until=None), name="extension_of_one_person"),
            models.UniqueConstraint(fields=["staff"], condition=Q(until=None), name="one_extension_per_person"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="extension_ends_after_since"
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class Event(models.Model):
    """One message of an exchange, as it came. Inserted only: triggers refuse change and deletion.

    `at`: when it happened, by the exchange's clock; `staff`: who had the extension then, empty where nobody had;
    `about`: our reference of the call, where the exchange was told one; `digest`: of the body, so that the same event
    sent again is known from another one under its id.
    """

    class Kind(models.TextChoices):
        RINGING = "ringing", pgettext_lazy("话机", "振铃")
        ANSWERED = "answered", pgettext_lazy("话机", "接通")
        ENDED = "ended", pgettext_lazy("话机", "挂断")
        RECORDING = "recording", pgettext_lazy("话机", "录音")

    pbx = models.ForeignKey(Pbx, models.PROTECT, related_name="events")
    event_id = models.CharField(max_length=LONGEST_TOKEN)
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    extension = models.CharField(max_length=6)
    staff = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    call = models.CharField(max_length=LONGEST_TOKEN)
    about = models.CharField(max_length=LENGTH, blank=True)
    recording = EncryptedTextField(blank=True)
    talk_seconds = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-received_at", "-id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["pbx", "event_id"], name="event_once")]
        indexes: ClassVar = [
            models.Index(fields=["staff", "at"], name="event_of_staff"),
            models.Index(fields=["pbx", "received_at"], name="event_received"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

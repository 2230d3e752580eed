"""The ledger of consents (append-only; the newest entry of a purpose and channel holds) and the do-not-call list."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from ..core.fields import EncryptedTextField
from ..core.refs import RefField
from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..customers.models import Customer
from ..organisation.models import Staff
from .channels import Channel, Kind, Subject


class ConsentRecord(models.Model):
    """One giving or withdrawing of consent, with its evidence. `by` is empty where it came with the bank's extract."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=30, default="marketing")
    channel = models.CharField(max_length=10, choices=Channel)
    granted = models.BooleanField()
    text_version = models.CharField(max_length=40)
    evidence = models.CharField(max_length=120)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["customer", "purpose", "channel", "-at"], name="consent_current"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}/{self.channel} of {self.customer_id}"


class DoNotCall(models.Model):
    """Refusal is final and global; no campaign may undo it."""

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="do_not_call")
    since = models.DateTimeField()
    source = models.CharField(max_length=40)
    by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"do not call {self.customer_id}"


class ComplaintQuerySet(ScopedQuerySet["Complaint"]):
    def visible_to(self, staff: Staff) -> ComplaintQuerySet:
        """Complaints of the customers that one may see."""
        return self.filter(customer__in=Customer.objects.visible_to(staff))


class Complaint(ScopedModel):
    """An open complaint stops marketing to the customer until it is settled."""

    ref = RefField()
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="complaints")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    source_ref = models.CharField(max_length=20, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    resolution = EncryptedTextField(blank=True)  # free text: may say who and what

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(ComplaintQuerySet)

    class Meta(ScopedModel.Meta):
        indexes: ClassVar = [models.Index(fields=["customer", "settled_at"], name="complaint_open")]

    def __str__(self) -> str:
        return f"complaint of {self.customer_id}"


class Contact(models.Model):
    """One contact over any channel, whoever made it: what the caps on marketing are counted from.

    `subject` is what a service contact was about. `by` wrote it down here; empty where a call stands behind it.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    at = models.DateTimeField()
    channel = models.CharField(max_length=10, choices=Channel)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.MARKETING)
    subject = models.CharField(max_length=10, choices=Subject, blank=True)
    reached = models.BooleanField()
    source_ref = models.CharField(max_length=20, blank=True)
    by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer", "reached", "-at"], name="contact_recent")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="contact_service_has_subject",
                condition=models.Q(kind=Kind.MARKETING, subject="")
                | (models.Q(kind=Kind.SERVICE) & ~models.Q(subject="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} of {self.customer_id}"

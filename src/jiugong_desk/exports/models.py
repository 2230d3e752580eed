"""Requests for lists of customers, every file that was taken out, and how much somebody took in a day unasked."""

from __future__ import annotations

import json
import zlib
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..core.refs import RefField
from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..organisation.models import Staff, Unit
from ..organisation.scope import unit_filter

WATCHES = ("export.approve", "export.approve_clear", "audit.read")  # who sees what others take out


def _seen_by(staff: Staff, own: Q) -> Q:
    """One's own; and at and below one's unit what others take out, for who decides on exports or reads the audit."""
    inside = unit_filter(staff) if any(staff.may(permission) for permission in WATCHES) else None
    if inside is None:
        return own
    return own | inside if inside else Q()


class ExportRequestQuerySet(ScopedQuerySet["ExportRequest"]):
    def visible_to(self, staff: Staff) -> ExportRequestQuerySet:
        return self.filter(_seen_by(staff, Q(asked_by=staff)))


class ExportRequest(ScopedModel):
    """A list that somebody asks to take out. What is approved is bound by `digest`: nothing of it changes any more.

    `sealed`: the references of its customers (`seal`), without any personal data; emptied where no file came of it. Of a
    file that was fetched it stays: should the file leak, the bank must be able to tell whom it held.
    `clear`: what is unmasked; `terms`, `about`: which list, and its definition in words as it was asked for.
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("待审批")
        APPROVED = "approved", _("已批准")
        RETURNED = "returned", _("已退回")
        WITHDRAWN = "withdrawn", pgettext_lazy("审批", "已撤回")
        LAPSED = "lapsed", _("已过期")

    class Purpose(models.TextChoices):
        CONTACT = "contact", _("联系客户前的准备")
        MEETING = "meeting", _("网点例会与分工")
        EVENT = "event", _("客户活动与讲座")
        CHECK = "check", _("数据核对")
        INSPECTION = "inspection", _("检查与审计")
        OTHER = "other", _("其他（在事由中写明）")

    ref = RefField()
    source = models.CharField(max_length=20)
    terms = models.JSONField()
    title = models.CharField(max_length=120)
    about = models.JSONField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    clear = models.JSONField(default=list)
    purpose = models.CharField(max_length=12, choices=Purpose)
    reason = models.TextField()
    rows_asked = models.PositiveIntegerField()
    sealed = models.BinaryField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.SUBMITTED)
    asked_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decide_by = models.DateField()
    usable_until = models.DateField(null=True, blank=True)
    downloads = models.PositiveSmallIntegerField(default=0)
    most_downloads = models.PositiveSmallIntegerField()

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(ExportRequestQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["-asked_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(downloads__lte=F("most_downloads")), name="no_more_downloads_than_allowed"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(usable_until__isnull=False), name="approved_export_has_an_end"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["asked_by", "-id"], name="export_request_of")]
        verbose_name = _("导出申请")

    def __str__(self) -> str:
        return f"{self.source} {self.ref}: {self.state}"

    @property
    def refs(self) -> list[str]:
        """The references of the customers, in the order of the file."""
        found: list[str] = json.loads(zlib.decompress(bytes(self.sealed))) if self.sealed else []
        return found


def seal(refs: list[str]) -> bytes:
    return zlib.compress(json.dumps(refs).encode())


class ExportFileQuerySet(ScopedQuerySet["ExportFile"]):
    def visible_to(self, staff: Staff) -> ExportFileQuerySet:
        return self.filter(_seen_by(staff, Q(by=staff)))


class ExportFile(ScopedModel):
    """A file that somebody took out: what, and how many customers it held. The file itself is kept nowhere."""

    ref = RefField()
    request = models.ForeignKey(ExportRequest, models.PROTECT, null=True, blank=True, related_name="files")
    source = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    rows_taken = models.PositiveIntegerField()
    clear = models.BooleanField(default=False)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(ExportFileQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["-at", "-id"]
        verbose_name = _("导出登记")

    def __str__(self) -> str:
        return f"{self.source} {self.ref}"


class Allowance(models.Model):
    """How many customers a person (not a login) took out on a day without an approval."""

    person_key = models.CharField(max_length=40)
    day = models.DateField()
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person_key", "day"], name="one_allowance_a_day")]

    def __str__(self) -> str:
        return f"{self.day}"

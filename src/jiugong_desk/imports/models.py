"""Batches of import: the file, how it is read, what is wrong with it, what was corrected, what became of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..core.fields import EncryptedTextField
from ..core.refs import RefField
from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..customers.models import Customer
from ..organisation.models import Staff, Unit
from ..organisation.scope import unit_filter


class BatchQuerySet(ScopedQuerySet["Batch"]):
    def visible_to(self, staff: Staff) -> BatchQuerySet:
        """Those who load data see the batches at and below their unit; nobody else knows of any."""
        condition = unit_filter(staff) if staff.may("data.load") else None
        return self.none() if condition is None else self.filter(condition)


class SourceSetting(models.Model):
    """How one source's files are read, remembered from the last import: headers and settings, no data of anybody."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    table = models.CharField(max_length=20)
    settings = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "name", "table"], name="one_setting_per_source")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.table})"


class Batch(ScopedModel):
    """One file for one table and date. The file itself and its cells lie in the desk's private folder, under `ref`.

    `settings` and `detected` are what the steward chose and what was found, of headers and forms only. `revision` counts
    every change, so that nothing is committed that somebody has not seen.
    """

    class State(models.TextChoices):
        READING = "reading", _("读取中")
        UNREADABLE = "unreadable", _("无法读取")
        REVIEW = "review", _("待核对")
        WEIGHING = "weighing", _("测算中")
        READY = "ready", _("待提交")
        COMMITTING = "committing", _("提交中")
        COMMITTED = "committed", _("已入库")
        UNDOING = "undoing", _("撤销中")
        UNDONE = "undone", _("已撤销")
        DISCARDED = "discarded", _("已放弃")

    class Mode(models.TextChoices):
        NEW = "new", _("仅新增")
        UPDATE = "update", _("新增并更新（空白处保留原值）")
        REPLACE = "replace", _("新增并整行替换")

    ref = RefField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    file_name = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    content = models.CharField(max_length=64)  # SHA-256 of the file
    source = models.CharField(max_length=40)
    asked_table = models.CharField(max_length=20, blank=True)
    table = models.CharField(max_length=20, blank=True)
    as_of = models.DateField()
    state = models.CharField(max_length=12, choices=State, default=State.READING)
    revision = models.PositiveIntegerField(default=0)
    settings = models.JSONField(default=dict)
    detected = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.UPDATE)
    whole = models.BooleanField(default=False)
    preview = models.JSONField(default=dict)
    attempt = models.PositiveSmallIntegerField(
        default=0
    )  # commits that were taken back: the warehouse wants a new name
    control = models.JSONField(default=dict)
    error_code = models.CharField(max_length=40, blank=True)
    error = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    committed_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    committed_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    purged_at = models.DateTimeField(null=True)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(BatchQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["content", "as_of"], name="batch_content"),
            models.Index(fields=["state"], name="batch_state"),
        ]
        verbose_name = pgettext_lazy("数据", "批次")

    def __str__(self) -> str:
        return f"batch {self.pk}"  # never the file's name: it may be a person's

    @property
    def name(self) -> str:
        """What the warehouse and the customers know the batch by."""
        return f"desk-{self.ref}" + (f"-{self.attempt}" if self.attempt else "")

    @property
    def said_as(self) -> str:
        """What customers' pages know it by: the number that people say."""
        return str(self.pk)

    @property
    def is_deleted(self) -> bool:
        """Whether the file held what must not be held: it is gone, and only a new one helps."""
        return self.state == self.State.UNREADABLE and self.error_code == "forbidden_header"

    @property
    def is_open(self) -> bool:
        """Whether the steward may still change how it is read and what it says."""
        return self.state in (self.State.UNREADABLE, self.State.REVIEW, self.State.READY)


class Listed(models.Model):
    """A customer whom a committed batch names: so that the list can be an audience, and be explained later."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="listed")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["batch", "customer"], name="listed_once")]

    def __str__(self) -> str:
        return f"{self.customer_id} in {self.batch_id}"


class Fault(models.Model):
    """One cell (or row, where `header` is empty) that breaks the contract. Its value lies with the cells, not here."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="faults")
    row = models.PositiveIntegerField()
    header = models.CharField(max_length=200, blank=True)
    column = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=40)

    class Meta:
        ordering: ClassVar = ["row", "id"]
        indexes: ClassVar = [models.Index(fields=["batch", "row"], name="fault_of_batch")]

    def __str__(self) -> str:
        return f"{self.code} in row {self.row}"


class Correction(models.Model):
    """What a cell should say instead. Encrypted, whatever the column: it goes with the cells when the batch ends."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="corrections")
    row = models.PositiveIntegerField()
    header = models.CharField(max_length=200)
    text = EncryptedTextField(blank=True)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "row", "header"], name="one_correction_per_cell")
        ]

    def __str__(self) -> str:
        return f"row {self.row}"


class LeftOut(models.Model):
    """A row that is not loaded, and why."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="left_out")
    row = models.PositiveIntegerField()
    reason = models.CharField(max_length=60)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["batch", "row"], name="left_out_once")]

    def __str__(self) -> str:
        return f"row {self.row}"

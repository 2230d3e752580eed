"""One row per piece of long work: what was asked, by whom, how far it is, who is at it and until when."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..core.refs import RefField
from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..organisation.models import Staff


class JobQuerySet(ScopedQuerySet["Job"]):
    def visible_to(self, staff: Staff) -> JobQuerySet:
        """What one asked for oneself. The thing that the work is about has readers of its own."""
        return self.filter(by=staff) if staff.is_active else self.none()


class Job(ScopedModel):
    """Long work. `arguments` hold references only; `attempts` is also the token that a worker's writes are fenced by.

    `not_before` and `lease_until` are the machine's time, the other moments are the desk's (a demo shifts those).
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("未完成")
        CANCELLED = "cancelled", _("已取消")

    ref = RefField()
    verb = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict)
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")  # None: the desk's own housekeeping
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    stops = models.PositiveIntegerField(default=0)  # attempts that ended because the worker was told to stop
    worker = models.CharField(max_length=60, blank=True)
    lease_until = models.DateTimeField(null=True)
    cancel_asked = models.BooleanField(default=False)
    step = models.CharField(max_length=20, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    result = models.JSONField(default=dict)
    error_code = models.CharField(max_length=40, blank=True)
    error = models.TextField(blank=True)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(JobQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["state", "not_before"], name="job_next"),
            models.Index(fields=["by", "-id"], name="job_of_staff"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(state__in=["waiting", "running"]), name="one_open_job_per_key"
            )
        ]
        verbose_name = _("后台任务")

    def __str__(self) -> str:
        return f"{self.verb} {self.ref}"

    @property
    def failures(self) -> int:
        return self.attempts - self.stops

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

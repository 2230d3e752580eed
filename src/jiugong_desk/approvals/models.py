"""What lies before somebody for a decision, and what was decided."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..core.refs import RefField
from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..organisation.models import Staff, Unit
from ..organisation.scope import unit_filter
from . import kinds


class ApprovalQuerySet(ScopedQuerySet["Approval"]):
    def visible_to(self, staff: Staff) -> ApprovalQuerySet:
        """What he asked for; and at and below his unit what he may decide on, or may look at as the kind says."""
        condition = unit_filter(staff)
        asked = Q(asked_by=staff)
        if condition is None:
            return self.filter(asked)
        seen = [kind.code for kind in kinds.every() if staff.may(kind.permission) or staff.may(kind.view_permission)]
        return self.filter(asked | (condition & Q(kind__in=seen)))


class Approval(ScopedModel):
    """One matter before a decider, bound to exactly the content whose digest it carries.

    An edit of the matter makes it void; what is handed in again is another row. `makers`: the persons (not logins) who
    had a hand in the content, and may not decide.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待审批")
        APPROVED = "approved", _("同意")
        REJECTED = "rejected", _("退回")
        WITHDRAWN = "withdrawn", pgettext_lazy("审批", "已撤回")
        VOID = "void", _("失效")  # the content changed, or another decider sent the matter back

    ref = RefField()
    kind = models.CharField(max_length=20)
    about = models.CharField(max_length=40)  # the matter's own reference
    title = models.CharField(max_length=120)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    makers = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    asked_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(blank=True)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(ApprovalQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["-asked_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "about"], condition=Q(state="open"), name="one_open_approval"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="decided_approval_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "rejected")) | ~Q(decided_by=F("asked_by")),
                name="nobody_decides_on_his_own",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "about", "-id"], name="approval_of")]
        verbose_name = _("审批")

    def __str__(self) -> str:
        return f"{self.kind} {self.about}: {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def label(self) -> Any:
        """What kind of matter, in words."""
        return kinds.of(self.kind).label

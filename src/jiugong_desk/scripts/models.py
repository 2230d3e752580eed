"""Versions of what is said and asked."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..core.refs import RefField
from ..organisation.models import Staff
from .content import Content, read


class Script(models.Model):
    """A reviewed version of what is said and asked.

    `content`: JSON as `content.read` takes it. A version never changes after it was written; a change is a new
    version. `drafted_by` is empty where a version came with the installation.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("待审定")
        APPROVED = "approved", _("已审定")
        RETURNED = "returned", _("已退回")
        WITHDRAWN = "withdrawn", _("已撤回")

    GIVEN_UP: ClassVar = (State.RETURNED, State.WITHDRAWN)

    ref = RefField()
    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=80)
    content = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    drafted_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    drafted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "campaigns_script"  # where scripts lay before they had a room of their own
        ordering: ClassVar = ["code", "-version"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="script_version")]

    @property
    def read(self) -> Content:
        """What is said and asked, whichever format it was written in."""
        return read(self.content)

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"

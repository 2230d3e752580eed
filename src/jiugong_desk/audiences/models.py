"""Named audiences as versions that never change, and which count somebody is waiting for."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..core.refs import RefField
from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..organisation.models import Staff, Unit
from ..organisation.scope import unit_filter


class AudienceQuerySet(ScopedQuerySet["Audience"]):
    def visible_to(self, staff: Staff) -> AudienceQuerySet:
        """Those of units at or below the viewer's."""
        condition = unit_filter(staff)
        return self.none() if condition is None or not staff.may("audience.view") else self.filter(condition)


class Audience(ScopedModel):
    """One version of a named audience of a unit. Never changed: another choice is the next version.

    `definition`: blocks as `reading.as_json` gives them. It is a choice, not a list: who meets it is found anew each
    time, until a launch freezes the list.
    """

    ref = RefField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("机构"))
    name = models.CharField(_("客群名称"), max_length=40)
    version = models.PositiveIntegerField(default=1)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    definition = models.JSONField()
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(AudienceQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["name", "-version"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "name", "version"], name="audience_version")]
        verbose_name = _("客群")

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class Asking(models.Model):
    """The newest exact count that a person waits for: an older one that is still running ends when it looks here."""

    staff = models.OneToOneField(Staff, models.CASCADE, primary_key=True, related_name="+")
    token = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.token

"""Reports about a campaign. `figures` is what the page and the PDF are made from; issued reports never change."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..campaigns.models import Campaign
from ..core.refs import RefField
from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..organisation.models import Staff


class ReportQuerySet(ScopedQuerySet["Report"]):
    def visible_to(self, staff: Staff) -> ReportQuerySet:
        """Reports of the campaigns that one sees; drafts only for those who write them."""
        if not staff.may("report.view"):
            return self.none()
        mine = self.filter(campaign__in=Campaign.objects.visible_to(staff))
        if staff.may("report.write"):
            return mine
        kinds = [kind for kind in Report.Kind.values if staff.may(f"report.view_{kind}")]
        return mine.filter(state=Report.State.ISSUED, kind__in=kinds)


class Report(ScopedModel):
    """A bulletin (通报), a ten-day evaluation or the final report of a campaign."""

    class Kind(models.TextChoices):
        BULLETIN = "bulletin", _("情况通报")
        TEN_DAY = "ten_day", _("旬评价")
        FINAL = "final", _("终期评估")

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        ISSUED = "issued", _("已签发")

    class Decision(models.TextChoices):
        CONTINUE = "continue", _("继续")
        CHANGE_SCRIPT = "change_script", _("调整话术")
        SHRINK = "shrink", _("缩减名单")
        PAUSE = "pause", _("暂停")
        NONE = "", _("未定")

    ref = RefField()
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.PositiveSmallIntegerField()
    period_start = models.DateField()
    period_end = models.DateField()
    data_cutoff = models.DateTimeField()
    figures = models.JSONField()
    comments = models.JSONField(default=dict)  # highlights, problems, next_steps: text
    decision = models.CharField(max_length=20, choices=Decision, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    made_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    issued_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    issued_at = models.DateTimeField(null=True, blank=True)
    policy_version = models.CharField(max_length=40)
    code_version = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, blank=True)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(ReportQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["-period_end", "kind", "-id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["campaign", "kind", "number"], name="report_number")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

"""Reports about a campaign. `figures` is what the page and the PDF are made from; issued reports never change."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..campaigns.models import Campaign
from ..core.refs import RefField
from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..organisation.models import Staff, Unit
from ..organisation.scope import unit_filter


class ReportQuerySet(ScopedQuerySet["Report"]):
    def visible_to(self, staff: Staff) -> ReportQuerySet:
        """Reports of the campaigns that one sees or whose unit lies below; drafts only for who writes or signs them."""
        if not staff.may("report.view"):
            return self.none()
        seen = Q(campaign__in=Campaign.objects.visible_to(staff))
        by_unit = unit_filter(staff, "campaign__unit__path")
        if by_unit is not None:
            seen = seen | by_unit if by_unit else by_unit
        kinds = [kind for kind in Report.Kind.values if staff.may(f"report.view_{kind}")]
        mine = self.filter(seen, kind__in=kinds)
        if staff.may("report.write") or staff.may("report.issue"):
            return mine
        return mine.filter(state=Report.State.ISSUED)


class Report(ScopedModel):
    """A bulletin (通报), a ten-day evaluation or the final report of a campaign.

    Numbers run through all campaigns of the unit, one series a kind and year. `version` rises with each edit of a draft
    and guards it; `corrects` is the issued report that this one replaces.
    """

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
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")  # whose series of documents it stands in
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    period_start = models.DateField()
    period_end = models.DateField()
    data_cutoff = models.DateTimeField()
    figures = models.JSONField()
    comments = models.JSONField(default=dict)  # highlights, problems, next_steps: text
    decision = models.CharField(max_length=20, choices=Decision, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
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
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "kind", "year", "number"], name="report_number"),
            models.UniqueConstraint(
                fields=["campaign", "kind", "period_start", "period_end"],
                condition=Q(state="draft"),
                name="one_draft_per_period",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", issued_by=None) | Q(issued_by__isnull=False, issued_at__isnull=False),
                name="issued_report_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(issued_by=None) | ~Q(issued_by=F("made_by")), name="maker_does_not_issue"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

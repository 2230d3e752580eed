"""Campaigns with their plan versions and approvals, participants and lists."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..core.refs import RefField
from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..customers.models import Customer
from ..duty.queries import turn_on_page
from ..organisation.models import Staff, Unit
from ..organisation.scope import unit_filter
from ..scripts.models import Script
from .cover import lent

SEE_DRAFTS = ("campaign.draft", "campaign.approve", "campaign.review", "audit.read")


class CampaignQuerySet(ScopedQuerySet["Campaign"]):
    def visible_to(self, staff: Staff) -> CampaignQuerySet:
        """Campaigns of units at or below the viewer's; and those in which the viewer, his outlet's people, or somebody for
        whom he stands in today take part.
        """
        if not staff.may("campaign.view"):
            return self.none()
        condition = unit_filter(staff)
        if condition is not None and not condition:
            return self
        part = Q(
            pk__in=Participant.objects.filter(staff__in=(staff.pk, *turn_on_page(staff).covered_ids)).values("campaign")
        )
        by_outlet = unit_filter(staff, "staff__postings__unit__path")
        if by_outlet is not None:
            part |= Q(pk__in=Participant.objects.filter(by_outlet, staff__postings__ended_on=None).values("campaign"))
        seen = part if condition is None else part | condition
        if not any(staff.may(permission) for permission in SEE_DRAFTS):
            seen &= ~Q(state=Campaign.State.DRAFT)
        return self.filter(seen)


class Campaign(ScopedModel):
    """One campaign. `version` rises with every change of the plan or its state: who writes names the one he saw."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待审批")
        APPROVED = "approved", _("已批准")
        LAUNCHED = "launched", _("进行中")
        PAUSED = "paused", _("已暂停")
        CLOSED = "closed", _("已结束")

    RUNNING: ClassVar = (State.LAUNCHED, State.PAUSED)
    BINDING: ClassVar = (State.APPROVED, *RUNNING)  # what was decided holds: list, offers, course
    STARTED: ClassVar = (*RUNNING, State.CLOSED)

    class HoldoutUnit(models.TextChoices):
        """Who is drawn together, so that nobody of one group talks to one of the other."""

        CUSTOMER = "customer", _("客户")
        HOUSEHOLD = "household", _("家庭（同一手机号）")
        MANAGER = "manager", _("客户经理")
        OUTLET = "outlet", _("网点")

    ref = RefField()
    title = models.CharField(_("方案名称"), max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("主办机构"))
    summary = models.TextField(_("执行概要"), blank=True)
    purpose = models.TextField(_("目的（向客户如实说明）"))
    background = models.TextField(_("背景"), blank=True)
    goal = models.TextField(_("目标"))
    strategy = models.TextField(_("营销策略"), blank=True)
    means = models.TextField(_("手段与保障"), blank=True)
    rhythm = models.TextField(_("推进节奏"), blank=True)
    assessment = models.TextField(_("考核办法"), blank=True)
    incentive = models.TextField(_("激励方案"), blank=True)  # empty: none beyond the usual pay
    evaluation = models.TextField(_("效果评价安排"), blank=True)
    stop_conditions = models.TextField(_("投诉处理与停止条件"), blank=True)
    # [{"measure": key of measures.MEASURES, "target": "12.5", "by": "2026-03-31"}, ...]
    goals = models.JSONField(_("量化目标"), default=list)
    offers = models.JSONField(_("优惠"), default=list)  # their references
    primary_measure = models.CharField(_("主要指标"), max_length=20, blank=True)
    budget = models.DecimalField(_("预算（元）"), max_digits=14, decimal_places=2, null=True, blank=True)
    complaint_contact = models.CharField(_("投诉受理人及电话"), max_length=80, blank=True)
    # [{"field": "loan_kind", "op": "is", "value": "mortgage_new_home"}, ...]: all must hold.
    audience = models.JSONField(_("客群规则"), default=list)
    holdout_unit = models.CharField(_("抽签单位"), max_length=10, choices=HoldoutUnit, default=HoldoutUnit.CUSTOMER)
    holdout_size = models.PositiveIntegerField(_("保留组户数"), default=0)
    seed = models.CharField(max_length=40, blank=True)
    script = models.ForeignKey(Script, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("话术"))
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    drafted_by = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("策划人"))
    drafted_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    launched_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    left_out = models.JSONField(default=dict)  # refusal code -> customers of the audience who were not listed
    sealed_digest = models.CharField(max_length=64, blank=True)  # of the list as it was drawn at the approval
    sealed_at = models.DateTimeField(null=True, blank=True)
    held_out = models.PositiveIntegerField(default=0)  # customers held out when it was launched
    list_digest = models.CharField(max_length=64, blank=True)  # of what was left of it at the launch
    policy_version = models.CharField(max_length=40, blank=True)
    snapshot_on = models.DateField(null=True, blank=True)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(CampaignQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["-starts_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="campaign_ends_after_start",
                violation_error_message=_("结束日期不得早于开始日期。"),
            )
        ]
        verbose_name = _("营销活动")

    def __str__(self) -> str:
        return self.title


class Participant(models.Model):
    """A manager who takes part, with the calls that he can make a day."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="participants")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    daily_calls = models.PositiveSmallIntegerField(_("每日可拨打"), default=40)

    class Meta:
        ordering: ClassVar = ["staff__staff_no"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["campaign", "staff"], name="participant_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} in {self.campaign_id}"


class PlanVersion(models.Model):
    """The plan as it stood after one edit: who must not approve it, what changed, and what an approval binds."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="plan_versions")
    number = models.PositiveIntegerField()  # the campaign's version that this edit made
    plan = models.JSONField()
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["campaign", "number"], name="plan_version_once")]

    def __str__(self) -> str:
        return f"v{self.number} of {self.campaign_id}"


class AmendmentQuerySet(ScopedQuerySet["Amendment"]):
    def visible_to(self, staff: Staff) -> AmendmentQuerySet:
        """Those of the campaigns that one may see; what is not in force yet only for who writes, decides or audits."""
        seen = self.filter(campaign__in=Campaign.objects.visible_to(staff).values("pk"))
        if any(staff.may(permission) for permission in SEE_DRAFTS):
            return seen
        return seen.filter(state=Amendment.State.EFFECTIVE)


class Amendment(ScopedModel):
    """A change (变更) of a launched campaign's plan, with its reason and its own approval; at most one is under way.

    `changes`: the parts that it changes, as `amendments.kept` writes them; `base`: the plan version that it changes;
    `result`: the one that it made. `number`: counted over those that took effect, as charts and reports name them.
    `makers`: the persons (not logins) who wrote it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待审批")
        EFFECTIVE = "effective", _("已生效")
        VOID = "void", _("已作废")

    class Void(models.TextChoices):
        """Why it never took effect."""

        GIVEN_UP = "given_up", _("起草人放弃")
        CAMPAIGN_OVER = "campaign_over", _("活动已结束")

    ref = RefField()
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="amendments")
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.TextField(_("变更原因"))
    changes = models.JSONField()
    base = models.ForeignKey(PlanVersion, models.RESTRICT, related_name="+")
    result = models.ForeignKey(PlanVersion, models.RESTRICT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)  # rises with every edit and step
    makers = models.JSONField(default=list)
    drafted_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # when it took effect, or was void
    void_because = models.CharField(max_length=20, choices=Void, blank=True)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(AmendmentQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign"], condition=Q(state__in=("draft", "submitted")), name="one_amendment_under_way"
            ),
            models.UniqueConstraint(fields=["campaign", "number"], name="amendment_number_once"),
            models.CheckConstraint(
                condition=~Q(state="effective") | Q(number__isnull=False, result__isnull=False, ended_at__isnull=False),
                name="amendment_in_force_is_a_plan_version",
            ),
        ]
        verbose_name = _("方案变更")

    def __str__(self) -> str:
        return f"amendment {self.number or ''} of {self.campaign_id}"

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.DRAFT, self.State.SUBMITTED)


class AttachmentQuerySet(ScopedQuerySet["Attachment"]):
    def visible_to(self, staff: Staff) -> AttachmentQuerySet:
        """Those of the campaigns that one may see."""
        return self.filter(campaign__in=Campaign.objects.visible_to(staff).values("pk"))


class Attachment(ScopedModel):
    """A file that belongs to a plan: its impact assessment, or an annex. Never changed; another file is another row."""

    class Kind(models.TextChoices):
        IMPACT = "impact", _("个人信息保护影响评估")
        ANNEX = "annex", _("其他附件")

    ref = RefField()
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="attachments")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=120)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(AttachmentQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["kind", "id"]

    def __str__(self) -> str:
        return self.name


class WorkingCopy(models.Model):
    """What somebody typed into the plan's form and has not saved: kept by itself, seen by him alone.

    `data`: the form's fields, each a list of values; `version`: of the plan that the form was filled from.
    """

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="+")
    campaign = models.ForeignKey(Campaign, models.CASCADE, null=True, blank=True, related_name="working_copies")
    data = models.JSONField()
    version = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff", "campaign"], name="one_working_copy"),
            models.UniqueConstraint(
                fields=["staff"], condition=Q(campaign=None), name="one_working_copy_of_a_new_plan"
            ),
        ]

    def __str__(self) -> str:
        return f"working copy of {self.campaign_id}"


class StateChange(models.Model):
    """One step of a campaign's life, for its history. `reason` is what the person wrote.

    `for_review`: a pause by compliance, or by the complaint rule, which compliance alone lifts.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="changes")
    state = models.CharField(max_length=10, choices=Campaign.State)
    reason = models.TextField(blank=True)
    for_review = models.BooleanField(default=False)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.state}"


class ListEntryQuerySet(ScopedQuerySet["ListEntry"]):
    def visible_to(self, staff: Staff) -> ListEntryQuerySet:
        """A manager sees what was dealt to him, and what is to be done for whom he stands in; others by their unit.

        The hold-out is shown only to those who do not call: for everybody else it is not on the list.
        """
        if not staff.may("campaign.view"):
            return self.none()
        seen = self if staff.may("campaign.see_holdout") else self.filter(arm=ListEntry.Arm.TREATED)
        condition = unit_filter(staff, "customer__unit__path")
        if condition is not None and not condition:
            return seen
        own = Q(manager=staff, arm=ListEntry.Arm.TREATED)
        if (theirs := lent(staff, ListEntry.rows.all())) is not None:
            own |= theirs
        return seen.filter(own if condition is None else own | condition)


class ListEntry(ScopedModel):
    """A customer of a campaign's list: his arm, and how far the work on him has come.

    Sealed when the plan is approved; dealt to managers at the launch, and until then nobody's work.

    Claiming: `claimed_by` with a lease until `lease_until`, taken by one conditional UPDATE (calls.services.claims).
    """

    class Arm(models.TextChoices):
        TREATED = "treated", _("营销组")
        HELD_OUT = "held_out", _("保留组")

    class State(models.TextChoices):
        OPEN = "open", _("待拨打")
        CALLBACK = "callback", _("约定回拨")
        DONE = "done", _("已完成")
        CLOSED = "closed", _("不再拨打")

    UNFINISHED: ClassVar = (State.OPEN, State.CALLBACK)

    ref = RefField()
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="entries")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="entries")
    arm = models.CharField(max_length=10, choices=Arm)
    stratum = models.CharField(max_length=60)
    probability = models.DecimalField(max_digits=9, decimal_places=8)  # of being treated, as drawn
    cluster = models.CharField(max_length=64, blank=True)  # who was drawn together; empty: each by himself
    manager = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    outcome = models.CharField(max_length=30, blank=True)  # the last call's outcome code
    attempts = models.PositiveSmallIntegerField(default=0)
    last_attempt_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)  # not before; of a callback: the promise
    claimed_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    claimed_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    number_at = models.DateTimeField(null=True, blank=True)  # when his number was first shown in the last claim
    releases = models.PositiveSmallIntegerField(default=0)
    shared = models.BooleanField(default=False)  # of a callback: his colleagues at the outlet may keep the promise too

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(ListEntryQuerySet)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "customer"], name="customer_once_per_campaign"),
            models.CheckConstraint(condition=Q(arm="treated") | Q(claimed_by=None), name="held_out_is_never_claimed"),
            models.CheckConstraint(
                condition=Q(claimed_by=None, lease_until=None) | Q(claimed_by__isnull=False, lease_until__isnull=False),
                name="claim_has_a_lease",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["manager", "state", "due_at"], name="entry_queue"),
            models.Index(fields=["campaign", "arm", "state"], name="entry_progress"),
            models.Index(fields=["due_at"], name="entry_shared", condition=Q(shared=True)),
        ]

    def __str__(self) -> str:
        return self.ref

"""The lots that were drawn, what became of each drawn call, and patterns that somebody should look at."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..calls.models import Call
from ..campaigns.models import Campaign
from ..core.fields import EncryptedTextField
from ..core.refs import RefField
from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..organisation.models import Staff, Unit
from ..organisation.scope import unit_filter
from .form import MARKS


class Draw(models.Model):
    """The lot of one day's calls. With the seed anybody can draw it again (`jiugong admin quality-draw --again`)."""

    day = models.DateField(unique=True)
    seed = models.CharField(max_length=64)
    policy = models.CharField(max_length=60)
    calls = models.PositiveIntegerField()  # that could have been drawn
    drawn_at = models.DateTimeField()
    patterns_at = models.DateTimeField(null=True, blank=True)  # when the day's patterns were sought

    class Meta:
        ordering: ClassVar = ["-day"]

    def __str__(self) -> str:
        return f"{self.day}"

    def checks_drawn(self) -> int:
        """One query."""
        return Check.objects.everyone().filter(draw=self).count()


class CheckQuerySet(ScopedQuerySet["Check"]):
    def visible_to(self, staff: Staff) -> CheckQuerySet:
        """A checker sees what was drawn at and below his unit, but for his own calls; a head the results of his people, and
        whom he is to call again; a caller the results about himself. Before a result nobody learns of the lot.
        """
        own = Q(caller=staff, kind=Check.Kind.FORM) & ~Q(state=Check.State.WAITING)
        condition = unit_filter(staff)
        if condition is None:
            return self.filter(own)
        seen = Q(pk__in=[])
        if staff.may("quality.check"):
            seen |= ~Q(caller__person_key=staff.person_key)
        if staff.may("quality.view"):
            seen |= ~Q(state=Check.State.WAITING)
        if staff.may("quality.call_back"):
            seen |= Q(kind=Check.Kind.CALL_BACK) & ~Q(caller__person_key=staff.person_key)
        return self.filter(own | (condition & seen if condition else seen))


class Check(ScopedModel):
    """One drawn call. `form`: heard and read by a checker; `call_back`: the customer is asked by a second person.

    Nothing of the call is ever altered here. `unit` is the customer's, `caller` whoever made the call.
    """

    class Kind(models.TextChoices):
        FORM = "form", _("质检表")
        CALL_BACK = "call_back", _("他人回访")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("质检", "待检查")
        CHECKED = "checked", pgettext_lazy("质检", "待本人确认")
        ACKNOWLEDGED = "acknowledged", pgettext_lazy("质检", "本人已确认")
        OBJECTED = "objected", pgettext_lazy("质检", "本人有异议")
        SETTLED = "settled", pgettext_lazy("质检", "异议已答复")
        DONE = "done", pgettext_lazy("质检", "已回访")

    class Heard(models.TextChoices):
        """What the customer said to the second person."""

        CONFIRMED = "confirmed", pgettext_lazy("回访", "客户确认，情况相符")
        DIFFERS = "differs", pgettext_lazy("回访", "客户确认通话，情况不符")
        DENIED = "denied", pgettext_lazy("回访", "客户说没有接到过")
        UNREACHED = "unreached", pgettext_lazy("回访", "没有联系上")
        UNWILLING = "unwilling", pgettext_lazy("回访", "客户不愿回答")
        FORBIDDEN = "forbidden", pgettext_lazy("回访", "不可联系，没有拨打")

    ref = RefField()
    draw = models.ForeignKey(Draw, models.PROTECT, related_name="checks")
    call = models.ForeignKey(Call, models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=10, choices=Kind)
    caller = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    form_version = models.CharField(max_length=20, blank=True)
    marks = models.JSONField(default=dict)  # item -> mark
    result = models.CharField(max_length=10, blank=True, choices=list(MARKS.items()))
    heard = models.CharField(max_length=10, blank=True, choices=Heard)
    comment = EncryptedTextField(blank=True)
    checked_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    objection = EncryptedTextField(blank=True)
    objected_at = models.DateTimeField(null=True, blank=True)
    answer = EncryptedTextField(blank=True)
    upheld = models.BooleanField(null=True)  # whether the objection was found right
    answered_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(CheckQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["-call__at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "kind"], name="call_checked_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", checked_at=None) | (~Q(state="waiting") & Q(checked_at__isnull=False)),
                name="check_says_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "kind"], name="check_work"),
            models.Index(fields=["caller", "state"], name="check_of_caller"),
        ]

    def __str__(self) -> str:
        return self.ref


class FlagQuerySet(ScopedQuerySet["Flag"]):
    def visible_to(self, staff: Staff) -> FlagQuerySet:
        """For checkers and heads, by the unit of whom it is about; never one's own."""
        condition = unit_filter(staff) if staff.may("quality.view") else None
        if condition is None:
            return self.none()
        return self.filter(condition).exclude(staff__person_key=staff.person_key)


class Flag(ScopedModel):
    """A pattern for somebody to look at, found by arithmetic alone. It says nothing about why."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("线索", "待查看")
        LOOKED = "looked", pgettext_lazy("线索", "已查看")

    class Finding(models.TextChoices):
        EXPLAINED = "explained", pgettext_lazy("线索", "有合理解释")
        MISTAKE = "mistake", pgettext_lazy("线索", "登记差错")
        TALKED = "talked", pgettext_lazy("线索", "已与本人沟通改进")
        REFERRED = "referred", pgettext_lazy("线索", "移交合规核实")

    ref = RefField()
    key = models.CharField(max_length=60, unique=True)  # kind, person, day and campaign: found again, it is the same
    kind = models.CharField(max_length=10)  # a key of `rules.PATTERNS`
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, blank=True, related_name="+")
    day = models.DateField()  # of a week: its last working day
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    found_at = models.DateTimeField()
    finding = models.CharField(max_length=10, choices=Finding, blank=True)
    note = EncryptedTextField(blank=True)
    looked_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    looked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(FlagQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["-day", "-id"]

    def __str__(self) -> str:
        return self.ref

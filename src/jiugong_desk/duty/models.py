"""Leave with who stands in, and the callable hours of those who have other than the policy's."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..core.refs import RefField
from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..organisation.models import Posting, Staff
from ..organisation.scope import unit_filter


class AbsenceQuerySet(ScopedQuerySet["Absence"]):
    def visible_to(self, staff: Staff) -> AbsenceQuerySet:
        """His own, those in which he stands in, and those of people at and below his unit."""
        if not staff.may("duty.view"):
            return self.none()
        part = Q(staff=staff) | Q(cover=staff)
        condition = unit_filter(staff)
        if condition is None:
            return self.filter(part)
        people = Posting.objects.filter(condition, ended_on=None).values("staff")
        return self.filter(part | Q(staff__in=people))


class Absence(ScopedModel):
    """Days, first and last included, on which somebody is not on duty. Cancelled, never deleted.

    `note` says nothing of an illness (the rule refuses it); `cover` empty: nobody stands in, the working days are holes.
    """

    class Kind(models.TextChoices):
        ANNUAL = "annual", _("年休")
        SICK = "sick", _("病假")
        TRAINING = "training", pgettext_lazy("缺勤", "培训")
        BUSINESS = "business", _("公出")
        OTHER = "other", pgettext_lazy("缺勤", "其他")

    ref = RefField()
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="absences")
    first_day = models.DateField()
    last_day = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind)
    note = models.CharField(max_length=100, blank=True)
    cover = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="covers")
    recorded_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    cancelled_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(AbsenceQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["first_day", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_ends_after_start"),
            models.CheckConstraint(condition=Q(cover=None) | ~Q(cover=F("staff")), name="nobody_covers_himself"),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by=None)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="cancelled_absence_says_by_whom",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["staff", "first_day", "last_day"], name="absence_of", condition=Q(cancelled_at=None)),
            models.Index(fields=["cover", "first_day"], name="absence_cover", condition=Q(cancelled_at=None)),
        ]
        verbose_name = _("缺勤")

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.first_day} – {self.last_day}"

    @property
    def is_open(self) -> bool:
        return self.cancelled_at is None

    def has_ended(self, today: date) -> bool:
        return self.last_day < today


class Hours(models.Model):
    """Callable hours of a working day, for somebody who has other than the policy's (part time, half a post)."""

    staff = models.OneToOneField(Staff, models.PROTECT, related_name="duty_hours")
    hours_per_day = models.DecimalField(max_digits=4, decimal_places=2)
    set_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(hours_per_day__gte=0, hours_per_day__lte=24), name="hours_fit_into_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.hours_per_day}"

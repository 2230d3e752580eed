"""A standing hold-out of a unit's customers for a period, who is in it, and what was measured by it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..core.refs import RefField
from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..customers.models import Customer
from ..organisation.models import Staff, Unit
from ..organisation.scope import unit_filter


class StandingHoldoutQuerySet(ScopedQuerySet["StandingHoldout"]):
    def visible_to(self, staff: Staff) -> StandingHoldoutQuerySet:
        """Those of units at or below the viewer's, and those that cover the viewer's own."""
        inside = unit_filter(staff)
        if not staff.may("campaign.see_holdout") or inside is None:
            return self.none()
        if not inside:
            return self
        above = {code for posting in staff.current_postings for code in posting.unit.path.split(".") if code}
        return self.filter(inside | Q(unit__code__in=above))


class StandingHoldout(ScopedModel):
    """Drawn once, and never changed: `sealed` holds the whole list (`rules.as_text`, compressed), `digest` its SHA-256.

    `levels`: [{"level": 5 or null, "customers": 812, "held_out": 8}, ...] as they were when it was drawn.
    """

    ref = RefField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("机构"))
    first_day = models.DateField()
    last_day = models.DateField()
    share = models.DecimalField(max_digits=6, decimal_places=5)
    seed = models.CharField(max_length=40)
    customers = models.PositiveIntegerField()  # among whom it was drawn, the hold-out included
    held_out = models.PositiveIntegerField()
    on_lists = models.PositiveIntegerField()  # customers who stood on an open list, and were not drawn among
    levels = models.JSONField()
    sealed = models.BinaryField()
    digest = models.CharField(max_length=64)
    policy_version = models.CharField(max_length=40)
    snapshot_on = models.DateField(null=True, blank=True)
    drawn_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(StandingHoldoutQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["-first_day", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "first_day"], name="standing_holdout_once_a_day"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="standing_holdout_has_days"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.first_day}"


class StandingMemberQuerySet(ScopedQuerySet["StandingMember"]):
    def visible_to(self, staff: Staff) -> StandingMemberQuerySet:
        """To those who may know of hold-outs, of the customers whom they see; to nobody who calls."""
        if not staff.may("campaign.see_holdout"):
            return self.none()
        return self.filter(customer__in=Customer.objects.visible_to(staff).values("pk"))


class StandingMember(ScopedModel):
    """A customer whom no campaign calls while the period lasts."""

    holdout = models.ForeignKey(StandingHoldout, models.CASCADE, related_name="members")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(StandingMemberQuerySet)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["holdout", "customer"], name="standing_member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} of {self.holdout_id}"


class MeasurementQuerySet(ScopedQuerySet["Measurement"]):
    def visible_to(self, staff: Staff) -> MeasurementQuerySet:
        """Those of the hold-outs that one may see."""
        return self.filter(holdout__in=StandingHoldout.objects.visible_to(staff).values("pk"))


class Measurement(ScopedModel):
    """One look at what all campaigns together brought; kept, so that nobody looks until the figure pleases."""

    holdout = models.ForeignKey(StandingHoldout, models.CASCADE, related_name="measurements")
    figures = models.JSONField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(MeasurementQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.holdout_id} at {self.at:%Y-%m-%d}"

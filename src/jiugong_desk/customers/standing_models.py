"""Where customers stood, month by month: sums per place, and one row for everybody who moved.

The place of a customer at the end of an earlier month is what his first move after it came from, or where he stands
now if there was none. So months cost their moves, not their customers.
"""

from __future__ import annotations

from calendar import monthrange
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..organisation.models import Staff, Unit
from ..organisation.scope import sees_own, unit_ids

if TYPE_CHECKING:
    from datetime import date

BAND: Any = {"null": True, "blank": True}
AMOUNT: Any = {"max_digits": 18, "decimal_places": 2, "null": True, "blank": True}


class StandingMonth(models.Model):
    """A month whose standings are kept, as of the newest snapshot that was loaded in it."""

    month = models.DateField(primary_key=True)  # its first day
    snapshot_on = models.DateField()
    policy_version = models.CharField(max_length=40)
    moves_since = models.DateField(
        null=True
    )  # lifetime values rest on the moves since; null: on the policy's retention
    recorded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["month"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    @property
    def is_whole(self) -> bool:
        """Whether its data are of the month's last day; else it is named together with their date."""
        return self.snapshot_on.day == monthrange(self.snapshot_on.year, self.snapshot_on.month)[1]

    @property
    def label(self) -> str:
        if self.is_whole:
            return str(self)
        return gettext("{month}（截至 {day}）").format(month=self, day=f"{self.snapshot_on:%m-%d}")

    @property
    def when(self) -> str:
        """The day that it shows, within a sentence."""
        return gettext("{month} 月末").format(month=self) if self.is_whole else f"{self.snapshot_on:%Y-%m-%d}"


class StandingQuerySet(ScopedQuerySet["Standing"]):
    def visible_to(self, staff: Staff) -> StandingQuerySet:
        """Sums over what he looked after then: his own customers, those at and below his unit, all, or none."""
        condition = held_by(staff) if staff.may("customer.view") else None
        return self.none() if condition is None else self.filter(condition)


def held_by(staff: Staff, prefix: str = "") -> models.Q | None:
    """A filter on the unit and the manager of that time; None for who sees no customers.

    Customers handed over for now count where they belong: at their manager's.
    """
    units = unit_ids(staff)
    if units is None:
        return models.Q()
    below, own = models.Q(**{f"{prefix}unit__in": units}), models.Q(**{f"{prefix}manager": staff})
    if sees_own(staff):
        return below | own if units else own
    return below if units else None


class Standing(ScopedModel):
    """How many stood on one place of the grid in one month, by unit and manager, and what they held and were worth.

    `asset_band` is None for customers who are not segmented; `income_band` 0 where the income is unknown.
    """

    month = models.ForeignKey(StandingMonth, models.CASCADE, related_name="standings")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    manager = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    asset_band = models.PositiveSmallIntegerField(**BAND)
    income_band = models.PositiveSmallIntegerField(**BAND)
    level = models.PositiveSmallIntegerField(**BAND)
    customers = models.PositiveIntegerField()
    # Customers by value quadrant; those of unknown income are in none.
    high_high = models.PositiveIntegerField(default=0)
    high_low = models.PositiveIntegerField(default=0)
    low_high = models.PositiveIntegerField(default=0)
    low_low = models.PositiveIntegerField(default=0)
    # Whole cents: sums of sums stay exact on both databases, and cost no rounding.
    assets_cents = models.BigIntegerField(default=0)
    current_value_cents = models.BigIntegerField(default=0)
    lifetime_value_cents = models.BigIntegerField(default=0)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(StandingQuerySet)

    class Meta(ScopedModel.Meta):
        indexes: ClassVar = [models.Index(fields=["month", "unit"], name="standing_month_unit")]

    def __str__(self) -> str:
        return f"{self.month_id:%Y-%m} {self.unit_id} C{self.asset_band}-I{self.income_band}"


class EarlierPlace(models.Model):
    """Where everybody stood at the end of the last month but the newest: what the newest month's moves come from.

    It mirrors customers, whose own keys are checked; checking a million again at each month's turn would be all its time.
    """

    customer = models.OneToOneField(
        "customers.Customer", models.CASCADE, primary_key=True, related_name="earlier", db_constraint=False
    )
    unit = models.ForeignKey(Unit, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    manager = models.ForeignKey(
        Staff, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    asset_band = models.PositiveSmallIntegerField(**BAND)
    income_band = models.PositiveSmallIntegerField(**BAND)
    level = models.PositiveSmallIntegerField(**BAND)
    assets = models.DecimalField(**AMOUNT)
    annual_income = models.DecimalField(**AMOUNT)
    policy_version = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"earlier place of {self.customer_id}"


class MoveQuerySet(ScopedQuerySet["Move"]):
    def visible_to(self, staff: Staff) -> MoveQuerySet:
        """The moves of the customers whom he may see now."""
        from .models import seen_by

        condition = seen_by(staff, "customer__")
        return self.none() if condition is None else self.filter(condition)


class Move(ScopedModel):
    """A customer whose place, unit or manager is another than at the end of the month before. One row a month at most.

    Entered: nothing before. Left: nothing after, since the newest snapshot does not name him.
    """

    class Why(models.TextChoices):
        ENTERED = "entered", _("新客户")
        LEFT = "left", _("不在本期数据中")
        CLOSED = "closed", _("不再分级（销户、已故等）")
        REOPENED = "reopened", _("恢复分级")
        HELD_ENDED = "held_ended", _("保级期满")
        ASSETS = "assets", _("资产变动")
        INCOME = "income", _("收入变动")
        INCOME_KNOWN = "income_known", _("收入由未知转为已知")
        INCOME_UNKNOWN = "income_unknown", _("收入由已知转为未知")
        BOTH = "both", _("资产和收入都变动")
        POLICY = "policy", _("政策调整")
        TRANSFERRED = "transferred", _("归属变动（级别未变）")

    month = models.ForeignKey(StandingMonth, models.CASCADE, related_name="moves")
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="moves", db_index=False)
    why = models.CharField(max_length=16, choices=Why)
    from_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    from_manager = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    from_asset_band = models.PositiveSmallIntegerField(**BAND)
    from_income_band = models.PositiveSmallIntegerField(**BAND)
    from_level = models.PositiveSmallIntegerField(**BAND)
    from_assets = models.DecimalField(**AMOUNT)
    from_income = models.DecimalField(**AMOUNT)
    to_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    to_manager = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    to_asset_band = models.PositiveSmallIntegerField(**BAND)
    to_income_band = models.PositiveSmallIntegerField(**BAND)
    to_level = models.PositiveSmallIntegerField(**BAND)
    to_assets = models.DecimalField(**AMOUNT)
    to_income = models.DecimalField(**AMOUNT)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(MoveQuerySet)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["customer", "month"], name="one_move_a_month")]
        indexes: ClassVar = [
            models.Index(fields=["month", "from_level", "to_level"], name="move_levels"),
            models.Index(fields=["from_asset_band", "from_income_band", "month"], name="move_from_place"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.why} {self.month_id:%Y-%m}"


def month_of(day: date) -> date:
    """The first day of the month, which names it."""
    return day.replace(day=1)

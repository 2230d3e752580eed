"""Products with their rates and quotas, which are never overwritten; the files that brought them; offers of campaigns.

None of it is about a customer or a unit: the whole bank has one catalogue, and the permission alone guards it.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..core.refs import RefField
from ..organisation.models import Staff
from . import terms


class Product(models.Model):
    """Something that the bank sells. `product_risk` is empty where none applies: deposits, bonds, cards.

    term_months, term_days : one of them, or neither for what has no fixed term
    minimum, step : yuan
    """

    Category = terms.Category

    ref = RefField()
    code = models.CharField(_("产品代码"), max_length=40, unique=True)
    name = models.CharField(_("产品名称"), max_length=80)
    category = models.CharField(_("类别"), max_length=12, choices=terms.Category)
    term_months = models.PositiveSmallIntegerField(null=True, blank=True)
    term_days = models.PositiveSmallIntegerField(null=True, blank=True)
    minimum = models.DecimalField(_("起点金额"), max_digits=16, decimal_places=2, null=True, blank=True)
    step = models.DecimalField(_("递增金额"), max_digits=16, decimal_places=2, null=True, blank=True)
    product_risk = models.CharField(_("风险等级"), max_length=2, choices=[(r, r) for r in terms.RISKS], blank=True)
    on_sale_from = models.DateField(_("起售日期"))
    on_sale_until = models.DateField(_("停售日期"), null=True, blank=True)
    liquidity = models.CharField(_("流动性说明"), max_length=120, blank=True)
    description = models.CharField(_("产品说明"), max_length=500, blank=True)  # as the customer may hear it
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(term_months=None) | Q(term_days=None), name="product_has_one_term"),
            models.CheckConstraint(
                condition=Q(on_sale_until=None) | Q(on_sale_until__gte=F("on_sale_from")), name="product_sold_forwards"
            ),
        ]
        verbose_name = _("产品")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def term(self) -> str | Promise:
        """3 个月, 180 天, or that there is none; a card has no such thing."""
        if self.term_months is not None:
            return format_lazy(_("{months} 个月"), months=self.term_months)
        if self.term_days is not None:
            return format_lazy(_("{days} 天"), days=self.term_days)
        if self.category == terms.Category.CARD:
            return "—"
        return _("无固定期限")

    @property
    def rate_label(self) -> str | Promise:
        return terms.rate_label(self.category)


class Kept(models.Model):
    """A row that is never changed: what corrects it is another row, with the reason.

    The row without a successor is the one that counts; the database lets each have one successor only.
    """

    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")

    class Meta:
        abstract = True


class Rate(Kept):
    """Per cent a year from a day on; with `percent_high` a range. For wealth and funds a benchmark, no promise."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="rates")
    effective_from = models.DateField()
    percent = models.DecimalField(max_digits=7, decimal_places=4)
    percent_high = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-effective_from", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product", "effective_from"], condition=Q(corrects=None), name="one_rate_from_a_day"
            ),
            models.CheckConstraint(condition=Q(corrects=None) | ~Q(reason=""), name="corrected_rate_has_a_reason"),
            models.CheckConstraint(
                condition=Q(percent_high=None) | Q(percent_high__gt=F("percent")), name="rate_range_rises"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text} {self.effective_from}"

    @property
    def text(self) -> str:
        """1.55%, or 2.10%–2.60%."""
        return terms.percent_text(self.percent, self.percent_high)


class Quota(Kept):
    """How much of a product may be sold in a period, and how much was: yuan, or pieces."""

    Measure = terms.Measure

    product = models.ForeignKey(Product, models.PROTECT, related_name="quotas")
    starts_on = models.DateField()
    ends_on = models.DateField()
    measure = models.CharField(max_length=6, choices=terms.Measure, default=terms.Measure.AMOUNT)
    total = models.DecimalField(max_digits=18, decimal_places=2)
    used = models.DecimalField(max_digits=18, decimal_places=2, default=Decimal(0))

    class Meta:
        ordering: ClassVar = ["-starts_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product", "starts_on"], condition=Q(corrects=None), name="one_quota_from_a_day"
            ),
            models.CheckConstraint(condition=Q(corrects=None) | ~Q(reason=""), name="corrected_quota_has_a_reason"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on"), total__gt=0, used__gte=0), name="quota_is_sound"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.used}/{self.total} {self.starts_on}"

    @property
    def left(self) -> Decimal:
        """What may still be sold; nothing where more was sold than allowed."""
        return max(self.total - self.used, Decimal(0))

    @property
    def share(self) -> float:
        """Of the total, from 0 to 1."""
        return min(float(self.used / self.total), 1.0)


class Revision(models.Model):
    """How a product's own terms changed: field -> [before, after] as text, with the reason."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="revisions")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    changes = models.JSONField()
    reason = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.product_id}: {', '.join(self.changes)}"


class Upload(models.Model):
    """A product table that was read and waits to be looked at, or is in: its cells as text, no file."""

    class State(models.TextChoices):
        REVIEW = "review", _("待核对")
        COMMITTED = "committed", _("已导入")

    ref = RefField()
    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)  # SHA-256 of the file
    cells = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.REVIEW)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    committed_at = models.DateTimeField(null=True, blank=True)
    committed_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    counts = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return self.ref


class Offer(models.Model):
    """What a campaign may promise. `text` is said to customers; `cost` is yuan for each who takes it."""

    Kind = terms.OfferKind

    ref = RefField()
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="offers")
    kind = models.CharField(_("种类"), max_length=10, choices=terms.OfferKind)
    title = models.CharField(_("名称"), max_length=60)
    text = models.TextField(_("对客户说的话"))
    valid_from = models.DateField(_("开始日期"))
    valid_until = models.DateField(_("结束日期"))
    cost = models.DecimalField(_("每户成本（元）"), max_digits=12, decimal_places=2, default=Decimal(0))
    quota = models.PositiveIntegerField(_("名额（户）"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    drafted_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    edited_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-valid_from", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="offer_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(cost__gte=0), name="offer_costs_nothing_or_more"),
        ]
        verbose_name = _("优惠")

    def __str__(self) -> str:
        return self.title

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day <= self.valid_until

    def as_json(self) -> dict[str, Any]:
        """Everything that is promised, for the digest of a plan: another text or day is another plan."""
        return {
            "ref": self.ref,
            "product": self.product.code if self.product else "",
            "kind": self.kind,
            "title": self.title,
            "text": self.text,
            "valid_from": self.valid_from.isoformat(),
            "valid_until": self.valid_until.isoformat(),
            "cost": f"{self.cost:.2f}",
            "quota": self.quota,
        }

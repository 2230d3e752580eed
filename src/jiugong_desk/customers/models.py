"""Customers as of the last snapshot, their loans and balances, their temporary carers, and their own words."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..core import masks
from ..core.fields import EncryptedTextField
from ..core.refs import RefField
from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..organisation.models import Staff, Unit
from ..organisation.scope import sees_own, unit_ids
from . import sight
from .standing_models import EarlierPlace, Move, Standing, StandingMonth

__all__ = [
    "Assignment",
    "BalanceHistory",
    "Customer",
    "EarlierPlace",
    "Loan",
    "Maturity",
    "Move",
    "ProfileAnswer",
    "Standing",
    "StandingMonth",
]


HANDED_AT_MOST = 500  # keys in one statement; SQLite takes 32,766 parameters, and a page asks several times


def seen_by(staff: Staff, prefix: str = "", *, lent: bool = True) -> models.Q | None:
    """A filter on customers, or on what belongs to them by `prefix`; None for who sees none.

    Own customers, those handed over for now and those lent for the day (unless not `lent`); or all at and below the
    unit; or all.
    """
    if not staff.may("customer.view"):
        return None
    units = unit_ids(staff)
    if units is None:
        return models.Q()
    found = models.Q(**{f"{prefix}unit__in": units})
    if not sees_own(staff):
        return found if units else None
    own = models.Q(**{f"{prefix}manager": staff}) | models.Q(**{f"{prefix}pk__in": handed_to(staff)})
    for keys in sight.lent_to(staff) if lent else ():
        own |= models.Q(**{f"{prefix}pk__in": keys})
    return found | own if units else own


def handed_to(staff: Staff) -> Collection[int] | models.QuerySet[Any, Any]:
    """The keys of the customers that were handed to him. On a page asked once, and given to the database as they are: with
    a question inside the question it reads all customers of the bank instead of an index of two.
    """
    rows = Assignment.objects.filter(staff=staff, ended_at=None).values_list("customer", flat=True)
    if staff.looks_at is None:
        return rows
    kept = vars(staff)
    if "handed" not in kept:
        kept["handed"] = list(rows[: HANDED_AT_MOST + 1])
    found: list[int] = kept["handed"]
    return found if len(found) <= HANDED_AT_MOST else rows


def forget_handed(staff: Staff) -> None:
    """What his page knows of it is no longer so."""
    vars(staff).pop("handed", None)


class CustomerQuerySet(ScopedQuerySet["Customer"]):
    def visible_to(self, staff: Staff) -> CustomerQuerySet:
        condition = seen_by(staff)
        return self.none() if condition is None else self.filter(condition)


class Customer(ScopedModel):
    """One customer. Name, ID number and mobile are ciphertext at rest; digests and the mobile's tail find them."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("正常")
        DECEASED = "deceased", _("已故")
        FROZEN = "frozen", _("冻结")
        EMPLOYEE = "employee", _("本行员工")
        CLOSED = "closed", _("已销户")

    class IncomeSource(models.TextChoices):
        PAYROLL = "payroll", _("代发工资")
        STATED = "stated", _("客户口述")
        ESTIMATED = "estimated", _("模型估计")
        DOCUMENT = "document", _("收入证明")

    class Quadrant(models.TextChoices):
        """Margin now, then what a year's savings would bring."""

        HIGH_HIGH = "high_high", _("双高")
        HIGH_LOW = "high_low", _("现值高、潜力低")
        LOW_HIGH = "low_high", _("现值低、潜力高")
        LOW_LOW = "low_low", _("双低")

    ref = RefField()
    customer_no = models.CharField(_("客户号"), max_length=40, unique=True)
    name = EncryptedTextField(_("姓名"), blank=True)
    salutation = models.CharField(_("称呼"), max_length=20, blank=True)
    id_type = models.CharField(max_length=10, blank=True)
    id_number = EncryptedTextField(_("证件号码"), blank=True)
    mobile = EncryptedTextField(_("手机"), blank=True)
    name_digest = models.CharField(max_length=64, blank=True, db_index=True)
    id_digest = models.CharField(max_length=64, blank=True, db_index=True)
    mobile_digest = models.CharField(max_length=64, blank=True, db_index=True)
    mobile_tail = models.CharField(max_length=4, blank=True, db_index=True)
    birth_date = models.DateField(null=True, blank=True)
    occupation = models.CharField(_("职业"), max_length=60, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("所属机构"))
    manager = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("客户经理")
    )
    opened_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    annual_income = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    income_source = models.CharField(max_length=10, choices=IncomeSource, blank=True)
    income_as_of = models.DateField(null=True, blank=True)
    income_confidence = models.DecimalField(max_digits=3, decimal_places=2, null=True, blank=True)  # 0 to 1
    payroll = models.BooleanField(null=True)
    card_holder = models.BooleanField(null=True)
    mobile_active = models.BooleanField(null=True)
    risk_capacity = models.CharField(max_length=2, blank=True)
    risk_test_expires_on = models.DateField(null=True, blank=True)
    # Where the customer stands, as the library segmented the snapshot.
    assets = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    asset_band = models.PositiveSmallIntegerField(null=True, blank=True)
    income_band = models.PositiveSmallIntegerField(null=True, blank=True)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    quadrant = models.CharField(_("价值象限"), max_length=20, choices=Quadrant, blank=True)
    current_value = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    potential_value = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    lifetime_value = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    lifetime_low = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    lifetime_high = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    policy_version = models.CharField(max_length=40, blank=True)
    snapshot_on = models.DateField(null=True, blank=True)
    # Named by the newest snapshot; kept by `standings`, since an index over the date would be rewritten by every load.
    present = models.BooleanField(default=True)
    came_with = models.CharField(max_length=24, blank=True)  # the import that brought the customer; it may be undone

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(CustomerQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["customer_no"]
        # `customer_cell_*`: the list behind a place of the board, in each of its orders, without touching a customer
        # who is not on the page.
        indexes: ClassVar = [
            models.Index(fields=["unit", "level"], name="customer_unit_level"),
            models.Index(fields=["snapshot_on"], name="customer_snapshot"),  # the newest one stands beside every count
            models.Index(fields=["manager", "unit", "level"], name="customer_manager_unit"),
            models.Index(
                fields=["asset_band", "income_band", "assets", "id", "unit", "present"], name="customer_cell_assets"
            ),
            models.Index(
                fields=["asset_band", "income_band", "customer_no", "unit", "present"], name="customer_cell_number"
            ),
            models.Index(
                fields=["asset_band", "income_band", "potential_value", "id", "unit", "present"],
                name="customer_cell_value",
            ),
            models.Index(fields=["came_with"], name="customer_came_with", condition=~models.Q(came_with="")),
        ]
        verbose_name = _("客户")

    def __str__(self) -> str:
        return self.customer_no  # never the name: this text ends in logs

    @property
    def masked_name(self) -> str:
        return masks.mask_name(self.name)

    @property
    def masked_mobile(self) -> str:
        return masks.mask_mobile(self.mobile)

    @property
    def masked_id_number(self) -> str:
        return masks.mask_id_number(self.id_number)


class BalanceHistory(models.Model):
    """Balances by month for the customer page, replaced whole by each load; the warehouse holds the real table.

    `months` is a list, oldest first: {"month": "2025-12", "deposits": "12345.60", "total": "20345.60", "categories":
    {"demand": "12345.60", "wealth": "8000.00"}}; average daily balances in the policy's currency as decimal text.
    """

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="balance_history")
    months = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"balances of {self.customer_id}"


class Loan(models.Model):
    class Kind(models.TextChoices):
        MORTGAGE_NEW_HOME = "mortgage_new_home", _("一手楼按揭")
        MORTGAGE_RESALE = "mortgage_resale", _("二手楼按揭")
        CONSUMER = "consumer", _("消费贷款")
        BUSINESS = "business", _("经营贷款")
        CARD = "card", _("信用卡分期")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="loans")
    loan_no = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    drawn_on = models.DateField(null=True, blank=True)
    principal = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    outstanding = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    due_day = models.PositiveSmallIntegerField(null=True, blank=True)
    overdue = models.BooleanField(default=False)
    decision_pending = models.BooleanField(null=True, default=False)  # null: the extract does not tell

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "customer"], name="loan_kind")]

    def __str__(self) -> str:
        return self.loan_no


class Maturity(models.Model):
    """Something of the customer's that matures at or after the snapshot's date."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="maturities")
    product = models.CharField(max_length=80, blank=True)
    category = models.CharField(max_length=12, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    matures_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["matures_on", "id"]
        indexes: ClassVar = [models.Index(fields=["customer", "matures_on"], name="maturity_next")]

    def __str__(self) -> str:
        return f"{self.category} of {self.customer_id}"


class Assignment(models.Model):
    """A customer handed to somebody who is not the owner, for now: by a campaign's dealing, or as a cover."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="assignments")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=60)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "staff", "reason"], condition=models.Q(ended_at=None), name="one_open_assignment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} -> {self.staff_id}"


class ProfileAnswer(models.Model):
    """What a customer told us: typed by its question, dated, sourced; it never overwrites core data.

    `value` is encrypted: family and money are sensitive. The newest answer to a question is the current one.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="answers")
    question = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    value = EncryptedTextField()
    source = models.CharField(max_length=20, default="call")
    source_ref = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [models.Index(fields=["customer", "question", "-at"], name="answer_current")]

    def __str__(self) -> str:
        return f"{self.question} of {self.customer_id}"

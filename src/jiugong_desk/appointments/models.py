"""Appointments at an outlet, in slots of half an hour."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..campaigns.models import ListEntry
from ..core.clock import bank_date, midnight
from ..core.fields import EncryptedTextField
from ..core.refs import RefField
from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..customers.models import Customer
from ..duty.queries import turn_on_page
from ..organisation.models import Staff, Unit
from ..organisation.scope import unit_filter
from ..products.models import Product as CatalogueProduct


def of_cover(staff: Staff) -> Q | None:
    """A filter on the visits that he receives because he stands in for somebody: those of the day of his page."""
    turn = turn_on_page(staff)
    if staff.looks_at is None or not turn.covered:
        return None
    start = midnight(bank_date(staff.looks_at))
    return Q(manager__in=turn.covered_ids, starts_at__gte=start, starts_at__lt=start + timedelta(days=1))


class AppointmentQuerySet(ScopedQuerySet["Appointment"]):
    def visible_to(self, staff: Staff) -> AppointmentQuerySet:
        """A manager's own, and today's of those for whom he stands in; the others by the outlet of the visit."""
        if not staff.may("appointment.view"):
            return self.none()
        condition = unit_filter(staff)
        own = Q(manager=staff)
        if (theirs := of_cover(staff)) is not None:
            own |= theirs
        if condition is not None and not condition:
            return self
        return self.filter(own if condition is None else own | condition)


class Product(models.TextChoices):
    """What a talk can end with: a balance category of the warehouse, or a card."""

    DEMAND = "demand", _("活期存款")
    TIME = "time", _("定期存款")
    LARGE_CD = "large_cd", _("大额存单")
    WEALTH = "wealth", _("理财")
    FUND = "fund", _("基金")
    INSURANCE = "insurance", _("保险")
    BOND = "bond", _("国债")
    CARD = "card", _("信用卡")


class Appointment(ScopedModel):
    """A visit. A manager, and a customer, has at most one live visit per slot (database constraints)."""

    class State(models.TextChoices):
        BOOKED = "booked", _("已预约")
        ARRIVED = "arrived", _("已到店")
        FINISHED = "finished", _("已面谈")
        MISSED = "missed", _("未到店")
        CANCELLED = "cancelled", _("已取消")

    LIVE: ClassVar = (State.BOOKED, State.ARRIVED, State.FINISHED)

    ref = RefField()
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="appointments")
    entry = models.ForeignKey(ListEntry, models.PROTECT, null=True, blank=True, related_name="appointments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    manager = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.BOOKED)
    booked_at = models.DateTimeField()
    booked_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField(null=True, blank=True)
    received_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    needs = EncryptedTextField(_("客户需求"), blank=True)  # free text about family and money
    agreed_product = models.CharField(_("达成产品"), max_length=20, choices=Product, blank=True)
    # Which one of the catalogue, where it was said, and what stood against offering it that day (codes; empty: nothing).
    product = models.ForeignKey(CatalogueProduct, models.PROTECT, null=True, blank=True, related_name="+")
    unsuitable = models.JSONField(default=list, blank=True)
    agreed_amount = models.DecimalField(_("金额（元）"), max_digits=16, decimal_places=2, null=True, blank=True)
    next_step = EncryptedTextField(_("下一步"), blank=True)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(AppointmentQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["starts_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["manager", "starts_at"],
                condition=Q(state__in=["booked", "arrived", "finished"]),
                name="one_visit_per_manager_and_slot",
            ),
            models.UniqueConstraint(
                fields=["customer", "starts_at"],
                condition=Q(state__in=["booked", "arrived", "finished"]),
                name="one_visit_per_customer_and_slot",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "starts_at"], name="visit_day_list"),
            models.Index(fields=["customer", "starts_at"], name="visit_of_customer"),
        ]

    def __str__(self) -> str:
        return self.ref

"""Visits to an outlet, the rooms that they take place in, and what became of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
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
from .labels import WHY_NOT

OCCUPYING = ["booked", "arrived", "finished", "held"]  # what no two can have at once


def of_cover(staff: Staff) -> Q | None:
    """A filter on the visits that he receives because he stands in for somebody: those of the day of his page."""
    turn = turn_on_page(staff)
    if staff.looks_at is None or not turn.covered:
        return None
    start = midnight(bank_date(staff.looks_at))
    return Q(manager__in=turn.covered_ids, starts_at__gte=start, starts_at__lt=start + timedelta(days=1))


def received_by(staff: Staff) -> Q:
    """The visits that he receives himself, and those of his cover."""
    theirs = of_cover(staff)
    return Q(manager=staff) if theirs is None else Q(manager=staff) | theirs


class AppointmentQuerySet(ScopedQuerySet["Appointment"]):
    def visible_to(self, staff: Staff) -> AppointmentQuerySet:
        """A manager's own, and today's of those for whom he stands in; the others by the outlet of the visit."""
        if not staff.may("appointment.view"):
            return self.none()
        condition = unit_filter(staff)
        own = received_by(staff)
        if condition is not None and not condition:
            return self
        return self.filter(own if condition is None else own | condition)


class Visits(ScopedManager["Appointment"]):
    """Visits that were agreed. A slot that is only held is no visit yet, and stands in no list and no count."""

    def everyone(self) -> AppointmentQuerySet:
        return self.with_held().exclude(state="held")

    def with_held(self) -> AppointmentQuerySet:
        """Also the slots that are held for somebody: who looks for a free one must know of them."""
        return AppointmentQuerySet(self.model, using=self._db)


class RoomQuerySet(ScopedQuerySet["Room"]):
    def visible_to(self, staff: Staff) -> RoomQuerySet:
        """The rooms of the outlets that he sees by unit."""
        condition = unit_filter(staff) if staff.may("appointment.rooms") else None
        return self.none() if condition is None else self.filter(condition)


class Room(ScopedModel):
    """A talk room of an outlet. Closed, never deleted; an outlet without open rooms receives wherever there is a chair."""

    ref = RefField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField(_("洽谈室名称"), max_length=30)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(RoomQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["unit", "name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "name"], condition=Q(closed_at=None), name="one_open_room_of_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Product(models.TextChoices):
    """What a talk can be about: a balance category of the warehouse, or a card."""

    DEMAND = "demand", _("活期存款")
    TIME = "time", _("定期存款")
    LARGE_CD = "large_cd", _("大额存单")
    WEALTH = "wealth", _("理财")
    FUND = "fund", _("基金")
    INSURANCE = "insurance", _("保险")
    BOND = "bond", _("国债")
    CARD = "card", _("信用卡")


class Appointment(ScopedModel):
    """A visit. Live visits of one manager, of one customer, and in one room never overlap: the database sees to it
    (`overlap.py`; the unique constraints below let two who want one slot wait for each other in one order).

    A slot that somebody holds while he speaks to the customer is such a row too, with `booked_by` and `booked_at` of who
    holds it since when; over at `held_until`, and then swept away by whoever wants the slot.
    """

    class State(models.TextChoices):
        HELD = "held", _("暂留")
        BOOKED = "booked", _("已预约")
        ARRIVED = "arrived", _("已到店")
        FINISHED = "finished", _("已面谈")
        MISSED = "missed", _("未到店")
        CANCELLED = "cancelled", _("已取消")

    class Cancelled(models.TextChoices):
        """Why it was called off."""

        CUSTOMER = "customer", _("客户取消")
        BANK = "bank", _("我行取消")
        MISTAKE = "mistake", _("误登记")

    LIVE: ClassVar = (State.BOOKED, State.ARRIVED, State.FINISHED)

    ref = RefField()
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="appointments")
    entry = models.ForeignKey(ListEntry, models.PROTECT, null=True, blank=True, related_name="appointments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    manager = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="booked")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.BOOKED)
    booked_at = models.DateTimeField()
    booked_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    held_until = models.DateTimeField(null=True, blank=True)
    # Booked because the customer did not come to this one: a missed visit is booked again once.
    instead_of = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="booked_again")
    arrived_at = models.DateTimeField(null=True, blank=True)
    received_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    # When and by whom it was called off, or found missed.
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_because = models.CharField(max_length=10, choices=Cancelled, blank=True)
    needs = EncryptedTextField(_("客户需求"), blank=True)  # free text about family and money
    next_step = EncryptedTextField(_("下一步"), blank=True)

    objects: ClassVar[Visits] = Visits(AppointmentQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["starts_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["manager", "starts_at"],
                condition=Q(state__in=OCCUPYING),
                name="one_visit_per_manager_and_slot",
            ),
            models.UniqueConstraint(
                fields=["customer", "starts_at"],
                condition=Q(state__in=OCCUPYING),
                name="one_visit_per_customer_and_slot",
            ),
            models.UniqueConstraint(
                fields=["room", "starts_at"],
                condition=Q(state__in=OCCUPYING),
                name="one_visit_per_room_and_slot",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="visit_ends_after_start"),
            models.UniqueConstraint(fields=["booked_by"], condition=Q(state="held"), name="one_held_slot_a_person"),
            models.CheckConstraint(
                condition=Q(state="held", held_until__isnull=False) | (~Q(state="held") & Q(held_until=None)),
                name="only_a_held_slot_runs_out",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "starts_at"], name="visit_day_list"),
            models.Index(fields=["customer", "starts_at"], name="visit_of_customer"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def agreements(self) -> list[Discussed]:
        """The products that the talk ended with."""
        return [one for one in self.discussed.all() if one.outcome == Discussed.Outcome.AGREED]


class Discussed(models.Model):
    """A product that was talked about at a visit, and what came of it: what the evaluation counts as agreed is this.

    `unsuitable`: what stood against offering it on that day (codes of the products room; empty: nothing). A line without
    a product of the catalogue names only the category, and nothing was judged.
    """

    class Outcome(models.TextChoices):
        INTERESTED = "interested", _("有意向")
        AGREED = "agreed", _("达成")
        DECLINED = "declined", _("不考虑")

    visit = models.ForeignKey(Appointment, models.PROTECT, related_name="discussed")
    category = models.CharField(max_length=20, choices=Product)
    product = models.ForeignKey(CatalogueProduct, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome)
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    unsuitable = models.JSONField(default=list, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(outcome="agreed") | Q(amount=None), name="an_amount_is_agreed"),
            models.UniqueConstraint(fields=["visit", "product"], name="a_product_is_discussed_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["product", "outcome"], name="discussed_product")]

    def __str__(self) -> str:
        return f"{self.category} {self.outcome} at {self.visit_id}"

    @property
    def name(self) -> str:
        return self.product.name if self.product else self.get_category_display()

    @property
    def against(self) -> list[str]:
        """What stood against it, in words."""
        return [str(WHY_NOT.get(code, code)) for code in self.unsuitable]


class Move(models.Model):
    """A visit that was put to another time, and sometimes to another receiver. Insert-only: the visit's history."""

    visit = models.ForeignKey(Appointment, models.PROTECT, related_name="moves")
    from_start = models.DateTimeField()
    from_manager = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    to_start = models.DateTimeField()
    to_manager = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.visit_id}: {self.from_start} -> {self.to_start}"


class Reminder(models.Model):
    """A call that reminds of a visit: a service contact, which no cap on marketing counts. Insert-only.

    `of_start`: the time that was spoken of; once the visit is moved, it needs another one.
    """

    class Said(models.TextChoices):
        CONFIRMED = "confirmed", _("已确认")
        UNREACHED = "unreached", _("未联系上")
        LATER = "later", _("想改期")

    visit = models.ForeignKey(Appointment, models.PROTECT, related_name="reminders")
    of_start = models.DateTimeField()
    said = models.CharField(max_length=10, choices=Said)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["visit", "of_start"], condition=Q(said="confirmed"), name="a_time_is_confirmed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.said} of {self.visit_id}"

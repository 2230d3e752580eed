"""Watch lists as they were frozen at a month's end, and who stands on them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..core.refs import RefField
from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..customers.models import Customer, seen_by
from ..organisation.models import Staff


class WatchList(models.Model):
    """One list of one month. Never changed once it is frozen: a campaign may stand on it.

    `definition` says in words who is on it, `parameters` name the numbers in it, `digest` is over all of that and its
    rows.
    """

    ref = RefField()
    code = models.CharField(max_length=30)
    name = models.CharField(_("名单"), max_length=40)
    month = models.DateField()  # its first day
    as_of = models.DateField()
    definition = models.TextField()
    parameters = models.JSONField(default=dict)
    policy_version = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    unknown = models.PositiveIntegerField(default=0)  # customers of the list whom the desk does not hold
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-month", "code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "month"], name="one_list_a_month")]

    def __str__(self) -> str:
        return f"{self.name}（{self.month:%Y-%m}）"


class WatchEntryQuerySet(ScopedQuerySet["WatchEntry"]):
    def visible_to(self, staff: Staff) -> WatchEntryQuerySet:
        condition = seen_by(staff, "customer__")
        return self.none() if condition is None else self.filter(condition)


class WatchEntry(ScopedModel):
    """A customer on a list, with the few facts that put him there; no name, no number of a person."""

    watch_list = models.ForeignKey(WatchList, models.CASCADE, related_name="entries", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    facts = models.JSONField(default=dict)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(WatchEntryQuerySet)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["watch_list", "customer"], name="once_on_a_list")]

    def __str__(self) -> str:
        return f"{self.watch_list_id}: {self.customer_id}"

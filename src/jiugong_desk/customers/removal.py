"""Customers whom an import brought and an undo takes away again: only while nobody has worked with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from . import extension
from .models import Customer

BATCH = 1_000


def brought_by(batch: str) -> QuerySet[Customer]:
    """The customers whom this import inserted."""
    assert batch, "customers without an import are nobody's to remove"
    found: QuerySet[Customer] = Customer.objects.everyone().filter(came_with=batch)
    return found


def work_on(customers: QuerySet[Customer]) -> dict[str, int]:
    """What people have done with them, rows by model: those that neither came with an extract nor end by themselves. New rooms
    count too.
    """
    found: dict[str, int] = {}
    for model, _, rows in _work(customers):
        if number := rows.count():
            found[model._meta.label_lower] = number
    return found


def with_work(customers: QuerySet[Customer]) -> set[int]:
    """Primary keys of those with whom somebody has worked."""
    return {pk for _, field, rows in _work(customers) for pk in rows.values_list(field, flat=True)}


def _work(customers: QuerySet[Customer]) -> Iterator[tuple[Any, str, Any]]:
    for model, field in _about_customers():
        came = extension.arriving(model)
        if came == Q():  # all of it came
            continue
        rows = model._base_manager.filter(**{f"{field}__in": customers})
        yield model, field, rows if came is None else rows.exclude(came)


def _about_customers() -> Iterator[tuple[Any, str]]:
    """Every model with a customer, and the name of the field."""
    for relation in Customer._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete and relation.related_model):
            continue
        yield relation.related_model, relation.field.name  # type: ignore[union-attr]


def remove(customers: QuerySet[Customer]) -> tuple[int, int]:
    """Inner verb, in the caller's transaction: how many went, and how many stay because there is work on them."""
    locked = customers.order_by("pk")
    if connection.features.has_select_for_update:
        locked = locked.select_for_update()
    everyone = set(locked.values_list("pk", flat=True))
    staying = with_work(customers)
    going = sorted(everyone - staying)
    for start in range(0, len(going), BATCH):
        batch = going[start : start + BATCH]
        for model, field in _about_customers():
            if (which := extension.arriving(model)) is not None:  # also those that keep their customer from going
                model._base_manager.filter(which, **{f"{field}__in": batch}).delete()
        Customer.objects.everyone().filter(pk__in=batch).delete()
    return len(going), len(everyone & staying)

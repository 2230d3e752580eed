"""Scoped models: a query must say who is looking.

`Model.objects.visible_to(staff)` is what pages use. `Model.objects.everyone()` is for services, jobs and the other
rooms' rules, which have been given their objects already; a structure test forbids it in views, forms and templates.
Anything else on the manager raises, so that a forgotten scope fails loudly and closed.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from django.db import models

from .errors import UnscopedAccess

M = TypeVar("M", bound=models.Model)


class ScopedQuerySet(models.QuerySet[M], Generic[M]):
    """Implement `visible_to` per model."""

    def visible_to(self, staff: Any) -> ScopedQuerySet[M]:
        raise NotImplementedError(f"{self.model.__name__} does not say who may see it")


class ScopedManager(models.Manager[M], Generic[M]):
    """Give the model's `ScopedQuerySet` class; only `visible_to`, `everyone` and the creating verbs work."""

    def __init__(self, queryset_class: type[ScopedQuerySet[M]] = ScopedQuerySet) -> None:
        super().__init__()
        self._scoped_class = queryset_class

    def get_queryset(self) -> models.QuerySet[M]:
        raise UnscopedAccess(f"{self.model.__name__}.objects: say visible_to(staff), or everyone() in a service")

    def everyone(self) -> ScopedQuerySet[M]:
        return self._scoped_class(self.model, using=self._db)

    def visible_to(self, staff: Any) -> ScopedQuerySet[M]:
        return self.everyone().visible_to(staff)

    def create(self, **kwargs: Any) -> M:
        return self.everyone().create(**kwargs)

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[M]:
        return self.everyone().bulk_create(*args, **kwargs)


class ScopedModel(models.Model):
    """A row that only some people may see. Relations and deletion use the plain base manager."""

    class Meta:
        abstract = True
        base_manager_name = "rows"

    rows = models.Manager()  # Django's own machinery only

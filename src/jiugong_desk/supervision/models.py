"""Callers, as those see them who answer for them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Exists, OuterRef

from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..organisation.models import Posting, Staff
from ..organisation.permissions import roles_with
from ..organisation.scope import unit_filter


class CallerQuerySet(ScopedQuerySet["Caller"]):
    def visible_to(self, staff: Staff) -> CallerQuerySet:
        """Those who call at and below the viewer's unit; who sees no unit sees none."""
        condition = unit_filter(staff)
        if condition is None:
            return self.none()
        posts = Posting.objects.filter(condition, ended_on=None, role__in=roles_with("call.work"), staff=OuterRef("pk"))
        return self.filter(Exists(posts), is_active=True)


class Caller(ScopedModel, Staff):
    """Somebody whose post makes calls. The same row as `Staff`, seen by scope."""

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(CallerQuerySet)  # type: ignore[assignment]

    class Meta(ScopedModel.Meta):
        proxy = True
        ordering: ClassVar = ["staff_no"]

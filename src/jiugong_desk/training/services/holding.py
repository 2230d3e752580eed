"""What the verbs of this room share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from ...audit import services as audit
from ...core.errors import Stale
from ...core.verdict import Reason
from ...organisation.models import Staff
from .. import queries
from ..models import Course

CHANGED = Reason("course_changed", _("培训已被他人修改。"), remedy=_("请刷新页面，核对后再操作。"))


def must_manage(by: Staff, course: Course) -> None:
    """Of courses outside his unit nobody changes anything."""
    if not queries.manages(by, course):
        raise PermissionDenied("campaign.draft")


def step(course: Course, *, edition: int, **values: Any) -> None:
    """Change the row as it was seen, and count its edition up; `Stale` where somebody was faster."""
    seen = Course.objects.everyone().filter(pk=course.pk, edition=edition).exclude(state=Course.State.CLOSED)
    if not seen.update(edition=edition + 1, **values):
        raise Stale(CHANGED)
    for name, value in {"edition": edition + 1, **values}.items():
        setattr(course, name, value)


def note(course: Course, verb: str, *, by: Staff, at: datetime, facts: Mapping[str, Any] | None = None) -> None:
    audit.record(
        chain=course.unit.code, by=by.staff_no, at=at, verb=verb, about="course", ref=course.ref, facts=facts or {}
    )

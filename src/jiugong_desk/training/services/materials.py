"""Attach files to a course and take them off again; callers see them once the course is published with them."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ...core.errors import Refused, Stale, hold
from ...core.verdict import Reason, refused
from ...organisation.bridge import policy
from ...organisation.models import Staff
from .. import files, queries
from ..models import Course, Material
from .holding import CHANGED, must_manage, note, step

MOST_FILES = 10
TOO_MANY = Reason("too_many", _("最多附 {most} 个文件。"), {"most": MOST_FILES}, remedy=_("请先移除不需要的。"))
TWICE = Reason("attached", _("这个文件已经附上。"))


@transaction.atomic
def attach(course: Course, *, name: str, content: bytes, by: Staff, at: datetime) -> Material:
    """Keep a file with the course, in the database."""
    must_manage(by, course)
    hold(files.judge(name, content, most_megabytes=policy().training.material_megabytes))
    step(course, edition=course.edition)
    held, sha256 = queries.materials_of(course), hashlib.sha256(content).hexdigest()
    if len(held) >= MOST_FILES:
        raise Refused(refused(TOO_MANY))
    if any(one.sha256 == sha256 for one in held):
        raise Refused(refused(TWICE))
    made: Material = Material.objects.create(
        course=course, name=files.clean_name(name), kind=files.kind_of(content), size=len(content), sha256=sha256,
        content=content, by=by, at=at,
    )  # fmt: skip
    note(course, "material.added", by=by, at=at, facts={"digest": sha256, "size": len(content)})
    return made


@transaction.atomic
def remove(material: Material, *, by: Staff, at: datetime) -> None:
    """Take it off the draft; versions that were published with it keep it."""
    must_manage(by, material.course)
    step(material.course, edition=material.course.edition)
    if not Material.objects.everyone().filter(pk=material.pk, removed_at=None).update(removed_at=at):
        raise Stale(CHANGED)
    note(material.course, "material.removed", by=by, at=at, facts={"digest": material.sha256})

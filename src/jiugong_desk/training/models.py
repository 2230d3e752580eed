"""Courses with every version that was ever to be read, their files, and who read and passed which."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..core.refs import RefField
from ..core.scope import ScopedManager, ScopedModel, ScopedQuerySet
from ..organisation.models import Posting, Staff, Unit
from ..organisation.scope import unit_filter


class CourseQuerySet(ScopedQuerySet["Course"]):
    def visible_to(self, staff: Staff) -> CourseQuerySet:
        """Whoever has to take it; and by unit, who sees its unit or one of the people who take it.

        A draft is for planners of its unit.
        """
        if not staff.may("training.view"):
            return self.none()
        taken = Enrolment.objects.everyone().filter(dropped_at=None)
        seen = Q(pk__in=taken.filter(staff=staff).values("course"))
        condition = unit_filter(staff)
        if condition is not None:
            people = Posting.objects.filter(condition, ended_on=None).values("staff")
            seen |= condition | Q(pk__in=taken.filter(staff__in=people).values("course"))
        if not staff.may("campaign.draft"):
            seen &= ~Q(state=Course.State.DRAFT)
        return self.filter(seen)


class Course(ScopedModel):
    """Something to be learned. `about`: kind and reference of its subject (`campaign:…`), or empty.

    `draft` is what the planner works on; what is taught is the newest version. `edition` rises with every change of the
    draft: who writes names the one he saw.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        OPEN = "open", _("开放")
        CLOSED = "closed", _("已结束")

    ref = RefField()
    about = models.CharField(max_length=60, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    draft = models.JSONField()
    edition = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    drafted_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(CourseQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["-drafted_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["about"], condition=~Q(about=""), name="one_course_of_a_subject")
        ]
        verbose_name = _("培训")

    def __str__(self) -> str:
        return self.title


class CourseVersion(models.Model):
    """What was to be read and asked from a moment on; never changed. Its digest is what a pass is bound to."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["course", "number"], name="course_version_once")]

    def __str__(self) -> str:
        return f"v{self.number} of {self.course_id}"


class MaterialQuerySet(ScopedQuerySet["Material"]):
    def visible_to(self, staff: Staff) -> MaterialQuerySet:
        """As its course. What was removed stays with the versions that were published with it."""
        return self.filter(course__in=Course.objects.visible_to(staff))


class Material(ScopedModel):
    """A file beside a course. `kind` is what its first bytes say, not what its name claims."""

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", "Word"
        PNG = "png", _("图片")

    ref = RefField()
    course = models.ForeignKey(Course, models.CASCADE, related_name="materials")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=4, choices=Kind)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(MaterialQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.ref


class EnrolmentQuerySet(ScopedQuerySet["Enrolment"]):
    def visible_to(self, staff: Staff) -> EnrolmentQuerySet:
        """His own, and those of people at and below his unit."""
        if not staff.may("training.view"):
            return self.none()
        condition = unit_filter(staff)
        if condition is None:
            return self.filter(staff=staff)
        people = Posting.objects.filter(condition, ended_on=None).values("staff")
        return self.filter(Q(staff=staff) | Q(staff__in=people))


class Enrolment(ScopedModel):
    """One person and one version of a course. A new version makes new rows; the old ones stay as they ended.

    `sections_read`: the first so many sections were opened and confirmed. `dropped_at`: he need not take it any more.
    """

    course = models.ForeignKey(Course, models.CASCADE, related_name="enrolments")
    version = models.ForeignKey(CourseVersion, models.CASCADE, related_name="enrolments")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    enrolled_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True, blank=True)
    sections_read = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    score = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)  # of the last attempt, a share
    passed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager(EnrolmentQuerySet)

    class Meta(ScopedModel.Meta):
        ordering: ClassVar = ["staff__staff_no"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "staff"], name="enrolled_once"),
            models.CheckConstraint(
                condition=Q(passed_at=None) | Q(read_at__isnull=False, attempts__gte=1), name="passed_after_reading"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["staff", "course"], name="enrolment_of")]

    def __str__(self) -> str:
        return f"{self.staff_id} in {self.version_id}"


class Attempt(models.Model):
    """One try of the quiz. `answers`: for each question the options that were picked, by their places in the content."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    answers = models.JSONField()
    score = models.DecimalField(max_digits=5, decimal_places=4)
    passed = models.BooleanField()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["enrolment", "number"], name="attempt_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} #{self.number}"

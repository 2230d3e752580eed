"""The organisation tree, its staff and their postings, and the bank's calendar."""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..core.refs import RefField
from . import permissions


class Unit(models.Model):
    """A place in the tree. `path` holds the codes from the root, each ended by a dot: `HO.BR01.SB01.OU01.`"""

    class Kind(models.TextChoices):
        HEAD_OFFICE = "head_office", _("总行")
        BRANCH = "branch", _("分行")
        SUB_BRANCH = "sub_branch", _("一级支行")
        OUTLET = "outlet", _("二级支行/网点")
        DEPARTMENT = "department", _("部门")

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=Kind)
    unit_class = models.CharField(max_length=10, blank=True, help_text=_("一类/二类，与层级无关"))
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=200, unique=True, editable=False)

    class Meta:
        ordering: ClassVar = ["path"]
        verbose_name = _("机构")

    def __str__(self) -> str:
        return self.name

    def holds(self, path: str) -> bool:
        """Whether the unit with this path is this one or lies below it."""
        return path.startswith(self.path)


class StaffManager(BaseUserManager["Staff"]):
    def get_by_natural_key(self, username: str | None) -> Staff:
        return self.get(staff_no=username)


class Staff(AbstractBaseUser):
    """A login of a person. `person_key` is the person: maker and checker differ by person, not by login.

    `looks_at`: the moment of the page that he looks at (`core.middleware.DeskTime`). What he may see only on certain days
    he sees by it; None, as in jobs and services: none of that.
    """

    ref = RefField()
    staff_no = models.CharField(_("工号"), max_length=20, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    person_key = models.CharField(max_length=40)
    is_active = models.BooleanField(default=True)

    looks_at: datetime | None = None

    objects: ClassVar[StaffManager] = StaffManager()
    USERNAME_FIELD = "staff_no"
    REQUIRED_FIELDS: ClassVar = ["name", "person_key"]

    class Meta:
        ordering: ClassVar = ["staff_no"]
        verbose_name = _("员工")

    def __str__(self) -> str:
        return f"{self.name}({self.staff_no})"

    @cached_property
    def current_postings(self) -> list[Posting]:
        """The posts held now (one query, kept for the request)."""
        return list(self.postings.filter(ended_on=None).select_related("unit").order_by("id"))

    @property
    def home(self) -> Unit | None:
        """The unit of the first post; None for somebody without a post."""
        return self.current_postings[0].unit if self.current_postings else None

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(posting.role for posting in self.current_postings))

    def has_role(self, *roles: str) -> bool:
        return any(role in roles for role in self.roles)

    def may(self, permission: str) -> bool:
        """Whether any of the posts carries this permission (an unknown permission raises), and none forbids it."""
        if not (self.is_active and permissions.granted(self.roles, permission)):
            return False
        bars = permissions.NEVER_WITH.get(permission)
        return bars is None or not permissions.granted(self.roles, bars)

    def may_at(self, permission: str, unit: Unit) -> bool:
        """Whether a post at or above this unit, or one that sees everything, carries the permission.

        Taking part in a campaign of a higher unit lets one read it; what changes it takes a post there.
        """
        return self.may(permission) and any(
            permissions.granted([posting.role], permission)
            and (permissions.scope_of(posting.role) == "all" or posting.unit.holds(unit.path))
            for posting in self.current_postings
        )

    def is_same_person_as(self, other: Staff) -> bool:
        return self.person_key == other.person_key


class Posting(models.Model):
    """Somebody's post at a unit. Ended, never deleted, so that a year later it is known who was what."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="postings")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="postings")
    role = models.CharField(max_length=24)
    began_on = models.DateField(default=date(2000, 1, 1))
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["staff", "unit", "role"], condition=models.Q(ended_on=None), name="one_open_posting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.role} @ {self.unit_id}"


class CalendarDay(models.Model):
    """A day that differs from the weekly rule: a public holiday, or a weekend day that is worked (调休)."""

    day = models.DateField(primary_key=True)
    is_working = models.BooleanField()
    note = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["day"]

    def __str__(self) -> str:
        return f"{self.day}"


class PolicyVersion(models.Model):
    """Other bands and values than the policy file's, from a day on. `text` is kept exactly as it was handed in.

    `preview`: what it would move on a snapshot, as the grid's room reckoned it for just this `digest`.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        APPROVED = "approved", _("已批准")
        DROPPED = "dropped", _("未通过")

    ref = RefField()
    version = models.CharField(_("版本"), max_length=30, unique=True)
    effective_from = models.DateField(_("生效日期"))
    text = models.TextField(_("内容"))
    digest = models.CharField(max_length=64)
    note = models.CharField(_("修改说明"), max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    preview = models.JSONField(null=True, blank=True)
    previewed_digest = models.CharField(max_length=64, blank=True)
    drafted_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-effective_from", "-id"]

    def __str__(self) -> str:
        return self.version

    @property
    def is_previewed(self) -> bool:
        return self.preview is not None and self.previewed_digest == self.digest

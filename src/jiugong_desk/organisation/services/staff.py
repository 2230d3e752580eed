"""Staff: their accounts, their posts, their passwords. Posts are ended and accounts switched off, never deleted."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from ...audit import services as audit
from ...core.clock import bank_date
from ...core.errors import Refused, Stale, hold
from ...core.verdict import Reason, refused
from .. import rules
from ..bridge import roles
from ..models import Posting, Staff, Unit
from .acting import require_if_staff, staff_no_of


@transaction.atomic
def create_staff(
    *,
    staff_no: str,
    name: str,
    role: str,
    unit: Unit,
    password: str | None = None,
    person_key: str = "",
    by: Staff | None = None,
    at: datetime,
) -> Staff:
    """A new account with its first post; without a password nobody can sign in yet.

    `person_key` names the person where one person has two accounts (maker and checker differ by person).
    """
    require_if_staff(by, "staff.manage")
    hold(rules.known_role(role, roles()))
    staff = Staff(staff_no=staff_no, name=name, person_key=person_key or staff_no)
    if by is not None:
        hold(rules.may_manage(person_key=staff.person_key, by_person_key=by.person_key))
    _put_password(staff, password)
    try:
        with transaction.atomic():
            staff.save(force_insert=True)
    except IntegrityError:
        raise Refused(rules.staff_no_taken(staff_no)) from None
    Posting.objects.create(staff=staff, unit=unit, role=role, began_on=bank_date(at))
    _record("staff.created", staff, unit, by, at, {"role": role, "unit": unit.code})
    return staff


@transaction.atomic
def set_password(staff: Staff, *, password: str, by: Staff | None = None, at: datetime) -> None:
    """A new password; every session of that account ends with its next request."""
    _may_manage(staff, by)
    _put_password(staff, password)
    staff.save(update_fields=["password"])
    _record("staff.password_reset", staff, staff.home, by, at, {})


@transaction.atomic
def change_own_password(staff: Staff, *, password: str, at: datetime) -> None:
    """Somebody's own new password; the caller has checked the old one. The other sessions end."""
    _put_password(staff, password)
    staff.save(update_fields=["password"])
    _record("staff.password_changed", staff, staff.home, staff, at, {})


@transaction.atomic
def begin_posting(staff: Staff, *, unit: Unit, role: str, by: Staff | None = None, at: datetime) -> Posting:
    """One more post."""
    _may_manage(staff, by)
    hold(rules.known_role(role, roles()))
    try:
        with transaction.atomic():
            posting = Posting.objects.create(staff=staff, unit=unit, role=role, began_on=bank_date(at))
    except IntegrityError:
        raise Stale(rules.NO_LONGER) from None
    _record("posting.begun", staff, unit, by, at, {"role": role, "unit": unit.code})
    return posting


@transaction.atomic
def end_posting(posting: Posting, *, reason: str, by: Staff | None = None, at: datetime) -> None:
    """End a post today; what it let the person see is gone with the next request."""
    _may_manage(posting.staff, by)
    hold(rules.good_reason(reason))
    changed = Posting.objects.filter(pk=posting.pk, ended_on=None).update(ended_on=bank_date(at))
    if not changed:
        raise Stale(rules.NO_LONGER)
    facts = {"role": posting.role, "unit": posting.unit.code, "reason": reason.strip()}
    _record("posting.ended", posting.staff, posting.unit, by, at, facts)


@transaction.atomic
def deactivate(staff: Staff, *, reason: str, by: Staff | None = None, at: datetime) -> None:
    """Switch the account off; its sessions end with their next request."""
    _switch(staff, active=False, reason=reason, by=by, at=at)


@transaction.atomic
def reactivate(staff: Staff, *, reason: str, by: Staff | None = None, at: datetime) -> None:
    """Switch the account on again, with the posts it still holds."""
    _switch(staff, active=True, reason=reason, by=by, at=at)


def _switch(staff: Staff, *, active: bool, reason: str, by: Staff | None, at: datetime) -> None:
    _may_manage(staff, by)
    hold(rules.good_reason(reason))
    changed = Staff.objects.filter(pk=staff.pk, is_active=not active).update(is_active=active)
    if not changed:
        raise Stale(rules.NO_LONGER)
    verb = "staff.reactivated" if active else "staff.deactivated"
    _record(verb, staff, staff.home, by, at, {"reason": reason.strip()})


def _may_manage(staff: Staff, by: Staff | None) -> None:
    require_if_staff(by, "staff.manage")
    if by is not None:
        hold(rules.may_manage(person_key=staff.person_key, by_person_key=by.person_key))


def _put_password(staff: Staff, password: str | None) -> None:
    if password is None:
        staff.set_unusable_password()
        return
    try:
        validate_password(password, staff)
    except ValidationError as error:
        raise Refused(refused(*(Reason("weak_password", text) for text in error.messages))) from None
    staff.set_password(password)


def _record(verb: str, staff: Staff, unit: Unit | None, by: Staff | None, at: datetime, facts: dict[str, str]) -> None:
    chain = unit.code if unit else "system"
    audit.record(chain=chain, by=staff_no_of(by), at=at, verb=verb, about="staff", ref=staff.ref, facts=facts)

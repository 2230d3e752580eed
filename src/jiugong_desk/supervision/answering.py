"""Whether somebody answers for a caller: a post at or above where he calls, with the permission."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from ..organisation.models import Staff
from ..organisation.permissions import granted
from .scope import SEES


def answers_for(by: Staff, person: Staff, permission: str = SEES) -> bool:
    posts = [posting.unit for posting in person.current_postings if granted([posting.role], "call.work")]
    return any(by.may_at(permission, unit) for unit in posts)


def must_answer_for(by: Staff, *people: Staff, permission: str = SEES) -> None:
    """403 where he does not, whatever a form says."""
    if not all(answers_for(by, person, permission) for person in people):
        raise PermissionDenied(permission)

"""For whose callers somebody answers: everything at and below the posts of his that carry the permission."""

from __future__ import annotations

from django.db.models import Q

from ..core.errors import DeskError
from ..organisation.models import Staff, Unit
from ..organisation.permissions import granted, scope_of

SEES = "call.supervise"
__all__ = ["SEES", "Nobody", "below", "post_of", "units_of"]


class Nobody(DeskError):
    """A caller without a post: nobody answers for him."""


def below(viewer: Staff, path_field: str = "unit__path", *, permission: str = SEES) -> Q | None:
    """A filter on the path of a unit; None for who answers for nobody."""
    paths = [
        "" if scope_of(posting.role) == "all" else posting.unit.path
        for posting in viewer.current_postings
        if granted([posting.role], permission) and scope_of(posting.role) in {"unit", "all"}
    ]
    if not paths or not viewer.may(permission):
        return None
    found = Q()
    for path in paths:
        found |= Q(**{f"{path_field}__startswith": path})
    return found


def units_of(viewer: Staff, *, permission: str = SEES) -> list[int]:
    """The units at which he himself holds such a post."""
    return [posting.unit_id for posting in viewer.current_postings if granted([posting.role], permission)]


def post_of(person: Staff) -> Unit:
    """Where he calls: the unit of his first post that makes calls."""
    for posting in person.current_postings:
        if granted([posting.role], "call.work"):
            return posting.unit
    raise Nobody(person.staff_no)

"""How far somebody sees, as a filter: one sentence, one place.

A manager sees the customers that are his or that were handed to him; a head or department what lies at and below the
unit; an auditor everything; an administrator nothing.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from .models import Staff, Unit
from .permissions import scope_of


def unit_filter(staff: Staff, path_field: str = "unit__path") -> Q | None:
    """A filter on a unit path for the posts that see by unit; None where no post does.

    The empty Q (everything) is returned for a post whose scope is `all`.
    """
    paths: list[str] = []
    for posting in staff.current_postings:
        scope = scope_of(posting.role)
        if scope == "all":
            return Q()
        if scope == "unit":
            paths.append(posting.unit.path)
    if not staff.is_active or not paths:
        return None
    condition = Q()
    for path in paths:
        condition |= Q(**{f"{path_field}__startswith": path})
    return condition


def unit_ids(staff: Staff) -> list[int] | None:
    """The units at and below those of the posts that see by unit (one query, kept for the request); None: no limit.

    For tables of a million rows: a database that is given the units plans well, where it can only guess how many a
    path's beginning matches.
    """
    if "seen_units" not in vars(staff):
        condition = unit_filter(staff, "path")
        units = Unit.objects.none() if condition is None else Unit.objects.filter(condition)
        vars(staff)["seen_units"] = None if condition == Q() else list(units.values_list("pk", flat=True))
    found: list[int] | None = vars(staff)["seen_units"]
    return found


def places_of(staff: Staff) -> QuerySet[Unit]:
    """The units at and below those of the posts that see by unit, without departments: where work with customers is."""
    inside = unit_filter(staff, "path")
    rows = Unit.objects.exclude(kind=Unit.Kind.DEPARTMENT)
    return rows.none() if inside is None else rows.filter(inside)


def sees_own(staff: Staff) -> bool:
    """Whether one of the posts sees its own customers."""
    return staff.is_active and any(scope_of(posting.role) == "own" for posting in staff.current_postings)

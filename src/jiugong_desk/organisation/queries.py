"""What the organisation pages show."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from .models import Posting, Staff, Unit
from .permissions import role_name


@dataclass(frozen=True)
class Branch:
    """A unit as a line of the tree. `people` counts those who hold a post there now."""

    unit: Unit
    depth: int
    people: int


@dataclass(frozen=True)
class Person:
    staff: Staff
    posts: tuple[tuple[str, str], ...]  # unit name, role name


def tree() -> list[Branch]:
    """Every unit in the order of the tree (one query)."""
    open_posts = Count("postings__staff", filter=Q(postings__ended_on=None), distinct=True)
    return [Branch(unit, unit.path.count(".") - 1, unit.people) for unit in Unit.objects.annotate(people=open_posts)]


def people(unit: Unit | None, words: str) -> QuerySet[Staff]:
    """Who holds a post at or below the unit (None: everybody, without a post too) and whose number or name begins so."""
    rows = Staff.objects.prefetch_related(
        Prefetch("postings", Posting.objects.filter(ended_on=None).select_related("unit"), to_attr="open_postings")
    )
    if unit is not None:
        rows = rows.filter(
            pk__in=Posting.objects.filter(ended_on=None, unit__path__startswith=unit.path).values("staff")
        )
    if words:
        rows = rows.filter(Q(staff_no__startswith=words) | Q(name__startswith=words))
    return rows


def person(staff: Staff) -> Person:
    """A member of staff from `people` with posts in words."""
    return Person(staff, tuple((p.unit.name, role_name(p.role)) for p in staff.open_postings))  # type: ignore[attr-defined]


def history(staff: Staff) -> list[tuple[Posting, str]]:
    """Every post, the open ones first, each with its role in words."""
    postings = staff.postings.select_related("unit").order_by("-began_on", "-id")
    return sorted(((p, role_name(p.role)) for p in postings), key=lambda pair: pair[0].ended_on is not None)

"""Who is on duty: the roster for other rooms, who is away, who stands in; and whose leave somebody may record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from ..core.clock import bank_date
from ..organisation.bridge import policy
from ..organisation.calendar import working_days
from ..organisation.models import Posting, Staff, Unit
from ..organisation.permissions import roles_with
from ..organisation.scope import unit_filter
from . import rules
from .models import Absence, Hours
from .rules import Away, Person, Roster, Slot

LONG_MONTH = timedelta(days=31)


def roster_for(staff_ids: Iterable[int], first: date, last: date, *, more: Iterable[Away] = ()) -> Roster:
    """The roster of these members of staff over the working days from `first` to `last` (five queries).

    `more`: absences that are not recorded yet, to see what they would do.
    """
    wanted, more = set(staff_ids), list(more)
    days = working_days(first, last) if first <= last else []
    away = [*_absences(wanted, first, last), *more]
    covers = {one.cover for one in away if one.cover is not None}
    people = {person.key: person for person in _people(wanted | covers)}
    return rules.roster(
        [people[key] for key in sorted(wanted) if key in people], days, away,
        others=[people[key] for key in sorted(covers - wanted) if key in people],
        covered_at_once=policy().duty.people_covered_at_once,
    )  # fmt: skip


def capacity_for(calls_a_day: Mapping[int, int], first: date, last: date) -> dict[tuple[int, date], int]:
    """Calls that each of these can make on each working day, by (staff id, day): leave and part time reckoned in."""
    found = roster_for(calls_a_day, first, last)
    return rules.capacity(found, calls_a_day, shares=shares_of(calls_a_day))


def shares_of(staff_ids: Iterable[int]) -> dict[int, Decimal]:
    """Of a full day the part that is available for calls, at most 1, for those who have hours of their own (one query)."""
    full = policy().duty.hours_per_day
    rows = Hours.objects.filter(staff__in=set(staff_ids)).values_list("staff", "hours_per_day")
    return {key: min(Decimal(1), hours / full) for key, hours in rows}


def absent_on(day: date) -> set[int]:
    """The ids of all who are away on that day (one query)."""
    return set(_open().filter(first_day__lte=day, last_day__gte=day).values_list("staff", flat=True))


def days_away(staff: Staff, first: date, last: date) -> set[date]:
    """The days of his leave between these two, both included (one query)."""
    rows = _open().filter(staff=staff, first_day__lte=last, last_day__gte=first).values_list("first_day", "last_day")
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    spans = list(rows)
    return {day for day in days if any(begin <= day <= end for begin, end in spans)}


def days_covered(staff: Staff, cover: Staff, first: date, last: date) -> set[date]:
    """The working days between these two on which this colleague stands in for him."""
    slots = roster_for([staff.pk], first, last).slots.values()
    return {slot.day for slot in slots if slot.cover == cover.pk}


def cover_of(staff: Staff, day: date) -> Staff | None:
    """Who stands in for him on that working day; None where he is on duty himself, or nobody does."""
    found = roster_for([staff.pk], day, day).slots.get((staff.pk, day))
    return Staff.objects.get(pk=found.cover) if found and found.cover is not None else None


def covered_by(staff: Staff, day: date) -> list[Staff]:
    """For whom he stands in on that working day."""
    named = _open().filter(cover=staff, first_day__lte=day, last_day__gte=day).values_list("staff", flat=True)
    return _covered_among(named, staff, day)


def _covered_among(named: Iterable[int], staff: Staff, day: date) -> list[Staff]:
    """Of these, who name him: those whom he really has on that day; two may name one person, and he may be away."""
    found = roster_for(named, day, day)
    keys = found.standing_in(day).get(staff.pk, []) if found.days else []
    return list(Staff.objects.filter(pk__in=keys))


@dataclass(frozen=True)
class Turn:
    """Somebody's part in a day: `away`, with who stands in for him (None: nobody), or on duty, also for the `covered`."""

    away: bool = False
    cover: Staff | None = None
    covered: tuple[Staff, ...] = ()

    @property
    def cover_name(self) -> str | None:
        return self.cover.name if self.cover else None

    @property
    def covered_ids(self) -> tuple[int, ...]:
        return tuple(person.pk for person in self.covered)


def turn_of(staff: Staff, day: date) -> Turn:
    """As it is recorded this moment (one query, where no absence of the day names him)."""
    rows = _open().filter(Q(staff=staff) | Q(cover=staff), first_day__lte=day, last_day__gte=day)
    named = set(rows.values_list("staff", flat=True))
    if staff.pk in named:
        return Turn(away=True, cover=cover_of(staff, day))
    return Turn(covered=tuple(_covered_among(named, staff, day))) if named else Turn()


def turn_on_page(staff: Staff) -> Turn:
    """His turn on the day of the page that he looks at, asked once a page. On no page he stands in for nobody."""
    if staff.looks_at is None:
        return Turn()
    kept = vars(staff)
    if "turn" not in kept:
        kept["turn"] = turn_of(staff, bank_date(staff.looks_at))
    found: Turn = kept["turn"]
    return found


def stands_in(staff: Staff, first: date, last: date, *, viewer: Staff) -> list[Absence]:
    """The absences of these days that name him as cover, as far as the viewer sees them."""
    rows = Absence.objects.visible_to(viewer).filter(
        cancelled_at=None, cover=staff, first_day__lte=last, last_day__gte=first
    )
    return list(rows.select_related("staff").order_by("first_day", "id"))


def _open() -> QuerySet[Absence]:
    return Absence.objects.everyone().filter(cancelled_at=None)


def _absences(wanted: set[int], first: date, last: date) -> list[Away]:
    """Those of the wanted and of whoever may stand in for them, and all that name the same covers; as recorded."""
    rows = _open().filter(first_day__lte=last, last_day__gte=first)
    covers = rows.filter(staff__in=wanted).exclude(cover=None).values_list("cover", flat=True)
    touching = wanted | set(covers)
    found = rows.filter(Q(staff__in=touching) | Q(cover__in=touching)).order_by("id")
    return [as_away(row) for row in found]


def as_away(row: Absence) -> Away:
    return Away(row.staff_id, row.first_day, row.last_day, row.cover_id, row.ref)


def _people(keys: Iterable[int]) -> list[Person]:
    rows = Staff.objects.filter(pk__in=set(keys)).prefetch_related(_POSTS)
    return [_person(staff) for staff in rows]


_POSTS = Prefetch("postings", Posting.objects.filter(ended_on=None).select_related("unit").order_by("id"))


def _person(staff: Staff) -> Person:
    posts = list(staff.postings.all())
    calls = staff.is_active and any(post.role in roles_with("call.work") for post in posts)
    return Person(staff.pk, posts[0].unit_id if posts else None, calls)


def people_at(units: Q) -> list[Staff]:
    """Everybody with a customer's post at units that the filter on `unit__path` names, by outlet and number."""
    roles = {*roles_with("call.work"), *roles_with("training.take")}
    posts = Posting.objects.filter(units, ended_on=None, role__in=roles, staff=OuterRef("pk"))
    rows = Staff.objects.filter(Exists(posts), is_active=True).prefetch_related(_POSTS)
    return sorted(rows, key=lambda staff: (staff.postings.all()[0].unit.path, staff.staff_no))


def managed_by(staff: Staff) -> list[Staff]:
    """Whose leave he may record: the people at and below his unit."""
    units = unit_filter(staff)
    return [] if units is None or not staff.may("duty.manage") else people_at(units)


def callers_of(staff: Staff) -> list[Staff]:
    """Whom he may name as cover: those of his people whose post makes calls."""
    return [person for person in managed_by(staff) if _person(person).calls]


def calls(staff: Staff) -> bool:
    return staff.may("call.work")


def outlets_for(staff: Staff) -> list[Unit]:
    """The units with people on the roster that he sees by unit, in the order of the tree."""
    inside = unit_filter(staff, "path")
    if inside is None:
        return []
    roles = {*roles_with("call.work"), *roles_with("training.take")}
    posts = Posting.objects.filter(unit=OuterRef("pk"), ended_on=None, role__in=roles, staff__is_active=True)
    return list(Unit.objects.filter(inside).filter(Exists(posts)))


def listed(staff: Staff, people: Iterable[Staff], first: date, last: date) -> list[Absence]:
    """The absences of these days that he may see, of these people, the earliest first."""
    rows = Absence.objects.visible_to(staff).filter(
        cancelled_at=None, first_day__lte=last, last_day__gte=first, staff__in=[person.pk for person in people]
    )
    return list(rows.select_related("staff", "cover").order_by("first_day", "id"))


def knows_why(viewer: Staff, staff: Staff) -> bool:
    """The kind of an absence is for the person and for whoever records it; everybody else sees that he is away."""
    return viewer.may("duty.manage") or viewer.is_same_person_as(staff)


def on_the_roster(viewer: Staff, unit: Unit | None, first: date) -> list[Staff]:
    """The people of the unit's month; without a unit himself, and those whom he stands in for that month."""
    if unit is not None:
        return people_at(Q(unit=unit))
    rows = Absence.objects.visible_to(viewer).filter(cancelled_at=None, cover=viewer)
    month = rows.filter(first_day__lt=first + LONG_MONTH, last_day__gte=first)
    keys = {viewer.pk, *month.values_list("staff", flat=True)}
    found = Staff.objects.filter(pk__in=keys, postings__ended_on=None).distinct().prefetch_related(_POSTS)
    return sorted(found, key=lambda staff: (staff.pk != viewer.pk, staff.staff_no))


def hours_of(staff_ids: Iterable[int]) -> dict[int, Decimal]:
    """Callable hours a day of those who have other than the policy's."""
    return dict(Hours.objects.filter(staff__in=set(staff_ids)).values_list("staff", "hours_per_day"))


def days_of(absence: Absence) -> list[date]:
    return working_days(absence.first_day, absence.last_day)


def holes_of(absence: Absence) -> list[Slot]:
    """The working days of an open absence on which nobody stands in."""
    if not absence.is_open:
        return []
    found = roster_for([absence.staff_id], absence.first_day, absence.last_day)
    return [slot for slot in rules.holes(found).person_days if slot.ref == absence.ref]

"""Who has passed what: for the launch gate and the queue, for the callers' list, and for those who answer for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from ..core.clock import bank_date, midnight
from ..organisation.bridge import policy
from ..organisation.models import Posting, Staff, Unit
from ..organisation.permissions import roles_with
from ..organisation.scope import unit_filter
from . import rules
from .models import Attempt, Course, CourseVersion, Enrolment, Material

State = Course.State


def is_trained(about: str, staff: Staff) -> bool:
    """Whether this person has passed the newest version of the subject's course. False where there is no course."""
    return not untrained(about, [staff.pk])


def untrained(about: str, staff_ids: Iterable[int]) -> list[Staff]:
    """Who of these has not passed the newest version of the subject's course, by number. All, where there is none."""
    wanted = set(staff_ids)
    passed = current().filter(course__about=about, passed_at__isnull=False, staff__in=wanted) if about else None
    done = set(passed.values_list("staff", flat=True)) if passed is not None else set()
    return list(Staff.objects.filter(pk__in=wanted - done))


def passed_subjects(staff: Staff) -> list[str]:
    """What the courses are about that he has passed in their newest version (one query)."""
    rows = current().filter(staff=staff, passed_at__isnull=False)
    return list(rows.exclude(course__about="").values_list("course__about", flat=True))


def course_about(about: str) -> Course | None:
    found: Course | None = Course.objects.everyone().filter(about=about).first() if about else None
    return found


def current() -> QuerySet[Enrolment]:
    """The enrolments in the newest version of each course."""
    newest = CourseVersion.objects.filter(course=OuterRef("course")).order_by("-number").values("pk")[:1]
    rows: QuerySet[Enrolment] = Enrolment.objects.everyone().filter(version=Subquery(newest))
    return rows


def count_for(staff: Staff, now: datetime) -> int:
    """How many courses this person has still to pass (one query)."""
    if not staff.may("training.take"):
        return 0
    return current().filter(staff=staff, dropped_at=None, passed_at=None, course__state=State.OPEN).count()


def enrolment(course: Course, staff: Staff) -> Enrolment | None:
    """His part in the newest version; None where he need not take it."""
    rows = current().filter(course=course, staff=staff, dropped_at=None).select_related("version", "course")
    return rows.first()


def content_of(version: CourseVersion) -> rules.Content:
    return rules.from_json(version.content)


def content_of_draft(course: Course) -> rules.Content:
    """What the planner works on; without what is attached."""
    return rules.from_json(course.draft)


def newest(course: Course) -> CourseVersion | None:
    return course.versions.select_related("by").first()


def attempts_today(found: Enrolment, now: datetime) -> int:
    start = midnight(bank_date(now))
    return Attempt.objects.filter(enrolment=found, at__gte=start, at__lt=start + timedelta(days=1)).count()


@dataclass(frozen=True)
class Row:
    """A line of the list of courses. `mine`: one's own part in it; `passed` of `people` as far as one sees them."""

    course: Course
    mine: Enrolment | None
    passed: int
    people: int


def courses_for(staff: Staff) -> list[Row]:
    """Everything that he may see, what he has still to pass first (four queries)."""
    courses = list(Course.objects.visible_to(staff).select_related("unit"))
    newest_of = dict(
        CourseVersion.objects.filter(course__in=courses).order_by().values_list("course").annotate(last=Max("pk"))
    )
    seen = Enrolment.objects.visible_to(staff).filter(version__in=newest_of.values(), dropped_at=None)
    taking = list(seen.select_related("version"))
    rows = []
    for course in courses:
        here = [one for one in taking if one.course_id == course.pk]
        mine = next((one for one in here if one.staff_id == staff.pk), None)
        rows.append(Row(course, mine, sum(one.passed_at is not None for one in here), len(here)))
    return sorted(rows, key=lambda row: (not is_owed(row), row.course.state == State.CLOSED))


def is_owed(row: Row) -> bool:
    """Whether he himself has still to do it."""
    return row.mine is not None and row.mine.passed_at is None and row.course.state == State.OPEN


@dataclass(frozen=True)
class Person:
    """Who takes a course, and how far he has come."""

    staff: Staff
    outlet: str
    enrolment: Enrolment
    total: int  # sections

    @property
    def passed(self) -> bool:
        return self.enrolment.passed_at is not None


def people_of(course: Course, viewer: Staff) -> list[Person]:
    """Who takes the newest version, as far as the viewer sees them, by outlet."""
    version = newest(course)
    if version is None:
        return []
    total = len(version.content["sections"])
    rows = Enrolment.objects.visible_to(viewer).filter(version=version, dropped_at=None).select_related("staff")
    posts = Posting.objects.filter(ended_on=None, staff__in=[row.staff_id for row in rows]).select_related("unit")
    outlets = {post.staff_id: post.unit.name for post in posts.order_by("-id")}
    people = [Person(row.staff, outlets.get(row.staff_id, "—"), row, total) for row in rows]
    return sorted(people, key=lambda one: (one.passed, one.outlet, one.staff.staff_no))


def callers_below(unit: Unit, *, more: Iterable[int] = ()) -> list[Staff]:
    """Who can take a course of the unit: everybody at or below it whose post takes training; and these `more`."""
    posts = Posting.objects.filter(
        unit__path__startswith=unit.path, ended_on=None, role__in=roles_with("training.take"), staff=OuterRef("pk")
    )
    return list(Staff.objects.filter(Q(Exists(posts), is_active=True) | Q(pk__in=more)))


def manages(staff: Staff, course: Course) -> bool:
    """Whether he may change the course: who drafts, of a unit at or below his."""
    condition = unit_filter(staff)
    return (
        staff.may("campaign.draft")
        and condition is not None
        and (Course.objects.everyone().filter(condition, pk=course.pk).exists())
    )


def materials_of(course: Course) -> list[Material]:
    """What is attached now, without the bytes."""
    rows = Material.objects.everyone().filter(course=course, removed_at=None)
    return list(rows.defer("content"))


@dataclass(frozen=True)
class Shown:
    """A question on the quiz page: its options in the order of this attempt, with those that are picked."""

    number: int
    text: str
    several: bool
    options: tuple[tuple[int, str, bool], ...]  # place, text, picked
    missing: bool


def quiz_page(found: Enrolment, picks: dict[int, list[int]], *, sent: bool) -> list[Shown]:
    """`picks`: places by question; `sent`: unanswered questions are pointed at."""
    content, number = content_of(found.version), found.attempts + 1
    shown = []
    for at, question in enumerate(content.quiz):
        places = orders(found, number)[at]
        chosen = picks.get(at, [])
        options = tuple((place, question.options[one], place in chosen) for place, one in enumerate(places))
        shown.append(Shown(at, question.text, question.several, options, sent and not chosen))
    return shown


def orders(found: Enrolment, number: int) -> list[tuple[int, ...]]:
    """The order of the options in the attempt of this number, by question."""
    seed = f"{found.version.digest}:{found.staff_id}:{number}"
    return [rules.order(seed, at, len(one.options)) for at, one in enumerate(content_of(found.version).quiz)]


@dataclass(frozen=True)
class Marked:
    """A question after an attempt. `answer`: the right options, where they may be told."""

    number: int
    text: str
    right: bool
    picked: tuple[str, ...]
    why: str
    answer: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    attempt: Attempt
    questions: tuple[Marked, ...]
    left_today: int
    needed: int  # right answers

    @property
    def right(self) -> int:
        return sum(one.right for one in self.questions)


def result(found: Enrolment, now: datetime) -> Result | None:
    """The last attempt, question by question; None before the first."""
    attempt = found.tries.first()
    if attempt is None:
        return None
    content = content_of(found.version)
    scored = rules.score(content.quiz, attempt.answers, pass_mark=content.pass_mark)
    tell = attempt.passed or rules.may_tell_right(found.attempts)
    questions = tuple(
        Marked(
            at + 1, one.text, scored.right[at], tuple(one.options[place] for place in attempt.answers[at]), one.why,
            tuple(one.options[place] for place in sorted(one.right)) if tell else (),
        )
        for at, one in enumerate(content.quiz)
    )  # fmt: skip
    left = max(policy().training.attempts_per_day - attempts_today(found, now), 0)
    return Result(attempt, questions, left, _needed(content))


def _needed(content: rules.Content) -> int:
    return int((content.pass_mark * len(content.quiz)).to_integral_value(rounding="ROUND_CEILING"))


def pass_words(content: rules.Content) -> tuple[int, int]:
    """Right answers needed, and questions."""
    return _needed(content), len(content.quiz)


def history_of(course: Course) -> list[CourseVersion]:
    """Every version, the newest first, each with how many passed it."""
    passed = Q(enrolments__passed_at__isnull=False)
    rows = course.versions.select_related("by").annotate(passed=Count("enrolments", filter=passed))
    return list(rows.order_by(F("number").desc()))


def published_materials(version: CourseVersion | None) -> list[Material]:
    """The files of a version, in its order, also those that were since taken off the draft."""
    wanted = version.content["materials"] if version else []
    if version is None or not wanted:
        return []
    rows = Material.objects.everyone().filter(course=version.course, sha256__in=wanted).defer("content")
    by_digest = {row.sha256: row for row in rows.order_by("id")}
    return [by_digest[sha256] for sha256 in wanted if sha256 in by_digest]


def is_changed(course: Course, version: CourseVersion | None) -> bool:
    """Whether the draft, with its files, differs from what is taught."""
    files = tuple(one.sha256 for one in materials_of(course))
    content = replace(rules.from_json(course.draft), materials=files)
    return version is None or content.digest() != version.digest


def sees_only_himself(staff: Staff) -> bool:
    """Whether none of his posts looks at a unit's people."""
    return unit_filter(staff) is None

"""Write a course, publish it, say who takes it, close it. What was published is never changed, only followed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from ...core.errors import Refused, hold
from ...core.pages import require
from ...core.verdict import Reason, refused
from ...organisation.bridge import policy
from ...organisation.models import Staff, Unit
from .. import queries, rules
from ..extension import held_for
from ..models import Course, CourseVersion, Enrolment
from ..rules import Content, Question, Section
from .holding import must_manage, note, step

State = Course.State
FIXED = Reason(
    "fixed_sections", _("由方案生成的各节不能修改或删去。"), remedy=_("可以另加一节；方案本身的改动请办理变更。")
)
HELD = Reason("held_course", _("活动已批准，尚未结束，培训不能结束。"), remedy=_("请待活动结束后再办。"))
SAME = Reason("same_content", _("内容与已发布的版本相同。"), remedy=_("有改动时才须重新发布。"))


@transaction.atomic
def draft(*, unit: Unit, content: Content, by: Staff, at: datetime, about: str = "") -> Course:
    """Begin a course; nobody has to take it yet."""
    require(by, "campaign.draft")
    hold(rules.good_texts(content))
    return _create(unit=unit, content=content, by=by, at=at, about=about)


def _create(*, unit: Unit, content: Content, by: Staff, at: datetime, about: str) -> Course:
    made: Course = Course.objects.create(
        about=about, unit=unit, title=content.title, draft=rules.as_json(content), drafted_by=by, drafted_at=at
    )
    note(made, "course.drafted", by=by, at=at)
    return made


@transaction.atomic
def edit(course: Course, *, content: Content, edition: int, by: Staff, at: datetime) -> None:
    """Change the draft; what is taught stays until it is published. What was made from the subject stays as it is."""
    must_manage(by, course)
    hold(rules.good_texts(content))
    held = Course.objects.everyone().select_for_update().get(pk=course.pk)
    if content.fixed != queries.content_of_draft(held).fixed:
        raise Refused(refused(FIXED))
    step(course, edition=edition, draft=rules.as_json(content), title=content.title)
    note(course, "course.drafted", by=by, at=at)


@transaction.atomic
def publish(course: Course, *, edition: int, by: Staff, at: datetime) -> CourseVersion:
    """Teach the draft. Who took the version before has to read and pass this one; the earlier passes stay on record."""
    must_manage(by, course)
    step(course, edition=edition, state=State.OPEN)
    course.refresh_from_db(fields=["draft"])
    content = _with_materials(course, rules.from_json(course.draft))
    hold(rules.faults(content))
    before = queries.newest(course)
    if before is not None and before.digest == content.digest():
        raise Refused(refused(SAME))
    version = _next_version(course, content, by=by, at=at)
    _enrol(course, version, _taking(before), at=at)
    note(course, "course.published", by=by, at=at, facts={"version": version.number, "content": version.digest})
    return version


@transaction.atomic
def open_course(
    about: str, *, title: str, sections: Iterable[Section], quiz: Iterable[Question], staff: Iterable[Staff], unit: Unit,
    by: Staff, at: datetime,
) -> Course:  # fmt: skip
    """The course of a subject, taught from now on to these people: made, or brought to this content.

    The same content again changes nothing but who takes it; another content is another version, to be read anew. One
    that was closed is open again. For the room that owns the subject, which has checked the right of `by`.
    """
    content = Content(title, tuple(sections), tuple(quiz), policy().training.pass_mark)
    course = Course.objects.everyone().select_for_update().filter(about=about).first()
    if course is None:
        course = _create(unit=unit, content=content, by=by, at=at, about=about)
    content = _with_materials(course, content)
    hold(rules.faults(content))
    hold(rules.fits(content))
    version = queries.newest(course)
    changed = version is None or version.digest != content.digest()
    if changed or course.state != State.OPEN:
        _teach(course, content)
    if version is None or changed:
        version = _next_version(course, content, by=by, at=at)
        note(course, "course.published", by=by, at=at, facts={"version": version.number, "content": version.digest})
    _enrol(course, version, staff, at=at)
    return course


@transaction.atomic
def also_takes(about: str, *, staff: Staff, at: datetime) -> None:
    """One more person takes the subject's open course; what he has passed stays passed. No course, nothing happens.

    Inner verb, for the room that owns the subject: the caller's verb audits.
    """
    course = Course.objects.everyone().filter(about=about, state=State.OPEN).first()
    version = queries.newest(course) if course else None
    if course is not None and version is not None:
        Enrolment.objects.everyone().update_or_create(
            course=course, version=version, staff=staff, defaults={"dropped_at": None}, create_defaults={"enrolled_at": at}
        )  # fmt: skip


@transaction.atomic
def set_people(course: Course, *, staff: Iterable[Staff], by: Staff, at: datetime) -> None:
    """Who takes the newest version. What the others have read and passed stays on record."""
    must_manage(by, course)
    version = queries.newest(course)
    if version is None:
        raise Refused(refused(Reason("not_published", _("还没有发布，不能指定人员。"), remedy=_("请先发布。"))))
    people = list(staff)
    if missing := (held_for(course, at) or frozenset()) - {person.pk for person in people}:
        names = "、".join(person.name for person in Staff.objects.filter(pk__in=missing).order_by("staff_no"))
        said = _("活动的参与人员和顶岗人员不能移出：{who}。")
        raise Refused(refused(Reason("held_people", said, {"who": names}, remedy=HELD.remedy)))
    step(course, edition=course.edition)
    _enrol(course, version, people, at=at)
    note(course, "course.people_set", by=by, at=at, facts={"people": len(people)})


@transaction.atomic
def close(course: Course, *, edition: int, by: Staff, at: datetime) -> None:
    """Nobody has to take it any more; who passed has passed. Not while something hangs on it (`held_for`)."""
    must_manage(by, course)
    if held_for(course, at) is not None:
        raise Refused(refused(HELD))
    step(course, edition=edition, state=State.CLOSED, closed_at=at)
    note(course, "course.closed", by=by, at=at)


def _teach(course: Course, content: Content) -> None:
    """Open, with this as its draft. The caller holds the row."""
    values = {"state": State.OPEN, "closed_at": None, "draft": rules.as_json(content), "title": content.title}
    Course.objects.everyone().filter(pk=course.pk).update(edition=F("edition") + 1, **values)
    course.refresh_from_db()


def _with_materials(course: Course, content: Content) -> Content:
    return replace(content, materials=tuple(one.sha256 for one in queries.materials_of(course)))


def _next_version(course: Course, content: Content, *, by: Staff, at: datetime) -> CourseVersion:
    before = queries.newest(course)
    return CourseVersion.objects.create(
        course=course, number=before.number + 1 if before else 1, content=rules.as_json(content),
        digest=content.digest(), by=by, at=at,
    )  # fmt: skip


def _taking(version: CourseVersion | None) -> list[Staff]:
    if version is None:
        return []
    rows = Enrolment.objects.everyone().filter(version=version, dropped_at=None).select_related("staff")
    return [row.staff for row in rows]


def _enrol(course: Course, version: CourseVersion, staff: Iterable[Staff], *, at: datetime) -> None:
    """Exactly these people take this version from now on."""
    wanted = {person.pk: person for person in staff}
    rows = Enrolment.objects.everyone().filter(version=version)
    known = set(rows.values_list("staff", flat=True))
    rows.filter(staff__in=wanted).update(dropped_at=None)
    rows.filter(dropped_at=None).exclude(staff__in=wanted).update(dropped_at=at)
    Enrolment.objects.bulk_create(
        Enrolment(course=course, version=version, staff=person, enrolled_at=at)
        for key, person in wanted.items()
        if key not in known
    )

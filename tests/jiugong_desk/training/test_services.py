"""Read, answer, pass; a changed course is read anew; nobody untrained counts as trained."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.training import queries, ready, rules, services
from jiugong_desk.training.models import Attempt, Course, Enrolment, Material
from jiugong_desk.training.rules import Content, Question, Section
from tests.support.cast import NOW, make_cast, make_staff, make_unit
from tests.support.races import at_once

pytestmark = pytest.mark.django_db
ABOUT = "campaign:thing"
READY = ready.deposit_by_telephone()


def opened(cast, *staff, **changes):
    content = replace(READY, **changes)
    return services.open_course(
        ABOUT, title=content.title, sections=content.sections, quiz=content.quiz, staff=staff or (cast.wang, cast.sun),
        unit=cast.sub_branch, by=cast.planner, at=NOW,
    )  # fmt: skip


def part(course, staff):
    return queries.enrolment(course, staff)


def read(course, staff, *, at=NOW):
    mine = part(course, staff)
    for number in range(1, len(mine.version.content["sections"]) + 1):
        services.confirm_section(mine, number=number, by=staff, at=at)
    return mine


def picks(mine, *, wrong=()):
    """The places on the page of the next attempt; for the questions in `wrong` one option that is not right."""
    quiz = queries.content_of(mine.version).quiz
    found = {}
    for at, shown in enumerate(queries.orders(mine, mine.attempts + 1)):
        answer = set(quiz[at].right)
        if at in wrong:
            answer = {next(place for place in range(len(quiz[at].options)) if place not in answer)}
        found[at] = [place for place, option in enumerate(shown) if option in answer]
    return found


def answer(mine, staff, *, wrong=(), at=NOW):
    return services.attempt(mine, number=mine.attempts + 1, picks=picks(mine, wrong=wrong), by=staff, at=at)


def passed(course, staff):
    return answer(read(course, staff), staff)


def codes(raised):
    return raised.value.verdict.codes


def test_untrained_is_whoever_has_not_passed_also_without_a_course(cast):
    assert queries.untrained(ABOUT, [cast.wang.pk]) == [cast.wang]
    assert queries.untrained("", [cast.wang.pk]) == [cast.wang]
    course = opened(cast)
    passed(course, cast.wang)
    assert queries.untrained(ABOUT, [cast.wang.pk, cast.sun.pk, cast.li.pk]) == [cast.sun, cast.li]
    assert queries.is_trained(ABOUT, cast.wang)
    assert not queries.is_trained(ABOUT, cast.sun)
    assert not queries.is_trained("campaign:other", cast.wang)


def test_it_is_read_in_order_and_confirmed_once(cast):
    course = opened(cast)
    mine = part(course, cast.wang)
    with pytest.raises(Refused) as raised:
        services.confirm_section(mine, number=2, by=cast.wang, at=NOW)
    assert codes(raised) == ("in_order",)
    with pytest.raises(Refused) as raised:
        answer(mine, cast.wang)
    assert codes(raised) == ("not_read",)
    read(course, cast.wang)
    services.confirm_section(part(course, cast.wang), number=1, by=cast.wang, at=NOW + timedelta(days=1))
    assert part(course, cast.wang).read_at == NOW


def test_nobody_reads_or_answers_for_another(cast):
    course = opened(cast)
    with pytest.raises(PermissionDenied):
        services.confirm_section(part(course, cast.wang), number=1, by=cast.sun, at=NOW)
    mine = read(course, cast.wang)
    with pytest.raises(PermissionDenied):
        answer(mine, cast.sun)


def test_four_of_five_pass_and_three_do_not(cast):
    course = opened(cast)
    mine = read(course, cast.wang)
    first = answer(mine, cast.wang, wrong=(0, 1))
    assert (first.passed, first.score) == (False, Decimal("0.6"))
    second = answer(mine, cast.wang, wrong=(2,))
    assert second.passed
    kept = part(course, cast.wang)
    assert (kept.attempts, kept.score, kept.passed_at) == (2, Decimal("0.8"), NOW)
    with pytest.raises(Refused) as raised:
        answer(kept, cast.wang)
    assert codes(raised) == ("passed",)


def test_three_tries_a_day_then_tomorrow(cast):
    mine = read(opened(cast), cast.wang)
    for _try in range(3):
        answer(mine, cast.wang, wrong=(0, 1, 2))
    with pytest.raises(Refused) as raised:
        answer(mine, cast.wang, at=NOW + timedelta(hours=13))  # 23:30 of the same day in Shanghai
    assert codes(raised) == ("tomorrow",)
    assert answer(mine, cast.wang, at=NOW + timedelta(hours=14)).passed


def test_a_page_handed_in_twice_counts_once(cast):
    mine = read(opened(cast), cast.wang)
    said = picks(mine, wrong=(0, 1))
    services.attempt(mine, number=1, picks=said, by=cast.wang, at=NOW)
    with pytest.raises(Stale):
        services.attempt(part(mine.course, cast.wang), number=1, picks=said, by=cast.wang, at=NOW)
    assert Attempt.objects.count() == 1


def test_an_unanswered_question_costs_no_attempt(cast):
    mine = read(opened(cast), cast.wang)
    said = picks(mine)
    del said[4]
    with pytest.raises(Refused) as raised:
        services.attempt(mine, number=1, picks=said, by=cast.wang, at=NOW)
    assert codes(raised) == ("incomplete",)
    assert part(mine.course, cast.wang).attempts == 0


def test_the_letters_of_the_last_attempt_or_of_a_colleague_are_others(cast):
    course = opened(cast)
    mine, other = part(course, cast.wang), part(course, cast.sun)
    assert queries.orders(mine, 1) != queries.orders(mine, 2)
    assert queries.orders(mine, 1) != queries.orders(other, 1)


def test_a_changed_course_is_read_and_passed_anew_and_the_old_pass_stays_on_record(cast):
    course = opened(cast)
    passed(course, cast.wang)
    opened(cast, sections=(*READY.sections, Section("新增", "补充要求")))
    assert not queries.is_trained(ABOUT, cast.wang)
    mine = part(course, cast.wang)
    assert (mine.sections_read, mine.passed_at, mine.version.number) == (0, None, 2)
    old = Enrolment.objects.everyone().get(staff=cast.wang, version__number=1)
    assert old.passed_at == NOW
    assert old.tries.count() == 1


def test_the_same_course_again_changes_only_who_takes_it(cast):
    course = opened(cast)
    passed(course, cast.wang)
    opened(cast, cast.wang, cast.li)
    assert course.versions.count() == 1
    assert queries.is_trained(ABOUT, cast.wang)
    assert part(course, cast.sun) is None
    assert part(course, cast.li) is not None
    opened(cast, cast.sun)
    assert part(course, cast.sun).sections_read == 0
    assert queries.is_trained(ABOUT, cast.wang)  # passed has passed; whether he takes part is the campaign's question


def test_a_closed_course_is_open_again_when_its_subject_asks_for_it(cast):
    course = opened(cast)
    services.close(course, edition=course.edition, by=cast.planner, at=NOW)
    opened(cast)
    passed(Course.objects.everyone().get(), cast.wang)
    assert queries.is_trained(ABOUT, cast.wang)
    assert course.versions.count() == 1


def test_a_course_that_is_not_sound_is_not_opened(cast):
    with pytest.raises(Refused) as raised:
        opened(cast, quiz=READY.quiz[:2])
    assert codes(raised) == ("wrong_count",)
    assert not Course.objects.everyone().exists()


def draft(cast, **changes):
    return services.draft(unit=cast.sub_branch, content=replace(READY, **changes), by=cast.planner, at=NOW)


def test_a_planner_drafts_publishes_names_people_and_closes(cast):
    course = draft(cast)
    assert queries.newest(course) is None
    with pytest.raises(Refused):
        services.set_people(course, staff=[cast.wang], by=cast.planner, at=NOW)
    services.publish(course, edition=1, by=cast.planner, at=NOW)
    services.set_people(course, staff=[cast.wang], by=cast.planner, at=NOW)
    with pytest.raises(Refused) as raised:
        services.publish(course, edition=course.edition, by=cast.planner, at=NOW)
    assert codes(raised) == ("same_content",)
    course.refresh_from_db()
    content = replace(READY, title="改名")
    services.edit(course, content=content, edition=course.edition, by=cast.planner, at=NOW)
    services.publish(course, edition=course.edition, by=cast.planner, at=NOW)
    assert part(course, cast.wang).version.number == 2
    services.close(course, edition=course.edition, by=cast.planner, at=NOW)
    with pytest.raises(Refused) as raised:
        services.confirm_section(part(course, cast.wang), number=1, by=cast.wang, at=NOW)
    assert codes(raised) == ("course_closed",)
    verbs = AuditRecord.objects.filter(about="course").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == [
        "course.drafted", "course.published", "course.people_set", "course.drafted", "course.published", "course.closed",
    ]  # fmt: skip


def test_an_older_page_is_told_and_a_stranger_refused(cast):
    course = draft(cast)
    services.edit(course, content=READY, edition=1, by=cast.planner, at=NOW)
    with pytest.raises(Stale):
        services.edit(course, content=READY, edition=1, by=cast.planner, at=NOW)
    far = make_staff("9999", "远策", "planner", make_unit("BR09", "远城分行", "branch", cast.head_office))
    for who in (far, cast.zhao, cast.auditor):
        with pytest.raises(PermissionDenied):
            services.publish(course, edition=course.edition, by=who, at=NOW)


def test_an_unsound_draft_is_kept_and_not_published(cast):
    course = draft(cast, quiz=())
    with pytest.raises(Refused) as raised:
        services.publish(course, edition=1, by=cast.planner, at=NOW)
    assert codes(raised) == ("wrong_count",)
    course.refresh_from_db()
    assert course.state == Course.State.DRAFT


def test_files_belong_to_the_version_that_they_were_published_with(cast):
    course = draft(cast)
    services.publish(course, edition=1, by=cast.planner, at=NOW)
    services.set_people(course, staff=[cast.wang], by=cast.planner, at=NOW)
    file = services.attach(course, name="方案.pdf", content=b"%PDF-1", by=cast.planner, at=NOW)
    assert queries.published_materials(queries.newest(course)) == []
    with pytest.raises(Refused) as raised:
        services.attach(course, name="又.pdf", content=b"%PDF-1", by=cast.planner, at=NOW)
    assert codes(raised) == ("attached",)
    course.refresh_from_db()
    services.publish(course, edition=course.edition, by=cast.planner, at=NOW)
    assert queries.published_materials(queries.newest(course)) == [file]
    assert part(course, cast.wang).version.number == 2  # a new file is to be read too
    file = Material.objects.everyone().get()
    services.remove(file, by=cast.planner, at=NOW)
    assert queries.published_materials(queries.newest(course)) == [file]
    assert queries.materials_of(course) == []


def test_answers_of_another_length_than_the_quiz_are_a_mistake_of_ours():
    quiz = [Question("问", ("甲", "乙"), frozenset({0}), "因为")] * 3
    with pytest.raises(ValueError, match="zip"):
        rules.score(quiz, [{0}], pass_mark=Decimal(1))
    assert Content("课", (), (), Decimal(1)).digest() != Content("课", (), tuple(quiz), Decimal(1)).digest()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks")
def test_one_attempt_handed_in_at_once_from_two_windows_counts_once():
    cast = make_cast()
    course = opened(cast)
    mine = read(course, cast.wang)
    said = picks(mine, wrong=(0, 1))
    results = at_once(
        *[lambda: services.attempt(part(course, cast.wang), number=1, picks=said, by=cast.wang, at=NOW)] * 2
    )
    assert sum(isinstance(result, Stale) for result in results) == 1
    assert part(course, cast.wang).attempts == 1

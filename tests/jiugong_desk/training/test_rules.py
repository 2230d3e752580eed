"""Scoring, the order of options, when a quiz may be tried, what may be published; the ready course is sound."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.training import ready, rules
from jiugong_desk.training.rules import Content, Question, Section

READY = ready.deposit_by_telephone()
QUESTION = Question("哪个对？", ("甲", "乙", "丙"), frozenset({1}), "因为乙。")
COURSE = Content("课", (Section("一", "读"),), (QUESTION,) * 3, Decimal("0.8"))

questions = st.integers(2, 5).flatmap(
    lambda n: st.builds(
        Question, st.just("问"), st.just(tuple("甲乙丙丁戊"[:n])),
        st.frozensets(st.integers(0, n - 1), min_size=1), st.just("因为"),
    )
)  # fmt: skip
quizzes = st.lists(questions, min_size=3, max_size=8)


@st.composite
def answered(draw):
    quiz = draw(quizzes)
    answers = [draw(st.sets(st.integers(0, len(one.options) - 1))) for one in quiz]
    for at in range(len(quiz)):
        if draw(st.booleans()):
            answers[at] = set(quiz[at].right)
    return quiz, answers


@given(answered(), st.integers(1, 100))
def test_the_score_is_the_plain_count(case, percent):
    quiz, answers = case
    found = rules.score(quiz, answers, pass_mark=Decimal(percent) / 100)
    right = 0
    for one, picked in zip(quiz, answers, strict=True):
        missed = [place for place in range(len(one.options)) if (place in one.right) != (place in picked)]
        right += not missed
    assert sum(found.right) == right
    assert found.share == Decimal(right) / len(quiz)
    assert found.passed == (100 * right >= percent * len(quiz))
    assert found.wrong == tuple(at for at, fine in enumerate(found.right) if not fine)


def test_the_pass_mark_itself_passes():
    answers = [{1}, {1}, {1}, {1}, {0}]
    assert rules.score([QUESTION] * 5, answers, pass_mark=Decimal("0.8")).passed
    assert not rules.score([QUESTION] * 5, [*answers[:3], {0}, {0}], pass_mark=Decimal("0.8")).passed


@given(st.text(max_size=20), st.integers(0, 7), st.integers(2, 5))
def test_an_order_holds_every_option_once_and_stays(seed, question, options):
    found = rules.order(seed, question, options)
    assert sorted(found) == list(range(options))
    assert found == rules.order(seed, question, options)


def test_orders_differ_from_attempt_to_attempt_so_that_letters_do_not_help():
    seeds = [f"course:7:{attempt}" for attempt in range(200)]
    first = [rules.order(seed, 0, 4).index(0) for seed in seeds]
    for place in range(4):
        assert 25 <= first.count(place) <= 75  # 50 expected, sd 6.1: four of them
    assert rules.order("a", 0, 5) != rules.order("a", 1, 5) or rules.order("b", 0, 5) != rules.order("b", 1, 5)


@given(answered(), st.text(max_size=9))
def test_what_is_picked_on_the_page_is_what_is_scored(case, seed):
    quiz, answers = case
    for at, (one, chosen) in enumerate(zip(quiz, answers, strict=True)):
        shown = rules.order(seed, at, len(one.options))
        assert rules.picked([shown.index(place) for place in chosen], shown) == chosen


def test_a_place_that_is_not_on_the_page_is_nothing():
    assert rules.picked([-1, 7], (1, 0)) == frozenset()


@pytest.mark.parametrize(
    ("read", "passed", "today", "code"),
    [(True, False, 2, None), (True, False, 3, "tomorrow"), (False, False, 0, "not_read"), (True, True, 0, "passed")],
)
def test_when_a_quiz_may_be_tried(read, passed, today, code):
    verdict = rules.may_attempt(read=read, passed=passed, today=today, most=3)
    assert verdict.codes == ((code,) if code else ())


def test_tomorrow_is_said_with_the_number():
    assert str(rules.may_attempt(read=True, passed=False, today=3, most=3)) == "今天已答 3 次，明天再试。"


def test_the_right_letter_is_told_only_from_the_second_failure_on():
    assert [rules.may_tell_right(failed) for failed in (1, 2, 3)] == [False, True, True]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": " "}, "no_title"),
        ({"sections": ()}, "no_section"),
        ({"sections": (Section("一", " "),)}, "empty_section"),
        ({"quiz": (QUESTION,) * 2}, "wrong_count"),
        ({"quiz": (QUESTION,) * 9}, "wrong_count"),
        ({"quiz": (replace(QUESTION, text=""),) * 3}, "no_question"),
        ({"quiz": (replace(QUESTION, options=("甲",), right=frozenset({0})),) * 3}, "wrong_options"),
        ({"quiz": (replace(QUESTION, options=("甲", "甲")),) * 3}, "same_options"),
        ({"quiz": (replace(QUESTION, right=frozenset()),) * 3}, "no_answer"),
        ({"quiz": (replace(QUESTION, right=frozenset({3})),) * 3}, "no_answer"),
        ({"quiz": (replace(QUESTION, right=frozenset({0, 1, 2})),) * 3}, "all_right"),
        ({"quiz": (replace(QUESTION, why=""),) * 3}, "no_why"),
    ],
)
def test_what_keeps_a_course_from_being_published(change, code):
    assert rules.faults(COURSE).allowed
    assert code in rules.faults(replace(COURSE, **change)).codes


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": "课" * 81}, "long_line"),
        ({"sections": (Section("一", "读" * 8_001),)}, "long_text"),
        ({"quiz": (replace(QUESTION, text="客户 138 1234 5678"),)}, "number_in_text"),
    ],
)
def test_what_a_draft_may_not_hold(change, code):
    assert rules.good_texts(COURSE).allowed
    assert rules.good_texts(replace(COURSE, **change)).codes == (code,)


def test_every_change_of_the_content_changes_the_digest_and_keeping_it_does_not():
    changes = (
        {"title": "别的"}, {"sections": (Section("一", "读 "),)}, {"quiz": (replace(QUESTION, right=frozenset({0})),) * 3},
        {"pass_mark": Decimal("0.9")}, {"materials": ("0" * 64,)},
    )  # fmt: skip
    digests = {COURSE.digest(), *(replace(COURSE, **change).digest() for change in changes)}
    assert len(digests) == 6
    assert rules.from_json(rules.as_json(COURSE)) == COURSE
    assert replace(COURSE, pass_mark=Decimal("0.80")).digest() == COURSE.digest()


def test_the_ready_course_is_complete_and_speaks_of_the_five_things():
    assert rules.faults(READY).allowed
    assert rules.good_texts(READY).allowed
    assert len(READY.quiz) == 5
    told = " ".join(one.why for one in READY.quiz)
    for word in ("目的", "拒绝", "保留组", "存贷挂钩", "区间"):
        assert word in told


def test_the_ready_course_cannot_be_passed_by_one_and_the_same_letter():
    for place in range(4):
        answers = [{place} for _one in READY.quiz]
        assert not rules.score(READY.quiz, answers, pass_mark=READY.pass_mark).passed

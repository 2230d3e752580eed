"""Grades, support, the automatic pause, and who may make, decide and sign: pure rules over counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong.policy import load_policy
from jiugong_desk.evaluation import rules
from jiugong_desk.evaluation.rows import COUNTS

OUTCOMES = load_policy().outcomes
ORDER = ["support", "steady", "leading"]


def counts(**given_counts: int) -> dict[str, int]:
    return dict.fromkeys(COUNTS, 0) | given_counts


@pytest.mark.parametrize(
    ("done", "treated", "grade"),
    [(55, 100, "leading"), (54, 100, "steady"), (41, 100, "steady"), (40, 100, "support"), (0, 19, "small"), (20, 20, "leading")],
)  # fmt: skip
def test_grades_at_their_edges_when_half_the_time_has_passed(done, treated, grade):
    assert rules.grade(done=done, treated=treated, elapsed=Fraction(1, 2), outcomes=OUTCOMES) == grade


def test_who_is_through_with_the_list_leads_even_at_the_end():
    assert rules.grade(done=40, treated=40, elapsed=Fraction(1), outcomes=OUTCOMES) == "leading"
    assert rules.grade(done=39, treated=40, elapsed=Fraction(1), outcomes=OUTCOMES) == "steady"


def test_before_the_first_day_nobody_is_graded():
    assert rules.grade(done=0, treated=100, elapsed=Fraction(0), outcomes=OUTCOMES) == "early"
    assert rules.grade(done=0, treated=19, elapsed=Fraction(0), outcomes=OUTCOMES) == "small"


@given(st.integers(20, 500), st.data(), st.fractions(Fraction(1, 366), 1))
def test_more_work_done_never_lowers_the_grade(treated, data, elapsed):
    less = data.draw(st.integers(0, treated))
    more = data.draw(st.integers(less, treated))
    grades = [rules.grade(done=done, treated=treated, elapsed=elapsed, outcomes=OUTCOMES) for done in (less, more)]
    assert ORDER.index(grades[0]) <= ORDER.index(grades[1])


def test_support_goes_to_the_step_furthest_behind():
    everyone = counts(treated=100, attempted=80, reached=40, valid=30, interested=10, due=5, visited=4)
    assert rules.step_to_support(counts(treated=40, attempted=10, reached=5, valid=4), everyone) == "attempted"
    slow_talk = counts(treated=40, attempted=32, reached=16, valid=2, interested=4)
    assert rules.step_to_support(slow_talk, everyone) == "valid"
    no_shows = counts(treated=40, attempted=40, reached=20, valid=15, interested=5, due=5, visited=0)
    assert rules.step_to_support(no_shows, everyone) == "visited"


def test_a_share_of_two_calls_says_nothing():
    everyone = counts(treated=100, attempted=60, reached=58)
    assert rules.step_to_support(counts(treated=40, attempted=4, reached=0), everyone) == "attempted"


def test_an_outlet_that_is_behind_in_nothing_but_time_is_helped_to_call_more():
    everyone = counts(treated=100, attempted=50, reached=20)
    assert rules.step_to_support(everyone, everyone) == "attempted"


@pytest.mark.parametrize(
    ("complaints", "reached", "pauses"),
    [(0, 0, False), (1, 1, False), (1, 100, False), (2, 399, True), (2, 400, False), (3, 400, True), (5, 1000, False)],
)
def test_the_pause_comes_above_the_share_and_not_for_a_single_complaint(complaints, reached, pauses):
    assert rules.must_pause(complaints=complaints, reached=reached, outcomes=OUTCOMES) is pauses


ASKED = rules.Asked(
    kind="bulletin", launched=True, over=False, starts_on=date(2026, 1, 5), period_end=date(2026, 1, 10),
    today=date(2026, 1, 10),
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, ()),
        ({"launched": False}, ("campaign_not_launched",)),
        ({"period_end": date(2026, 1, 4)}, ("before_campaign",)),
        ({"period_end": date(2026, 1, 11)}, ("in_future",)),
        ({"kind": "final"}, ("campaign_not_over",)),
        ({"kind": "final", "over": True}, ()),
    ],
)
def test_what_may_be_made(change, codes):
    assert rules.may_make(replace(ASKED, **change)).codes == codes


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, ()),
        ({"state": "issued"}, ("not_a_draft",)),
        ({"same_person": True}, ("own_report",)),
        ({"decision": ""}, ("no_decision",)),
        ({"kind": "bulletin", "decision": ""}, ()),
    ],
)
def test_what_may_be_issued(change, codes):
    facts = {"state": "draft", "same_person": False, "kind": "ten_day", "decision": "continue"} | change
    assert rules.may_issue(**facts).codes == codes


def test_only_a_ten_day_evaluation_is_decided_and_only_by_a_known_word():
    known = ("continue", "pause", "")
    assert rules.may_decide(kind="ten_day", decision="pause", known=known)
    assert rules.may_decide(kind="bulletin", decision="pause", known=known).codes == ("nothing_to_decide",)
    assert rules.may_decide(kind="ten_day", decision="", known=known).codes == ("unknown_decision",)
    assert rules.may_decide(kind="ten_day", decision="stop", known=known).codes == ("unknown_decision",)

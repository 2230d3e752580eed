"""Who is told of a delay, and when."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.supervision import ladder
from jiugong_desk.supervision.bridge import supervision
from jiugong_desk.supervision.ladder import HEAD, RUNGS, SELF, SUB_BRANCH, Raised, Reach, Step, decide
from jiugong_desk.supervision.pace import Finding

LIMITS = supervision()
GOOD = Finding("green", "", 0.0, 10, 10, 5, 40)
LATE = Finding("yellow", "slow", 1.5, 5, 10, 8, 40)
BETTER = Finding("green", "", 0.8, 8, 10, 8, 40)  # not yellow any more, and not caught up
reaches = st.builds(Reach, person=st.booleans(), head=st.booleans())
findings = st.sampled_from([GOOD, LATE, BETTER])
limits = st.builds(
    lambda head, more: replace(LIMITS, head_after_days=head, sub_branch_after_days=head + more),
    st.integers(0, 5), st.integers(0, 5),
)  # fmt: skip
rungs = st.sampled_from(RUNGS)


def ask(raised, found, **more):
    return decide(raised, found, **({"reach": Reach(), "limits": LIMITS} | more))


def test_the_person_first_then_the_head_then_his_superior():
    assert ask(None, LATE) == Step("opened", SELF)
    seen = [ask(Raised(SELF, SELF, days), LATE) for days in range(4)]
    assert seen == [None, Step("escalated", HEAD), Step("escalated", HEAD), Step("escalated", SUB_BRANCH)]
    assert ask(Raised(HEAD, SELF, 2), LATE) is None
    assert ask(Raised(SUB_BRANCH, SELF, 30), LATE) is None


def test_it_closes_by_itself_when_he_has_caught_up_and_not_before():
    assert ask(Raised(HEAD, SELF, 2), GOOD) == Step("recovered", HEAD)
    assert ask(Raised(HEAD, SELF, 2), BETTER) is None
    assert ask(Raised(HEAD, SELF, 2), None) == Step("over", HEAD)
    assert ask(None, BETTER) is None
    assert ask(None, None) is None


def test_to_and_fro_across_the_limit_begins_no_ladder_anew():
    """Late, a little better, late again: the clock of the first day runs on."""
    raised = Raised(SELF, SELF, 0)
    for days, found in enumerate((LATE, BETTER, LATE, BETTER)):
        step = ask(replace(raised, days=days), found)
        assert step is None or step.kind == "escalated"
        raised = replace(raised, rung=step.rung) if step else raised
    assert raised.rung == SUB_BRANCH


def test_leave_hands_over():
    assert ask(None, LATE, reach=Reach(person=False)) == Step("opened", HEAD)
    assert ask(None, LATE, reach=Reach(person=False, head=False)) == Step("opened", SUB_BRANCH)
    assert ask(Raised(SELF, SELF, 0), LATE, reach=Reach(person=False)) == Step("escalated", HEAD)
    assert ask(Raised(SELF, SELF, 1), LATE, reach=Reach(head=False)) == Step("escalated", SUB_BRANCH)


def test_what_was_settled_by_hand_rests_and_then_comes_to_whom_it_had_come():
    assert ask(None, LATE, rests=True, began=HEAD) is None
    assert ask(None, LATE, began=HEAD) == Step("opened", HEAD)
    assert ask(Raised(HEAD, HEAD, 1), LATE) is None
    assert ask(Raised(HEAD, HEAD, 2), LATE) == Step("escalated", SUB_BRANCH)  # two days after the head, as ever


@given(rungs, st.integers(0, 20), limits)
def test_a_rung_is_due_exactly_after_its_days(began, days, limits):
    due = ladder.rung_due(began, days, limits)
    assert due >= began
    for rung in RUNGS:
        if rung > began:
            assert (due >= rung) == (days >= ladder.after(rung, limits) - ladder.after(began, limits))
    assert ladder.rung_due(began, days + 1, limits) >= due


@given(rungs, rungs, st.integers(0, 20), findings, reaches, limits)
def test_nobody_who_is_away_is_told_and_nothing_goes_down(rung, began, days, found, reach, limits):
    began = min(began, rung)
    step = decide(Raised(rung, began, days), found, reach=reach, limits=limits)
    if step and step.kind == "escalated":
        assert step.rung > rung
        assert found is not GOOD
        assert step.rung != HEAD or reach.head
    after = step.rung if step else rung
    if found is not GOOD:
        assert after != SELF or reach.person


@given(findings, reaches, rungs, st.booleans())
def test_only_a_delay_opens_and_to_somebody_who_is_there(found, reach, began, rests):
    step = decide(None, found, reach=reach, limits=LIMITS, began=began, rests=rests)
    assert (step is not None) == (found is LATE and not rests)
    if step:
        assert step.kind == "opened"
        assert step.rung >= began
        assert step.rung != SELF or reach.person
        assert step.rung != HEAD or reach.head


@given(rungs, st.integers(0, 20), findings, reaches, limits)
def test_asked_again_the_same_day_it_says_nothing_more(rung, days, found, reach, limits):
    raised = Raised(rung, rung, days)
    step = decide(raised, found, reach=reach, limits=limits)
    if step and step.kind == "escalated":
        assert decide(replace(raised, rung=step.rung), found, reach=reach, limits=limits) is None

"""What an amendment may change, and what each part is checked by: the rules alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.campaigns import amending
from jiugong_desk.campaigns.checklist import conditions
from jiugong_desk.campaigns.plan import LABELS, TEXTS
from tests.jiugong_desk.campaigns.test_checklist import READY

CODES = {line.code for line in conditions(READY)}
PARTS = st.sets(st.sampled_from(amending.AMENDABLE))
GOALS = st.lists(
    st.fixed_dictionaries(
        {"measure": st.sampled_from(["take_up", "reached", "valid"]), "target": st.sampled_from(["1", "2"])}
    ),
    max_size=4,
)
SPOILS_THE_EXPERIMENT = {
    "audience", "holdout_unit", "holdout_size", "seed", "primary_measure", "evaluation", "starts_on", "unit", "purpose",
}  # fmt: skip


def test_nothing_that_would_spoil_the_experiment_may_be_changed():
    assert not set(amending.AMENDABLE) & SPOILS_THE_EXPERIMENT
    assert set(amending.AMENDABLE) <= set(LABELS)


@given(PARTS)
def test_whatever_callers_say_promise_or_do_is_reviewed_and_nothing_else(parts):
    assert amending.needs_review(parts) is bool(parts - {"ends_on", "budget", "goals"})


@given(PARTS, PARTS, st.booleans())
def test_more_parts_are_never_checked_by_less(some, more, later):
    assert amending.touched(some, later=later) <= amending.touched(some | more, later=later)


@given(PARTS, st.booleans())
def test_every_touched_line_is_one_of_the_launch_gate(parts, later):
    assert amending.touched(parts, later=later) <= CODES


@given(PARTS, st.booleans())
def test_written_parts_are_looked_through_for_forbidden_words(parts, later):
    assert ("wording" in amending.touched(parts, later=later)) is bool(parts & set(TEXTS))


@given(GOALS, GOALS)
def test_the_primary_target_is_kept_exactly(before, after):
    kept = [goal for goal in before if goal["measure"] == "take_up"]
    same = kept == [goal for goal in after if goal["measure"] == "take_up"]
    assert amending.keeps_primary(before, after, "take_up").allowed is same
    assert amending.keeps_primary(before, after, "").allowed


def test_nothing_changed_and_a_book_of_a_reason_are_refused():
    assert amending.may_amend([], reason_length=10).codes == ("nothing_changed",)
    assert amending.may_amend(["budget"], reason_length=501).codes == ("long_reason",)
    assert amending.may_amend(["budget"], reason_length=500)


def test_a_later_end_asks_for_roster_and_offers_and_an_earlier_one_for_room():
    assert {"offers", "roster"} <= amending.touched({"ends_on"}, later=True)
    assert "capacity" in amending.touched({"ends_on"}, later=False)

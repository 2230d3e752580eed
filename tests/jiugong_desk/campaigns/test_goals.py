"""Targets: a known measure, a number, a day; one each."""

from __future__ import annotations

from datetime import date

import pytest

from jiugong_desk.campaigns.goals import goal_faults, goals_from, sentence
from jiugong_desk.campaigns.measures import MEASURES

ENDS = date(2026, 3, 31)


def goal(**values):
    return {"measure": "reached", "target": "50", "by": "2026-03-31"} | values


def codes(goals, primary=""):
    return [reason.code for reason in goal_faults(goals, primary, ENDS)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, []),
        ({"target": "12.55"}, []),
        ({"measure": "avg_increment", "target": "3000"}, []),
        ({"measure": "month_end_balance"}, ["goal_measure"]),
        ({"target": ""}, ["goal_target"]),
        ({"target": "-1"}, ["goal_target"]),
        ({"target": "100.01"}, ["goal_target"]),
        ({"target": "1e9"}, ["goal_target"]),
        ({"target": "5.123"}, ["goal_target"]),
        ({"by": ""}, ["goal_day"]),
        ({"by": "bald"}, ["goal_day"]),
        ({"by": "2027-04-02"}, ["goal_day"]),
    ],
)
def test_a_target_is_a_number_with_a_day(values, expected):
    assert codes([goal(**values)]) == expected


def test_one_target_a_measure_and_a_primary_measure_that_a_hold_out_can_judge():
    assert codes([goal(), goal(target="60")]) == ["goal_twice"]
    assert codes([], "avg_increment") == codes([], "take_up") == []
    assert codes([], "reached") == ["primary_measure"]


def test_no_measure_is_a_point_in_time_a_share_or_a_rank():
    said = " ".join(f"{measure.label} {measure.about}" for measure in MEASURES.values())
    assert not any(word in said for word in ("时点", "月末余额", "份额", "排名", "个数"))


def test_rows_of_a_form_and_words():
    data = {"goal-0-measure": "reached", "goal-0-target": " 50 ", "goal-0-by": "2026-03-31", "goal-1-measure": ""}
    assert goals_from(data) == [goal()]
    assert sentence(goal()) == "接通率 不低于 50%（2026-03-31 前）"
    assert sentence(goal(measure="complaints", target="0.5")) == "投诉率 不高于 0.5%（2026-03-31 前）"

"""The launch checklist as a rule: each fact alone turns its line red, names who mends it, and keeps the plan back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.campaigns.checklist import (
    AFTER_SUBMITTING,
    DayOne,
    Mender,
    PlanFacts,
    Staffing,
    conditions,
    may_launch,
    may_submit,
)

DAY = date(2026, 1, 5)
READY = PlanFacts(
    today=DAY,
    starts_on=DAY,
    ends_on=date(2026, 1, 30),
    has_purpose=True,
    has_contact=True,
    goals=1,
    has_primary=True,
    budget=Decimal(1_000),
    cost=Decimal(1_000),
    has_impact=True,
    script_chosen=True,
    script_approved=True,
    script_returned=False,
    forbidden=(),
    eligible=100,
    holdout=20,
    minimum_share=Decimal("0.1"),
    power="能看出 4.8 个百分点",
    shortfall=False,
    unlawful=(),
    unsuited=(),
    staffing=Staffing(participants=2, capacity=240, needed=240),
    day_one=DayOne(DAY, 80, 80, 75, (("最近 7 天内已有 1 次营销电话接通。", 5),)),
    sealed=True,
    reviewed=True,
    has_incentive=True,
    incentive_authorised=True,
    approved=True,
    menders={mender: f"某{mender.value}" for mender in Mender},
)
STAFF = READY.staffing
ASKED = {"waiting": frozenset(("reviewed", "incentive", "approved"))}
ALONE = {
    "purpose": ({"has_purpose": False}, Mender.PLANNER),
    "contact": ({"has_contact": False}, Mender.PLANNER),
    "goals": ({"goals": 0}, Mender.PLANNER),
    "budget": ({"budget": Decimal("999.99")}, Mender.PLANNER),
    "impact": ({"has_impact": False}, Mender.PLANNER),
    "wording": ({"forbidden": ("保本",)}, Mender.PLANNER),
    "script": ({"script_chosen": False}, Mender.PLANNER),
    "period": ({"today": date(2026, 1, 31)}, Mender.PLANNER),
    "holdout": ({"holdout": 9}, Mender.PLANNER),
    "power": ({"power": ""}, Mender.PLANNER),
    "sealed": ({"sealed": False} | ASKED, Mender.APPROVER),
    "offers": ({"unlawful": ("“好礼”：不得送礼",)}, Mender.PLANNER),
    "suitability": ({"unsuited": ("“稳健”",)}, Mender.PLANNER),
    "participants": ({"staffing": replace(STAFF, participants=0)}, Mender.PLANNER),
    "callers": ({"staffing": replace(STAFF, idle=("王(1001)",))}, Mender.PLANNER),
    "capacity": ({"staffing": replace(STAFF, capacity=239)}, Mender.PLANNER),
    "roster": ({"staffing": replace(STAFF, away=("王(1001) 01-06",))}, Mender.ROSTER),
    "trained": ({"staffing": replace(STAFF, untrained=1)}, Mender.LEARNERS),
    "day_one": ({"day_one": DayOne(DAY, 80, 80, 0)}, Mender.PLANNER),
    "script_reviewed": ({"script_approved": False}, Mender.SCRIPT_REVIEWER),
    "reviewed": ({"reviewed": False} | ASKED, Mender.COMPLIANCE),
    "incentive": ({"incentive_authorised": False} | ASKED, Mender.FINANCE),
    "approved": ({"approved": False} | ASKED, Mender.APPROVER),
}
TOGETHER = {"audience": {"eligible": 0}}  # nobody to call: no hold-out either


def red(plan: PlanFacts) -> list[str]:
    return [line.code for line in conditions(plan) if not line.met]


def test_a_ready_plan_is_green_throughout():
    assert red(READY) == []
    assert may_submit(READY)
    assert may_launch(READY)


def test_every_line_has_its_case():
    assert {line.code for line in conditions(READY)} == set(ALONE) | set(TOGETHER)


@pytest.mark.parametrize("code", ALONE)
def test_each_fact_alone_stops_the_launch_and_names_who_mends_it(code):
    values, mender = ALONE[code]
    plan = replace(READY, **values)
    lines = {line.code: line for line in conditions(plan)}
    assert code in red(plan)
    assert set(red(plan)) <= {code, "trained"}  # without participants nobody is trained either
    assert f"某{mender.value}" in str(lines[code].reason.remedy)
    assert str(lines[code].reason)
    assert code in may_launch(plan).codes
    assert (code in may_submit(plan).codes) == (code not in AFTER_SUBMITTING)


@pytest.mark.parametrize("code", ["sealed", "reviewed", "incentive", "approved"])
def test_what_nobody_was_asked_to_decide_the_planner_hands_in(code):
    values, _mender = ALONE[code]
    plan = replace(READY, **values | {"waiting": frozenset()})
    lines = {line.code: line for line in conditions(plan)}
    assert str(lines[code].reason.remedy) == "由策划人保存并提交审批：某submitter。"


@pytest.mark.parametrize("values", [{"script_chosen": False}, {"script_returned": True}])
def test_a_script_that_does_not_wait_for_compliance_is_the_planners_to_choose(values):
    lines = {line.code: line for line in conditions(replace(READY, script_approved=False, **values))}
    assert f"某{Mender.PLANNER.value}" in str(lines["script_reviewed"].reason.remedy)
    assert "尚未审定" not in str(lines["script_reviewed"].reason)


def test_without_participants_nobody_is_said_to_be_untrained():
    lines = {line.code: line for line in conditions(replace(READY, staffing=Staffing()))}
    assert str(lines["trained"].reason) == str(lines["participants"].reason)


def test_without_anybody_to_call_hold_out_and_audience_are_red():
    assert red(replace(READY, eligible=0)) == ["audience", "holdout"]


def test_nobody_who_could_mend_it_is_said():
    plan = replace(READY, approved=False, menders={}, **ASKED)
    assert "请系统管理员设置岗位" in str(may_launch(plan).reasons[0].remedy)


@pytest.mark.parametrize(
    ("budget", "cost", "met"),
    [(None, None, False), (None, Decimal(5), False), (Decimal(0), None, True), (Decimal(5), Decimal(5), True)],
)
def test_a_budget_is_stated_and_covers_what_is_expected(budget, cost, met):
    assert ("budget" not in red(replace(READY, budget=budget, cost=cost))) == met


def test_no_incentive_needs_no_authority():
    assert red(replace(READY, has_incentive=False, incentive_authorised=False)) == []


def test_the_first_day_says_how_many_and_why_not():
    line = next(line for line in conditions(READY) if line.code == "day_one")
    assert str(line.detail) == "01-05 可拨打 75 户，共 80 户。最近 7 天内已有 1 次营销电话接通 5。"
    part = replace(READY, day_one=DayOne(DAY, 9_000, 2_000, 2_000))
    line = next(line for line in conditions(part) if line.code == "day_one")
    assert str(line.detail) == "01-05 可拨打 2,000 户，共抽查 2,000 户。"


@given(st.sets(st.sampled_from(sorted(ALONE))))
def test_what_is_red_together_is_red_alone(codes):
    """No line hides another: the launch says everything at once."""
    staffing, values = STAFF, {}
    for code in codes:
        change = dict(ALONE[code][0])
        if "staffing" in change:
            wanted = change.pop("staffing")
            changed = {name: new for name, new in vars(wanted).items() if new != getattr(STAFF, name)}
            staffing = replace(staffing, **changed)
        values |= change
    plan = replace(READY, **values, staffing=staffing)
    assert set(codes) <= set(red(plan)) <= set(codes) | {"trained"}
    assert set(may_launch(plan).codes) == set(red(plan))


def test_a_target_that_cannot_be_seen_and_outlets_without_a_caller_are_green_with_a_warning():
    lines = {line.code: line for line in conditions(READY)}
    assert not any(lines[code].caution for code in ("power", "participants"))
    staffing = replace(READY.staffing, unserved=("南门网点 94 户",))
    warned = {line.code: line for line in conditions(replace(READY, shortfall=True, staffing=staffing))}
    assert warned["power"].met
    assert warned["power"].caution
    assert warned["participants"].met
    assert warned["participants"].caution
    assert "南门网点 94 户" in str(warned["participants"].detail)


def test_a_list_that_is_not_sealed_says_that_the_hold_out_is_among_the_callable():
    line = next(line for line in conditions(replace(READY, sealed=False)) if line.code == "day_one")
    assert "含尚未抽出的保留组" in str(line.detail)

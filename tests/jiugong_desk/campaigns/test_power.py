"""What a plan can tell from chance: of money and of take-up, drawn by customer and by outlet."""

from __future__ import annotations

import pytest

from jiugong_desk.audiences.listing import listed
from jiugong_desk.campaigns import bridge, power, queries
from jiugong_desk.campaigns.services.sealing import clusters_of
from jiugong_desk.core.clock import bank_date
from jiugong_desk.customers.models import BalanceHistory
from tests.support import plans
from tests.support.cast import NOW

TODAY = bank_date(NOW)
pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(cast):
    plans.customers(cast, 40)
    return plans.drafted(cast, holdout_size=8, primary_measure="take_up")


def test_take_up_is_said_in_points_and_the_worst_case_is_named(plan):
    found = power.power_of(plan, on=TODAY)
    assert found.detectable == bridge.detectable_points(0.5, treated=32, held_out=8, design_effect=1, clusters=None)
    assert found.sentence == f"如果真实提升低于{found.detectable:.1f}个百分点，本次活动看不出来。"
    assert found.basis == "按营销组 32 户对保留组 8 户、最不利的达成率 50% 估算。"
    assert "两组各半（保留组 20 户）" in "".join(found.advice)


def test_two_outlets_can_tell_nothing_and_customers_are_advised(plan):
    plan.holdout_unit = "outlet"
    found = power.power_of(plan, on=TODAY)
    assert found.detectable is None
    assert "只有 2 组" in found.sentence
    assert found.advice[0].startswith("改为按客户抽签")


def test_without_a_hold_out_nothing_is_shown(plan):
    plan.holdout_size = 0
    found = power.power_of(plan, on=TODAY)
    assert (found.detectable, found.basis) == (None, "")
    assert found.sentence.startswith("没有保留组")


@pytest.mark.parametrize("unit", ["household", "manager", "outlet"])
def test_the_clusters_are_those_of_the_sealing(plan, unit):
    plan.holdout_unit = unit
    rows = listed(plan.audience, plan.unit, on=TODAY, plan_id=plan.pk).candidates
    _sample, design = power._read(plan, on=TODAY, counted=None)
    assert design.clusters == len(set(clusters_of(plan, rows).values()))


def goal(target: str) -> list[dict[str, str]]:
    return [{"measure": "take_up", "target": target, "by": "2026-03-31"}]


def test_a_target_that_cannot_be_seen_is_said_so_and_put_on_record(plan):
    plan.goals = goal("5")
    found = power.power_of(plan, on=TODAY)
    assert found.shortfall == "目标5.0个百分点低于这一数：即使达成，也证明不了是活动带来的。"
    assert found.advice
    assert found.shortfall in found.statement


def test_a_target_that_can_be_seen_needs_no_advice(plan):
    plan.goals = goal("99")
    found = power.power_of(plan, on=TODAY)
    assert found.detectable < 99
    assert (found.shortfall, found.advice) == ("", ())


def test_nobody_is_advised_to_call_customers_whom_the_bank_has_not(cast, plan):
    assert not any("客群扩大" in line for line in power.power_of(plan, on=TODAY).advice)
    for _ in range(60):
        plans.make_customer(cast.north, cast.wang, loan_kind="")
    assert any("客群扩大到 100 户" in line for line in power.power_of(plan, on=TODAY).advice)


def test_take_up_instead_of_money_is_told_for_the_draw_of_the_plan(plan):
    plan.primary_measure = "avg_increment"
    by_customer = power.power_of(plan, on=TODAY).advice
    assert "改用达成率提升" in by_customer[-1]
    plan.holdout_unit = "outlet"
    assert not any(
        "改用达成率提升" in line for line in power.power_of(plan, on=TODAY).advice
    )  # two outlets tell nothing


def test_that_nothing_can_be_seen_is_a_statement_but_ignorance_is_none(plan):
    plan.holdout_size = 1
    nothing = power.power_of(plan, on=TODAY)
    assert nothing.detectable is None
    assert nothing.statement == "按客户抽签，较小的一组不足 2 户，本次活动看不出任何提升。"
    plan.holdout_size, plan.primary_measure = 8, "avg_increment"  # nobody here has a balance history
    assert power.power_of(plan, on=TODAY).statement == ""


def test_a_forecast_gives_its_upper_end_as_the_rate(plan):
    seen = queries.forecast(plan, at=NOW)
    line = next(one for one in seen.expected.lines if one.key == "converted")
    if not line.high:
        pytest.fail("the forecast of this plan has to expect somebody")
    rate = min(line.high / 32, 0.5)
    assert f"预计达成率至多 {rate:.1%}" in seen.power.basis
    assert seen.power.detectable == bridge.detectable_points(
        rate, treated=32, held_out=8, design_effect=1, clusters=None
    )


def test_a_hold_out_as_large_as_the_list_and_an_empty_list_are_told_apart(plan):
    plan.holdout_size = 50
    assert power.power_of(plan, on=TODAY).sentence.startswith("保留组 50 户，可拨打的只有 40 户，没有人可以联系。")
    plan.audience = [{"field": "level", "op": "is", "value": "9"}]
    empty = power.power_of(plan, on=TODAY)
    assert empty.sentence == "名单上没有可拨打的客户，无从测算。"
    assert (empty.statement, empty.advice) == ("", ())


def test_a_short_list_borrows_the_histories_of_its_unit_and_says_so(cast):
    few = plans.customers(cast, 12)
    plan = plans.drafted(cast, holdout_size=4, primary_measure="avg_increment")
    others = [plans.make_customer(cast.north, cast.wang, loan_kind="") for _ in range(30)]
    for number, customer in enumerate([*few, *others]):
        amounts = (1_000 * number, 1_000 * number, 1_000 * number + 137 * (number % 7))
        BalanceHistory.objects.create(customer=customer, months=[{"deposits": str(amount)} for amount in amounts])
    found = power.power_of(plan, on=TODAY)
    assert found.detectable > 0
    assert "本机构客户近三个月余额的波动" in found.basis
    assert "名单上的余额历史太少" in found.statement

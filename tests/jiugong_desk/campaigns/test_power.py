"""What a plan can tell from chance: of money and of take-up, drawn by customer and by outlet."""

from __future__ import annotations

import pytest

from jiugong_desk.audiences.listing import listed
from jiugong_desk.campaigns import bridge, power
from jiugong_desk.campaigns.services.sealing import clusters_of
from jiugong_desk.core.clock import bank_date
from tests.support import plans
from tests.support.cast import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(cast):
    plans.customers(cast, 40)
    return plans.drafted(cast, holdout_size=8, primary_measure="take_up")


def test_take_up_is_said_in_points_and_the_worst_case_is_named(plan):
    found = power.power_of(plan, at=NOW)
    assert found.detectable == bridge.detectable_points(0.5, treated=32, held_out=8, design_effect=1, clusters=None)
    assert found.sentence == f"如果真实提升低于{found.detectable:.1f} 个百分点，本次活动看不出来。"
    assert found.basis == "按营销组 32 户对保留组 8 户、最不利的达成率 50% 估算。"
    assert found.advice[0].startswith("两组各半（保留组 20 户）")


def test_two_outlets_can_tell_nothing_and_customers_are_advised(plan):
    plan.holdout_unit = "outlet"
    found = power.power_of(plan, at=NOW)
    assert found.detectable is None
    assert "只有 2 组" in found.sentence
    assert found.advice[0].startswith("改为按客户抽签")


def test_without_a_hold_out_nothing_is_shown(plan):
    plan.holdout_size = 0
    found = power.power_of(plan, at=NOW)
    assert (found.detectable, found.basis) == (None, "")
    assert found.sentence.startswith("没有保留组")


@pytest.mark.parametrize("unit", ["household", "manager", "outlet"])
def test_the_clusters_are_those_of_the_sealing(plan, unit):
    plan.holdout_unit = unit
    rows = listed(plan.audience, plan.unit, on=bank_date(NOW), plan_id=plan.pk).candidates
    _sample, design = power._read(plan, at=NOW, counted=None)
    assert design.clusters == len(set(clusters_of(plan, rows).values()))

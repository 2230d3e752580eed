"""The forecast beside the plan: from what it was learned, with which staff, and what it says where nothing is known."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from jiugong_desk.campaigns import queries, results, services
from jiugong_desk.duty import services as duty
from tests.support import plans
from tests.support.cast import NOW

pytestmark = pytest.mark.django_db

PAST = {
    "starts_on": date(2025, 7, 1), "audience": 1000, "eligible": 700, "attempted": 560, "reached": 500, "valid": 400,
    "interested": 100, "invited": 80, "due": 80, "visited": 60, "converted": 40, "complaints": 1, "do_not_call": 9,
    "calls": 1300, "agreed": 2_400_000.0,
}  # fmt: skip


@pytest.fixture(autouse=True)
def at_now(monkeypatch):
    monkeypatch.setattr("jiugong_desk.core.clock.now", lambda: NOW)


@pytest.fixture
def plan(cast):
    plans.customers(cast, 40)
    return plans.drafted(cast, holdout_size=8)


def expected(plan):
    found = queries.forecast(plan, at=NOW).expected
    assert found is not None
    return found


def test_without_results_of_its_own_it_is_the_fictional_banks_and_says_so(plan, monkeypatch):
    monkeypatch.setattr(results, "_providers", [])
    found = expected(plan)
    assert "模拟活动" in found.source
    lines = {line.key: line for line in found.lines}
    assert 0 <= lines["reached"].low <= lines["reached"].central <= lines["reached"].high <= 32
    assert lines["visited"].central <= lines["reached"].central
    assert lines["deposits"].is_money


def test_results_of_the_bank_move_it_and_are_named(plan, monkeypatch):
    monkeypatch.setattr(results, "_providers", [])
    before = {line.key: line for line in expected(plan).lines}
    monkeypatch.setattr(results, "_providers", [lambda unit: [PAST] * 6])
    found = expected(plan)
    after = {line.key: line for line in found.lines}
    assert "6" in found.source
    assert after["reached"].central > before["reached"].central
    assert after["reached"].high - after["reached"].low <= before["reached"].high - before["reached"].low


def test_staff_say_when_the_list_is_worked_off(plan, cast):
    found = expected(plan)
    assert found.finish[0] == date(2026, 1, 9)  # eighty calls a day, thirty-two customers, retries on another day
    assert found.calls_offered == 80 * 18
    services.set_participants(plan, daily_calls={}, by=cast.planner, at=NOW)
    nobody = expected(plan)
    assert (nobody.finish, nobody.finished, nobody.calls_offered) == ((None, None), None, 0)


def test_leave_is_reckoned_in_as_in_the_table_of_people(plan, cast):
    day = date(2026, 1, 8)
    duty.record(cast.wang, first_day=day, last_day=day, kind="annual", cover=None, by=cast.zhao, at=NOW)
    found = queries.forecast(plan, at=NOW)
    assert found.expected.calls_offered == found.work.capacity == 80 * 18 - 40


def test_nobody_to_call_is_nothing_to_forecast(cast):
    assert queries.forecast(plans.drafted(cast), at=NOW).expected is None


def test_it_stands_beside_the_plan_and_in_the_editor(plan, cast, login):
    client = login(cast.planner)
    for name in ("campaign", "campaign_edit"):
        text = client.get(reverse(name, args=[plan.ref])).text
        assert "80% 区间" in text
        assert "排班可拨 1,440 次" in text

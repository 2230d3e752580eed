"""Each line of the launch checklist alone keeps a ready plan back, names who mends it, and is mended.

In the order in which a line can turn red: while the plan is written, as it is decided, and after the approval.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jiugong_desk.campaigns.checklist import conditions
from jiugong_desk.campaigns.gate import plan_facts
from jiugong_desk.scripts import services as scripts
from tests.browser.blocking import DECIDED, HAPPENED, TESTED_UNTIL, WRITTEN, Case, Scene, decided, edit, person
from tests.browser.campaigning import red_lines
from tests.browser.conftest import Desk
from tests.support import plans
from tests.support.cast import NOW, Cast, make_customer, make_staff
from tests.support.products import make_offer, make_product, make_rate
from tests.support.scripts import conforming

OPEN = frozenset({"sealed", "reviewed", "incentive", "approved"})  # of a plan that nobody has been asked to decide on


@pytest.fixture
def scene(desk: Desk, cast: Cast) -> Scene:
    """Ready: twenty customers with a valid risk test, a deposit at a rate and a fund on offer, an incentive of its own."""
    places = ((cast.north, cast.wang), (cast.south, cast.li))
    for number in range(20):
        make_customer(*places[number % 2], risk_capacity="C3", risk_test_expires_on=TESTED_UNTIL)
    finance = make_staff("9009", "蒋财", "finance_hr", cast.branch)
    deposit, wealth = make_product(name="整存整取一年"), make_product(name="稳盈", category="wealth", product_risk="R2")
    make_rate(deposit, cast.department, "0.95", date(2025, 5, 20))
    rated = make_offer(cast.planner, product=deposit, kind="rate", title="一年定期", text="一年定期存款年利率0.95%。")
    advised = make_offer(
        cast.planner, product=wealth, kind="service", title="稳健配置建议", text="提供一份书面配置建议。"
    )
    campaign = plans.approved(
        cast, offers=[rated.ref, advised.ref], incentive="按网点质量得分发放团队奖励。", starts_on=date(2026, 1, 8)
    )
    plans.decide("incentive", campaign, by=finance)
    script = scripts.create_script(code="next", title="新版话术", content=conforming(), by=cast.planner, at=NOW)
    return Scene(desk, cast, finance, campaign, script)


@pytest.mark.parametrize("lines", [list(WRITTEN)[:6], list(WRITTEN)[6:]], ids=["texts", "list"])
def test_while_it_is_written_no_line_lets_the_plan_be_handed_in(scene: Scene, lines: list[str]) -> None:
    edit(means="电话联系。")(scene)
    page = scene.page_of(scene.cast.planner)  # who saves comes back to the plan's page
    for line in lines:
        case = WRITTEN[line]
        case.spoil(scene)
        _is_red(scene, page, line, case, besides=OPEN)
        page.get_by_role("button", name="提交审批").click()
        _is_refused(scene, page, line, case, state="draft")
        assert _launching(scene) == 409
        case.mend(scene)
        assert red_lines(page) == OPEN, line
    expect(scene.seen_by(scene.cast.management).get_by_role("button", name="启动活动")).to_have_count(0)
    page.get_by_role("button", name="提交审批").click()
    expect(page.get_by_role("alert").first).to_contain_text("已提交审批")
    decided(scene)
    _is_launched(scene)


def test_no_missing_decision_lets_the_plan_be_launched(scene: Scene) -> None:
    _goes_through(scene, DECIDED)


def test_nothing_that_happens_after_the_approval_lets_the_plan_be_launched(scene: Scene) -> None:
    _goes_through(scene, HAPPENED)


@pytest.mark.django_db
def test_every_line_of_the_checklist_has_its_case(cast: Cast) -> None:
    lines = [line.code for line in conditions(plan_facts(plans.drafted(cast), at=NOW))]
    assert sorted([*WRITTEN, *DECIDED, *HAPPENED]) == sorted(lines)
    assert all(bool(case.also) == bool(case.why) for case in (WRITTEN | DECIDED | HAPPENED).values())


# -- what is the same for all


def _goes_through(scene: Scene, cases: Mapping[str, Case]) -> None:
    """Each in turn: red, refused, mended, green; at the end the plan is launched."""
    for line, case in cases.items():
        case.spoil(scene)
        page = scene.seen_by(scene.cast.management)
        _is_red(scene, page, line, case)
        button = page.get_by_role("button", name="启动活动")
        if scene.plan.state == "approved":
            page.get_by_label("已核对名单、日期和人员").check()
            button.click()
            _is_refused(scene, page, line, case, state="approved")
        else:
            expect(button).to_have_count(0)
            assert _launching(scene) == 409
        case.mend(scene)
        assert red_lines(scene.seen_by(scene.cast.management)) == set(), line
    _is_launched(scene)


def _is_red(scene: Scene, page: Page, line: str, case: Case, *, besides: frozenset[str] = frozenset()) -> None:
    """The line, and nothing else but what cannot be green then; with the name of who mends it."""
    lines = {line, *case.also, *besides}
    assert red_lines(page) == lines, line
    expect(page.locator(".card-header", has_text="启动条件")).to_contain_text(f"还差 {len(lines)} 项")
    said = page.locator(f"[data-condition={line}]")
    expect(said).to_contain_text("未满足")
    expect(said).to_contain_text(str(person(scene, case.mender)))


def _is_refused(scene: Scene, page: Page, line: str, case: Case, *, state: str) -> None:
    """The reasons above the page are those of the red lines, with their menders; the plan is where it was."""
    alert = page.get_by_role("alert").first
    reason = page.locator(f"[data-condition={line}] .small").first
    expect(alert).to_contain_text(str(reason.evaluate("text => text.firstChild.data")).strip())
    expect(alert).to_contain_text(str(person(scene, case.mender)))
    assert scene.plan.state == state
    assert scene.plan.launched_at is None


def _launching(scene: Scene) -> int:
    """What the site answers to whoever sends the form that no page offers."""
    client = Client()
    client.force_login(scene.cast.management, backend="django.contrib.auth.backends.ModelBackend")
    plan = scene.plan
    answer = client.post(f"/campaigns/{plan.ref}/launch/", {"version": plan.version})
    assert scene.plan.launched_at is None
    return answer.status_code


def _is_launched(scene: Scene) -> None:
    page = scene.seen_by(scene.cast.management)
    assert red_lines(page) == set()
    expect(page.locator(".card-header", has_text="启动条件")).to_contain_text("已齐备")
    page.get_by_label("已核对名单、日期和人员").check()
    page.get_by_role("button", name="启动活动").click()
    expect(page.get_by_role("alert").first).to_contain_text("活动已启动")
    assert scene.plan.state == "launched"

"""Each line of the launch checklist alone keeps a ready plan back, names who mends it, and is mended.

Three plans that are ready, by when a line turns red: while the plan is written, as it is decided, and after the approval.
Looked at and tried in the browser always; what another room's page does is prepared by that room's service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.checklist import conditions
from jiugong_desk.campaigns.gate import plan_facts
from jiugong_desk.campaigns.models import Campaign, ListEntry
from jiugong_desk.consent.models import Contact
from jiugong_desk.customers.models import Customer
from jiugong_desk.duty import services as duty
from jiugong_desk.duty.models import Absence
from jiugong_desk.organisation.models import Posting, Staff
from jiugong_desk.products.models import Product, Rate
from jiugong_desk.scripts import services as scripts
from jiugong_desk.scripts.models import Script
from tests.browser.campaigning import attach_assessment
from tests.browser.conftest import Desk
from tests.support import plans
from tests.support.cast import NOW, Cast, make_customer, make_staff
from tests.support.products import make_offer, make_product, make_rate
from tests.support.scripts import conforming

OPEN = {"sealed", "reviewed", "incentive", "approved"}  # of a plan that nobody has been asked to decide on
TESTED_UNTIL = date(2026, 6, 30)


@dataclass
class Scene:
    """A ready plan, and the two who look at it: its planner, and management, who would launch it."""

    desk: Desk
    cast: Cast
    finance: Staff
    campaign: Campaign
    script: Script  # of the next version, which nobody has reviewed
    kept: dict[str, Any] = field(default_factory=dict)
    pages: dict[int, Page] = field(default_factory=dict)

    def page_of(self, staff: Staff) -> Page:
        if staff.pk not in self.pages:
            self.pages[staff.pk] = self.desk.page(signed_in=staff)
        return self.pages[staff.pk]

    def seen_by(self, staff: Staff) -> Page:
        """The plan's page, as it is now."""
        page = self.page_of(staff)
        page.goto(f"{self.desk.address}/campaigns/{self.campaign.ref}/")
        return page

    @property
    def plan(self) -> Campaign:
        self.campaign.refresh_from_db()
        return self.campaign


@dataclass(frozen=True)
class Case:
    """How one line turns red and green again. `mender`: who is named; `also`: lines that then cannot be green, and why."""

    spoil: Callable[[Scene], Any]
    mend: Callable[[Scene], Any]
    mender: str = "planner"
    also: frozenset[str] = frozenset()
    why: str = ""


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


# -- while it is written: every change makes the plan a draft, which is not handed in before it is complete


def _edit(**fields: str) -> Callable[[Scene], None]:
    """The planner writes these into the form and saves."""

    def verb(scene: Scene) -> None:
        page = scene.page_of(scene.cast.planner)
        page.goto(f"{scene.desk.address}/campaigns/{scene.campaign.ref}/edit/")
        for name, value in fields.items():
            entry = page.locator(f"[name={name}]").first
            if entry.evaluate("entry => entry.tagName") == "SELECT":
                entry.select_option(value)
            else:
                entry.fill(value)
        page.get_by_role("button", name="保存", exact=True).click()
        expect(page.get_by_role("alert").first).to_contain_text("方案已保存")

    return verb


def _people(*names: str, calls: str = "40") -> Callable[[Scene], None]:
    def verb(scene: Scene) -> None:
        page = scene.page_of(scene.cast.planner)
        page.goto(f"{scene.desk.address}/campaigns/{scene.campaign.ref}/people/")
        for manager in (scene.cast.wang, scene.cast.sun, scene.cast.li):
            page.locator(f"[name=take-{manager.ref}]").set_checked(manager.name in names)
            page.locator(f"[name=calls-{manager.ref}]").fill(calls)
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_role("link", name="安排人员")).to_be_visible()

    return verb


def _detach(scene: Scene) -> None:
    page = scene.seen_by(scene.cast.planner)
    page.get_by_role("button", name="删除附件").click()
    expect(page.locator("main")).to_contain_text("还没有附件")


def _attach(scene: Scene) -> None:
    attach_assessment(scene.seen_by(scene.cast.planner))


def _without_purpose(scene: Scene) -> None:
    """The form refuses an empty purpose: only whoever writes past it leaves none."""
    plan = scene.plan
    services.edit(plan, version=plan.version, by=scene.cast.planner, at=NOW, purpose=" ")
    scene.seen_by(scene.cast.planner)


def _old_script(scene: Scene) -> None:
    _edit(script=str(scene.kept["script"]))(scene)


def _no_script(scene: Scene) -> None:
    scene.kept["script"] = scene.plan.script_id
    _edit(script="")(scene)


WANG_AND_LI = ("王晓北", "李南")
WRITTEN: Mapping[str, Case] = {
    "purpose": Case(_without_purpose, _edit(purpose=plans.TEXTS["purpose"])),
    "contact": Case(_edit(complaint_contact=""), _edit(complaint_contact="合规消保 郑规 95500")),
    "goals": Case(
        _edit(**{"goal-0-measure": ""}),
        _edit(**{"goal-0-measure": "reached", "goal-0-target": "50", "goal-0-by": "2026-01-30"}),
    ),
    "budget": Case(_edit(budget="1"), _edit(budget="50000")),
    "impact": Case(_detach, _attach),
    "wording": Case(_edit(strategy="这款产品稳赚。"), _edit(strategy="了解客户需求。")),
    "script": Case(
        _no_script, _old_script, also=frozenset({"script_reviewed"}), why="what was not chosen was not reviewed",
    ),
    "audience": Case(
        _edit(**{"rule-0-0-value": "business"}), _edit(**{"rule-0-0-value": "mortgage_new_home"}),
        also=frozenset({"holdout", "power", "day_one"}), why="nobody can be drawn from, or called of, an empty list",
    ),
    "holdout": Case(_edit(holdout_size="0"), _edit(holdout_size="4"), also=frozenset({"power"}),
                    why="without a hold-out nothing can be seen"),
    "power": Case(_edit(primary_measure="avg_increment"), _edit(primary_measure="take_up")),
    "participants": Case(
        _people(), _people(*WANG_AND_LI), also=frozenset({"capacity", "trained"}), why="nobody makes no call and learns nothing",
    ),
    "capacity": Case(_people(*WANG_AND_LI, calls="1"), _people(*WANG_AND_LI)),
}  # fmt: skip


@pytest.mark.parametrize("lines", [list(WRITTEN)[:6], list(WRITTEN)[6:]], ids=["texts", "list"])
def test_while_it_is_written_no_line_lets_the_plan_be_handed_in(scene: Scene, lines: list[str]) -> None:
    _edit(means="电话联系。")(scene)
    page = scene.page_of(scene.cast.planner)  # who saves comes back to the plan's page
    for line in lines:
        case = WRITTEN[line]
        case.spoil(scene)
        _is_red(scene, page, line, case, besides=OPEN)
        page.get_by_role("button", name="提交审批").click()
        _is_refused(scene, page, line, case, state="draft")
        assert _launching(scene) == 409
        case.mend(scene)
        assert _red(page) == OPEN, line
    expect(scene.seen_by(scene.cast.management).get_by_role("button", name="启动活动")).to_have_count(0)
    page.get_by_role("button", name="提交审批").click()
    expect(page.get_by_role("alert").first).to_contain_text("已提交审批")
    _decided(scene)
    _is_launched(scene)


# -- as it is decided: the planner has changed a word, the plan goes round again, and one decision is missing


def _again(scene: Scene, *missing: str) -> None:
    """Handed in and decided anew, but for what is missing."""
    plan = scene.plan
    if plan.state == "approved":
        services.edit(plan, version=plan.version, by=scene.cast.planner, at=NOW, means=f"第{plan.version}稿。")
    services.submit(plan, by=scene.cast.planner, at=NOW)
    _decided(scene, *missing)


def _decided(scene: Scene, *missing: str) -> None:
    deciders = {"plan_review": scene.cast.compliance, "incentive": scene.finance, "plan": scene.cast.management}
    for kind, decider in deciders.items():
        if kind not in missing:
            plans.decide(kind, scene.plan, by=decider)
    if not missing:
        plans.learn(scene.campaign)


def _missing(kind: str) -> Callable[[Scene], None]:
    def verb(scene: Scene) -> None:
        _again(scene, kind)
        plans.learn(scene.campaign)

    return verb


def _agreed(by: str) -> Callable[[Scene], None]:
    """On the plan's own page."""

    def verb(scene: Scene) -> None:
        page = scene.seen_by(_person(scene, by))
        page.get_by_role("button", name="同意").click()
        expect(page.get_by_role("alert").first).to_contain_text("审批意见已记录")
        plans.learn(scene.campaign)

    return verb


def _with_a_new_script(scene: Scene) -> None:
    plan = scene.plan
    services.edit(plan, version=plan.version, by=scene.cast.planner, at=NOW, script=scene.script)
    _again(scene)


def _reviewed_script(scene: Scene) -> None:
    page = scene.page_of(scene.cast.compliance)
    page.goto(f"{scene.desk.address}/scripts/{scene.script.ref}/")
    page.get_by_role("button", name="同意").click()
    expect(page.get_by_role("alert").first).to_contain_text("审批意见已记录")


def _with_a_newcomer(scene: Scene) -> None:
    _people(*WANG_AND_LI, "孙小宁")(scene)
    _again(scene)
    plans.learn(scene.campaign)
    plans.unlearn(scene.campaign, scene.cast.sun)


def _learned(scene: Scene) -> None:
    plans.learn(scene.campaign, scene.cast.sun)


DECIDED: Mapping[str, Case] = {
    "reviewed": Case(_missing("plan_review"), _agreed("compliance"), "compliance"),
    "incentive": Case(_missing("incentive"), _agreed("finance"), "finance"),
    "approved": Case(
        _missing("plan"), _agreed("management"), "management",
        also=frozenset({"sealed"}), why="the list is drawn at the approval",
    ),
    "script_reviewed": Case(_with_a_new_script, _reviewed_script, "compliance"),
    "trained": Case(_with_a_newcomer, _learned, "sun"),
}  # fmt: skip


def test_no_missing_decision_lets_the_plan_be_launched(scene: Scene) -> None:
    _goes_through(scene, DECIDED)


# -- after the approval: the world goes on


def _leave(scene: Scene) -> None:
    day = date(2026, 1, 12)
    duty.record(scene.cast.wang, first_day=day, last_day=day, kind="annual", cover=None, by=scene.cast.zhao, at=NOW)


def _back_at_work(scene: Scene) -> None:
    duty.cancel(Absence.objects.everyone().get(cancelled_at=None), by=scene.cast.zhao, at=NOW)


def _moved_away(scene: Scene) -> None:
    """The administrator gives a manager another post."""
    Posting.objects.filter(staff=scene.cast.li).update(role="lobby_manager")


def _moved_back(scene: Scene) -> None:
    Posting.objects.filter(staff=scene.cast.li).update(role="customer_manager")


def _late(scene: Scene) -> None:
    scene.desk.now = NOW + timedelta(days=30)
    scene.pages.clear()  # a month later everybody signs in anew


def _in_time(scene: Scene) -> None:
    scene.desk.now = NOW
    scene.pages.clear()


def _new_rate(scene: Scene) -> None:
    """The bank lowers the rate that was promised."""
    deposit = Product.objects.get(name="整存整取一年")
    Rate.objects.filter(product=deposit).update(percent=Decimal("0.90"))


def _old_rate(scene: Scene) -> None:
    Rate.objects.update(percent=Decimal("0.95"))


def _tests_expire(scene: Scene) -> None:
    Customer.objects.everyone().update(risk_test_expires_on=date(2026, 1, 1))


def _tested_again(scene: Scene) -> None:
    Customer.objects.everyone().update(risk_test_expires_on=TESTED_UNTIL)


def _swapped(scene: Scene) -> None:
    """Somebody with the database in his hands gives a held-out customer to the callers."""
    row = ListEntry.objects.everyone().filter(campaign=scene.campaign, arm="held_out").earliest("pk")
    scene.kept["row"] = row.pk
    ListEntry.objects.everyone().filter(pk=row.pk).update(arm="treated")


def _swapped_back(scene: Scene) -> None:
    ListEntry.objects.everyone().filter(pk=scene.kept["row"]).update(arm="held_out")


def _reached_yesterday(scene: Scene) -> None:
    at = NOW - timedelta(hours=2)
    Contact.objects.bulk_create(
        Contact(customer=one, at=at, channel="call", reached=True) for one in Customer.objects.everyone()
    )


def _forgotten(scene: Scene) -> None:
    Contact.objects.all().delete()


HAPPENED: Mapping[str, Case] = {
    "roster": Case(_leave, _back_at_work, "zhao"),
    "callers": Case(_moved_away, _moved_back),
    "period": Case(
        _late, _in_time, also=frozenset({"capacity", "day_one"}), why="after the end there is no day left to call on",
    ),
    "offers": Case(_new_rate, _old_rate),
    "suitability": Case(_tests_expire, _tested_again),
    "sealed": Case(_swapped, _swapped_back),
    "day_one": Case(_reached_yesterday, _forgotten),
}  # fmt: skip


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
            button.click()
            _is_refused(scene, page, line, case, state="approved")
        else:
            expect(button).to_have_count(0)
            assert _launching(scene) == 409
        case.mend(scene)
        assert _red(scene.seen_by(scene.cast.management)) == set(), line
    _is_launched(scene)


def _is_red(scene: Scene, page: Page, line: str, case: Case, *, besides: set[str] = frozenset()) -> None:
    """The line, and nothing else but what cannot be green then; with the name of who mends it."""
    assert _red(page) == {line, *case.also, *besides}, line
    said = page.locator(f"[data-condition={line}]")
    expect(said).to_contain_text("未满足")
    expect(said).to_contain_text(str(_person(scene, case.mender)))


def _is_refused(scene: Scene, page: Page, line: str, case: Case, *, state: str) -> None:
    """The reasons above the page are those of the red lines, with their menders; the plan is where it was."""
    alert = page.get_by_role("alert").first
    reason = page.locator(f"[data-condition={line}] .small").first
    expect(alert).to_contain_text(str(reason.evaluate("text => text.firstChild.data")).strip())
    expect(alert).to_contain_text(str(_person(scene, case.mender)))
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
    assert _red(page) == set()
    page.get_by_role("button", name="启动活动").click()
    expect(page.get_by_role("alert").first).to_contain_text("活动已启动")
    assert scene.plan.state == "launched"


def _person(scene: Scene, name: str) -> Staff:
    found: Staff = scene.finance if name == "finance" else getattr(scene.cast, name)
    return found


def _red(page: Page) -> set[str]:
    codes = page.locator(".checklist .unmet").evaluate_all("lines => lines.map(line => line.dataset.condition)")
    return set(codes)

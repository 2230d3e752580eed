"""What turns each line of the launch checklist red, and green again, as it happens in a bank: for test_blocked_launch.

By the browser where the page is the plan's own; what another room's page does is prepared by that room's service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from playwright.sync_api import Page, expect

from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.models import Campaign, ListEntry
from jiugong_desk.consent.models import Contact
from jiugong_desk.customers.models import Customer
from jiugong_desk.duty import services as duty
from jiugong_desk.duty.models import Absence
from jiugong_desk.organisation.models import Posting, Staff
from jiugong_desk.products.models import Product, Rate
from jiugong_desk.scripts.models import Script
from tests.browser.campaigning import attach_assessment
from tests.browser.conftest import Desk
from tests.support import plans
from tests.support.cast import NOW, Cast

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


def person(scene: Scene, name: str) -> Staff:
    found: Staff = scene.finance if name == "finance" else getattr(scene.cast, name)
    return found


# -- while it is written: every change makes the plan a draft, which is not handed in before it is complete


def edit(**fields: str) -> Callable[[Scene], None]:
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
    edit(script=str(scene.kept["script"]))(scene)


def _no_script(scene: Scene) -> None:
    scene.kept["script"] = scene.plan.script_id
    edit(script="")(scene)


WANG_AND_LI = ("王晓北", "李南")
WRITTEN: Mapping[str, Case] = {
    "purpose": Case(_without_purpose, edit(purpose=plans.TEXTS["purpose"])),
    "contact": Case(edit(complaint_contact=""), edit(complaint_contact="合规消保 郑规 95500")),
    "goals": Case(
        edit(**{"goal-0-measure": ""}),
        edit(**{"goal-0-measure": "reached", "goal-0-target": "50", "goal-0-by": "2026-01-30"}),
    ),
    "budget": Case(edit(budget="1"), edit(budget="50000")),
    "impact": Case(_detach, _attach),
    "wording": Case(edit(strategy="这款产品稳赚。"), edit(strategy="了解客户需求。")),
    "script": Case(
        _no_script, _old_script, also=frozenset({"script_reviewed"}), why="what was not chosen was not reviewed",
    ),
    "audience": Case(
        edit(**{"rule-0-0-value": "business"}), edit(**{"rule-0-0-value": "mortgage_new_home"}),
        also=frozenset({"holdout", "power", "day_one"}), why="nobody can be drawn from, or called of, an empty list",
    ),
    "holdout": Case(edit(holdout_size="0"), edit(holdout_size="4"), also=frozenset({"power"}),
                    why="without a hold-out nothing can be seen"),
    "power": Case(edit(primary_measure="avg_increment"), edit(primary_measure="take_up")),
    "participants": Case(
        _people(), _people(*WANG_AND_LI), also=frozenset({"capacity", "trained"}), why="nobody makes no call and learns nothing",
    ),
    "capacity": Case(_people(*WANG_AND_LI, calls="1"), _people(*WANG_AND_LI)),
}  # fmt: skip


# -- as it is decided: the planner has changed a word, the plan goes round again, and one decision is missing


def _again(scene: Scene, *missing: str) -> None:
    """Handed in and decided anew, but for what is missing."""
    plan = scene.plan
    if plan.state == "approved":
        services.edit(plan, version=plan.version, by=scene.cast.planner, at=NOW, means=f"第{plan.version}稿。")
    services.submit(plan, by=scene.cast.planner, at=NOW)
    decided(scene, *missing)


def decided(scene: Scene, *missing: str) -> None:
    deciders = {"plan_review": scene.cast.compliance, "incentive": scene.finance, "plan": scene.cast.management}
    for kind, decider in deciders.items():
        if kind not in missing:
            plans.decide(kind, scene.plan, by=decider)
    if not missing:
        plans.learn(scene.campaign)


def _missing(*kinds: str) -> Callable[[Scene], None]:
    def verb(scene: Scene) -> None:
        _again(scene, *kinds)
        plans.learn(scene.campaign)

    return verb


def _agreed(by: str) -> Callable[[Scene], None]:
    """On the plan's own page."""

    def verb(scene: Scene) -> None:
        page = scene.seen_by(person(scene, by))
        page.get_by_role("button", name="同意").click()
        expect(page.get_by_role("alert").first).to_contain_text("审批意见已记录")
        plans.learn(scene.campaign)

    return verb


def _reviewed_then_approved(scene: Scene) -> None:
    _agreed("compliance")(scene)
    plans.decide("plan", scene.plan, by=scene.cast.management)
    plans.learn(scene.campaign)


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
    "reviewed": Case(
        _missing("plan_review", "plan"), _reviewed_then_approved, "compliance",
        also=frozenset({"approved", "sealed"}), why="management decides after the review",
    ),
    "incentive": Case(_missing("incentive"), _agreed("finance"), "finance"),
    "approved": Case(
        _missing("plan"), _agreed("management"), "management",
        also=frozenset({"sealed"}), why="the list is drawn at the approval",
    ),
    "script_reviewed": Case(_with_a_new_script, _reviewed_script, "compliance"),
    "trained": Case(_with_a_newcomer, _learned, "sun"),
}  # fmt: skip


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

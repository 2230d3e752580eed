"""Steps of a campaign through the pages that more than one journey takes."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from jiugong_desk.campaigns.models import Campaign
from jiugong_desk.campaigns.schooling import about
from jiugong_desk.organisation.models import Staff
from jiugong_desk.training import queries as training
from tests.browser.conftest import Desk

ASSESSMENT = {"name": "影响评估.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 assessment"}


def set_targets(page: Page, *, by: str, budget: str = "20000", primary: str = "take_up") -> None:
    """In the open editor: one target, the primary measure and a budget."""
    page.select_option("[name=goal-0-measure]", "reached")
    page.fill("[name=goal-0-target]", "50")
    page.fill("[name=goal-0-by]", by)
    page.select_option("[name=primary_measure]", primary)
    page.fill("[name=budget]", budget)


def attach_assessment(page: Page) -> None:
    """On the plan's page."""
    page.get_by_label("附件种类").select_option("impact")
    page.get_by_label("附件文件").set_input_files(ASSESSMENT)  # type: ignore[arg-type]
    page.get_by_role("button", name="上传附件").click()
    expect(page.locator("main")).to_contain_text("影响评估.pdf")


def red_lines(page: Page) -> set[str]:
    """The codes of the launch checklist's lines that the plan's page shows unmet."""
    codes = page.locator(".checklist .unmet").evaluate_all("lines => lines.map(line => line.dataset.condition)")
    return set(codes)


def learn(desk: Desk, campaign: Campaign, staff: Staff) -> None:
    """He reads the plan and the rules page by page, and passes the quiz."""
    course = training.course_about(about(campaign))
    assert course is not None
    mine = training.enrolment(course, staff)
    assert mine is not None
    content = training.content_of(mine.version)
    page = desk.sign_in(staff)
    page.goto(f"{desk.address}/training/{course.ref}/read/1/")
    for _ in content.sections:
        page.locator(".card-footer form button").click()
    page.goto(f"{desk.address}/training/{course.ref}/quiz/")
    for number, question in enumerate(content.quiz):
        for right in question.right:
            page.locator(f"label:has([name=q{number}])").get_by_text(question.options[right], exact=True).click()
    page.get_by_role("button", name="提交答案").click()
    expect(page.locator("main")).to_contain_text("通过")
    mine.refresh_from_db()
    assert mine.passed_at is not None

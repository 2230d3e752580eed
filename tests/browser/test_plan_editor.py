"""The plan editor in a browser: choosing conditions swaps its right half, and the browser complains about nothing."""

from __future__ import annotations

from django.urls import reverse
from playwright.sync_api import Route, expect

from jiugong_desk.campaigns.models import Campaign
from tests.browser.conftest import Desk
from tests.support import plans
from tests.support.cast import Cast, make_customer


def test_choosing_conditions_counts_without_a_complaint(desk: Desk, cast: Cast) -> None:
    plans.customers(cast)
    page = desk.page(signed_in=cast.planner)
    page.goto(desk.address + reverse("campaign_new"))
    page.locator("#rule-0-0-field").select_option("loan_kind")
    page.locator("#rule-0-0-op").select_option("in")
    page.locator("#rule-0-0-mortgage_new_home").check()
    page.locator("#counts .waterfall").wait_for()
    page.locator("#rule-0-1-field").select_option("assets")
    page.locator("#rule-0-1-value").fill("50000")
    page.locator("#rule-0-1-value").blur()
    page.locator("#rule-0-2-field").wait_for()
    assert desk.complaints == []


def test_what_is_entered_while_an_answer_is_on_its_way_is_kept(desk: Desk, cast: Cast) -> None:
    for _ in range(3):
        make_customer(cast.north, cast.wang)
    make_customer(cast.south, cast.li, consent=False)
    page = desk.page(signed_in=cast.planner)
    page.goto(desk.address + reverse("campaign_new"))
    page.fill("[name=title]", "春季回访")
    page.select_option("[name=rule-0-0-field]", "level")
    page.select_option("[name=rule-0-0-op]", "at_least")
    page.select_option("[name=rule-0-0-value]", "5")
    forecast = page.locator("#forecast")
    expect(forecast).to_contain_text("没有客户同意电话营销的有效记录")
    page.select_option("[name=rule-0-1-field]", "assets")
    expect(page.locator("[name=rule-0-1-value]")).to_be_visible()
    page.select_option("[name=rule-0-0-value]", "4")  # a count sets out, and its answer finds somebody typing
    page.fill("[name=holdout_size]", "1")
    page.locator("[name=rule-0-1-value]").press_sequentially("50000", delay=150)
    expect(page.locator("[name=rule-0-1-value]")).to_be_focused()
    page.keyboard.press("Tab")
    expect(forecast).to_contain_text("营销组")
    expect(forecast.locator("tr", has_text="营销组")).to_contain_text("2")
    assert page.input_value("[name=holdout_size]") == "1"
    assert page.input_value("[name=rule-0-1-value]") == "50000"
    page.click("[name=remove][value='0-0']")
    expect(page.locator(".rule-row")).to_have_count(2)
    assert page.input_value("[name=rule-0-0-value]") == "50000"
    assert page.input_value("[name=title]") == "春季回访"
    expect(page.locator("[name=rule-0-0-field]")).to_be_focused()
    page.click("[name=add_block][value=none]")
    expect(page.locator("[name=rule-1-0-field]")).to_be_focused()


def test_enter_goes_on_and_does_not_save(desk: Desk, cast: Cast) -> None:
    page = desk.page(signed_in=cast.planner)
    page.goto(desk.address + reverse("campaign_new"))
    page.fill("[name=title]", "春季回访")
    page.press("[name=title]", "Enter")
    expect(page.locator("[name=title]")).not_to_be_focused()
    assert page.evaluate("document.activeElement.tagName") in ("INPUT", "TEXTAREA", "SELECT")
    assert page.url.endswith(reverse("campaign_new"))
    assert not Campaign.objects.everyone().exists()


def test_a_value_chosen_before_the_row_is_drawn_anew_is_kept(desk: Desk, cast: Cast) -> None:
    plans.customers(cast)
    page = desk.page(signed_in=cast.planner)
    page.goto(desk.address + reverse("campaign_new"))
    page.select_option("[name=rule-0-0-field]", "loan_kind")
    page.wait_for_selector("[name=rule-0-0-value]")
    held: list[Route] = []
    page.route("**/campaigns/new/", lambda route: held.append(route), times=1)
    page.select_option("[name=rule-0-0-op]", "is")  # its answer is held back
    page.select_option("[name=rule-0-0-value]", "mortgage_new_home")
    page.wait_for_timeout(300)
    held[0].continue_()
    expect(page.locator("#counts .waterfall")).to_contain_text("20")
    assert page.input_value("[name=rule-0-0-value]") == "mortgage_new_home"


def test_another_primary_measure_or_target_is_judged_at_once(desk: Desk, cast: Cast) -> None:
    plans.customers(cast, 40)
    plan = plans.drafted(cast, holdout_size=8, primary_measure="avg_increment")
    page = desk.page(signed_in=cast.planner)
    page.goto(desk.address + reverse("campaign_edit", args=[plan.ref]))
    forecast = page.locator("#forecast")
    expect(forecast).to_contain_text("近三个月的余额历史不足")
    page.select_option("[name=primary_measure]", "take_up")
    expect(forecast).to_contain_text("个百分点，本次活动看不出来")
    page.select_option("[name=goal-1-measure]", "take_up")
    page.fill("[name=goal-1-by]", "2026-03-31")
    page.fill("[name=goal-1-target]", "5")
    page.keyboard.press("Tab")
    expect(forecast).to_contain_text("即使达成，也证明不了")
    assert desk.complaints == []

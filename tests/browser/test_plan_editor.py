"""The plan editor while it counts: nothing that is being typed is lost to an answer that comes late."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.support.cast import make_customer

pytestmark = pytest.mark.django_db(transaction=True)


def test_conditions_and_counts_come_by_themselves_and_typing_goes_on(desk: Desk, cast) -> None:
    for _ in range(3):
        make_customer(cast.north, cast.wang)
    make_customer(cast.south, cast.li, consent=False)
    page = desk.page(signed_in=cast.planner)
    page.goto(f"{desk.address}/campaigns/new/")
    page.fill("[name=title]", "春季回访")
    page.select_option("[name=rule-0-field]", "level")
    page.select_option("[name=rule-0-op]", "at_least")
    page.select_option("[name=rule-0-value]", "5")
    forecast = page.locator("#forecast")
    expect(forecast).to_contain_text("没有客户同意电话营销的有效记录")
    page.select_option("[name=rule-1-field]", "assets")
    expect(page.locator("[name=rule-1-value]")).to_be_visible()
    page.select_option("[name=rule-0-value]", "4")  # a count sets out, and its answer finds somebody typing
    page.fill("[name=holdout_size]", "1")
    page.locator("[name=rule-1-value]").press_sequentially("50000", delay=150)
    expect(page.locator("[name=rule-1-value]")).to_be_focused()
    page.keyboard.press("Tab")
    expect(forecast).to_contain_text("营销组")
    expect(forecast.locator("tr", has_text="营销组")).to_contain_text("2")
    assert page.input_value("[name=holdout_size]") == "1"
    assert page.input_value("[name=rule-1-value]") == "50000"
    page.click("[name=remove][value='0']")
    expect(page.locator(".rule-row")).to_have_count(2)
    assert page.input_value("[name=rule-0-value]") == "50000"
    assert page.input_value("[name=title]") == "春季回访"

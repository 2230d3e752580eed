"""The plan editor in a browser: choosing conditions swaps its right half, and the browser complains about nothing."""

from __future__ import annotations

from django.urls import reverse

from tests.browser.conftest import Desk
from tests.support import plans
from tests.support.cast import Cast


def test_choosing_conditions_counts_without_a_complaint(desk: Desk, cast: Cast) -> None:
    plans.customers(cast)
    page = desk.page(signed_in=cast.planner)
    page.goto(desk.address + reverse("campaign_new"))
    page.locator("#rule-0-field").select_option("loan_kind")
    page.locator("#rule-0-op").select_option("in")
    page.locator("#rule-0-mortgage_new_home").check()
    page.locator(".waterfall").wait_for()
    page.locator("#rule-1-field").select_option("assets")
    page.locator("#rule-1-value").fill("50000")
    page.locator("#rule-1-value").blur()
    page.locator("#rule-2-field").wait_for()
    assert desk.complaints == []

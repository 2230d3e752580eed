"""What the workbench does not let happen by accident, and what it brings before the caller's eyes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from jiugong_desk.calls.models import Call, Draft
from jiugong_desk.campaigns.models import Campaign
from tests.browser.conftest import DESKTOP, PHONE, Desk
from tests.support.cast import PASSWORD, Cast, make_campaign, make_customer, make_entry

BENCH = re.compile(r"/calls/\w{10,}/$")


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    made = make_campaign(cast, participants=(cast.wang,))
    for _ in range(2):
        make_entry(made, make_customer(cast.north, cast.wang), cast.wang)
    return made


def opened(desk: Desk, cast: Cast, viewport: dict[str, int] = DESKTOP) -> Page:
    page = desk.page(viewport=viewport, signed_in=cast.wang)
    page.goto(f"{desk.address}/calls/")
    page.locator(".start-call").click()
    page.wait_for_url(BENCH)
    return page


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_without_the_number_two_presses_save_nothing_and_the_warning_is_seen(
    desk: Desk, cast: Cast, campaign, viewport
):
    page = opened(desk, cast, viewport)
    page.keyboard.press("1")
    page.keyboard.press("1")
    tick = page.locator("[name=number_unseen]")
    expect(tick).to_be_focused()
    expect(tick).to_be_in_viewport()
    expect(page.locator("#problems [data-refused=number_unseen]")).to_be_in_viewport()
    assert not Call.objects.everyone().exists()
    before = page.url
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda address: address != before)
    assert Call.objects.everyone().get().number_unseen


def test_a_callback_is_never_saved_by_a_second_press(desk: Desk, cast: Cast, campaign: Campaign) -> None:
    page = opened(desk, cast)
    page.keyboard.press("1")
    page.keyboard.press("1")
    expect(page.locator("#problems [data-refused=number_unseen]")).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator("[data-number]")).to_be_visible()
    expect(page.locator("#problems [data-refused]")).to_have_count(0)  # it asked for the number, which is there now
    page.keyboard.press("c")
    page.keyboard.press("c")
    expect(page.locator("[name=callback_at]").first).to_be_focused()
    expect(page.locator("[name=callback_at]:checked")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    warning = page.locator("#problems [data-refused=callback_missing]")
    expect(warning).to_contain_text("请填写约定的回拨时间")
    expect(warning).to_be_focused()
    assert not Call.objects.everyone().exists()


def test_a_note_grows_and_says_how_much_is_left(desk: Desk, cast: Cast, campaign: Campaign) -> None:
    page = opened(desk, cast)
    note = page.locator("[name=note]")
    low = note.bounding_box()["height"]
    note.fill("第一行\n第二行\n第三行")
    assert note.bounding_box()["height"] > low
    expect(page.locator("[data-note-left]")).to_be_hidden()
    note.fill("长" * 480)
    expect(page.locator("[data-note-left]")).to_contain_text("20")
    note.fill("长" * 503)
    expect(page.locator("[data-note-over]")).to_contain_text("3")
    expect(note).to_have_value("长" * 503)


def test_back_after_a_result_leads_to_who_is_next(desk: Desk, cast: Cast, campaign: Campaign) -> None:
    page = opened(desk, cast)
    first = page.url
    page.keyboard.press("n")
    expect(page.locator("[data-number]")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("1")
    page.wait_for_url(lambda address: address != first and BENCH.search(address) is not None)
    following = page.url
    page.go_back()
    page.wait_for_url(following)
    expect(page.get_by_text("上一户已登记：无人接听")).to_be_visible()


def test_what_is_typed_is_kept_after_signing_in_anew_in_another_tab(desk: Desk, cast: Cast, campaign: Campaign) -> None:
    page = opened(desk, cast)
    other = page.context.new_page()
    other.goto(f"{desk.address}/calls/")
    other.get_by_role("button", name="退出").click()
    other.wait_for_url("**/login/**")
    other.get_by_label("工号").fill(cast.wang.staff_no)
    other.get_by_label("密码").fill(PASSWORD)
    other.get_by_role("button", name="登录").click()
    other.wait_for_url(lambda address: "/login/" not in address)
    page.locator("[name=note]").fill("下月有一笔到期")
    expect(page.locator("#draft")).to_contain_text("已暂存")
    assert "下月有一笔到期" in Draft.objects.get().typed
    before = page.url
    page.keyboard.press("Escape")
    page.locator("body").click(position={"x": 2, "y": 2})
    page.keyboard.press("n")
    expect(page.locator("[data-number]")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("1")
    page.wait_for_url(lambda address: address != before)
    assert Call.objects.everyone().get().note == "下月有一笔到期"


def test_a_pause_beside_a_customer_leaves_what_is_typed(desk: Desk, cast: Cast, campaign: Campaign) -> None:
    page = opened(desk, cast)
    page.locator("[name=note]").fill("稍等")
    page.get_by_text("暂时不打").click()
    page.get_by_role("button", name="接待客户").click()
    expect(page.locator("#pause")).to_contain_text("起暂停：接待客户")
    expect(page.locator("[name=note]")).to_have_value("稍等")


def test_what_holds_for_ever_is_never_saved_by_a_second_press(desk: Desk, cast: Cast, campaign: Campaign) -> None:
    page = opened(desk, cast)
    page.keyboard.press("n")
    expect(page.locator("[data-number]")).to_be_visible()
    page.keyboard.press("x")
    page.keyboard.press("x")
    expect(page.locator("#effect")).to_have_class(re.compile("for-ever"))
    expect(page.locator("#deliberate")).to_be_visible()
    page.keyboard.press("1")
    expect(page.locator("#deliberate")).to_be_hidden()
    page.keyboard.press("x")
    assert not Call.objects.everyone().exists()
    before = page.url
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda address: address != before)
    assert Call.objects.everyone().get().outcome == "refused_forever"
    told = page.locator("[data-passing]")
    place = page.locator("#outcome").bounding_box()
    expect(told).to_have_class(re.compile("invisible"), timeout=15_000)
    assert page.locator("#outcome").bounding_box() == place  # nothing moves under the pointer


def test_what_a_refusal_is_about_is_marked(desk: Desk, cast: Cast, campaign: Campaign) -> None:
    page = opened(desk, cast, PHONE)
    page.locator("#number button").click()
    expect(page.locator("[data-number]")).to_be_visible()
    page.locator("[name=outcome][value=call_back]").check(force=True)
    page.locator("#save").click()
    expect(page.locator("#problems [data-refused~=callback_missing]")).to_be_visible()
    expect(page.locator("fieldset.extra-callback")).to_have_class(re.compile("is-asked"))

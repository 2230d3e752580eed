"""A branching script: built by the planner, followed in the preview, and followed again in a call."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from jiugong_desk.calls.models import Call
from jiugong_desk.customers.models import ProfileAnswer
from jiugong_desk.scripts.models import Script
from tests.browser.conftest import Desk
from tests.support.cast import Cast, make_campaign, make_customer, make_entry
from tests.support.plans import decide


def test_a_branching_script_is_built_previewed_and_followed_in_a_call(desk: Desk, cast: Cast) -> None:
    script = _built(desk, cast)
    decide("script", script, by=cast.compliance)
    campaign = make_campaign(cast, participants=(cast.wang,), script=script)
    make_entry(campaign, make_customer(cast.north, cast.wang), cast.wang)
    _called(desk, cast)


def _built(desk: Desk, cast: Cast) -> Script:
    page = desk.sign_in(cast.planner)
    page.goto(f"{desk.address}/scripts/")
    page.get_by_role("link", name="从范本开始").click()
    page.fill("[name=code]", "card")
    page.fill("[name=title]", "信用卡话题")
    _open_step(page, "信用卡服务")
    page.get_by_role("button", name="增加跳转").click()
    page.select_option("[name=step-3-b-0-question]", label="对信用卡的需求")
    page.locator("[name=step-3-b-0-is][value=暂不需要]").check()
    page.select_option("[name=step-3-b-0-go]", label="资金安排")
    expect(page.locator("#side")).to_contain_text("步骤与问题完整")
    page.locator("[data-into=step-3-say]", has_text="{manager}").click()
    assert page.input_value("[name=step-3-say]").endswith("{manager}")
    expect(page.locator("#side [data-key=card]")).to_contain_text(f"什么需要？{cast.planner.name}")
    side = page.locator("#side")
    _next(side, 3)
    _chip(side, "暂不需要")
    expect(side.locator("[data-key=family]")).to_have_class(re.compile("off-way"))
    _next(side)
    expect(side.locator(".step[open] summary")).to_contain_text("资金安排")
    side.locator(".step[open]").get_by_role("button", name="上一步").click()
    expect(side.locator(".step[open] summary")).to_contain_text("信用卡服务")
    page.get_by_role("button", name="保存为新版本").click()
    expect(page.get_by_role("alert").first).to_contain_text("待合规消保审定")
    return Script.objects.get()


def _open_step(page: Page, title: str) -> None:
    page.locator(".builder-open", has_text=title).click()
    expect(page.locator(".builder-steps li.open")).to_contain_text(title)


def _next(place, times: int = 1) -> None:
    for _ in range(times):
        place.locator(".step[open]").get_by_role("button", name="下一步").click()


def _chip(place, text: str) -> None:
    place.locator(".step[open] .chips").get_by_text(text, exact=True).click()


def _called(desk: Desk, cast: Cast) -> None:
    page = desk.sign_in(cast.wang)
    page.goto(f"{desk.address}/calls/")
    page.get_by_role("button", name="开始拨打").click()
    page.wait_for_url(re.compile(r"/calls/\w{10,}/$"))
    page.keyboard.press("n")
    expect(page.locator("[data-number]")).to_be_visible()
    bench = page.locator(".bench-script")
    for _ in range(3):
        page.keyboard.press("j")
    _chip(bench, "暂不需要")
    page.keyboard.press("j")
    expect(bench.locator(".step[open] summary")).to_contain_text("资金安排")
    page.keyboard.press("o")
    expect(bench.locator("[data-objections]")).to_contain_text("和存款多少无关")
    expect(bench.locator("[data-of=card]").first).to_be_hidden()
    page.keyboard.press("o")
    _chip(bench, "5万–20万元")
    page.keyboard.press("j")
    bench.get_by_label("最近一笔资金的到期日").fill("2026-03-31")
    page.locator(".bench-pad").click(position={"x": 3, "y": 3})
    page.keyboard.press("j")
    bench.locator(".step[open]").get_by_label("跳过此步").check()
    expect(bench.locator(".step[open] summary")).to_contain_text("邀约面谈")
    assert not bench.locator("[data-key=opt_out] [name=skip]").count()
    page.get_by_label("已说明目的").check()
    page.locator("[name=outcome][value=not_interested]").check(force=True)
    page.get_by_role("button", name="仅保存").click()
    page.wait_for_url(f"{desk.address}/calls/")
    assert Call.objects.everyone().get().skipped == ["needs"]
    said = dict(ProfileAnswer.objects.values_list("question", "value"))
    assert said == {"card_need": "暂不需要", "idle_money": "5万–20万元", "due_on": "2026-03-31"}


AT_ONCE = """() => new MutationObserver((_, watch) => {
  const condition = document.querySelector("[name=step-3-b-0-question]");
  if (!condition) { return; }
  watch.disconnect();
  condition.value = "card_need";
  condition.dispatchEvent(new Event("change", { bubbles: true }));
}).observe(document.body, { childList: true, subtree: true })"""


def test_a_field_is_alive_from_the_moment_it_appears(desk: Desk, cast: Cast) -> None:
    page = desk.page(signed_in=cast.planner)
    page.goto(f"{desk.address}/scripts/")
    page.get_by_role("link", name="从范本开始").click()
    _open_step(page, "信用卡服务")
    page.evaluate(AT_ONCE)
    page.get_by_role("button", name="增加跳转").click()
    expect(page.locator("[name=step-3-b-0-is][value=暂不需要]")).to_be_visible()

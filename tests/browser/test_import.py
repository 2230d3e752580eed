"""As a new user would: an Excel list of a thousand mortgage customers, with wrong cells, becomes a campaign's audience."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core import clock
from jiugong_desk.customers.models import Customer, Loan
from jiugong_desk.imports import folder
from jiugong_desk.imports.models import Batch
from jiugong_desk.jobs.worker import Worker
from tests.browser.conftest import DESKTOP, PHONE, Desk
from tests.support.cast import Cast
from tests.support.extracts import listed, workbook

CUSTOMERS = 1_000
SECONDS = 60_000  # milliseconds until background work must have ended on a busy machine


@pytest.fixture
def worker(desk: Desk, settings, tmp_path) -> Iterator[None]:
    """A worker in a thread of this process, so that its clock is the test's."""
    settings.WAREHOUSE, settings.IMPORT_FOLDER = tmp_path / "warehouse", tmp_path / "imports"
    settings.UPLOAD_FOLDER = tmp_path / "imports" / ".incoming"
    stop = threading.Event()

    def work() -> None:
        try:
            Worker(now=lambda: desk.now, machine=clock.machine_now, stop=stop, name="browser").run()
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


def mortgage_list() -> list[dict[str, Any]]:
    """A thousand rows, a few of them as people write them."""
    draw = Random(7)
    rows = [listed(number, 所属网点=draw.choice(("OU01", "OU02"))) for number in range(1, CUSTOMERS + 1)]
    rows[3]["手机号"] = "1380013"
    rows[9]["证件号码"] = 990000198805010098  # a number: its last digits are gone
    rows[99]["年收入（万元）"] = "约二十"
    rows[500]["放款日期"] = "2023年2月30日"
    rows[700]["客户号"], rows[700]["所属网点"] = rows[699]["客户号"], rows[699]["所属网点"]
    return rows


def test_a_list_of_mortgage_customers_becomes_an_audience(desk: Desk, cast: Cast, worker: None, tmp_path: Path) -> None:
    file = tmp_path / "按揭客户名单.xlsx"
    file.write_bytes(workbook(mortgage_list(), title="滨江支行按揭客户名单（2026年1月）"))
    page = desk.sign_in(cast.steward)
    assert page.url == f"{desk.address}/imports/", "the steward's day begins here"
    _upload(page, file, source="个贷系统月报", as_of="2026-01-01")
    expect(page.locator("main")).to_contain_text("待核对", timeout=SECONDS)
    batch = Batch.objects.everyone().get()
    assert (batch.table, batch.counts["read"], batch.counts["bad"]) == ("customer_list", CUSTOMERS, 6)
    expect(page.locator(".first-rows")).to_contain_text("K00001")
    expect(page.locator(".first-rows")).not_to_contain_text("13800000001")
    _correct(desk, page, batch)
    _commit(page)
    _is_on_the_grid(page)
    _becomes_an_audience(desk, cast)
    _leaves_nothing_behind(desk, cast, batch)


def _upload(page: Page, file: Path, *, source: str, as_of: str) -> None:
    page.set_input_files("[name=file]", file)
    page.get_by_label("来源").fill(source)
    page.get_by_label("数据日期").fill(as_of)
    page.get_by_role("button", name="上传并读取").click()
    page.wait_for_url(re.compile(r"/imports/\w{14}/$"))


def _correct(desk: Desk, page: Page, batch: Batch) -> None:
    """In the grid: a masked cell is shown first; a wrong correction stays at fault; a row is left out with a reason."""
    page.get_by_role("link", name="查看并更正错误").click()
    grid = page.locator("#grid")
    expect(grid).to_contain_text("6 行有错")
    mobile = grid.locator("tr", has_text="不是手机号")
    expect(mobile).not_to_contain_text("1380013")
    mobile.get_by_role("button", name="显示并更正").click()
    field = grid.locator("tr", has_text="不是手机号").locator("[name=text]")
    expect(field).to_have_value("1380013")
    field.fill("13800000004")
    field.press("Enter")
    expect(grid).to_contain_text("5 行有错")
    income = grid.locator("tr", has_text="不是金额").locator("[name=text]")
    income.fill("二十")
    income.press("Enter")
    expect(grid.get_by_role("alert")).to_contain_text("还有 1 处错误")
    income.fill("20")
    income.press("Enter")
    expect(grid).to_contain_text("4 行有错")
    drawn = grid.locator("tr", has_text="不是日期").locator("[name=text]")
    drawn.fill("2023-02-28")
    drawn.press("Enter")
    expect(grid).to_contain_text("3 行有错")
    twin = grid.locator("tr", has_text="同一主键").last
    twin.locator("[name=text]").fill("K00701")
    twin.locator("[name=text]").press("Enter")
    expect(grid).to_contain_text("1 行有错")  # the other row of the same key is at fault no more
    number = grid.locator("tr", has_text="存成了数字")
    number.get_by_text("不导入", exact=True).click()
    number.locator("[name=reason]").fill("证件待补")
    number.get_by_role("button", name="确定").click()
    expect(grid).to_contain_text("证件待补")
    assert batch.corrections.count() == 4
    page.get_by_role("link", name="返回批次", exact=True).click()


def _commit(page: Page) -> None:
    page.get_by_role("button", name="下一步：测算影响").click()
    expect(page.locator("main")).to_contain_text("测算结果与提交", timeout=SECONDS)
    expect(page.locator(".weighed")).to_contain_text("999")
    page.fill("[name=rows]", "998")
    page.get_by_role("button", name=re.compile("提交导入")).click()
    expect(page.get_by_role("alert").first).to_contain_text("没有“审批中”列：这 999 户")
    expect(page.get_by_role("alert").filter(has_text="控制行数")).to_contain_text("998 与文件行数 1,000 相差 +2")
    page.fill("[name=rows]", "1000")
    page.fill("[name=reason]", "一户证件待补后再导入")
    page.get_by_role("button", name=re.compile("提交导入")).click()
    expect(page.locator("main")).to_contain_text("导入结果", timeout=SECONDS)
    expect(page.locator("main")).to_contain_text("新增 999 户")


def _is_on_the_grid(page: Page) -> None:
    page.get_by_role("link", name="查看客户分布").click()
    expect(page.locator("table.board").first).to_be_visible()
    expect(page.locator("main")).to_contain_text("999")
    assert Customer.objects.everyone().count() == Loan.objects.filter(kind="mortgage_new_home").count() == CUSTOMERS - 1
    assert not Customer.objects.everyone().filter(level=None).exists()


def _becomes_an_audience(desk: Desk, cast: Cast) -> None:
    """A planner counts them as a campaign's audience, live on the form."""
    page = desk.sign_in(cast.planner)
    page.goto(f"{desk.address}/campaigns/new/")
    page.select_option("[name=unit]", label=cast.north.name)
    page.select_option("[name=rule-0-0-field]", "loan_kind")
    page.select_option("[name=rule-0-0-op]", "is")
    page.select_option("[name=rule-0-0-value]", "mortgage_new_home")
    north = Customer.objects.everyone().filter(unit=cast.north).count()
    assert 400 < north < 600
    expect(page.locator("#work")).to_contain_text(str(north))


def _leaves_nothing_behind(desk: Desk, cast: Cast, batch: Batch) -> None:
    batch.refresh_from_db()
    assert (batch.state, batch.committed_by, batch.control["reason"]) == (
        "committed",
        cast.steward,
        "一户证件待补后再导入",
    )
    assert not folder.of(batch.ref).exists()
    verbs = list(AuditRecord.objects.filter(about="import").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["import.uploaded", "import.cell_shown", "import.committed"]
    stranger = desk.sign_in(cast.wang)
    assert desk.status(stranger, f"/imports/{batch.ref}/") == 404
    assert desk.status(stranger, "/imports/") == 403


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_without_scripts_every_step_is_a_plain_form(desk: Desk, cast: Cast, worker: None, tmp_path, viewport) -> None:
    rows = [listed(number) for number in range(1, 6)]
    rows[2]["手机号"] = "138"
    file = tmp_path / "名单.xlsx"
    file.write_bytes(workbook(rows))
    seen = desk.page(viewport=viewport, signed_in=cast.steward)
    context = desk.browser.new_context(
        viewport=viewport, locale="zh-CN", java_script_enabled=False, storage_state=seen.context.storage_state()
    )
    page = context.new_page()
    page.goto(f"{desk.address}/imports/")
    _upload(page, file, source="手工", as_of=date(2026, 1, 1).isoformat())
    _reload_until(page, "待核对")
    page.get_by_role("link", name="查看并更正错误").click()
    page.get_by_role("button", name="显示并更正").click()
    page.locator("[name=text]").fill("13800000003")
    page.get_by_role("button", name="更正", exact=True).click()
    expect(page.locator("main")).to_contain_text("0 行有错，5 行可以导入")
    page.get_by_role("link", name="返回批次", exact=True).click()
    page.get_by_role("button", name="下一步：测算影响").click()
    _reload_until(page, "测算结果与提交")
    page.get_by_role("button", name=re.compile("提交导入 5 行")).click()
    _reload_until(page, "导入结果")
    assert Customer.objects.everyone().count() == 5
    page.get_by_role("link", name="撤销这个批次").click()
    page.get_by_role("button", name="确认撤销").click()
    _reload_until(page, "撤销前的导入结果")
    assert Customer.objects.everyone().count() == 0


def _reload_until(page: Page, text: str) -> None:
    for _ in range(SECONDS // 300):
        if text in page.locator("main").inner_text():
            return
        page.wait_for_timeout(300)
        page.reload()
    raise AssertionError(f"'{text}' did not come: {page.locator('main').inner_text()[:300]}")

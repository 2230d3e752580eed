"""One campaign from the first draft to the audit log, every step by the person whose step it is, through the pages."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from jiugong_desk.appointments.models import Appointment
from jiugong_desk.approvals import queries as waiting
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.calls.models import Call
from jiugong_desk.campaigns.models import Campaign, ListEntry
from jiugong_desk.core.clock import bank_date
from jiugong_desk.customers.models import Customer, ProfileAnswer
from jiugong_desk.evaluation.models import Report
from jiugong_desk.scripts.models import Script
from tests.browser.campaigning import attach_assessment, learn, set_targets
from tests.browser.conftest import PHONE, Desk
from tests.support.cast import SHANGHAI, Cast, make_customer, make_staff

HOLDOUT = 4
PLAN = {
    "title": "新居按揭客户走访",
    "summary": "向新居按揭客户介绍信用卡，了解资金安排，邀约到店。",
    "background": "按揭客户多数只有贷款往来。",
    "goal": "营销组户均日均存款提升。",
    "strategy": "本人客户本人联系，一户一策。",
    "means": "电话联系，到店面谈。",
    "purpose": "介绍信用卡并了解您对存款服务的需要；回答自愿，不影响按揭。",
    "complaint_contact": "合规消保 郑规 95500",
}


def test_a_campaign_from_draft_to_audit(desk: Desk, cast: Cast) -> None:
    for _ in range(20):
        make_customer(cast.north, cast.wang)
    make_customer(cast.south, cast.li)
    script = _script(desk, cast)
    campaign = _plan(desk, cast, script)
    _second_person_approves(desk, cast, campaign)
    _goes_down_as_a_document(desk, cast, campaign)
    visit = _manager_calls_and_books(desk, cast, campaign)
    _lobby_receives(desk, cast, visit)
    report = _department_evaluates(desk, cast, campaign)
    _auditor_reads(desk, cast, campaign)
    _strangers_find_nothing(desk, cast, campaign, visit, report)


def _script(desk: Desk, cast: Cast) -> Script:
    """The planner writes it, compliance approves it; a promise of return is refused and nothing typed is lost."""
    page = desk.sign_in(cast.planner)
    page.goto(f"{desk.address}/scripts/new/")
    page.fill("[name=code]", "home-visit")
    page.fill("[name=title]", "新居走访话术")
    page.get_by_role("button", name="增加一步").click()
    page.fill("[name=step-3-title]", "资金安排")
    page.fill("[name=step-3-say]", "近期有资金要安排吗？这款产品稳赚。")
    page.get_by_role("button", name="增加问题").click()
    page.fill("[name=step-3-q-0-label]", "近期闲置资金")
    page.fill("[name=step-3-q-0-options]", "无、5万以内、5万以上")
    page.get_by_role("button", name="增加问题").click()
    page.fill("[name=step-3-q-1-label]", "家庭人数")
    page.select_option("[name=step-3-q-1-kind]", "number")
    expect(page.locator("#side")).to_contain_text("不得使用“稳赚”")
    page.get_by_role("button", name="保存为新版本").click()
    expect(page.get_by_role("alert").first).to_contain_text("稳赚")
    assert page.input_value("[name=step-3-q-0-label]") == "近期闲置资金"
    page.fill("[name=step-3-say]", "近期有资金要安排吗？")
    page.get_by_role("button", name="保存为新版本").click()
    expect(page.get_by_role("alert")).to_contain_text("待合规消保审定")
    script = Script.objects.get()
    review = desk.sign_in(cast.compliance)
    review.goto(f"{desk.address}/scripts/{script.ref}/")
    review.get_by_role("button", name="同意").click()
    expect(review.get_by_role("alert").first).to_contain_text("审批意见已记录")
    return script


def _plan(desk: Desk, cast: Cast, script: Script) -> Campaign:
    page = desk.sign_in(cast.planner)
    page.goto(f"{desk.address}/campaigns/new/")
    for name, text in PLAN.items():
        page.fill(f"[name={name}]", text)
    page.select_option("[name=unit]", label=cast.north.name)
    page.select_option("[name=rule-0-0-field]", "loan_kind")
    page.select_option("[name=rule-0-0-op]", "is")
    page.select_option("[name=rule-0-0-value]", "mortgage_new_home")
    expect(page.locator("#work")).to_contain_text("20")  # the live count: South's customer is not among them
    page.fill("[name=holdout_size]", str(HOLDOUT))
    page.fill("[name=starts_on]", "2026-01-07")
    page.fill("[name=ends_on]", "2026-01-30")
    page.select_option("[name=script]", str(script.pk))
    set_targets(page, by="2026-01-30")
    expect(page.locator("#work")).to_contain_text("看不出来")  # what so few customers can tell of the take-up
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("方案已保存")
    page.get_by_role("link", name="安排人员").click()
    page.check(f"[name=take-{cast.wang.ref}]")
    page.get_by_role("button", name="保存").click()
    attach_assessment(page)
    page.get_by_role("button", name="提交审批").click()
    expect(page.get_by_role("alert").first).to_contain_text("已提交审批")
    return Campaign.objects.everyone().get()


def _second_person_approves(desk: Desk, cast: Cast, campaign: Campaign) -> None:
    """The planner may not; compliance reviews from the plan's page, management decides from the inbox."""
    asked = waiting.open_for("plan", campaign.ref)
    assert desk.post(desk.sign_in(cast.planner), f"/approvals/{asked.ref}/decide/", {"decision": "approve"}) == 403
    page = desk.sign_in(cast.compliance)
    page.goto(f"{desk.address}/campaigns/{campaign.ref}/")
    page.get_by_role("button", name="同意").click()
    expect(page.get_by_role("alert").first).to_contain_text("审批意见已记录")
    page = desk.sign_in(cast.management)
    page.goto(f"{desk.address}/approvals/")
    page.get_by_role("link", name=campaign.title).click()
    page.get_by_role("button", name="同意").click()
    expect(page.get_by_role("alert").first).to_contain_text("审批意见已记录")
    page.get_by_label("已核对名单、日期和人员").check()
    page.get_by_role("button", name="启动活动").click()
    expect(page.get_by_role("alert").first).to_contain_text("还有 1 人没有通过本活动的培训")
    expect(page.locator("[data-condition=trained]")).to_contain_text(str(cast.wang))
    learn(desk, campaign, cast.wang)
    page.goto(f"{desk.address}/campaigns/{campaign.ref}/")
    page.get_by_label("已核对名单、日期和人员").check()
    page.get_by_role("button", name="启动活动").click()
    expect(page.get_by_role("alert").first).to_contain_text("活动已启动")
    arms = list(ListEntry.objects.everyone().filter(campaign=campaign).values_list("arm", flat=True))
    assert (arms.count("held_out"), arms.count("treated")) == (HOLDOUT, 20 - HOLDOUT)


def _goes_down_as_a_document(desk: Desk, cast: Cast, campaign: Campaign) -> None:
    """The department issues the notice; the outlet's head reads it on a phone and says that it has come."""
    page = desk.sign_in(cast.department)
    page.goto(f"{desk.address}/campaigns/{campaign.ref}/")
    page.get_by_role("link", name="印发通知").click()
    expect(page.locator(".sheet-number")).to_contain_text("〔2026〕×号")
    page.get_by_label("抄送").fill("综合业务部、合规消保")
    page.get_by_label("已核对，印发后不可修改").check()
    page.get_by_role("button", name="印发").click()
    expect(page.locator(".sheet-number")).to_contain_text("〔2026〕1号")
    expect(page.locator("main")).to_contain_text("1 个未确认")
    page = desk.sign_in(cast.zhao, viewport=PHONE)
    page.goto(f"{desk.address}/documents/")
    page.get_by_role("link", name=campaign.title).click()
    expect(page.locator(".sheet-title").first).to_contain_text(f"关于印发《{campaign.title}")
    page.get_by_role("button", name="确认收到").click()
    expect(page.get_by_role("alert").first).to_contain_text("已确认收到")
    expect(page.locator("main")).to_contain_text(cast.zhao.name)


def _manager_calls_and_books(desk: Desk, cast: Cast, campaign: Campaign) -> Appointment:
    page = desk.sign_in(cast.wang)
    page.goto(f"{desk.address}/calls/")
    page.get_by_role("button", name="开始拨打").click()
    page.wait_for_url(re.compile(r"/calls/\w{10,}/$"))
    held = ListEntry.objects.everyone().get(claimed_by=cast.wang)
    assert held.arm == "treated"
    page.keyboard.press("n")
    expect(page.locator("[data-number]")).to_contain_text(held.customer.mobile)
    for _ in range(3):  # past what must be said first
        page.keyboard.press("j")
    _answer(page, "近期闲置资金", "5万以内")
    page.get_by_label("家庭人数").fill("3")
    page.get_by_label("已说明目的").check()
    _choose(page, "invited")
    expect(page.locator("[name=visit_at]")).to_be_focused()
    page.select_option("[name=visit_at]", index=1)
    page.get_by_role("button", name="仅保存").click()
    page.wait_for_url(f"{desk.address}/calls/")
    call = Call.objects.everyone().get()
    assert (call.entry_id, call.by, call.outcome, call.purpose_disclosed) == (held.pk, cast.wang, "invited", True)
    answers = {answer.label: answer for answer in ProfileAnswer.objects.filter(customer=held.customer)}
    assert {label: answer.value for label, answer in answers.items()} == {"近期闲置资金": "5万以内", "家庭人数": "3"}
    assert answers["家庭人数"].by == cast.wang
    _customer_page_tells(desk, page, held.customer)
    return Appointment.objects.everyone().get()


def _answer(page: Page, question: str, choice: str) -> None:
    page.locator("fieldset.question", has_text=question).get_by_text(choice, exact=True).click()


def _choose(page: Page, outcome: str) -> None:
    """By its one key, as people do who make ninety calls a day."""
    radio = page.locator(f"[name=outcome][value={outcome}]")
    page.locator(".bench-pad").click(position={"x": 3, "y": 3})  # out of the field that was typed in
    page.keyboard.press(str(radio.get_attribute("data-key")))
    expect(radio).to_be_checked()


def _customer_page_tells(desk: Desk, page: Page, customer: Customer) -> None:
    page.goto(f"{desk.address}/customers/{customer.ref}/")
    body = page.locator("main")
    for told in ("5万以内", "家庭人数", PLAN["title"]):
        expect(body).to_contain_text(told)
    assert customer.mobile not in page.content()


def _lobby_receives(desk: Desk, cast: Cast, visit: Appointment) -> None:
    desk.now = visit.starts_at + timedelta(minutes=3)
    lobby = desk.sign_in(cast.qian)
    lobby.goto(f"{desk.address}/visits/")
    lobby.get_by_role("button", name="已到店").click()
    expect(lobby.get_by_role("button", name="已到店")).to_have_count(0)
    desk.now += timedelta(minutes=25)
    manager = desk.sign_in(cast.wang)
    manager.goto(f"{desk.address}/visits/{visit.ref}/")
    manager.fill("[name=needs]", "年底有奖金，想存一年定期。")
    manager.select_option("[name=line-0-about]", "time")
    manager.select_option("[name=line-0-outcome]", "agreed")
    manager.fill("[name=line-0-amount]", "50000")
    manager.fill("[name=next_step]", "下周办理，带身份证。")
    manager.get_by_role("button", name="保存面谈记录").click()
    expect(manager.locator("main")).to_contain_text("已登记面谈结果")
    visit.refresh_from_db()
    assert (visit.state, visit.received_by) == ("finished", cast.qian)
    assert [(one.category, one.amount) for one in visit.agreements] == [("time", 50000)]


def _department_evaluates(desk: Desk, cast: Cast, campaign: Campaign) -> Report:
    """Made by the department, issued by management, read as a page and as a document."""
    desk.now = desk.now.astimezone(SHANGHAI).replace(day=12, hour=9)
    page = desk.sign_in(cast.department)
    page.goto(f"{desk.address}/reports/campaign/{campaign.ref}/")
    expect(page.locator("#figures canvas").first).to_be_visible()
    page.select_option("[name=kind]", "ten_day")
    page.select_option("[name=period_end]", "2026-01-10")
    page.get_by_role("button", name="生成草稿").click()
    page.select_option("[name=decision]", "continue")
    page.get_by_role("button", name="记录决定").click()
    report = Report.objects.everyone().get()
    assert desk.post(page, f"/reports/{report.ref}/issue/", {"version": str(report.version)}) == 403
    boss = desk.sign_in(cast.management)
    boss.goto(f"{desk.address}/reports/{report.ref}/")
    boss.get_by_role("button", name="签发").click()
    expect(boss.locator("main")).to_contain_text("内容指纹")
    document = boss.request.get(f"{desk.address}/reports/{report.ref}/pdf/")
    assert (document.status, document.headers["content-type"], document.body()[:5]) == (
        200,
        "application/pdf",
        b"%PDF-",
    )
    return report


def _auditor_reads(desk: Desk, cast: Cast, campaign: Campaign) -> None:
    page = desk.sign_in(cast.auditor)
    page.goto(f"{desk.address}/audit/")
    for who in (cast.wang, cast.management, cast.department):
        expect(page.locator("main")).to_contain_text(who.staff_no)
    page.locator("form[action$='/verify/'] button").click()
    expect(page.locator("main")).to_contain_text(re.compile("完整"))
    assert desk.status(page, f"/campaigns/{campaign.ref}/") == 200
    written = set(AuditRecord.objects.values_list("verb", flat=True))
    assert written >= {
        "script.approved",
        "campaign.approved",
        "campaign.launched",
        "document.issued",
        "document.acknowledged",
        "customer.revealed",
        "call.recorded",
    }
    assert written >= {"visit.arrived", "report.issue"}


def _strangers_find_nothing(desk: Desk, cast: Cast, campaign: Campaign, visit: Appointment, report: Report) -> None:
    """For a manager and the head of the other outlet, none of these objects exists, and asking leaves no trace."""
    head = make_staff("2009", "黄南", "outlet_head", cast.south)
    called = Call.objects.everyone().get().entry
    before = AuditRecord.objects.count()
    for stranger in (cast.li, head):
        page = desk.sign_in(stranger)
        for path in (
            f"/customers/{visit.customer.ref}/", f"/campaigns/{campaign.ref}/", f"/calls/{called.ref}/",
            f"/visits/{visit.ref}/", f"/reports/{report.ref}/", f"/reports/{report.ref}/pdf/",
            f"/reports/campaign/{campaign.ref}/",
        ):  # fmt: skip
            assert desk.status(page, path) == 404, (stranger.staff_no, path)
        page.goto(f"{desk.address}/campaigns/")
        expect(page.locator("main")).not_to_contain_text(PLAN["title"])
        page.goto(f"{desk.address}/visits/?day={bank_date(visit.starts_at)}")
        expect(page.locator("main")).not_to_contain_text(cast.wang.name)
    assert AuditRecord.objects.count() == before

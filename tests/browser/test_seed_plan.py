"""The seed's own plan, entered, decided, issued, learned and launched in the browser, each step by whose step it is."""

from __future__ import annotations

import io
import re

import docx
import pytest
from django.test import Client
from docx.oxml.ns import qn
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from jiugong_desk.approvals import queries as waiting
from jiugong_desk.campaigns.models import Campaign, ListEntry
from jiugong_desk.documents.models import Document, Receipt
from jiugong_desk.organisation.models import Staff
from jiugong_desk.products.models import Offer
from jiugong_desk.scripts.models import Script
from tests.browser import seed
from tests.browser.campaigning import attach_assessment, learn, red_lines
from tests.browser.conftest import PHONE, Desk
from tests.support.cast import SHANGHAI, Cast


@pytest.fixture
def bank(cast: Cast) -> seed.Bank:
    return seed.make_bank(cast)


def test_the_seeds_own_plan_is_entered_approved_issued_and_launched(desk: Desk, bank: seed.Bank) -> None:
    script = _script(desk, bank.cast)
    offer = _offer(desk, bank.cast)
    campaign = _entered(desk, bank, script, offer)
    _handed_in(desk, bank, campaign)
    _decided(desk, bank, campaign)
    issued = _issued(desk, bank, campaign)
    _looks_like_a_document(desk, bank, campaign, issued)
    _received(desk, bank, issued)
    _learned_and_launched(desk, bank, campaign)
    _worked_on(desk, bank, campaign)
    _assessed_every_ten_days(desk, bank, campaign)


def _script(desk: Desk, cast: Cast) -> Script:
    """The card opener as it is shipped; who wrote it does not approve it."""
    page = desk.sign_in(cast.planner)
    page.goto(f"{desk.address}/scripts/")
    page.get_by_role("link", name="信用卡话题与需求了解").click()
    page.fill("[name=code]", "card-opener")
    page.fill("[name=title]", "信用卡开场话术")
    page.get_by_role("button", name="保存为新版本").click()
    expect(page.get_by_role("alert")).to_contain_text("待合规消保审定")
    script = Script.objects.get()
    approval = waiting.open_for("script", script.ref)
    for wrong in (cast.planner, cast.management):
        assert _decide(wrong, approval.ref) in (403, 404)
    page = desk.page(signed_in=cast.compliance)
    page.goto(f"{desk.address}/scripts/{script.ref}/")
    expect(page.locator("main")).to_contain_text("邀约面谈")
    _agree(page)
    script.refresh_from_db()
    assert script.state == "approved"
    return script


def _offer(desk: Desk, cast: Cast) -> Offer:
    page = desk.page(signed_in=cast.planner)
    page.goto(f"{desk.address}/products/offers/new/")
    page.select_option("[name=kind]", "service")
    for name, text in seed.OFFER.items():
        page.fill(f"[name={name}]", text)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    return Offer.objects.get()


def _entered(desk: Desk, bank: seed.Bank, script: Script, offer: Offer) -> Campaign:
    """The whole canvas; the count beside the rules is the seed's thousand."""
    cast = bank.cast
    assert _answer(cast.zhao, "/campaigns/new/") == 403
    page = desk.page(signed_in=cast.planner)
    page.goto(f"{desk.address}/campaigns/new/")
    page.select_option("[name=unit]", label=cast.sub_branch.name)
    for name, text in (seed.PLAN | seed.NUMBERS).items():
        page.fill(f"[name={name}]", text)
    page.select_option("[name=holdout_unit]", "household")
    _mortgage_without_deposits(page)
    page.select_option("[name=script]", str(script.pk))
    page.check(f"[name=offers][value='{offer.ref}']")
    page.select_option("[name=primary_measure]", "avg_increment")
    page.fill("[name=budget]", seed.NUMBERS["budget"])
    _goals(page)
    expect(page.locator("#forecast")).to_contain_text("户均日均存款")  # what it can see, in words
    _save(page)
    campaign: Campaign = Campaign.objects.everyone().get()
    while page.get_by_role("link", name="修改方案").count() and len(campaign.goals) < len(seed.GOALS):
        page.get_by_role("link", name="修改方案").click()  # each saving gives one more row
        _goals(page)
        _save(page)
        campaign.refresh_from_db()
    page.get_by_role("link", name="安排人员").click()
    for manager in bank.managers:
        page.check(f"[name=take-{manager.ref}]")
    page.get_by_role("button", name="保存").click()
    for text in seed.PLAN.values():
        expect(page.locator("main")).to_contain_text(text.splitlines()[0])
    for line in ("需求记录 不低于 300户", "户均日均存款提升 不低于 1,500元/户", "投诉率 不高于 0.5%"):
        expect(page.locator("main")).to_contain_text(line)
    return campaign


def _mortgage_without_deposits(page: Page) -> None:
    page.select_option("[name=rule-0-0-field]", "loan_kind")
    page.select_option("[name=rule-0-0-op]", "is")
    page.select_option("[name=rule-0-0-value]", "mortgage_new_home")
    expect(page.locator("#counts")).to_contain_text(f"{seed.HOUSEHOLDS + seed.ELSEWHERE:,}")
    page.select_option("[name=rule-0-1-field]", "assets")
    page.select_option("[name=rule-0-1-op]", "below")
    page.fill("[name=rule-0-1-value]", "50000")
    page.locator("[name=rule-0-1-value]").blur()
    expect(page.locator("#forecast tr", has_text="可拨打").first).to_contain_text(f"{seed.HOUSEHOLDS:,}")


def _goals(page: Page) -> None:
    """As many as the form has rows for."""
    for number, (measure, target) in enumerate(seed.GOALS):
        if page.locator(f"[name=goal-{number}-measure]").count():
            page.select_option(f"[name=goal-{number}-measure]", measure)
            page.fill(f"[name=goal-{number}-target]", target)
            page.fill(f"[name=goal-{number}-by]", seed.ENDS)


def _save(page: Page) -> None:
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("方案已保存")


def _handed_in(desk: Desk, bank: seed.Bank, campaign: Campaign) -> None:
    """Not without its impact assessment; and not by somebody else."""
    page = desk.page(signed_in=bank.cast.planner)
    page.goto(_address(desk, campaign))
    page.get_by_role("button", name="提交审批").click()
    expect(page.get_by_role("alert").first).to_contain_text("没有上传个人信息保护影响评估")
    attach_assessment(page)
    version = page.locator("form[action$='/submit/'] [name=version]").input_value()
    for wrong in (bank.cast.management, bank.cast.compliance):
        assert _answer(wrong, f"/campaigns/{campaign.ref}/submit/", version=version) == 403
    page.get_by_role("button", name="提交审批").click()
    expect(page.get_by_role("alert").first).to_contain_text("已提交审批")
    assert red_lines(page) == {"sealed", "trained", "reviewed", "incentive", "approved"}


def _decided(desk: Desk, bank: seed.Bank, campaign: Campaign) -> None:
    """Compliance, finance, management: each decides on his own part, nobody on another's, the planner on none."""
    right = {"plan_review": bank.cast.compliance, "incentive": bank.finance, "plan": bank.cast.management}
    for kind, decider in right.items():
        approval = waiting.open_for(kind, campaign.ref)
        for wrong in (bank.cast.planner, *(other for other in right.values() if other != decider)):
            assert _decide(wrong, approval.ref) in (403, 404), (kind, wrong.name)
        page = desk.page(signed_in=decider)
        page.goto(f"{desk.address}/approvals/")
        page.get_by_role("link", name=campaign.title).click()
        page.get_by_label("审批意见").fill("同意，按方案执行。")
        _agree(page)
        approval.refresh_from_db()
        assert (approval.state, approval.decided_by) == ("approved", decider)
    campaign.refresh_from_db()
    assert campaign.state == "approved"
    page.goto(_address(desk, campaign))
    assert red_lines(page) == {"trained"}


def _issued(desk: Desk, bank: seed.Bank, campaign: Campaign) -> Document:
    assert _answer(bank.cast.planner, f"/campaigns/{campaign.ref}/notice/", word="滨银综") == 403
    page = desk.page(signed_in=bank.cast.department)
    page.goto(_address(desk, campaign))
    page.get_by_role("link", name="印发通知").click()
    page.get_by_label("抄送").fill("综合业务部、合规消保")
    page.get_by_label("已核对，印发后不可修改").check()
    page.get_by_role("button", name="印发").click()
    expect(page.locator(".sheet-number")).to_contain_text("〔2026〕1号")
    return Document.objects.everyone().get()


def _looks_like_a_document(desk: Desk, bank: seed.Bank, campaign: Campaign, issued: Document) -> None:
    """Both files, downloaded as a person does, open and say all of it; the letterhead leads."""
    page = desk.page(signed_in=bank.cast.department)
    page.goto(f"{desk.address}/documents/{issued.ref}/")
    with page.expect_download() as word:
        page.get_by_role("link", name="Word").click()
    assert word.value.suggested_filename == f"{issued.number}.docx"
    opened = docx.Document(str(word.value.path()))
    text = "".join(run.text or "" for run in opened.element.iter(qn("w:t")))
    answer = page.request.get(f"{desk.address}/documents/{issued.ref}/pdf/")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    printed = PdfReader(io.BytesIO(answer.body()))
    first = _plain(printed.pages[0].extract_text())
    whole = "".join(re.sub(r"—\d+—$", "", _plain(sheet.extract_text())) for sheet in printed.pages)
    head = ("滨江支行文件", issued.number, f"关于印发《{campaign.title}》的通知", "北门网点、南门网点")
    for words in head:
        assert words in text
        assert words in first
    assert first.index(head[0]) < first.index(head[1]) < first.index(head[2]) < first.index(head[3])
    styles = {paragraph.text: paragraph.style.name for paragraph in opened.paragraphs}
    assert styles[head[2]] == "公文标题"
    for words in _must_say(bank):
        assert _plain(words) in _plain(text), words
        assert _plain(words) in whole, words


def _must_say(bank: seed.Bank) -> list[str]:
    written = [line for name, text in seed.PLAN.items() if name != "title" for line in text.splitlines()]
    targets = ("接通率不低于50%", "需求记录不低于300户", "户均日均存款提升不低于1,500元/户", "投诉率不高于0.5%")
    goals = [f"{target}（2026年3月31日前）" for target in targets]
    annexes = ["信用卡开场话术（第1版）", "参与人员安排", *(manager.name for manager in bank.managers)]
    return [*written, *goals, *annexes, seed.OFFER["text"], "80,000元", "2026年1月8日至2026年3月31日", "签发：冯行"]


def _received(desk: Desk, bank: seed.Bank, issued: Document) -> None:
    """The head of each outlet, on a phone; a manager may not say so for him."""
    path = f"/documents/{issued.ref}/acknowledge/"
    assert _answer(bank.cast.wang, path) in (403, 404)
    page = desk.page(signed_in=bank.cast.zhao, viewport=PHONE)
    page.goto(f"{desk.address}/documents/")
    page.get_by_role("link", name=re.compile("关于印发")).click()
    page.get_by_role("button", name="确认收到").click()
    expect(page.get_by_role("alert").first).to_contain_text("已确认收到")
    receipts = Receipt.objects.everyone().filter(document=issued, acknowledged_at__isnull=False)
    assert [receipt.unit for receipt in receipts] == [bank.cast.north]


def _learned_and_launched(desk: Desk, bank: seed.Bank, campaign: Campaign) -> None:
    """Not before the last manager has passed; and only by management."""
    *first, last = bank.managers
    for manager in first:
        learn(desk, campaign, manager)
    page = desk.page(signed_in=bank.cast.management)
    page.goto(_address(desk, campaign))
    version = page.locator("form[action$='/launch/'] [name=version]").input_value()
    for wrong in (bank.cast.planner, bank.cast.zhao, bank.cast.department):
        assert _answer(wrong, f"/campaigns/{campaign.ref}/launch/", version=version) == 403
    page.get_by_label("已核对名单、日期和人员").check()
    page.get_by_role("button", name="启动活动").click()
    expect(page.get_by_role("alert").first).to_contain_text("还有 1 人没有通过本活动的培训")
    expect(page.locator("[data-condition=trained]")).to_contain_text(str(last))
    learn(desk, campaign, last)
    page.goto(_address(desk, campaign))
    assert red_lines(page) == set()
    page.get_by_label("已核对名单、日期和人员").check()
    page.get_by_role("button", name="启动活动").click()
    expect(page.get_by_role("alert").first).to_contain_text("活动已启动")
    expect(page.locator(".page-header")).to_contain_text("进行中")
    campaign.refresh_from_db()
    assert campaign.state == "launched"
    entries = ListEntry.objects.everyone().filter(campaign=campaign)
    assert entries.count() == seed.HOUSEHOLDS
    arms: dict[str, set[str]] = {}
    for entry in entries:
        arms.setdefault(entry.cluster, set()).add(entry.arm)
    assert len(arms) == seed.HOUSEHOLDS - seed.COUPLES
    assert all(len(found) == 1 for found in arms.values())
    drawn = sum(found == {"held_out"} for found in arms.values())  # households; a couple among them is two customers
    assert drawn == round(seed.HOLDOUT * len(arms) / seed.HOUSEHOLDS)


def _worked_on(desk: Desk, bank: seed.Bank, campaign: Campaign) -> None:
    """On the first day each manager has a queue of his own customers, and the script opens with the card."""
    desk.now = desk.now.astimezone(SHANGHAI).replace(day=8, hour=9, minute=30)
    page = desk.page(signed_in=bank.cast.wang)
    page.goto(f"{desk.address}/calls/")
    mine = ListEntry.objects.everyone().filter(campaign=campaign, manager=bank.cast.wang, arm="treated")
    assert mine.count() > 250
    expect(page.locator("main")).to_contain_text(f"{mine.count()}")
    page.get_by_role("button", name="开始拨打").click()
    page.wait_for_url(re.compile(r"/calls/\w{10,}/$"))
    expect(page.locator("main")).to_contain_text("信用卡")
    assert mine.filter(claimed_by=bank.cast.wang).count() == 1


def _assessed_every_ten_days(desk: Desk, bank: seed.Bank, campaign: Campaign) -> None:
    """After the first ten days of the month the department makes the evaluation that the plan promises."""
    desk.now = desk.now.replace(day=12)
    page = desk.page(signed_in=bank.cast.department)
    page.goto(f"{desk.address}/reports/campaign/{campaign.ref}/")
    page.select_option("[name=kind]", "ten_day")
    page.select_option("[name=period_end]", "2026-01-10")
    page.get_by_role("button", name="生成草稿").click()
    expect(page.locator("main")).to_contain_text(campaign.title)
    expect(page.get_by_role("button", name="记录决定")).to_be_visible()


def _address(desk: Desk, campaign: Campaign) -> str:
    return f"{desk.address}/campaigns/{campaign.ref}/"


def _agree(page: Page) -> None:
    page.get_by_role("button", name="同意").click()
    expect(page.get_by_role("alert").first).to_contain_text("审批意见已记录")


def _answer(staff: Staff, path: str, **form: str) -> int:
    """What the site answers to a form that this person is not offered and sends all the same."""
    client = Client()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client.post(path, form).status_code


def _decide(staff: Staff, ref: str) -> int:
    return _answer(staff, f"/approvals/{ref}/decide/", decision="approve")


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text)

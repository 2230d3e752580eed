"""The plan notice: everything that was approved, to the outlets whose people take part, and nothing before that."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import translation

from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.models import Campaign
from jiugong_desk.campaigns.notice import notice_of
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.documents import bridge, pdf
from jiugong_desk.documents.content import content_of
from jiugong_desk.documents.models import Document, Receipt
from jiugong_desk.organisation.models import Posting
from tests.support import amendments, plans
from tests.support.cast import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_now(monkeypatch):
    monkeypatch.setattr("jiugong_desk.core.clock.now", lambda: NOW)


@pytest.fixture
def quick_files(monkeypatch):
    monkeypatch.setattr(bridge, "fill", lambda template, content: bridge.Filled(content["number"].encode(), []))
    monkeypatch.setattr(pdf, "notice_pdf", lambda content, at: b"pdf")


@pytest.fixture
def campaign(cast):
    plans.customers(cast)
    return plans.approved(cast, summary="以了解需求为主题。", means="（一）学习方案。\n（二）每旬评价。")


def issue(campaign, cast, **values):
    given = {"word": "滨银综", "copies": ("合规消保",), "replaces": "", "by": cast.department, "at": NOW} | values
    return services.issue_notice(campaign, **given)


def test_the_notice_says_the_whole_plan_in_chinese_to_the_outlets_that_take_part(cast, campaign):
    with translation.override("en"):
        made = content_of(notice_of(campaign, word="滨银综", copies=(), on=NOW.date()), number="号")
    assert made["title"] == "关于印发《开门红按揭客户存款营销方案》的通知"
    assert made["letterhead"] == "滨江支行文件"
    assert made["addressees"] == ["北门网点", "南门网点"]
    assert made["signed_by"] == cast.management.name
    texts = [block["text"] for block in made["blocks"]]
    assert texts[1:3] == ["一、执行概要", "以了解需求为主题。"]
    assert [text for text in texts if text in ("（一）学习方案。", "（二）每旬评价。")] == [
        "（一）学习方案。",
        "（二）每旬评价。",
    ]
    whole = "\n".join(texts)
    for words in (
        campaign.goal, campaign.purpose, campaign.complaint_contact, "以客户为单位抽签，留出4户为保留组", "2026年1月5日至2026年1月30日", "千分之五", "目标客群须同时符合以下各项：",
    ):  # fmt: skip
        assert words in whole, words
    script, people = made["annexes"]
    assert script["title"] == f"{campaign.script.title}（第1版）"
    said = "\n".join(block["text"] for block in script["blocks"])
    assert "您好，我是（本行）客户经理（客户经理姓名）。" in said
    assert "近期闲置资金：无、5万以内、5万以上" in said
    assert [row[:3] for row in people["blocks"][0]["rows"]] == [
        ["北门网点", "王晓北", "1001"],
        ["南门网点", "李南", "2001"],
    ]


def test_an_outlet_whose_manager_has_left_gets_no_notice(cast, campaign):
    Posting.objects.filter(staff=cast.li).update(ended_on=NOW.date())
    assert notice_of(campaign, word="滨银综", copies=(), on=NOW.date()).addressees == (cast.north,)


@pytest.mark.parametrize("state", ["drafted", "submitted"])
def test_what_is_not_approved_is_not_handed_down(cast, state, quick_files):
    plans.customers(cast)
    campaign = getattr(plans, state)(cast)
    with pytest.raises(Refused) as refusal:
        issue(campaign, cast)
    assert refusal.value.verdict.codes == ("not_approved",)
    assert not Document.objects.everyone().exists()


def test_a_plan_that_changed_meanwhile_is_not_handed_down(cast, campaign, monkeypatch):
    def slow(template, content):
        Campaign.objects.everyone().filter(pk=campaign.pk).update(version=campaign.version + 1)
        return bridge.Filled(b"", [])

    monkeypatch.setattr(bridge, "fill", slow)
    monkeypatch.setattr(pdf, "notice_pdf", lambda content, at: b"pdf")
    with pytest.raises(Stale):
        issue(campaign, cast)
    assert not Document.objects.everyone().exists()


def test_again_is_a_new_document_and_only_by_whom_saw_the_old_one(cast, campaign, quick_files):
    with pytest.raises(PermissionDenied):
        issue(campaign, cast, by=cast.planner)
    first = issue(campaign, cast)
    with pytest.raises(Stale):
        issue(campaign, cast)
    second = issue(campaign, cast, replaces=first.ref)
    assert second.supersedes == first
    assert (first.number, second.number) == ("滨银综〔2026〕1号", "滨银综〔2026〕2号")
    assert Receipt.objects.everyone().filter(document=second).count() == 2


def sent(page: str) -> dict[str, str]:
    """What a browser sends of the hidden fields: of two with one name, the last counts."""
    return dict(re.findall(r'name="(replaces)"(?: value="(\w*)")?', page))


def test_the_way_through_the_browser(cast, campaign, login):
    client = login(cast.department)
    address = reverse("campaign_notice", args=[campaign.ref])
    assert address in client.get(reverse("campaign", args=[campaign.ref])).text
    page = client.get(address).text
    for words in ("关于印发《", "滨银综〔2026〕×号", "参与人员安排", 'name="copies"', "印发</button>"):
        assert words in page, words
    assert "Replaces" not in page
    assert sent(page)["replaces"] == ""
    answer = client.post(address, {"word": "滨江 1", "copies": "综合业务部、合规消保", "replaces": ""})
    assert answer.status_code == 409
    assert 'value="综合业务部、合规消保"' in answer.text
    assert "机关代字须是" in answer.text
    answer = client.post(address, {"word": "滨银综", "copies": "综合业务部、合规消保", "replaces": ""})
    made = Document.objects.everyone().get()
    assert (answer.status_code, answer["Location"]) == (303, reverse("document", args=[made.ref]))
    assert made.content["copies"] == ["综合业务部", "合规消保"]
    page = client.get(answer["Location"]).text
    assert reverse("campaign", args=[campaign.ref]) in page
    assert made.number in client.get(reverse("campaign", args=[campaign.ref])).text
    page = client.get(address).text
    assert f"本方案已印发 {made.number}" in page
    assert f'name="replaces" value="{made.ref}"' in page
    again = client.post(address, {"word": "滨银综", "copies": "", "replaces": sent(page)["replaces"]})
    assert again.status_code == 303
    assert Document.objects.everyone().get(supersedes=made).number == "滨银综〔2026〕2号"


def test_who_may_not_issue_sees_no_button(cast, campaign, login):
    address = reverse("campaign_notice", args=[campaign.ref])
    for who, status in (("planner", 403), ("wang", 403), ("qian", 404), ("admin", 404)):
        assert login(getattr(cast, who)).get(address).status_code == status
    assert address not in login(cast.planner).get(reverse("campaign", args=[campaign.ref])).text


def test_targets_budget_and_stop_conditions_stand_in_it(cast):
    plans.customers(cast)
    approved = plans.approved(
        cast, goals=[{"measure": "reached", "target": "50", "by": "2026-01-30"}], budget=Decimal("20000.00"),
        stop_conditions="一件投诉当日受理；三件以上暂停外呼",
    )  # fmt: skip
    with translation.override("en"):
        made = content_of(notice_of(approved, word="滨银综", copies=(), on=NOW.date()), number="号")
    whole = "\n".join(block["text"] for block in made["blocks"])
    for words in (
        "接通率不低于50%（2026年1月30日前）。", "预算20,000元", "三件以上暂停外呼。", "须先通过本活动的培训，方可致电客户。", "须在系统中确认收到。",
    ):  # fmt: skip
        assert words in whole
    assert made["annexes"][-1]["blocks"][0]["head"][-1] == "每日可拨打次数"


def test_fen_are_said_where_there_are_some(cast, campaign):
    campaign.budget = Decimal("20000.50")
    made = content_of(notice_of(campaign, word="滨银综", copies=(), on=NOW.date()), number="号")
    assert any("预算20,000.50元" in block["text"] for block in made["blocks"])


def test_an_amended_plan_is_handed_down_with_what_was_amended(cast, campaign, quick_files):
    services.launch(campaign, by=cast.management, at=NOW)
    made = amendments.in_force(cast, campaign, rhythm=amendments.RHYTHM)
    services.issue_notice(campaign, word="滨银综", copies=(), replaces="", by=cast.department, at=NOW)
    content = content_of(notice_of(campaign, word="滨银综", copies=(), on=NOW.date()), number="滨银综〔2026〕1号")
    text = "".join(block.get("text", "") for block in content["blocks"])
    assert amendments.RHYTHM in text
    assert f"变更1，自2026年1月7日起：推进节奏。原因：{made.reason}" in text


def test_after_an_amendment_the_plan_page_asks_for_a_new_notice(cast, login, quick_files):
    plans.customers(cast)
    campaign, hint = plans.launched(cast), "请重新印发通知"
    address = reverse("campaign", args=[campaign.ref])
    first = issue(campaign, cast)
    assert hint not in login(cast.department).get(address).text
    amendments.in_force(cast, campaign, at=NOW + timedelta(days=1))
    assert hint in login(cast.department).get(address).text
    issue(campaign, cast, replaces=first.ref, at=NOW + timedelta(days=2))
    assert hint not in login(cast.department).get(address).text

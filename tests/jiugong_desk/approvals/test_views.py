"""The inbox: what waits for whom and since when; nothing of other units; nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from jiugong_desk.approvals import queries as waiting
from jiugong_desk.approvals.models import Approval
from jiugong_desk.campaigns import services
from jiugong_desk.scripts.services import create_script
from tests.support import amendments, plans
from tests.support.cast import NOW, make_staff, make_unit
from tests.support.scripts import conforming

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_now(monkeypatch):
    monkeypatch.setattr("jiugong_desk.core.clock.now", lambda: NOW + timedelta(hours=3))


@pytest.fixture
def campaign(cast):
    plans.customers(cast)
    return plans.submitted(cast)


def test_who_has_nothing_to_do_with_approvals_finds_no_inbox(cast, campaign, login):
    asked = waiting.open_for("plan", campaign.ref)
    for who in (cast.wang, cast.qian, cast.admin, cast.steward):
        client = login(who)
        assert client.get(reverse("approvals")).status_code == 403
        assert client.get(reverse("approval", args=[asked.ref])).status_code == 404
        for verb in ("decide", "withdraw"):
            assert (
                client.post(reverse(f"approval_{verb}", args=[asked.ref]), {"decision": "approve"}).status_code == 404
            )
    asked.refresh_from_db()
    assert asked.is_open


def test_management_of_another_branch_sees_none_of_it(cast, campaign, login):
    far = make_staff("9999", "远行", "management", make_unit("BR09", "远城分行", "branch", cast.head_office))
    client, asked = login(far), waiting.open_for("plan", campaign.ref)
    assert campaign.title not in client.get(reverse("approvals")).text
    assert client.post(reverse("approval_decide", args=[asked.ref]), {"decision": "approve"}).status_code == 404


def test_everybody_sees_what_waits_for_him_and_since_when(cast, campaign, login):
    lines = {
        who: login(getattr(cast, who)).get(reverse("approvals")) for who in ("management", "compliance", "planner")
    }
    for who, label in (("management", "活动方案审批"), ("compliance", "消费者权益保护审查")):
        page = lines[who]
        assert [line.approval.kind for line in page.context["waiting"]] == [
            "plan" if who == "management" else "plan_review"
        ]
        assert label in page.text
        assert "3 小时" in page.text
    assert lines["planner"].context["waiting"] == []
    assert {line.approval.kind for line in lines["planner"].context["asked"]} == {"plan", "plan_review"}


def test_the_oldest_stands_first_and_an_old_one_is_pointed_at(cast, campaign, login):
    Approval.objects.everyone().filter(about=campaign.ref).update(asked_at=NOW - timedelta(days=3))
    plans.submitted(cast, title="更晚的方案")
    page = login(cast.management).get(reverse("approvals"))
    assert [line.approval.title for line in page.context["waiting"]] == [campaign.title, "更晚的方案"]
    assert [line.is_old for line in page.context["waiting"]] == [True, False]
    assert "3 天" in page.text


def test_the_badge_counts_what_the_list_shows(cast, campaign, login):
    plans.submitted(cast, title="更晚的方案")
    page = login(cast.management).get(reverse("approvals"))
    assert '<span class="badge bg-red-lt">2</span>' in page.text
    assert [entry.waiting for entry in page.context["menu"] if entry.waiting] == [2] == [len(page.context["waiting"])]
    assert not any(entry.waiting for entry in login(cast.planner).get(reverse("approvals")).context["menu"])


def test_what_was_decided_is_kept_with_its_words(cast, campaign, login):
    asked = waiting.open_for("plan", campaign.ref)
    client = login(cast.management)
    answer = client.post(
        reverse("approval_decide", args=[asked.ref]), {"decision": "reject", "comment": "请补充营销策略"}
    )
    assert answer.url == reverse("campaign", args=[campaign.ref])
    page = client.get(reverse("approvals"))
    assert page.context["waiting"] == []
    assert "请补充营销策略" in page.text
    assert "请补充营销策略" in login(cast.planner).get(reverse("approval", args=[asked.ref])).text


def test_who_comes_too_late_is_told_and_keeps_what_he_wrote(cast, campaign, login):
    asked = waiting.open_for("plan", campaign.ref)
    plans.decide("plan_review", campaign, by=cast.compliance)
    plans.decide("plan", campaign, by=cast.management)
    second = make_staff("9204", "卫行", "management", cast.branch)
    answer = login(second).post(
        reverse("approval_decide", args=[asked.ref]), {"decision": "reject", "comment": "写了很久的意见"}
    )
    assert answer.status_code == 409
    assert "已由他人办理" in answer.text
    assert "写了很久的意见" in answer.text


def test_the_planner_takes_his_plan_back(cast, campaign, login):
    asked = waiting.open_for("plan", campaign.ref)
    client = login(cast.planner)
    withdraw = reverse("approval_withdraw", args=[asked.ref])
    assert withdraw in client.get(reverse("approval", args=[asked.ref])).text
    assert login(cast.management).post(withdraw).status_code == 403
    assert client.post(withdraw).status_code == 303
    campaign.refresh_from_db()
    assert campaign.state == "draft"
    assert client.post(withdraw).status_code == 409


def test_the_auditor_sees_the_work_of_the_branch_and_decides_nothing(cast, campaign, login):
    asked = waiting.open_for("plan", campaign.ref)
    client = login(cast.auditor)
    assert client.get(reverse("approvals")).context["waiting"] == []
    assert client.post(reverse("approval_decide", args=[asked.ref]), {"decision": "approve"}).status_code in (403, 404)


def _summary(client, asked):
    page = client.get(reverse("approval", args=[asked.ref]))
    return {str(label): str(text) for label, text in page.context["summary"]}, page.text


@pytest.mark.parametrize(("kind", "who"), [("plan", "management"), ("plan_review", "compliance")])
def test_whoever_decides_on_a_plan_reads_there_what_it_is(cast, campaign, login, kind, who):
    said, text = _summary(login(getattr(cast, who)), waiting.open_for(kind, campaign.ref))
    assert said["主办机构"] == campaign.unit.name
    assert said["活动期"] == "2026-01-05 – 2026-01-30"
    assert "按揭" in said["客群规则"]
    assert said["名单与保留组"] == "名单 20 户：营销组 16 户，保留组 4 户"
    assert said["预算（元）"] == "50,000.00"
    assert said["主要指标"] == "达成率提升"
    assert str(campaign.script) in said["话术"]
    assert reverse("script", args=[campaign.script.ref]) in said["话术"]
    assert "看不出来" in said["能看出多大的提升"]
    assert said["与上次批准相比"] == "此前没有批准过的版本。"
    assert all(part in text for part in ("审批的内容", said["名单与保留组"], said["能看出多大的提升"]))


def test_a_plan_that_was_approved_once_says_what_changed_since(cast, login):
    plans.customers(cast)
    campaign = plans.approved(cast)
    services.edit(campaign, version=campaign.version, by=cast.planner, at=NOW, **plans.fields(goal="<b>新</b>的目标"))
    services.submit(campaign, by=cast.planner, at=NOW)
    said, text = _summary(login(cast.management), waiting.open_for("plan", campaign.ref))
    assert set(said) >= {"与上次批准相比：目标"}
    assert "与上次批准相比" not in said
    assert "<ins>" in text
    assert "<b>新" not in text


def test_whoever_decides_on_an_amendment_reads_reason_and_changes(cast, login):
    plans.customers(cast)
    made = amendments.submitted(cast, plans.launched(cast))
    said, text = _summary(login(cast.management), waiting.open_for("amendment", made.ref))
    assert said["变更原因"] == made.reason
    assert "<ins>" in said["改动：结束日期"]
    assert "<ins>" in text


def test_whoever_reviews_a_script_reads_all_that_is_said(cast, login):
    script = create_script(code="told", title="讲给客户", content=conforming(), by=cast.planner, at=NOW)
    said, _text = _summary(login(cast.compliance), waiting.open_for("script", script.ref))
    assert said["话术"] == "told · 讲给客户 v1"
    assert all(step.say in said.values() for step in script.read.steps)


def test_a_decided_approval_does_not_show_what_the_matter_became(cast, campaign, login):
    asked = waiting.open_for("plan_review", campaign.ref)
    plans.decide("plan_review", campaign, by=cast.compliance)
    assert _summary(login(cast.compliance), asked)[0] == {}


def test_the_way_back_says_where_it_leads(cast, campaign, login):
    text = _summary(login(cast.management), waiting.open_for("plan", campaign.ref))[1]
    assert f'<a class="btn" href="{reverse("approvals")}">返回审批列表</a>' in text


def test_who_asked_takes_it_back_on_the_plans_own_page(cast, campaign, login):
    asked = waiting.open_for("plan", campaign.ref)
    plan, withdraw = reverse("campaign", args=[campaign.ref]), reverse("approval_withdraw", args=[asked.ref])
    for who in (cast.management, cast.compliance):
        assert withdraw not in login(who).get(plan).text
    planner = login(cast.planner)
    assert withdraw in planner.get(plan).text
    planner.post(withdraw)
    campaign.refresh_from_db()
    assert campaign.state == campaign.State.DRAFT
    assert withdraw not in planner.get(plan).text


def test_whoever_reviews_a_new_script_finds_its_words_from_the_amendment(cast, login):
    plans.customers(cast)
    campaign = plans.launched(cast)
    script = plans.make_script(code="newer", title="换过的话术")
    made = amendments.submitted(cast, campaign, script=script)
    client, words = login(cast.compliance), reverse("script", args=[script.ref])
    said, _text = _summary(client, waiting.open_for("amendment_review", made.ref))
    assert words in said["新话术全文"]
    assert words in client.get(reverse("amendment", args=[made.ref])).text
    assert client.get(words).status_code == 200

"""The pages of an amendment: who must not, written and compared without a script, nothing typed lost."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jiugong_desk.approvals import queries as waiting
from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.models import Amendment, Campaign
from tests.support import amendments as amended
from tests.support import plans
from tests.support.amendments import REASON, RHYTHM
from tests.support.cast import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_now(monkeypatch):
    monkeypatch.setattr("jiugong_desk.core.clock.now", lambda: NOW)


@pytest.fixture
def campaign(cast):
    plans.customers(cast)
    return plans.launched(cast, rhythm="每日外呼", strategy="先问需要\n再约面谈")


@pytest.fixture
def planner(cast, login):
    return login(cast.planner)


def page_of(amendment, step=""):
    return reverse(f"amendment{step}", args=[amendment.ref])


def new(campaign):
    return reverse("amendment_new", args=[campaign.ref])


def filled(campaign: Campaign, **values):
    """What the browser sends back of the form as it was opened, with `values` typed over it; ends of line as browsers send them."""
    form = {
        "reason": REASON, "ends_on": str(campaign.ends_on), "budget": str(campaign.budget), "script": campaign.script.pk,
        "rhythm": campaign.rhythm, "strategy": campaign.strategy.replace("\n", "\r\n"), "means": "", "assessment": "",
        "stop_conditions": "", "complaint_contact": campaign.complaint_contact, "version": "",
        "goal-0-measure": "reached", "goal-0-target": "50", "goal-0-by": "2026-01-30",
    }  # fmt: skip
    return form | values


@pytest.mark.parametrize("who", ["li", "zhao", "department"])
def test_who_may_not_draft_sees_no_form(cast, login, campaign, who):
    client = login(getattr(cast, who))
    assert client.get(new(campaign)).status_code == 403
    assert client.post(new(campaign), filled(campaign, ends_on="2026-02-10")).status_code == 403
    assert not Amendment.objects.everyone().exists()


def test_a_draft_is_not_there_for_who_calls(cast, login, campaign):
    made = amended.drafted(cast, campaign)
    assert login(cast.wang).get(page_of(made)).status_code == 404


def test_only_what_was_changed_counts_and_the_page_compares(cast, planner, campaign):
    opened = planner.get(new(campaign))
    assert "不能变更的" in opened.text
    assert "评价窗口仍按启动时的结束日期计算" in opened.text
    answer = planner.post(new(campaign), filled(campaign, ends_on="2026-02-10", rhythm=RHYTHM))
    made = Amendment.objects.everyone().get()
    assert (answer.status_code, answer["Location"]) == (303, page_of(made))
    assert set(made.changes) == {"ends_on", "rhythm"}
    page = planner.get(page_of(made))
    assert REASON in page.text
    assert [str(change.label) for change in page.context["changes"]] == ["推进节奏", "结束日期"]
    assert "<ins>" in page.text
    assert {line.code for line in page.context["lines"]} == {
        "period", "offers", "roster", "wording", "reviewed", "as_approved",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "没有改动任何内容"),
        ({"ends_on": "2026-02-10", "reason": ""}, "请写明变更原因"),
        ({"ends_on": "2026-02-10", "reason": "短"}, "请写明原因"),
        ({"ends_on": "2027-06-01"}, "活动期最长"),
        ({"ends_on": "昨天", "rhythm": RHYTHM}, "尚未保存"),
        ({"goal-0-target": "许多"}, "目标值须是数字"),
    ],
)
def test_a_refusal_says_why_and_loses_nothing(planner, campaign, typed, says):
    answer = planner.post(new(campaign), filled(campaign, **typed))
    assert answer.status_code == 422
    assert says in answer.text
    for text in typed.values():
        assert text in answer.text
    assert not Amendment.objects.everyone().exists()


def test_where_one_is_under_way_one_comes_to_that(cast, planner, campaign):
    made = amended.drafted(cast, campaign)
    assert planner.get(new(campaign))["Location"] == page_of(made)
    answer = planner.post(new(campaign), filled(campaign, rhythm=RHYTHM))
    assert answer.status_code == 409
    assert "同时只能办一项" in answer.text
    assert RHYTHM in answer.text


def test_from_the_form_into_force_through_the_inbox(cast, login, planner, campaign):
    planner.post(new(campaign), filled(campaign, rhythm=RHYTHM))
    made = Amendment.objects.everyone().get()
    assert planner.post(page_of(made, "_submit"), {"version": made.version}).status_code == 303
    compliance, management = login(cast.compliance), login(cast.management)
    assert "变更的消保审查" in compliance.get(reverse("approvals")).text
    decision = reverse("approval_decide", args=[waiting.open_for("amendment", made.ref).ref])
    early = management.post(decision, {"decision": "approve", "comment": ""})
    assert early.status_code == 409
    assert "须先通过消保审查" in early.text
    review = reverse("approval_decide", args=[waiting.open_for("amendment_review", made.ref).ref])
    assert compliance.post(review, {"decision": "approve", "comment": ""})["Location"] == page_of(made)
    assert management.post(decision, {"decision": "approve", "comment": ""}).status_code == 303
    campaign.refresh_from_db()
    assert campaign.rhythm == RHYTHM
    seen = login(cast.wang).get(reverse("campaign", args=[campaign.ref])).text
    assert "变更1" in seen
    assert REASON in seen
    assert "变更1生效" in planner.get(reverse("campaign", args=[campaign.ref])).text


def test_an_edit_on_an_older_page_is_refused_and_kept_on_the_screen(cast, planner, campaign):
    made = amended.submitted(cast, campaign)
    opened = planner.get(page_of(made, "_edit"))
    assert "2026-02-10" in opened.text
    assert "已提请的审批作废" in opened.text
    stale = filled(campaign, ends_on="2026-02-11", version=made.version - 1)
    answer = planner.post(page_of(made, "_edit"), stale)
    assert answer.status_code == 409
    assert "2026-02-11" in answer.text
    made.refresh_from_db()
    assert made.state == "submitted"
    assert planner.post(page_of(made, "_edit"), {**stale, "version": made.version}).status_code == 303
    made.refresh_from_db()
    assert (made.state, made.changes) == ("draft", {"ends_on": "2026-02-11"})


def test_the_primary_target_is_shown_and_not_for_typing(cast, planner):
    plans.customers(cast)
    goals = [
        {"measure": "take_up", "target": "5", "by": "2026-01-30"},
        {"measure": "reached", "target": "50", "by": "2026-01-30"},
    ]
    campaign = plans.launched(cast, goals=goals)
    page = planner.get(new(campaign))
    assert "主要指标的目标（不能变更）" in page.text
    assert "take_up" not in page.context["measures"]
    planner.post(new(campaign), filled(campaign, **{"goal-0-target": "45"}))
    made = Amendment.objects.everyone().get()
    assert made.changes["goals"] == [goals[0], {**goals[1], "target": "45"}]


def test_what_is_no_longer_under_way_is_not_edited(cast, planner, campaign):
    made = amended.in_force(cast, campaign)
    assert planner.get(page_of(made, "_edit")).status_code == 409
    assert planner.post(page_of(made, "_submit"), {"version": made.version}).status_code == 409
    services.close(campaign, by=cast.management, at=NOW)
    assert planner.get(new(campaign)).status_code == 409


def test_given_up_it_stays_on_record(cast, planner, campaign):
    made = amended.drafted(cast, campaign)
    answer = planner.post(page_of(made, "_give_up"), {"version": made.version})
    assert answer["Location"] == reverse("campaign", args=[campaign.ref])
    page = planner.get(answer["Location"])
    assert "已作废" in page.text
    assert "提出变更" in page.text

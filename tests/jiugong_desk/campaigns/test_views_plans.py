"""The list, the plan page, the people and the steps of a campaign's life: by role, with nothing lost or leaked."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jiugong_desk.approvals import queries as waiting
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.models import Campaign, ListEntry
from tests.support import plans
from tests.support.cast import NOW, make_campaign, make_unit

STEPS = ("submit", "launch", "pause", "resume", "close")


def page(client, campaign):
    return client.get(reverse("campaign", args=[campaign.ref]))


def step(client, campaign, name, version=None, **data):
    form = {"version": campaign.version if version is None else version} | data
    return client.post(reverse(f"campaign_{name}", args=[campaign.ref]), form)


def deciding(campaign, kind="plan"):
    """Where the open decision of this kind is posted to."""
    return reverse("approval_decide", args=[waiting.open_for(kind, campaign.ref).ref])


def fresh(campaign):
    campaign.refresh_from_db()
    return campaign


@pytest.fixture(autouse=True)
def at_now(monkeypatch, db):
    """Pages live at the suite's moment."""
    monkeypatch.setattr("jiugong_desk.core.clock.now", lambda: NOW)


# Who may not


def test_a_stranger_finds_nothing_and_nothing_is_written(cast, login):
    plans.customers(cast)
    campaign = plans.launched(cast)
    elsewhere = make_unit("BR09", "远城分行", "branch", cast.head_office)
    for stranger in (cast.admin, cast.steward, cast.qian):
        client = login(stranger)
        assert page(client, campaign).status_code == 404
        for name in (*STEPS, "edit", "people"):
            assert step(client, campaign, name, reason="看看能否办理").status_code == 404
    other = Campaign.objects.create(
        unit=elsewhere, title="外地活动", purpose="-", goal="-", starts_on=NOW.date(), ends_on=NOW.date(),
        drafted_by=cast.auditor, drafted_at=NOW, state="launched",
    )  # fmt: skip
    for person in (cast.planner, cast.management, cast.wang):
        assert page(login(person), other).status_code == 404
    assert fresh(campaign).state == "launched"
    assert not AuditRecord.objects.filter(by__in=("9007", "9005", "1004")).exists()


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("planner", ("launch", "pause", "resume", "close")),
        ("compliance", ("submit", "launch", "resume", "close")),
        ("management", ("submit",)),
        ("department", STEPS),
        ("auditor", STEPS),
        ("wang", STEPS),
        ("zhao", STEPS),
    ],
)
def test_a_step_of_another_post_is_refused_and_nothing_is_written(cast, login, who, names):
    plans.customers(cast)
    campaign = plans.launched(cast)
    before, records = fresh(campaign).version, AuditRecord.objects.count()
    for name in names:
        assert step(login(getattr(cast, who)), campaign, name).status_code == 403
    assert (fresh(campaign).version, AuditRecord.objects.count()) == (before, records)


def test_only_a_planner_may_open_the_editor_and_the_people(cast, login):
    campaign = make_campaign(cast, state="submitted", participants=(cast.wang,))
    for who in (cast.management, cast.compliance, cast.auditor, cast.wang):
        for name in ("campaign_edit", "campaign_people"):
            assert login(who).get(reverse(name, args=[campaign.ref])).status_code == 403
        assert login(who).get(reverse("campaign_new")).status_code == 403
    assert page(login(cast.management), campaign).status_code == 200


def test_drafts_are_hidden_from_who_calls(cast, login):
    draft = make_campaign(cast, state="draft", participants=(cast.wang,), title="未定方案")
    assert page(login(cast.wang), draft).status_code == 404
    assert "未定方案" not in login(cast.wang).get(reverse("campaigns")).text
    assert "未定方案" in login(cast.planner).get(reverse("campaigns")).text


# The list


def test_the_list_shows_states_and_sizes_and_filters(cast, login):
    plans.customers(cast)
    plans.launched(cast, title="甲活动")
    make_campaign(cast, state="paused", title="乙活动")
    client = login(cast.planner)
    text = client.get(reverse("campaigns")).text
    for expected in ("甲活动", "乙活动", "进行中", "已暂停", "16 户", "滨江支行", "周策"):
        assert expected in text
    text = client.get(reverse("campaigns"), {"state": "paused"}).text
    assert "乙活动" in text
    assert "甲活动" not in text
    assert "没有这种状态的活动" in client.get(reverse("campaigns"), {"state": "closed"}).text


def test_an_empty_list_says_what_comes_next(cast, login):
    assert "起草第一个方案" in login(cast.planner).get(reverse("campaigns")).text
    assert "方案由策划人起草" in login(cast.wang).get(reverse("campaigns")).text


def test_a_manager_sees_the_campaigns_he_takes_part_in(cast, login):
    make_campaign(cast, participants=(cast.wang,), title="北门参加")
    make_campaign(cast, participants=(cast.li,), title="南门参加")
    text = login(cast.wang).get(reverse("campaigns")).text
    assert "北门参加" in text
    assert "南门参加" not in text


# The plan page


def test_the_plan_page_shows_waterfall_conditions_people_and_history(cast, login):
    plans.customers(cast)
    text = page(login(cast.planner), plans.submitted(cast)).text
    for expected in (
        "符合客群规则",
        "贷款种类 是 一手楼按揭",
        "启动条件",
        "由行领导处理",
        "王晓北",
        "参与人员",
        "起草",
        "提交",
    ):
        assert expected in text


def test_seed_and_fingerprint_are_for_who_may_know_the_hold_out(cast, login):
    plans.customers(cast)
    campaign = plans.launched(cast)
    assert campaign.list_digest in page(login(cast.auditor), campaign).text
    for who in (cast.wang, cast.zhao):
        text = page(login(who), campaign).text
        assert campaign.list_digest not in text
        assert campaign.seed not in text


@pytest.mark.parametrize(
    ("who", "state", "offered"),
    [
        ("planner", "draft", {"submit"}),
        ("planner", "approved", set()),
        ("management", "submitted", set()),
        ("management", "approved", {"launch"}),
        ("management", "launched", {"pause", "close"}),
        ("management", "paused", {"resume", "close"}),
        ("management", "closed", set()),
        ("compliance", "launched", {"pause"}),
        ("compliance", "paused", set()),
        ("auditor", "launched", set()),
        ("wang", "launched", set()),
    ],
)
def test_the_page_offers_exactly_the_steps_of_state_and_post(cast, login, who, state, offered):
    live = state in ("launched", "paused", "closed")
    closed = {"closed_at": NOW} if state == "closed" else {}
    campaign = make_campaign(cast, state=state, participants=(cast.wang,), launched_at=NOW if live else None, **closed)
    text = page(login(getattr(cast, who)), campaign).text
    assert {name for name in STEPS if reverse(f"campaign_{name}", args=[campaign.ref]) in text} == offered


def test_whoever_wrote_the_plan_is_told_that_another_must_decide(cast, login):
    cast.management.person_key = cast.planner.person_key
    cast.management.save()
    plans.customers(cast)
    campaign = plans.submitted(cast)
    text = page(login(cast.management), campaign).text
    assert "须由另一人审批" in text
    assert deciding(campaign) not in text
    answer = login(cast.management).post(deciding(campaign), {"decision": "approve"})
    assert answer.status_code == 409
    assert fresh(campaign).state == "submitted"


# The steps


def test_the_whole_life_by_plain_forms(cast, login):
    plans.customers(cast)
    campaign = plans.drafted(cast)
    plans.assess(campaign)
    planner, management, compliance = login(cast.planner), login(cast.management), login(cast.compliance)
    ways = [
        (planner, "submit", {}, "submitted"),
        (management, "plan", {"decision": "reject", "comment": "请补充策略"}, "draft"),
        (planner, "submit", {}, "submitted"),
        (compliance, "plan_review", {"decision": "approve"}, "submitted"),
        (management, "plan", {"decision": "approve"}, "approved"),
        (management, "launch", {}, "launched"),
        (compliance, "pause", {"reason": "核查投诉"}, "paused"),
        (compliance, "resume", {"reason": "核查完毕"}, "launched"),
        (management, "close", {}, "closed"),
    ]
    for client, name, data, state in ways:
        if name == "launch":
            plans.learn(campaign)
        decides = name.startswith("plan")
        answer = client.post(deciding(campaign, name), data) if decides else step(client, fresh(campaign), name, **data)
        assert (answer.status_code, answer.url) == (303, reverse("campaign", args=[campaign.ref]))
        assert fresh(campaign).state == state
        assert client.get(answer.url).context["messages"]
    assert ListEntry.objects.everyone().filter(campaign=campaign).count() == 20
    text = page(planner, campaign).text
    for expected in ("退回草稿", "请补充策略", "核查投诉", "核查完毕", "恢复", "结束"):
        assert expected in text


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("version", [1, "", "x", "-1", "99999999999"])
def test_a_step_on_an_older_page_changes_nothing_and_keeps_what_was_typed(cast, login, name, version):
    state = {"submit": "draft", "launch": "approved", "resume": "paused"}.get(name, "launched")
    live = state in ("launched", "paused")
    campaign = make_campaign(cast, state=state, version=3, launched_at=NOW if live else None)
    who = cast.planner if name == "submit" else cast.management
    answer = step(login(who), campaign, name, version=version, reason="写了很久的意见")
    assert answer.status_code == 409
    assert "您看到的不是最新内容" in answer.text
    assert ("写了很久的意见" in answer.text) == (name not in ("submit", "launch"))
    assert (fresh(campaign).state, campaign.version) == (state, 3)
    assert not AuditRecord.objects.exists()


def test_an_incomplete_plan_is_not_submitted_and_every_gap_is_said(cast, login):
    campaign = make_campaign(cast, state="draft", holdout_size=0)
    answer = step(login(cast.planner), campaign, "submit")
    assert answer.status_code == 409
    for gap in ("没有指定投诉受理人", "没有安排客户经理", "没有可拨打的客户"):
        assert gap in answer.text
    assert fresh(campaign).state == "draft"


def test_sending_back_and_pausing_need_a_reason(cast, login):
    plans.customers(cast)
    campaign = plans.submitted(cast)
    answer = login(cast.management).post(deciding(campaign), {"decision": "reject", "comment": "不行"})
    assert answer.status_code == 409
    assert "请写明原因" in answer.text
    assert "不行</textarea>" in answer.text
    running = make_campaign(cast, launched_at=NOW)
    assert step(login(cast.management), running, "pause", reason="停").status_code == 409
    assert (fresh(campaign).state, fresh(running).state) == ("submitted", "launched")
    assert waiting.open_for("plan", campaign.ref)


def test_a_decision_that_is_none_is_refused(cast, login):
    plans.customers(cast)
    campaign = plans.submitted(cast)
    client = login(cast.management)
    for wrong, status, said in (
        ({"decision": "perhaps"}, 422, "请选择同意或退回"),
        ({}, 422, "请选择同意或退回"),
        ({"decision": "approve", "comment": "长" * 501}, 409, "意见超过 500 字"),
    ):
        answer = client.post(deciding(campaign), wrong)
        assert (answer.status_code, said in answer.text) == (status, True)
    assert "长" * 501 in answer.text
    assert fresh(campaign).state == "submitted"


def test_a_launch_that_is_not_ready_leaves_no_list(cast, login):
    plans.customers(cast)
    campaign = plans.approved(cast)
    services.edit(campaign, version=campaign.version, by=cast.planner, at=NOW, goal="改了目标")
    Campaign.objects.everyone().filter(pk=campaign.pk).update(state="approved")
    answer = step(login(cast.management), fresh(campaign), "launch")
    assert answer.status_code == 409
    assert "批准后又有改动" in answer.text
    assert not ListEntry.objects.everyone().exists()


# The people


def people(client, campaign, version=None, **data):
    form = {"version": campaign.version if version is None else version} | data
    return client.post(reverse("campaign_people", args=[campaign.ref]), form)


def test_people_are_chosen_with_their_calls_a_day(cast, login):
    campaign = plans.drafted(cast)
    client = login(cast.planner)
    text = client.get(reverse("campaign_people", args=[campaign.ref])).text
    for name in ("王晓北", "孙小宁", "李南"):
        assert name in text
    assert "赵北" not in text  # heads do not call
    answer = people(client, campaign, **{f"take-{cast.sun.ref}": "1", f"calls-{cast.sun.ref}": "25"})
    assert answer.status_code == 303
    assert list(campaign.participants.values_list("staff__staff_no", "daily_calls")) == [("1002", 25)]


@pytest.mark.parametrize("calls", ["0", "201", "", "viele", "-3", "1.5"])
def test_wrong_calls_are_refused_with_the_choice_kept(cast, login, calls):
    campaign = plans.drafted(cast)
    answer = people(login(cast.planner), campaign, **{f"take-{cast.sun.ref}": "1", f"calls-{cast.sun.ref}": calls})
    assert answer.status_code == 422
    assert "每日可拨打次数须在 1 至 200 之间" in answer.text
    assert [row.staff for row in answer.context["people"] if row.daily_calls is not None] == [cast.sun]
    assert campaign.participants.count() == 2


def test_people_on_an_older_page_are_refused_with_the_choice_kept(cast, login):
    campaign = plans.drafted(cast)
    data = {f"take-{cast.sun.ref}": "1", f"calls-{cast.sun.ref}": "25"}
    answer = people(login(cast.planner), campaign, version=1, **data)
    assert answer.status_code == 409
    assert "参与人员" in answer.text
    assert [row.daily_calls for row in answer.context["people"] if row.staff == cast.sun] == [25]
    assert campaign.participants.count() == 2


# English


def test_the_pages_are_in_english_where_asked(cast, login):
    plans.customers(cast)
    campaign = plans.launched(cast)
    client = login(cast.management)
    client.cookies["django_language"] = "en"
    text = page(client, campaign).text
    for expected in ("Hold-out", "Running", "Fit the audience rules", "Launched"):
        assert expected in text
    assert "Campaigns" in client.get(reverse("campaigns")).text


def test_management_reads_who_lifts_the_pause_and_compliance_finds_the_button(cast, login):
    plans.customers(cast)
    campaign = plans.launched(cast)
    services.pause(campaign, reason="核查投诉", by=cast.compliance, at=NOW)
    resume = reverse("campaign_resume", args=[campaign.ref])
    text = page(login(cast.management), campaign).text
    assert resume not in text
    assert "请合规消保复核后恢复外呼" in text
    assert step(login(cast.management), campaign, "resume", reason="继续外呼").status_code == 409
    assert resume in page(login(cast.compliance), campaign).text

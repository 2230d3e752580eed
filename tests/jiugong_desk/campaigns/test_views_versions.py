"""Versions side by side, files, clones, and unsaved work: by role, nothing lost."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.changes import differences
from jiugong_desk.campaigns.models import Attachment, Campaign, WorkingCopy
from tests.jiugong_desk.campaigns.test_views_editor import form, save, send
from tests.support import plans
from tests.support.cast import NOW, make_script, make_staff

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 impact"


@pytest.fixture(autouse=True)
def at_now(monkeypatch):
    monkeypatch.setattr("jiugong_desk.core.clock.now", lambda: NOW)


@pytest.fixture
def planner(cast, login):
    return login(cast.planner)


def address(name, campaign, **more):
    return reverse(f"campaign_{name}", args=[campaign.ref, *more.values()])


def attach(client, campaign, name="影响评估.pdf", content=PDF, kind="impact", version=None):
    campaign.refresh_from_db()
    seen = campaign.version if version is None else version
    file = SimpleUploadedFile(name, content)
    return client.post(address("attach", campaign), {"file": file, "kind": kind, "version": seen})


def test_two_versions_are_compared_in_words(cast, planner):
    campaign = plans.drafted(cast, summary="拨打一千户，邀约面谈。")
    services.edit(
        campaign, version=campaign.version, by=cast.planner, at=NOW, summary="拨打八百户，邀约到店面谈。", holdout_size=6,
        goals=[{"measure": "reached", "target": "60", "by": "2026-01-30"}], primary_measure="avg_increment",
        audience=[{"kind": "none", "rules": [{"field": "level", "op": "is", "value": "9"}]}],
    )  # fmt: skip
    page = planner.get(address("versions", campaign))
    assert [str(change.label) for change in page.context["changes"]] == [
        "执行概要", "量化目标", "主要指标", "客群规则", "保留组户数",
    ]  # fmt: skip
    assert "<del>一千</del><ins>八百</ins>" in page.text
    assert "<ins>到店</ins>" in page.text
    assert "排除以下任一" in page.text
    first = planner.get(address("versions", campaign), {"before": "1", "after": "2"})
    assert [str(change.label) for change in first.context["changes"]] == ["参与人员"]
    assert "王晓北(1001) 每日 40 次" in first.text


def test_the_same_says_so_and_nonsense_is_the_newest(cast, planner):
    campaign = plans.drafted(cast)
    same = planner.get(address("versions", campaign), {"before": "2", "after": "2"})
    assert "没有不同" in same.text
    assert planner.get(address("versions", campaign), {"before": "x", "after": "-1"}).status_code == 200
    plan = campaign.plan_versions.first().plan
    assert differences(plan, plan, campaign.unit) == []


def test_a_clone_is_a_new_draft_as_long_with_its_people_and_another_lot(cast, planner):
    plans.customers(cast)
    campaign = plans.launched(cast, goals=[{"measure": "reached", "target": "50", "by": "2026-01-30"}])
    made = Campaign.objects.everyone().get(ref=planner.post(address("clone", campaign)).url.split("/")[2])
    assert (made.state, made.version, made.drafted_by) == ("draft", 2, cast.planner)
    assert made.ends_on - made.starts_on == campaign.ends_on - campaign.starts_on
    assert made.starts_on.isoformat() == "2026-01-21"
    assert made.goals[0]["by"] == made.ends_on.isoformat()
    assert made.seed != campaign.seed
    assert made.participants.count() == 2
    assert (made.sealed_digest, made.goal) == ("", campaign.goal)


def test_who_does_not_plan_neither_clones_nor_attaches(cast, login):
    campaign = plans.drafted(cast)
    for who, status in ((cast.management, 403), (cast.compliance, 403), (cast.wang, 404), (cast.admin, 404)):
        assert login(who).post(address("clone", campaign)).status_code == status
        assert attach(login(who), campaign).status_code == status
    assert Campaign.objects.everyone().count() == 1
    assert not Attachment.objects.everyone().exists()


def test_a_file_is_bound_by_the_approval_and_comes_back_as_it_was(cast, planner, login):
    plans.customers(cast)
    campaign = plans.drafted(cast)
    assert attach(planner, campaign).status_code == 303
    file = Attachment.objects.everyone().get()
    campaign.refresh_from_db()
    services.submit(campaign, by=cast.planner, at=NOW)
    answer = login(cast.compliance).get(reverse("campaign_attachment", args=[file.ref]))
    assert (answer.content, answer.headers["Content-Type"]) == (PDF, "application/octet-stream")
    assert "attachment" in answer.headers["Content-Disposition"]
    campaign.refresh_from_db()
    attach(planner, campaign, name="附件.png", content=b"\x89PNG\r\n\x1a\n.", kind="annex")
    campaign.refresh_from_db()
    assert campaign.state == "draft"
    page = planner.post(reverse("campaign_detach", args=[file.ref]), {"version": campaign.version})
    assert page.status_code == 303
    assert [one.name for one in Attachment.objects.everyone().filter(campaign=campaign)] == ["附件.png"]
    assert "影响评估.pdf" in str(campaign.plan_versions.get(number=3).plan)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.exe", b"MZ", "附件须是 PDF"),
        ("a.pdf", b"PK\x03\x04", "附件须是 PDF"),
        ("a.pdf", b"", "附件不得为空"),
        ("a.pdf", PDF + b"0" * (10 * 1024 * 1024), "不得超过 10 MB"),
        ("noending", PDF, "附件须是 PDF"),
    ],
    ids=["program", "other content", "empty", "large", "no ending"],
)
def test_what_is_no_document_is_refused(cast, planner, name, content, said):
    campaign = plans.drafted(cast)
    answer = attach(planner, campaign, name=name, content=content)
    assert answer.status_code == 422
    assert said in answer.text
    assert not Attachment.objects.everyone().exists()


def test_a_file_on_an_older_page_is_refused(cast, planner):
    campaign = plans.drafted(cast)
    assert attach(planner, campaign, version=1).status_code == 409
    assert not Attachment.objects.everyone().exists()


def test_unsaved_work_is_kept_for_its_writer_and_gone_once_saved(cast, planner, login):
    typed = form(cast, background="写了一半的背景")
    assert "已自动保存" in planner.post(reverse("campaign_new"), typed | {"autosave": "1"}).text
    assert not Campaign.objects.everyone().exists()
    page = planner.get(reverse("campaign_new"))
    assert "写了一半的背景" in page.text
    assert page.context["restored"]
    assert page.context["blocks"][0].rows[0].field.key == "loan_kind"
    other = login(make_staff("9105", "何策", "planner", cast.branch))
    assert "写了一半的背景" not in other.get(reverse("campaign_new")).text
    assert save(planner, typed).status_code == 303
    assert not WorkingCopy.objects.exists()


def test_unsaved_work_on_an_older_version_is_not_put_over_a_newer_one(cast, planner):
    campaign = plans.drafted(cast)
    send(planner, form(cast, version=campaign.version, goal="没保存的目标") | {"autosave": "1"}, campaign)
    assert "没保存的目标" in planner.get(address("edit", campaign)).text
    services.edit(campaign, version=campaign.version, by=cast.planner, at=NOW, goal="别人保存的目标")
    assert "没保存的目标" not in planner.get(address("edit", campaign)).text


def test_unsaved_work_can_be_thrown_away(cast, planner):
    campaign = plans.drafted(cast)
    send(planner, form(cast, version=campaign.version, goal="没保存的目标") | {"autosave": "1"}, campaign)
    assert planner.post(address("discard", campaign)).status_code == 303
    assert "没保存的目标" not in planner.get(address("edit", campaign)).text
    planner.post(reverse("campaign_new"), form(cast) | {"autosave": "1"})
    assert planner.post(reverse("campaign_new_discard")).url == reverse("campaign_new")
    assert not WorkingCopy.objects.exists()


def test_goals_and_budget_are_saved_and_a_wrong_one_loses_nothing(cast, planner):
    goal = {"goal-0-measure": "avg_increment", "goal-0-target": "3000", "goal-0-by": "2026-03-31"}
    wrong = save(planner, form(cast, **goal) | {"goal-0-target": "viel", "background": "背景一段"})
    assert wrong.status_code == 422
    assert "目标值须是数字" in wrong.text
    assert 'value="viel"' in wrong.text
    assert save(planner, form(cast, **goal, primary_measure="avg_increment", budget="20000")).status_code == 303
    campaign = Campaign.objects.everyone().get()
    assert campaign.goals == [{"measure": "avg_increment", "target": "3000", "by": "2026-03-31"}]
    assert (campaign.primary_measure, str(campaign.budget)) == ("avg_increment", "20000.00")


def test_another_script_is_named_by_title_and_version_as_a_whole(cast):
    campaign = plans.drafted(cast, script=make_script(code="mortgage_spring", title="按揭客户春季话术"))
    other = make_script(code="maturing_spring", title="到期客户春季话术", version=2)
    services.edit(campaign, version=campaign.version, by=cast.planner, at=NOW, script=other)
    after, before = campaign.plan_versions.all()[:2]
    (change,) = differences(before.plan, after.plan, campaign.unit)
    assert [(piece.kind, piece.text) for piece in change.pieces] == [
        ("gone", "《按揭客户春季话术》第 1 版"), ("new", "《到期客户春季话术》第 2 版"),
    ]  # fmt: skip

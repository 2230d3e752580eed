"""Scripts on screen: written by planners as versions, refused for forbidden words, approved by compliance."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jiugong_desk.approvals import queries as waiting
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.scripts.models import Script
from tests.support.cast import make_script

FORM = {
    "code": "visit-spring",
    "title": "回访话术",
    "step-0-title": "开场",
    "step-0-say": "{title}您好，我是{bank}客户经理{manager}。",
    "step-0-required": "1",
    "step-0-questions": "近期闲置资金 | 选择 | 无、5万以内\n家庭人数 | 数字 | 人",
}


@pytest.fixture
def planner(cast, login):
    return login(cast.planner)


def save(planner, base=None, **changed):
    where = reverse("script_next", args=[base.ref]) if base else reverse("script_new")
    return planner.post(where, FORM | {"save": "1"} | changed)


def test_who_has_no_campaigns_sees_no_scripts_and_who_does_not_plan_writes_none(cast, login):
    script = make_script(state="draft")
    for who in (cast.admin, cast.steward, cast.qian):
        assert login(who).get(reverse("scripts")).status_code == 403
        assert login(who).get(reverse("script", args=[script.ref])).status_code == 403
    for who in (cast.compliance, cast.management, cast.wang, cast.auditor):
        assert save(login(who)).status_code == 403
        assert save(login(who), script).status_code == 403
    assert Script.objects.get().state == "draft"
    assert not AuditRecord.objects.exists()


def test_a_script_is_saved_with_steps_and_questions(cast, planner):
    answer = save(planner)
    script = Script.objects.get()
    assert (answer.status_code, answer.url) == (303, reverse("script", args=[script.ref]))
    step = script.content["steps"][0]
    assert (step["title"], step["required"]) == ("开场", True)
    assert [(q["label"], q["kind"]) for q in step["questions"]] == [("近期闲置资金", "choice"), ("家庭人数", "number")]
    assert step["questions"][0]["choices"] == ["无", "5万以内"]
    assert step["questions"][1]["unit"] == "人"
    text = planner.get(answer.url).text
    for expected in ("待合规消保审定", "必说", "无 / 5万以内", "未发现禁用词"):
        assert expected in text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"step-0-say": "这款产品稳赚"}, "话术含有不得使用的词：稳赚"),
        ({"step-0-say": "这款产品 保 本"}, "保本"),
        ({"step-0-questions": "想要返现吗 | 文字"}, "返现"),
        ({"step-0-say": ""}, "第 1 步缺少标题或话术正文"),
        ({"step-0-questions": "闲置资金 | 选择 | 无"}, "至少要有两个选项"),
        ({"step-0-questions": "闲置资金 | 猜谜"}, "题型不对"),
        ({"step-0-say": "{salutation}您好"}, "无法代入"),
        ({"title": ""}, "这个字段是必填项"),
        ({"code": "春季"}, "代码只能由英文字母、数字和连字符组成"),
    ],
)
def test_a_script_that_may_not_be_is_refused_with_its_reason_and_kept_on_screen(planner, changed, said):
    answer = save(planner, **changed)
    assert answer.status_code == 422
    assert said in answer.text
    assert answer.context["rows"][0].title == "开场"
    assert answer.context["rows"][0].questions == changed.get("step-0-questions", FORM["step-0-questions"])
    assert not Script.objects.exists()


def test_steps_are_added_and_removed_by_plain_buttons(planner):
    added = planner.post(reverse("script_new"), FORM | {"add": "1"})
    assert [row.title for row in added.context["rows"]] == ["开场", ""]
    two = FORM | {"step-1-title": "结束", "step-1-say": "谢谢", "step-1-questions": ""}
    removed = planner.post(reverse("script_new"), two | {"remove": "0"})
    assert [row.title for row in removed.context["rows"]] == ["结束"]
    assert not Script.objects.exists()


def test_a_change_is_a_new_version_and_questions_keep_their_keys(cast, planner):
    save(planner)
    first = Script.objects.get()
    save(planner, first, **{"step-0-say": "{title}您好，新的开场。"})
    second = Script.objects.get(version=2)
    assert (second.code, second.state) == (first.code, "draft")
    old, new = (script.content["steps"][0]["questions"] for script in (first, second))
    assert [q["key"] for q in old] == [q["key"] for q in new]
    first.refresh_from_db()
    assert "新的开场" not in str(first.content)
    text = planner.get(reverse("script", args=[second.ref])).text
    assert "v1 回访话术" in text
    assert "v2 回访话术" in text


def test_compliance_approves_once(cast, planner, login):
    save(planner)
    script = Script.objects.get()
    compliance = login(cast.compliance)
    decide, approve = (
        reverse("approval_decide", args=[waiting.open_for("script", script.ref).ref]),
        {"decision": "approve"},
    )
    assert decide in compliance.get(reverse("script", args=[script.ref])).text
    assert decide not in planner.get(reverse("script", args=[script.ref])).text
    for who, status in ((cast.planner, 403), (cast.management, 404), (cast.wang, 404), (cast.auditor, 404)):
        assert login(who).post(decide, approve).status_code == status
    assert compliance.post(decide, approve).url == reverse("script", args=[script.ref])
    script.refresh_from_db()
    assert (script.state, script.approved_by) == ("approved", cast.compliance)
    again = compliance.post(decide, approve)
    assert again.status_code == 409
    assert "已由他人办理" in again.text
    assert [record.verb for record in AuditRecord.objects.order_by("pk")] == [
        "approval.asked", "script.created", "script.approved", "approval.approved",
    ]  # fmt: skip


def test_compliance_sends_a_script_back_with_its_reason(cast, planner, login):
    save(planner)
    script = Script.objects.get()
    decide = reverse("approval_decide", args=[waiting.open_for("script", script.ref).ref])
    login(cast.compliance).post(decide, {"decision": "reject", "comment": "开场须说明录音"})
    script.refresh_from_db()
    assert script.state == "returned"
    text = planner.get(reverse("script", args=[script.ref])).text
    assert "已退回" in text
    assert "开场须说明录音" in text


def test_nobody_approves_his_own_words_under_another_login(cast, planner, login):
    save(planner)
    script = Script.objects.get()
    cast.compliance.person_key = cast.planner.person_key
    cast.compliance.save()
    compliance = login(cast.compliance)
    assert "您参与了起草" in compliance.get(reverse("script", args=[script.ref])).text
    decide = reverse("approval_decide", args=[waiting.open_for("script", script.ref).ref])
    assert compliance.post(decide, {"decision": "approve"}).status_code == 409
    script.refresh_from_db()
    assert script.state == "draft"


def test_the_library_lists_versions_with_who_and_is_in_english_where_asked(cast, planner):
    assert "还没有话术" in planner.get(reverse("scripts")).text
    save(planner)
    text = planner.get(reverse("scripts")).text
    for expected in ("回访话术", "visit-spring", "v1", "周策", "草稿"):
        assert expected in text
    planner.cookies["django_language"] = "en"
    assert "Scripts" in planner.get(reverse("scripts")).text
    assert "Say to the customer" in planner.get(reverse("script_new")).text

"""Scripts on screen: built step by step as versions, refused with reasons, approved by compliance."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.urls import reverse

from jiugong_desk.approvals import queries as waiting
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.scripts.content import plain
from jiugong_desk.scripts.forms import options_text
from jiugong_desk.scripts.models import Script
from jiugong_desk.scripts.samples import CARD_OPENER, bare
from tests.support.cast import make_script
from tests.support.scripts import conforming

FIELD = re.compile(r"<(input|textarea|select)\b([^>]*)>(?:([^<]*)</textarea>)?((?:<option.*?</option>)*)", re.DOTALL)


def sent(page) -> dict:
    """The builder's form as a browser sends it."""
    form = page.text.split('id="script-form"')[1].split("</form>")[0]
    found: dict = {}
    for tag, attributes, text, options in FIELD.findall(form):
        name = re.search(r'name="([^"]+)"', attributes)
        value = re.search(r'value="([^"]*)"', attributes)
        if not name or name[1] == "csrfmiddlewaretoken":
            continue
        if 'type="checkbox"' in attributes and " checked" not in attributes:
            continue
        if tag == "select":
            chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
            plain_value = chosen[1] if chosen else ""
        else:
            plain_value = text if tag == "textarea" else value[1] if value else ""
        known = found.get(name[1])
        plain_value = unescape(plain_value)
        found[name[1]] = (
            plain_value if known is None else [*([known] if isinstance(known, str) else known), plain_value]
        )
    return found


@pytest.fixture
def planner(cast, login):
    return login(cast.planner)


@pytest.fixture
def form(planner):
    return sent(planner.get(reverse("script_new"))) | {"code": "visit-spring", "title": "回访话术"}


def press(client, form, do, where=None):
    """The page after a button, and the form in it."""
    page = client.post(where or reverse("script_new"), form | {"do": do})
    assert page.status_code == 200
    return page, sent(page)


def save(planner, form, base=None, **changed):
    where = reverse("script_next", args=[base.ref]) if base else reverse("script_new")
    return planner.post(where, form | {"save": "1"} | changed)


def test_who_has_no_campaigns_sees_no_scripts_and_who_does_not_plan_writes_none(cast, login, form):
    script = make_script(state="draft")
    for who in (cast.admin, cast.steward, cast.qian):
        assert login(who).get(reverse("scripts")).status_code == 403
        assert login(who).get(reverse("script", args=[script.ref])).status_code == 403
    for who in (cast.compliance, cast.management, cast.wang, cast.auditor):
        assert save(login(who), form).status_code == 403
        assert save(login(who), form, script).status_code == 403
    assert Script.objects.get().state == "draft"
    assert not AuditRecord.objects.exists()


def test_a_new_script_begins_with_what_must_be_said_and_can_be_saved_as_it_is(cast, planner, form):
    answer = save(planner, form)
    script = Script.objects.get()
    assert (answer.status_code, answer.url) == (303, reverse("script", args=[script.ref]))
    assert script.content == plain(bare())
    text = planner.get(answer.url).text
    for expected in ("待合规消保审定", "固定", "未发现禁用词", "本次通话会录音"):
        assert expected in text


def test_the_sample_goes_through_the_form_without_a_loss(cast, planner):
    form = sent(planner.get(reverse("script_new"), {"from": "card_opener"}))
    assert save(planner, form | {"code": "card", "title": "信用卡"}).status_code == 303
    assert Script.objects.get().read == CARD_OPENER.content


def test_a_branching_script_is_built_by_plain_buttons(planner, form):
    _, form = press(planner, form, "add_step")
    assert form["opened"] == "3"
    form |= {"step-3-title": "资金", "step-3-say": "近期有资金要安排吗？", "step-3-skippable": "1"}
    _, form = press(planner, form, "add_question:3")
    _, form = press(planner, form, "add_question:3")
    form |= {
        "step-3-q-0-label": "近期资金", "step-3-q-0-kind": "amount_band", "step-3-q-0-options": "5、20",
        "step-3-q-1-label": "到期日", "step-3-q-1-kind": "date", "step-3-q-1-required": "1",
    }  # fmt: skip
    _, form = press(planner, form, "add_step")
    form |= {"step-4-title": "期限", "step-4-say": "您看重期限还是灵活？"}
    _, form = press(planner, form, "open:3")
    _, form = press(planner, form, "add_branch:3")
    page, form = press(planner, form | {"step-3-b-0-question": form["step-3-q-0-key"]}, "open:3")
    assert 'name="step-3-b-0-is" value="5万–20万元"' in page.text
    assert "请选择第 4 步的跳转转到哪一步" in page.text
    form |= {"step-3-b-0-is": ["暂无"], "step-3-b-0-go": "opt_out"}
    _, form = press(planner, form, "add_objection:-1")
    form |= {"whole-o-0-says": "我很忙", "whole-o-0-answer": "那就不打扰您了。"}
    assert save(planner, form).status_code == 303
    content = Script.objects.get().read
    assert [step.title for step in content.steps[3:5]] == ["资金", "期限"]
    bands, date = content.steps[3].questions
    assert (bands.limits, date.kind, date.required) == ((50_000, 200_000), "date", True)
    assert "期限" not in {content.steps[content.positions[key]].title for key in content.way({bands.key: "暂无"})}
    assert content.objections[0].answer == "那就不打扰您了。"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"step-1-say": "这款产品稳赚"}, "不得使用“稳赚”"),
        ({"step-2-title": "保 本"}, "不得使用“保本”"),
        ({"ending": "有返现"}, "结束语：不得使用“返现”"),
        ({"step-1-say": "存够十万，贷款审批就快。"}, "不得把贷款与存款挂钩"),
        ({"step-0-say": "您好。"}, "没有说明：{bank}/本行/我行；{manager}；工号；录音"),
        ({"step-3-fixed": ""}, "缺少固定步骤“结束与勿扰登记”"),
        ({"step-1-say": ""}, "第 2 步缺少标题或话术正文"),
        ({"ending": "{salutation}您好"}, "无法代入"),
        ({"title": ""}, "这个字段是必填项"),
        ({"code": "春季"}, "代码只能由英文字母、数字和连字符组成"),
    ],
)
def test_a_script_that_may_not_be_is_refused_with_its_reason_and_kept_on_screen(planner, form, changed, said):
    answer = save(planner, form, **changed)
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    kept = sent(answer)
    assert {name: kept.get(name) for name in changed} == changed
    assert kept["step-2-say"] == form["step-2-say"]
    assert not Script.objects.exists()


def test_an_amount_that_cannot_be_read_stays_as_it_was_typed(planner, form):
    _, form = press(planner, form, "open:2")
    _, form = press(planner, form, "add_question:2")
    form |= {"step-2-q-0-label": "资金", "step-2-q-0-kind": "amount_band", "step-2-q-0-options": "五万、20"}
    answer = save(planner, form)
    assert "由小到大的金额" in answer.text
    assert sent(answer)["step-2-q-0-options"] == "五万、20"


def test_steps_move_and_go_but_the_fixed_ones_stand(planner, form):
    for title in ("甲", "乙"):
        _, form = press(planner, form, "add_step")
        form |= {f"step-{form['opened']}-title": title, f"step-{form['opened']}-say": f"{title}？"}

    def titles(values):
        return [values[f"step-{number}-title"] for number in range(3, 5) if f"step-{number}-title" in values]

    assert titles(form) == ["甲", "乙"]
    _, moved = press(planner, form, "up:4")
    assert titles(moved) == ["乙", "甲"]
    assert press(planner, form, "up:3")[1] == form | {"opened": "3"}  # the fixed step before it stays before it
    _, removed = press(planner, form, "remove_step:3")
    assert "step-5-title" not in removed
    for do in ("remove_step:0", "down:2", "up:5", "remove_step:99", "open:x", "nonsense:1:2:3", ""):
        kept = press(planner, form, do)[1]
        assert titles(kept) == ["甲", "乙"], do
        assert kept["step-5-fixed"] == "opt_out", do


def test_what_is_typed_is_checked_at_once_with_its_place(planner, form):
    page = planner.post(
        reverse("script_new"), form | {"step-2-say": "拒绝不影响。中介费返现。"}, HTTP_HX_REQUEST="true"
    )
    assert page.status_code == 200
    assert "第 3 步“可以随时拒绝”的话术正文：不得使用“中介”" in unescape(page.text)
    assert 'value="open:2"' in page.text.split('id="side"')[1]
    planner.post(reverse("script_new"), form | {"save": "1"}, HTTP_HX_REQUEST="true")
    assert not Script.objects.exists()  # htmx sends the last pressed button along with what it redraws


def test_a_change_is_a_new_version_and_questions_keep_their_keys(cast, planner):
    save(planner, sent(planner.get(reverse("script_new"), {"from": "card_opener"})) | {"code": "card", "title": "卡"})
    first = Script.objects.get()
    form = sent(planner.get(reverse("script_next", args=[first.ref])))
    save(planner, form, first, **{"step-3-say": "先说信用卡，新的说法。"})
    second = Script.objects.get(version=2)
    assert (second.code, second.state) == (first.code, "draft")
    assert list(first.read.questions) == list(second.read.questions)
    first.refresh_from_db()
    assert "新的说法" not in str(first.content)
    text = planner.get(reverse("script", args=[second.ref])).text
    assert "与 v1 的差别" in text
    assert "<ins>" in text.split("与 v1 的差别")[1].split("全文")[0]
    assert "v1 卡" in text
    assert "v2 卡" in text


def test_an_old_script_is_read_and_its_next_version_gets_the_fixed_steps(cast, planner):
    old = make_script()
    text = planner.get(reverse("script", args=[old.ref])).text
    assert "缺少固定步骤" in text
    assert "家庭人数" in text
    form = sent(planner.get(reverse("script_next", args=[old.ref])))
    assert save(planner, form, old).status_code == 303
    new = Script.objects.get(version=2).read
    assert [step.fixed for step in new.steps] == ["identity", "purposes", "refusal_free", "", "", "opt_out"]
    assert set(new.questions) == {"family_size", "deposit_plan"}


def test_compliance_approves_once(cast, planner, login, form):
    save(planner, form)
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


def test_compliance_sends_a_script_back_with_its_reason(cast, planner, login, form):
    save(planner, form)
    script = Script.objects.get()
    decide = reverse("approval_decide", args=[waiting.open_for("script", script.ref).ref])
    login(cast.compliance).post(decide, {"decision": "reject", "comment": "开场须说明录音"})
    script.refresh_from_db()
    assert script.state == "returned"
    text = planner.get(reverse("script", args=[script.ref])).text
    assert "已退回" in text
    assert "开场须说明录音" in text


def test_nobody_approves_his_own_words_under_another_login(cast, planner, login, form):
    save(planner, form)
    script = Script.objects.get()
    cast.compliance.person_key = cast.planner.person_key
    cast.compliance.save()
    compliance = login(cast.compliance)
    assert "您参与了起草" in compliance.get(reverse("script", args=[script.ref])).text
    decide = reverse("approval_decide", args=[waiting.open_for("script", script.ref).ref])
    assert compliance.post(decide, {"decision": "approve"}).status_code == 409
    script.refresh_from_db()
    assert script.state == "draft"


def test_the_library_lists_versions_with_who_and_is_in_english_where_asked(cast, planner, form):
    assert "还没有话术" in planner.get(reverse("scripts")).text
    save(planner, form)
    text = planner.get(reverse("scripts")).text
    for expected in ("回访话术", "visit-spring", "v1", "周策", "待审定", "从范本开始"):
        assert expected in text
    planner.cookies["django_language"] = "en"
    assert "Scripts" in planner.get(reverse("scripts")).text
    assert "Say to the customer" in planner.get(reverse("script_new")).text


def test_options_are_shown_as_they_are_typed():
    by_key = CARD_OPENER.content.questions
    assert options_text(by_key["idle_money"]) == "5、20"
    assert options_text(by_key["visit_wish"]) == "愿意、再考虑、不需要"
    assert conforming()["steps"][0]["fixed"] == "identity"

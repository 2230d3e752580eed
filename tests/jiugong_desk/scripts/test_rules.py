"""Faults of a script, by the rule alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jiugong_desk.scripts.bridge import wording
from jiugong_desk.scripts.content import FIXED, Content, read
from jiugong_desk.scripts.rules import script_faults, script_name_faults
from jiugong_desk.scripts.samples import bare
from tests.support.scripts import choice, conforming, jump, step


def judged(*steps, **whole):
    return script_faults(read(conforming(*steps, **whole)), wording())


@pytest.mark.parametrize("say", ["{title}您好，我是{bank}{outlet}的{manager}。", "您好，现在方便吗？"])
def test_places_that_the_call_page_fills_are_fine(say):
    assert judged(step(say=say))


@pytest.mark.parametrize("place", ["{name}", "{}", "{bank }", "{salutation}"])
def test_a_place_that_nobody_fills_is_named(place):
    verdict = judged(step(say=f"{place}您好。"))
    assert verdict.codes == ("unknown_place",)
    assert place in str(verdict)
    assert "{title}" in str(verdict)


MANY = [{"key": f"q{number}", "label": f"题{number}", "kind": "text"} for number in range(21)]


@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        ({"questions": [choice(label="长" * 121)]}, "long_question", "第 4 步有问题的题目超过 120 字。"),
        ({"questions": [choice("q", "长" * 61, "短")]}, "long_question", "第 4 步有问题的选项超过 60 字。"),
        ({"questions": [choice(kind="number", unit="元" * 21)]}, "long_question", "第 4 步有问题的单位超过 20 字。"),
        ({"questions": [choice("q", *map(str, range(21)))]}, "many_choices", "第 4 步的选择题超过 20 个选项。"),
        ({"questions": [choice("q", "甲")]}, "few_choices", "第 4 步的选择题至少要有两个选项。"),
        ({"questions": [choice("q", "甲", "甲")]}, "same_choices", "第 4 步的选择题有相同或空白的选项。"),
        ({"questions": [choice(kind="guess")]}, "bad_question", "第 4 步有问题缺少题目，或题型不对。"),
        ({"questions": [choice(kind="amount_band", bands=[5, 5])]}, "wrong_bands", "第 4 步的金额分档须是 1 至 8 个由小到大的金额。"),
        ({"questions": [choice(kind="amount_band")]}, "wrong_bands", "第 4 步的金额分档须是 1 至 8 个由小到大的金额。"),
        ({"questions": [choice("k" * 41)]}, "question_keys", "问题的代码缺失、过长或重复。"),
        ({"questions": MANY}, "many_questions", "第 4 步的问题超过 20 个。"),
        ({"title": ""}, "empty_step", "第 4 步缺少标题或话术正文。"),
        ({"title": "长" * 41}, "long_step", "第 4 步的标题超过 40 字。"),
        ({"say": "长" * 1001}, "long_step", "第 4 步的话术正文超过 1000 字。"),
        ({"say": "您\x00好"}, "control_characters", "话术含有看不见的控制字符。"),
        ({"key": "identity"}, "step_keys", "步骤的代码缺失、过长或重复。"),
        ({"objections": [{"key": "a", "says": "忙", "answer": ""}]}, "empty_objection", "有异议缺少客户的话或应答。"),
    ],
)  # fmt: skip
def test_what_no_row_or_screen_can_hold_is_refused_by_name(changed, code, said):
    verdict = judged(step(**changed))
    assert verdict.codes == (code,)
    assert str(verdict) == said


def test_a_script_at_its_limits_is_fine():
    first = step(questions=[choice("k" * 40, *(f"{n:060d}" for n in range(20)), label="长" * 120)])
    rest = [step(f"s{n}", title="长" * 40, say="一行\n" + "长" * 997) for n in range(10)]
    assert judged(first, *rest)
    assert judged(first, *rest, step("more")).codes == ("many_steps",)


BEFORE, LATER, LAST = step("a", questions=[choice("q")]), step("b"), step("c")


@pytest.mark.parametrize(
    ("steps", "codes"),
    [
        ([BEFORE | {"next": [jump("c", "q", "有")]}, LATER, LAST], ()),
        ([BEFORE | {"next": [jump("c")]}, LATER, LAST], ("unreachable",)),
        ([BEFORE | {"next": [jump("b", "q", "有"), jump("c")]}, LATER, LAST], ()),
        ([BEFORE, LATER | {"next": [jump("a", "q", "有")]}, LAST], ("wrong_jump",)),
        ([BEFORE, LATER | {"next": [jump("b", "q", "有")]}, LAST], ("wrong_jump",)),
        ([BEFORE | {"next": [jump("nowhere")]}, LATER, LAST], ("wrong_jump",)),
        ([BEFORE, LATER | {"next": [jump("", "q", "有")]}, LAST], ("jump_unfinished",)),
        ([BEFORE | {"next": [jump("c", "q", "也许")]}, LATER, LAST], ("wrong_condition",)),
        ([BEFORE | {"next": [jump("c", "q")]}, LATER, LAST], ("wrong_condition",)),
        ([LATER | {"next": [jump("c", "q", "有")]}, BEFORE, LAST], ("wrong_condition",)),
    ],
)
def test_jumps_lead_forwards_on_answers_that_were_asked_for_and_leave_no_step_out(steps, codes):
    assert judged(*steps).codes == codes


def test_no_jump_leads_past_a_fixed_step():
    content = conforming(step())
    content["steps"][0]["next"] = [jump("needs")]
    assert "jump_past_fixed" in script_faults(read(content), wording()).codes


@pytest.mark.parametrize("kind", FIXED)
def test_a_script_without_a_fixed_step_is_refused_and_says_which(kind):
    steps = tuple(one for one in bare().steps if one.fixed != kind)
    verdict = script_faults(Content(steps), wording())
    assert "fixed_missing" in verdict.codes
    assert "缺少固定步骤" in str(verdict)


@pytest.mark.parametrize("kind", FIXED)
def test_a_fixed_step_that_says_something_else_is_refused_and_says_what_is_missing(kind):
    steps = tuple(replace(one, say="您好。") if one.fixed == kind else one for one in bare().steps)
    verdict = script_faults(Content(steps), wording())
    assert verdict.codes == ("fixed_wording",)
    for group in wording().required[kind]:
        assert "/".join(group) in str(verdict)


def test_fixed_steps_keep_their_order_and_their_places():
    one, two, three, four = bare().steps
    other = read(conforming(step())).steps[3]
    for steps, code in (
        ((two, one, three, four), "fixed_order"),
        ((one, two, three, three, four), "fixed_order"),
        ((one, two, three, four, other), "fixed_place"),
        ((one, other, two, three, four), "fixed_place"),
    ):
        assert code in script_faults(Content(steps), wording()).codes
    asks = replace(other, questions=read(conforming(BEFORE)).steps[3].questions)
    assert script_faults(Content((one, two, asks, three, four)), wording()).codes == ("asked_too_early",)


@pytest.mark.parametrize("title", ["", " ", "长" * 81, "两\n行", "铃\x07"])
def test_the_name_of_a_script_is_one_line(title):
    assert script_name_faults(title).codes == ("wrong_name",)

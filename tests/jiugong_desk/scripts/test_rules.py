"""Faults of a script, by the rule alone."""

from __future__ import annotations

import pytest

from jiugong_desk.scripts.rules import script_faults, script_name_faults


def script(say: str) -> dict:
    return {"steps": [{"key": "opening", "title": "开场", "say": say, "required": True, "questions": []}]}


@pytest.mark.parametrize("say", ["{title}您好，我是{bank}{outlet}的{manager}。", "您好，现在方便吗？"])
def test_places_that_the_call_page_fills_are_fine(say):
    assert script_faults(script(say), ["稳赚"])


@pytest.mark.parametrize("place", ["{name}", "{}", "{bank }", "{salutation}"])
def test_a_place_that_nobody_fills_is_named(place):
    verdict = script_faults(script(f"{place}您好。"), [])
    assert verdict.codes == ("unknown_place",)
    assert place in str(verdict)
    assert "{title}" in str(verdict)


def with_question(**values: object) -> dict:
    content = script("您好。")
    question = {"key": "q", "label": "从事行业", "kind": "choice", "choices": ["甲", "乙"]} | values
    content["steps"][0]["questions"] = [question]
    return content


def step(number: int, **values: object) -> dict:
    return {"key": f"s{number}", "title": "开场", "say": "您好。", "questions": []} | values


QUESTIONS = [{"key": f"q{number}", "label": f"题{number}", "kind": "text"} for number in range(21)]


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (with_question(label="长" * 121), "long_question", "第 1 步有问题的题目超过 120 字。"),
        (with_question(choices=["长" * 61, "短"]), "long_question", "第 1 步有问题的选项超过 60 字。"),
        (with_question(kind="number", choices=(), unit="元" * 21), "long_question", "第 1 步有问题的单位超过 20 字。"),
        (with_question(choices=[str(n) for n in range(21)]), "many_choices", "第 1 步的选择题超过 20 个选项。"),
        (with_question(key="k" * 41), "question_keys", "问题的代码缺失、过长或重复。"),
        ({"steps": [step(n) for n in range(16)]}, "many_steps", "话术有 16 个步骤，最多 15 个。"),
        ({"steps": [step(1, questions=QUESTIONS)]}, "many_questions", "第 1 步的问题超过 20 个。"),
        ({"steps": [step(1, title="长" * 41)]}, "long_step", "第 1 步的标题超过 40 字。"),
        ({"steps": [step(1, say="长" * 1001)]}, "long_step", "第 1 步的话术正文超过 1000 字。"),
        ({"steps": [step(1, say="您\x00好")]}, "control_characters", "话术含有看不见的控制字符。"),
        ({"steps": [step(1, title="开\t场")]}, "control_characters", "话术含有看不见的控制字符。"),
        (with_question(choices=["甲\x1b", "乙"]), "control_characters", "话术含有看不见的控制字符。"),
    ],
)
def test_what_no_row_or_screen_can_hold_is_refused_by_name(content, code, said):
    verdict = script_faults(content, [])
    assert verdict.codes == (code,)
    assert str(verdict) == said


def test_a_script_at_its_limits_is_fine():
    content = with_question(label="长" * 120, choices=[f"{n:060d}" for n in range(20)], key="k" * 40)
    content["steps"] += [step(n, title="长" * 40, say="一行\n" + "长" * 997) for n in range(14)]
    assert script_faults(content, [])


@pytest.mark.parametrize("title", ["", " ", "长" * 81, "两\n行", "铃\x07"])
def test_the_name_of_a_script_is_one_line(title):
    assert script_name_faults(title).codes == ("wrong_name",)

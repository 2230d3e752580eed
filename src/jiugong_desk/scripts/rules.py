"""What a script needs before it may be reviewed, and words that may not be used. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..core.verdict import ALLOWED, Reason, Verdict, refused

# What a script may leave to be filled in at the call: the bank, the outlet, the manager, how to address the customer.
PLACES = ("bank", "outlet", "manager", "title")
PLACE = re.compile(r"\{([^{}]*)\}")


def found_words(texts: Iterable[str], words: Iterable[str]) -> tuple[str, ...]:
    """The forbidden words that stand in the texts, spaces between the characters ignored (保 本 is 保本)."""
    joined = "\n".join("".join(text.split()) for text in texts)
    return tuple(word for word in words if word in joined)


QUESTION_KINDS = ("choice", "number", "text")
# What a caller can take in, and what an answer's row can keep (customers.ProfileAnswer: the label, the chosen words).
MOST_STEPS, MOST_QUESTIONS, MOST_CHOICES = 15, 20, 20
LONGEST_TITLE, LONGEST_SAY, LONGEST_LABEL, LONGEST_CHOICE, LONGEST_UNIT = 40, 1_000, 120, 60, 20
LONGEST_KEY, LONGEST_NAME = 40, 80


def script_faults(content: Mapping[str, Any], words: Iterable[str]) -> Verdict:
    """A script needs steps with something to say, questions that can be answered, and none of the words."""
    steps = content.get("steps") or []
    reasons = []
    if not steps:
        reasons.append(_fault("no_steps", _("话术至少要有一个步骤。")))
    if len(steps) > MOST_STEPS:
        reasons.append(
            _fault("many_steps", _("话术有 {found} 个步骤，最多 {most} 个。"), found=len(steps), most=MOST_STEPS)
        )
    keys: list[str] = []
    for number, step in enumerate(steps, start=1):
        if not str(step.get("title", "")).strip() or not str(step.get("say", "")).strip():
            reasons.append(_fault("empty_step", _("第 {number} 步缺少标题或话术正文。"), number=number))
        reasons += _step_limits(step, number)
        for question in step.get("questions", ()):
            keys.append(str(question.get("key", "")))
            reasons += _question_faults(question, number)
    if len(keys) != len(set(keys)) or not all(0 < len(key) <= LONGEST_KEY for key in keys):
        reasons.append(_fault("question_keys", _("问题的代码缺失、过长或重复。")))
    if any(unprintable(text) for text in script_texts(content)):
        reasons.append(_fault("control_characters", _("话术含有看不见的控制字符。")))
    unknown = unknown_places(content)
    if unknown:
        places = "、".join(f"{{{place}}}" for place in PLACES)
        text = _("话术中的 {unknown} 无法代入；可用：{places}。")
        reasons.append(_fault("unknown_place", text, unknown="、".join(unknown), places=places))
    found = found_words(script_texts(content), words)
    if found:
        reasons.append(_fault("forbidden_words", _("话术含有不得使用的词：{words}。"), words="、".join(found)))
    return Verdict(tuple(reasons))


def script_name_faults(title: str) -> Verdict:
    """The name under which a script is chosen."""
    if not title.strip() or len(title) > LONGEST_NAME or unprintable(title) or "\n" in title:
        return refused(_fault("wrong_name", _("话术名称须是 1 至 {most} 个字的一行文字。"), most=LONGEST_NAME))
    return ALLOWED


def _step_limits(step: Mapping[str, Any], number: int) -> list[Reason]:
    reasons = []
    for name, label, most in (("title", _("标题"), LONGEST_TITLE), ("say", _("话术正文"), LONGEST_SAY)):
        if len(str(step.get(name, ""))) > most:
            text = _("第 {number} 步的{what}超过 {most} 字。")
            reasons.append(_fault("long_step", text, number=number, what=label, most=most))
    if len(step.get("questions", ())) > MOST_QUESTIONS:
        text = _("第 {number} 步的问题超过 {most} 个。")
        reasons.append(_fault("many_questions", text, number=number, most=MOST_QUESTIONS))
    return reasons


def _question_faults(question: Mapping[str, Any], number: int) -> list[Reason]:
    if not str(question.get("label", "")).strip() or question.get("kind") not in QUESTION_KINDS:
        return [_fault("bad_question", _("第 {number} 步有问题缺少题目，或题型不对。"), number=number)]
    choices = question.get("choices") or ()
    if question["kind"] == "choice" and len(choices) < 2:
        return [_fault("few_choices", _("第 {number} 步的选择题至少要有两个选项。"), number=number)]
    if len(choices) > MOST_CHOICES:
        return [
            _fault("many_choices", _("第 {number} 步的选择题超过 {most} 个选项。"), number=number, most=MOST_CHOICES)
        ]
    parts = [(_("题目"), question["label"], LONGEST_LABEL), (_("单位"), question.get("unit") or "", LONGEST_UNIT)]
    parts += [(_("选项"), choice, LONGEST_CHOICE) for choice in choices]
    text = _("第 {number} 步有问题的{what}超过 {most} 字。")
    long = {most: what for what, part, most in parts if len(str(part)) > most}
    return [_fault("long_question", text, number=number, what=what, most=most) for most, what in long.items()]


def _fault(code: str, text: Any, **facts: Any) -> Reason:
    return Reason(code, text, facts, _("请修改后再提交。"))


def unknown_places(content: Mapping[str, Any]) -> list[str]:
    """{places} in what is said that no call page fills: the manager would read braces aloud."""
    said = " ".join(str(step.get("say", "")) for step in content.get("steps") or [])
    return sorted({found[0] for found in PLACE.finditer(said) if found[1] not in PLACES})


def unprintable(text: str) -> bool:
    """Whether it holds a control character other than the end of a line."""
    return any(unicodedata.category(character) == "Cc" for character in text.replace("\n", ""))


def script_texts(content: Mapping[str, Any]) -> list[str]:
    """Everything in a script that a customer may hear."""
    texts = []
    for step in content.get("steps") or []:
        texts += [str(step.get("title", "")), str(step.get("say", ""))]
        for question in step.get("questions", ()):
            texts += [str(question.get("label", "")), str(question.get("unit") or "")]
            texts += map(str, question.get("choices") or ())
    return texts

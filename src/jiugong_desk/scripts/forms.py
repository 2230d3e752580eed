"""A script as a form: steps as rows, the questions of a step as lines of text.

A line is `题目 | 选择 | 选项一、选项二`, `题目 | 数字 | 单位` or `题目 | 文字`. People who write scripts paste them from
documents; a line per question survives that, and needs no script in the browser.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from .rules import MOST_STEPS

KIND_WORDS = {
    "选择": "choice",
    "数字": "number",
    "文字": "text",
    "choice": "choice",
    "number": "number",
    "text": "text",
}
SHOWN_KINDS = {"choice": "选择", "number": "数字", "text": "文字"}
BETWEEN_CHOICES = re.compile(r"[、,，;；/]")


class ScriptForm(forms.Form):
    code = forms.SlugField(
        label=_("代码"), max_length=40, help_text=_("小写字母、数字和连字符，例如 card-opening；同一代码保存即为新版本。"),
        widget=forms.TextInput(attrs={"class": "form-control"}),
        error_messages={"invalid": _("代码只能由英文字母、数字和连字符组成，例如 card-opening。")},
    )  # fmt: skip
    title = forms.CharField(label=_("名称"), max_length=80, widget=forms.TextInput(attrs={"class": "form-control"}))


@dataclass(frozen=True)
class StepRow:
    number: int
    title: str = ""
    say: str = ""
    required: bool = False
    questions: str = ""

    @property
    def label(self) -> int:
        return self.number + 1


def step_rows(content: Mapping[str, Any]) -> list[StepRow]:
    return [
        StepRow(
            number, step.get("title", ""), step.get("say", ""), bool(step.get("required")),
            "\n".join(_line(question) for question in step.get("questions", ())),
        )
        for number, step in enumerate(content.get("steps", ()))
    ]  # fmt: skip


def _line(question: Mapping[str, Any]) -> str:
    parts = [question["label"], SHOWN_KINDS.get(question["kind"], question["kind"])]
    more = "、".join(question.get("choices", ())) or question.get("unit", "")
    return " | ".join([*parts, more] if more else parts)


def content_from(data: QueryDict, base: Mapping[str, Any]) -> dict[str, Any]:
    """The script in the sent form. A question that keeps its wording keeps its key, so that answers stay comparable."""
    keys = {
        question["label"]: question["key"] for step in base.get("steps", ()) for question in step.get("questions", ())
    }
    step_keys = {step["title"]: step["key"] for step in base.get("steps", ()) if "key" in step}
    steps: list[dict[str, Any]] = []
    for number in range(MOST_STEPS + 1):  # one too many is kept, and refused by the rule when it is saved
        if f"step-{number}-say" not in data or data.get("remove") == str(number):
            continue
        title = data.get(f"step-{number}-title", "").strip()
        lines = data.get(f"step-{number}-questions", "").splitlines()
        steps.append(
            {
                "key": step_keys.get(title) or _key(f"step {title}"),
                "title": title,
                "say": data.get(f"step-{number}-say", "").strip().replace("\r\n", "\n"),
                "required": bool(data.get(f"step-{number}-required")),
                "questions": [_question(line, keys) for line in lines if line.strip()],
            }
        )
    if "add" in data and len(steps) < MOST_STEPS:
        steps.append({"key": "", "title": "", "say": "", "required": False, "questions": []})
    return {"steps": steps}


def _question(line: str, keys: Mapping[str, str]) -> dict[str, Any]:
    """A line as a question; an unknown kind is kept as it was typed, and refused by the rule when it is saved."""
    label, kind, more = ([part.strip() for part in re.split(r"[|｜]", line, maxsplit=2)] + ["", ""])[:3]
    question: dict[str, Any] = {
        "key": keys.get(label) or _key(label),
        "label": label,
        "kind": KIND_WORDS.get(kind, kind),
    }
    if question["kind"] == "choice":
        question["choices"] = [choice.strip() for choice in BETWEEN_CHOICES.split(more) if choice.strip()]
    elif more:
        question["unit"] = more
    return question


def _key(text: str) -> str:
    return "q_" + hashlib.sha256(text.encode()).hexdigest()[:10]

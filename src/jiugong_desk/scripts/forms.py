"""The builder's form: every part of a script as fields with numbered names, and what its buttons do.

What was typed stands in the answer again, whether it can be saved or not: the content is read from the form as it is,
and only the rules say what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from .content import FIXED, QUESTION_KINDS, TEN_THOUSAND, Branch, Content, Objection, Question, Step
from .rules import MOST_BRANCHES, MOST_OBJECTIONS, MOST_QUESTIONS, MOST_STEPS

T = TypeVar("T")
BETWEEN = re.compile(r"[、,，;；/|｜\n]")
KIND_LABELS = {
    "choice": _("选择"), "amount_band": _("金额分档"), "date": _("日期"), "number": _("数字"), "text": _("文字"),
}  # fmt: skip


class ScriptForm(forms.Form):
    code = forms.SlugField(
        label=_("代码"), max_length=40, help_text=_("小写字母、数字和连字符，例如 card-opening；同一代码保存即为新版本。"),
        widget=forms.TextInput(attrs={"class": "form-control"}),
        error_messages={"invalid": _("代码只能由英文字母、数字和连字符组成，例如 card-opening。")},
    )  # fmt: skip
    title = forms.CharField(label=_("名称"), max_length=80, widget=forms.TextInput(attrs={"class": "form-control"}))


def content_from(data: QueryDict) -> Content:
    """The script as it stands in the sent form, one row too many included: the rules refuse that."""
    steps = tuple(_step(data, f"step-{number}") for number in _rows(data, "step-{}-say", MOST_STEPS))
    return Content(steps, _objections(data, "whole"), _text(data, "ending"))


def _rows(data: QueryDict, name: str, most: int) -> Iterator[int]:
    return (number for number in range(most + 1) if name.format(number) in data)


def _text(data: QueryDict, name: str) -> str:
    return str(data.get(name, "")).strip().replace("\r\n", "\n")


def _step(data: QueryDict, at: str) -> Step:
    fixed = _text(data, f"{at}-fixed")
    fixed = fixed if fixed in FIXED else ""
    return Step(
        key=_text(data, f"{at}-key"),
        title=_text(data, f"{at}-title"),
        say=_text(data, f"{at}-say"),
        fixed=fixed,
        skippable=not fixed and f"{at}-skippable" in data,
        questions=tuple(_question(data, f"{at}-q-{row}") for row in _rows(data, at + "-q-{}-label", MOST_QUESTIONS)),
        branches=tuple(_branch(data, f"{at}-b-{row}") for row in _rows(data, at + "-b-{}-go", MOST_BRANCHES)),
        objections=_objections(data, at),
    )


def _question(data: QueryDict, at: str) -> Question:
    kind, listed = _text(data, f"{at}-kind"), _listed(_text(data, f"{at}-options"))
    limits = _limits(listed) if kind == "amount_band" else ()
    return Question(
        key=_text(data, f"{at}-key"),
        label=_text(data, f"{at}-label"),
        kind=kind if kind in QUESTION_KINDS else "",
        choices=() if limits else listed,
        limits=limits,
        unit=_text(data, f"{at}-unit"),
        required=f"{at}-required" in data,
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in BETWEEN.split(text) if one.strip())


def _limits(listed: tuple[str, ...]) -> tuple[int, ...]:
    """Amounts in 万元 as yuan; none at all where one cannot be read, so that the text stays as it was typed."""
    try:
        amounts = [Decimal(one.removesuffix("元").removesuffix("万")) * TEN_THOUSAND for one in listed]
    except InvalidOperation:
        return ()
    whole = all(amount.is_finite() and abs(amount) < 10**12 and amount % 1 == 0 for amount in amounts)
    return tuple(map(int, amounts)) if whole else ()


def options_text(question: Question) -> str:
    """What stands in the field of options: choices, or limits in 万元."""
    if question.limits:
        return "、".join(f"{(Decimal(limit) / TEN_THOUSAND).normalize():f}" for limit in question.limits)
    return "、".join(question.choices)


def _branch(data: QueryDict, at: str) -> Branch:
    question = _text(data, f"{at}-question")
    answers = tuple(map(str, data.getlist(f"{at}-is"))) if question else ()
    return Branch(question, answers, _text(data, f"{at}-go"))


def _objections(data: QueryDict, at: str) -> tuple[Objection, ...]:
    rows = _rows(data, at + "-o-{}-says", MOST_OBJECTIONS)
    names = (f"{at}-o-{row}" for row in rows)
    return tuple(
        Objection(_text(data, f"{name}-key"), _text(data, f"{name}-says"), _text(data, f"{name}-answer"))
        for name in names
    )


def tidy(content: Content) -> Content:
    """Without options that were left over when a question became of another kind."""

    def kept(question: Question) -> Question:
        return replace(
            question,
            choices=question.choices if question.kind in ("choice", "amount_band") else (),
            unit=question.unit if question.kind == "number" else "",
        )

    steps = (replace(step, questions=tuple(map(kept, step.questions))) for step in content.steps)
    return replace(content, steps=tuple(steps))


def done(content: Content, do: str, opened: int, new_key: Callable[[], str]) -> tuple[Content, int]:
    """The script after the pressed button, and which step is open then. A button that fits nowhere does nothing.

    `do` is verb:step:row, as the page wrote it: `open:3`, `up:4`, `remove_question:3:0`; step -1 is the whole script.
    """
    verb, *places = do.split(":")
    number, row = ([int(place) for place in places if re.fullmatch(r"-?\d{1,3}", place)] + [opened, 0])[:2]
    if verb == "open":
        return content, number if 0 <= number < len(content.steps) else opened
    if verb == "add_step":
        return _added(content, opened, new_key)
    if verb in ("add_objection", "remove_objection") and number == -1:
        return replace(content, objections=_edited(content.objections, verb, row, new_key)), opened
    if not 0 <= number < len(content.steps):
        return content, opened
    if verb in ("up", "down"):
        return _moved(content, number, -1 if verb == "up" else 1)
    if verb == "remove_step":
        return _removed(content, number, opened)
    steps = list(content.steps)
    steps[number] = _step_edited(steps[number], verb, row, new_key)
    return replace(content, steps=tuple(steps)), number


def _added(content: Content, opened: int, new_key: Callable[[], str]) -> tuple[Content, int]:
    """A step after the open one, between the fixed ones that begin and the one that ends."""
    kinds = [step.fixed for step in content.steps]
    begin = max((number + 1 for number, kind in enumerate(kinds) if kind and kind != "opt_out"), default=0)
    end = kinds.index("opt_out") if "opt_out" in kinds else len(kinds)
    place = min(max(opened + 1, begin), end)
    if len(kinds) >= MOST_STEPS:
        return content, opened
    made = Step(f"s_{new_key()}", "", "")
    return replace(content, steps=(*content.steps[:place], made, *content.steps[place:])), place


def _moved(content: Content, number: int, by: int) -> tuple[Content, int]:
    """Steps change places with their neighbours; the fixed ones stand still."""
    steps, other = list(content.steps), number + by
    if not 0 <= other < len(steps) or steps[number].fixed or steps[other].fixed:
        return content, number
    steps[number], steps[other] = steps[other], steps[number]
    return replace(content, steps=tuple(steps)), other


def _removed(content: Content, number: int, opened: int) -> tuple[Content, int]:
    """Without the step and the jumps that led to it or asked its questions; a fixed one stays."""
    gone = content.steps[number]
    if gone.fixed:
        return content, opened
    asked = {question.key for question in gone.questions}
    steps = (
        replace(step, branches=tuple(one for one in step.branches if one.go != gone.key and one.question not in asked))
        for step in content.steps
        if step is not gone
    )
    return replace(content, steps=tuple(steps)), max(number - 1, 0)


def _step_edited(step: Step, verb: str, row: int, new_key: Callable[[], str]) -> Step:
    if verb == "add_question" and len(step.questions) < MOST_QUESTIONS:
        return replace(step, questions=(*step.questions, Question(f"q_{new_key()}", "", "choice")))
    if verb == "remove_question":
        return replace(step, questions=_without(step.questions, row))
    if verb == "add_branch" and len(step.branches) < MOST_BRANCHES:
        return replace(step, branches=(*step.branches, Branch("", (), "")))
    if verb == "remove_branch":
        return replace(step, branches=_without(step.branches, row))
    return replace(step, objections=_edited(step.objections, verb, row, new_key))


def _edited(
    objections: tuple[Objection, ...], verb: str, row: int, new_key: Callable[[], str]
) -> tuple[Objection, ...]:
    if verb == "add_objection" and len(objections) < MOST_OBJECTIONS:
        return (*objections, Objection(f"o_{new_key()}", "", ""))
    return _without(objections, row) if verb == "remove_objection" else objections


def _without(rows: tuple[T, ...], row: int) -> tuple[T, ...]:
    return tuple(one for number, one in enumerate(rows) if number != row)

"""The script as the caller sees it: step by step, names put in, with the fields of its questions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .content import Content, Objection, Question, Step

PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Field:
    """A question to ask: what is typed now, and what the customer said before."""

    question: Question
    value: str = ""
    before: str = ""


@dataclass(frozen=True)
class Page:
    """A step to say. `leads`: its branches as JSON, which the page follows (static/scripts/stepper.js)."""

    number: int
    step: Step
    say: str
    fields: list[Field]
    leads: str
    skipped: bool = False


@dataclass(frozen=True)
class Answer:
    """An objection with its answer; `step` is the key of the step to which it belongs, or empty."""

    says: str
    answer: str
    step: str = ""
    title: str = ""


@dataclass(frozen=True)
class Stepper:
    pages: list[Page] = field(default_factory=list)
    objections: list[Answer] = field(default_factory=list)
    ending: str = ""


def stepper(
    content: Content,
    names: Mapping[str, str],
    typed: Mapping[str, str] | None = None,
    before: Mapping[str, str] | None = None,
    skipped: frozenset[str] = frozenset(),
) -> Stepper:
    """`typed` and `before` by question key; a place that nobody fills stays readable as it is."""
    typed, before = typed or {}, before or {}
    pages = [
        Page(
            number, step, merged(step.say, names),
            [Field(one, typed.get(one.key, ""), before.get(one.key, "")) for one in step.questions],
            _leads(step), step.key in skipped,
        )
        for number, step in enumerate(content.steps, start=1)
    ]  # fmt: skip
    objections = [_answer(one, names, step) for step in content.steps for one in step.objections]
    objections += [_answer(one, names) for one in content.objections]
    return Stepper(pages, objections, merged(content.ending, names))


def merged(text: str, names: Mapping[str, str]) -> str:
    return PLACE.sub(lambda found: names.get(found[1], found[0]), text)


def _answer(one: Objection, names: Mapping[str, str], step: Step | None = None) -> Answer:
    key, title = (step.key, step.title) if step else ("", "")
    return Answer(one.says, merged(one.answer, names), key, title)


def _leads(step: Step) -> str:
    return json.dumps([[one.question, list(one.answers), one.go] for one in step.branches], ensure_ascii=False)

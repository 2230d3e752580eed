"""What a script says and asks, as a value: steps, questions, branches, objections. Read from JSON of either format.

Format 1 (before this room) knew steps with `required` and three kinds of question. It is read as format 2, so that
approved scripts stay usable; what is written is always format 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

FORMAT = 2
FIXED = ("identity", "purposes", "refusal_free", "opt_out")  # in the order in which they are said
QUESTION_KINDS = ("choice", "amount_band", "date", "number", "text")
TEN_THOUSAND = 10_000


@dataclass(frozen=True)
class Question:
    """`limits` (yuan, rising) belong to an amount band; `required`: it must be asked, the customer need not answer."""

    key: str
    label: str
    kind: str
    choices: tuple[str, ...] = ()
    limits: tuple[int, ...] = ()
    unit: str = ""
    required: bool = False

    @property
    def options(self) -> tuple[str, ...]:
        """The answers to choose from; none where the customer says it in his own words."""
        return band_labels(self.limits) if self.kind == "amount_band" else self.choices


@dataclass(frozen=True)
class Branch:
    """Where to go on: when `question` was answered with one of `answers`; always where there is no question."""

    question: str
    answers: tuple[str, ...]
    go: str


@dataclass(frozen=True)
class Objection:
    key: str
    says: str
    answer: str


@dataclass(frozen=True)
class Step:
    """`fixed` is one of `FIXED`, or empty. The first branch that applies leads on; without one the next step follows."""

    key: str
    title: str
    say: str
    fixed: str = ""
    skippable: bool = True
    questions: tuple[Question, ...] = ()
    branches: tuple[Branch, ...] = ()
    objections: tuple[Objection, ...] = ()


@dataclass(frozen=True)
class Content:
    """`ending`: what to say whenever the customer wants to stop."""

    steps: tuple[Step, ...] = ()
    objections: tuple[Objection, ...] = ()
    ending: str = ""

    @property
    def questions(self) -> dict[str, Question]:
        """Every question by its key."""
        return {question.key: question for step in self.steps for question in step.questions}

    @property
    def positions(self) -> dict[str, int]:
        return {step.key: number for number, step in enumerate(self.steps)}

    @property
    def reading(self) -> list[tuple[Step, list[str]]]:
        """The steps, each with its branches in words."""
        return [(step, self.jumps(step)) for step in self.steps]

    def jumps(self, step: Step) -> list[str]:
        """The branches of a step in words: 近期资金＝无：服务需求."""
        titles, asked = {one.key: one.title for one in self.steps}, self.questions
        return [
            (f"{asked[one.question].label}＝{'/'.join(one.answers)}：" if one.question in asked else "")
            + titles.get(one.go, one.go)
            for one in step.branches
        ]

    def after(self, number: int, answers: Mapping[str, str]) -> int:
        """The position of what follows the step at `number`; the number of steps at the end."""
        positions = self.positions
        for branch in self.steps[number].branches:
            if branch.go in positions and (not branch.question or answers.get(branch.question, "") in branch.answers):
                return positions[branch.go]
        return number + 1

    def way(self, answers: Mapping[str, str]) -> list[str]:
        """The keys of the steps that are said with these answers, in order."""
        keys: list[str] = []
        number = 0
        while number < len(self.steps) and len(keys) < len(self.steps):
            keys.append(self.steps[number].key)
            number = self.after(number, answers)
        return keys


def band_labels(limits: tuple[int, ...]) -> tuple[str, ...]:
    """暂无, 5万元以内, 5万–20万元, 20万元以上 for limits of 50,000 and 200,000 yuan: words to say, not figures."""
    if not limits:
        return ()
    between = [f"{_short(low)}–{_short(high)}元" for low, high in pairwise(limits)]
    return ("暂无", f"{_short(limits[0])}元以内", *between, f"{_short(limits[-1])}元以上")


def _short(yuan: int) -> str:
    if yuan % 1_000 or yuan < TEN_THOUSAND:
        return f"{yuan:,}"
    return f"{(Decimal(yuan) / TEN_THOUSAND).normalize():f}万"


def read(raw: Any) -> Content:
    """The script in this JSON, of either format. Never fails: what is not there is empty, and the rules refuse it."""
    plain = _mapping(raw)
    return Content(
        tuple(_step(step) for step in _items(plain.get("steps"))),
        tuple(_objection(one) for one in _items(plain.get("objections"))),
        _text(plain.get("ending")),
    )


def plain(content: Content) -> dict[str, Any]:
    """The same as JSON of format 2; `read(plain(content)) == content`."""
    return {
        "format": FORMAT,
        "steps": [_plain_step(step) for step in content.steps],
        "objections": [_plain_objection(one) for one in content.objections],
        "ending": content.ending,
    }


def _step(raw: Mapping[str, Any]) -> Step:
    fixed = _text(raw.get("fixed"))
    skippable = not raw.get("required") if "skippable" not in raw else bool(raw["skippable"])
    return Step(
        key=_text(raw.get("key")),
        title=_text(raw.get("title")),
        say=_text(raw.get("say")),
        fixed=fixed,
        skippable=skippable and not fixed,
        questions=tuple(_question(one) for one in _items(raw.get("questions"))),
        branches=tuple(_branch(one) for one in _items(raw.get("next"))),
        objections=tuple(_objection(one) for one in _items(raw.get("objections"))),
    )


def _question(raw: Mapping[str, Any]) -> Question:
    limits = raw.get("bands")
    return Question(
        key=_text(raw.get("key")),
        label=_text(raw.get("label")),
        kind=_text(raw.get("kind", "text")),
        choices=_texts(raw.get("choices")),
        limits=tuple(limit for limit in limits if type(limit) is int) if isinstance(limits, list) else (),
        unit=_text(raw.get("unit")),
        required=bool(raw.get("required")),
    )


def _branch(raw: Mapping[str, Any]) -> Branch:
    when = _mapping(raw.get("when"))
    return Branch(_text(when.get("question")), _texts(when.get("is")), _text(raw.get("go")))


def _objection(raw: Mapping[str, Any]) -> Objection:
    return Objection(_text(raw.get("key")), _text(raw.get("says")), _text(raw.get("answer")))


def _plain_step(step: Step) -> dict[str, Any]:
    return {
        "key": step.key, "title": step.title, "say": step.say, "fixed": step.fixed, "skippable": step.skippable,
        "questions": [_plain_question(question) for question in step.questions],
        "next": [_plain_branch(branch) for branch in step.branches],
        "objections": [_plain_objection(one) for one in step.objections],
    }  # fmt: skip


def _plain_question(question: Question) -> dict[str, Any]:
    made: dict[str, Any] = {"key": question.key, "label": question.label, "kind": question.kind}
    made |= {"choices": list(question.choices)} if question.choices else {}
    made |= {"bands": list(question.limits)} if question.limits else {}
    made |= {"unit": question.unit} if question.unit else {}
    return made | ({"required": True} if question.required else {})


def _plain_branch(branch: Branch) -> dict[str, Any]:
    when = {"question": branch.question, "is": list(branch.answers)} if branch.question else {}
    return {"when": when, "go": branch.go}


def _plain_objection(one: Objection) -> dict[str, Any]:
    return {"key": one.key, "says": one.says, "answer": one.answer}


def _mapping(raw: Any) -> Mapping[str, Any]:
    return raw if isinstance(raw, dict) else {}


def _items(raw: Any) -> Iterator[Mapping[str, Any]]:
    yield from (item for item in raw if isinstance(item, dict)) if isinstance(raw, list) else ()


def _text(raw: Any) -> str:
    return raw if isinstance(raw, str) else ""


def _texts(raw: Any) -> tuple[str, ...]:
    return tuple(item for item in raw if isinstance(item, str)) if isinstance(raw, list | tuple) else ()

"""What the builder shows: the steps as rows of fields, what is wrong and where, and the script as the caller sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ..core.verdict import Reason
from ..organisation.models import Staff
from .bridge import Wording, wording
from .content import FIXED, Branch, Content, Question, Step
from .forms import KIND_LABELS, options_text
from .lint import Place
from .queries import names_for
from .rules import FIXED_LABELS, PLACES, missing_wording, script_faults
from .stepper import stepper


@dataclass(frozen=True)
class QuestionRow:
    """`name`: the prefix of its fields."""

    number: int
    name: str
    question: Question
    options: str


@dataclass(frozen=True)
class BranchRow:
    """`options`: the answers of the chosen question, each with whether it leads here."""

    number: int
    name: str
    branch: Branch
    options: list[tuple[str, bool]]


@dataclass(frozen=True)
class StepRow:
    """A step with its fields. `asked`, `later`: what its jumps may depend on, and where they may lead."""

    number: int
    name: str
    step: Step
    open: bool
    up: bool
    down: bool
    faulty: bool
    label: Any
    lacks: list[str]
    questions: list[QuestionRow]
    branches: list[BranchRow]
    asked: list[Question]
    later: list[Step]

    @property
    def position(self) -> int:
        return self.number + 1


def builder(content: Content, opened: int, staff: Staff) -> Mapping[str, Any]:
    """Everything that depends on the script alone."""
    rules_of = wording()
    faults = script_faults(content, rules_of).reasons
    faulty = {place for place in map(_place_of, faults) if place is not None}
    opened = min(max(opened, 0), max(len(content.steps) - 1, 0))
    return {
        "rows": [_row(content, number, number == opened, number in faulty, rules_of) for number in range(len(content.steps))],
        "content": content,
        "opened": opened,
        "faults": [(fault, _place_of(fault)) for fault in faults],
        "kinds": KIND_LABELS.items(),
        "places": [f"{{{place}}}" for place in PLACES],
        "words": rules_of.forbidden,
        "stepper": stepper(content, {**names_for(staff), "title": _("王女士")}),
    }  # fmt: skip


def _place_of(fault: Reason) -> int | None:
    """The position of the step that a fault is about."""
    place, number = fault.facts.get("place"), fault.facts.get("number")
    if isinstance(place, Place):
        return place.step
    return number - 1 if isinstance(number, int) else None


def _row(content: Content, number: int, is_open: bool, faulty: bool, rules_of: Wording) -> StepRow:
    steps, step, name = content.steps, content.steps[number], f"step-{number}"
    asked = [one for before in steps[: number + 1] for one in before.questions if one.options]
    known = {one.key: one for one in asked}
    return StepRow(
        number, name, step, is_open,
        up=not step.fixed and number > 0 and not steps[number - 1].fixed,
        down=not step.fixed and number + 1 < len(steps) and not steps[number + 1].fixed,
        faulty=faulty,
        label=FIXED_LABELS[step.fixed] if step.fixed in FIXED else "",
        lacks=missing_wording(step, rules_of),
        questions=[QuestionRow(at, f"{name}-q-{at}", one, options_text(one)) for at, one in enumerate(step.questions)],
        branches=[BranchRow(at, f"{name}-b-{at}", one, _options(one, known.get(one.question))) for at, one in enumerate(step.branches)],
        asked=asked,
        later=list(steps[number + 1 :]),
    )  # fmt: skip


def _options(branch: Branch, question: Question | None) -> list[tuple[str, bool]]:
    """What may be chosen; an answer that the question no longer offers stays visible, so that it can be taken away."""
    offered = question.options if question else ()
    stale = tuple(answer for answer in branch.answers if answer not in offered)
    return [(option, option in branch.answers) for option in (*offered, *stale)]

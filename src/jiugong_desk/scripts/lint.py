"""Words and sentences that no customer may hear, each with the place where it stands. Pure.

What the customer says (an objection) is not ours and is not looked at; the answer to it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..core.verdict import Reason
from ..core.wording import unsayable
from .bridge import Wording
from .content import Content, Objection, Step

REMEDY = _("请修改后再提交。")
SENTENCES = {
    "forbidden_words": _("{place}：不得使用“{found}”。"),
    "loan_and_deposit": _("{place}：不得把贷款与存款挂钩——“{found}”。"),
    "promise": _("{place}：不得承诺收益或结果——“{found}”。"),
}


@dataclass(frozen=True)
class Place:
    """Where a text stands: the step's position (none: in the whole script), and in which part of it."""

    step: int | None
    part: Any
    title: str = ""

    def __str__(self) -> str:
        if self.step is None:
            return str(self.part)
        return str(_("第 {number} 步“{title}”的{part}")).format(number=self.step + 1, title=self.title, part=self.part)


@dataclass(frozen=True)
class Finding:
    """Something that may not be said: a code of `SENTENCES`, where, and the words as they were written."""

    code: str
    place: Place
    found: str

    @property
    def reason(self) -> Reason:
        return Reason(self.code, SENTENCES[self.code], {"place": self.place, "found": self.found}, REMEDY)


def lint(content: Content, wording: Wording) -> list[Finding]:
    """Everything in the script that may not be said, in reading order."""
    return [Finding(code, place, found) for place, text in spoken(content) for code, found in unsayable(text, wording)]


def spoken(content: Content) -> Iterator[tuple[Place, str]]:
    """Everything in a script that a customer may hear, with its place."""
    for number, step in enumerate(content.steps):
        for part, text in _of_step(step):
            yield Place(number, part, step.title), text
    for part, text in _answers(content.objections):
        yield Place(None, part), text
    yield Place(None, _("结束语")), content.ending


def _of_step(step: Step) -> Iterator[tuple[Any, str]]:
    yield _("标题"), step.title
    yield _("话术正文"), step.say
    for question in step.questions:
        part = str(_("问题“{label}”")).format(label=question.label)
        yield from ((part, text) for text in (question.label, *question.choices, question.unit) if text)
    yield from _answers(step.objections)


def _answers(objections: tuple[Objection, ...]) -> Iterator[tuple[Any, str]]:
    for one in objections:
        yield str(_("异议“{says}”的应答")).format(says=one.says), one.answer

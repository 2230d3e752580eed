"""Words and sentences that no customer may hear, each with the place where it stands. Pure.

What the customer says (an objection) is not ours and is not looked at; the answer to it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..core.verdict import Reason
from ..core.wording import STOPS, found_words, tied
from .bridge import Wording
from .content import Content, Objection, Step

WITHIN = r"[^。！？!?；;]{0,40}?"  # what … stands for: within a sentence, and not endlessly
BEFORE, BEHIND = 4, 6  # characters beside a pattern in which a negation still belongs to it
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
    return [
        Finding(code, place, found) for place, text in spoken(content) for code, found in findings_in(text, wording)
    ]


def findings_in(text: str, wording: Wording) -> Iterator[tuple[str, str]]:
    """The codes and words of one text."""
    yield from (("forbidden_words", word) for word in found_words([text], wording.forbidden))
    ties = tied([text], wording.ties)
    for code, found, patterns in (("loan_and_deposit", ties, wording.linking), ("promise", (), wording.promises)):
        known = filter(None, (_sentence(text, one, wording.negations) for one in patterns))
        if first := next(chain(found, known), None):
            yield code, first


def _sentence(text: str, pattern: str, negations: tuple[str, ...]) -> str:
    """The first words that the pattern describes and nothing turns round; empty where there are none."""
    even = "".join(unicodedata.normalize("NFKC", text).split())
    compiled, begin = _compiled(pattern), 0
    while match := compiled.search(even, begin):
        beside = (
            even[max(match.start() - BEFORE, 0) : match.end()]
            + re.split(rf"[{STOPS}]", even[match.end() : match.end() + BEHIND])[0]
        )
        last_clause = re.split(rf"[{STOPS}]", beside)[-1]
        if not any(word in last_clause for word in negations):
            return match[0]
        begin = match.start() + 1
    return ""


@lru_cache(maxsize=200)
def _compiled(pattern: str) -> re.Pattern[str]:
    even = unicodedata.normalize("NFKC", pattern.replace("…", "\0"))
    parts = (
        part if part in "(|)" else WITHIN if part == "\0" else re.escape(part) for part in re.split(r"([(|)\0])", even)
    )
    return re.compile("".join(parts))


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

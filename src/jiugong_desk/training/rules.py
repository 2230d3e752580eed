"""What a quiz must be, how it is scored, when it may be tried, in which order its options stand. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..core.digests import digest
from ..core.masks import holds_number
from ..core.verdict import ALLOWED, Reason, Verdict, refused

FEWEST, MOST = 3, 8  # questions: below, chance passes; above, nobody reads them
LEAST_OPTIONS, MOST_OPTIONS = 2, 5
MOST_SECTIONS = 12
LONGEST_TITLE, LONGEST_LINE, LONGEST_TEXT = 80, 200, 8_000


@dataclass(frozen=True)
class Section:
    """A page to be read. `fixed`: made from the course's subject, and not for changing by hand."""

    title: str
    text: str
    fixed: bool = False


@dataclass(frozen=True)
class Question:
    """`right`: the places (from 0) of all right options; more than one makes it a multiple choice."""

    text: str
    options: tuple[str, ...]
    right: frozenset[int]
    why: str

    @property
    def several(self) -> bool:
        return len(self.right) > 1


@dataclass(frozen=True)
class Content:
    """Exactly what is to be read and asked. `materials`: SHA-256 of each attached file, in order."""

    title: str
    sections: tuple[Section, ...]
    quiz: tuple[Question, ...]
    pass_mark: Decimal
    materials: tuple[str, ...] = ()

    @property
    def fixed(self) -> tuple[Section, ...]:
        return tuple(one for one in self.sections if one.fixed)

    def digest(self) -> str:
        """SHA-256 of it all: another digest must be read anew."""
        return digest(as_json(self))


def as_json(content: Content) -> dict[str, Any]:
    """As it is kept in a row."""
    return {
        "title": content.title,
        "sections": [
            {"title": one.title, "text": one.text, **({"fixed": True} if one.fixed else {})} for one in content.sections
        ],
        "quiz": [
            {"text": one.text, "options": list(one.options), "right": sorted(one.right), "why": one.why}
            for one in content.quiz
        ],
        "pass_mark": f"{content.pass_mark.normalize():f}",
        "materials": list(content.materials),
    }


def from_json(kept: Mapping[str, Any]) -> Content:
    return Content(
        title=kept["title"],
        sections=tuple(Section(one["title"], one["text"], one.get("fixed", False)) for one in kept["sections"]),
        quiz=tuple(
            Question(one["text"], tuple(one["options"]), frozenset(one["right"]), one["why"]) for one in kept["quiz"]
        ),
        pass_mark=Decimal(kept["pass_mark"]),
        materials=tuple(kept["materials"]),
    )


@dataclass(frozen=True)
class Score:
    """`right`: for each question whether it was answered wholly rightly."""

    right: tuple[bool, ...]
    passed: bool

    @property
    def share(self) -> Decimal:
        return Decimal(sum(self.right)) / len(self.right)

    @property
    def wrong(self) -> tuple[int, ...]:
        return tuple(place for place, fine in enumerate(self.right) if not fine)


def score(quiz: Sequence[Question], answers: Sequence[Iterable[int]], *, pass_mark: Decimal) -> Score:
    """A question is right where all its right options were picked, and no other. Passed from `pass_mark` on, inclusive."""
    right = tuple(frozenset(picked) == one.right for one, picked in zip(quiz, answers, strict=True))
    return Score(right, sum(right) >= pass_mark * len(quiz))


def order(seed: str, question: int, options: int) -> tuple[int, ...]:
    """In which order the options stand: another for each attempt and person, the same however often it is asked.

    Copied letters do not help; reloading the page changes nothing.
    """
    return tuple(
        sorted(range(options), key=lambda place: hashlib.sha256(f"{seed}|{question}|{place}".encode()).digest())
    )


def picked(places: Iterable[int], shown: Sequence[int]) -> frozenset[int]:
    """From the places on the page back to the options."""
    return frozenset(shown[place] for place in places if 0 <= place < len(shown))


def may_tell_right(failed_attempts: int) -> bool:
    """The right options are shown from the second failure on; after the first, only what was wrong and why."""
    return failed_attempts >= 2


NOT_READ = Reason("not_read", _("请先读完全部内容。"), remedy=_("每一节读完后点“已阅读，下一节”。"))
PASSED = Reason("passed", _("您已通过本次测验。"), remedy=_("无须再答。"))
TOMORROW = Reason("tomorrow", _("今天已答 {most} 次，明天再试。"), remedy=_("可以先重读内容，或向网点负责人请教。"))


def may_attempt(*, read: bool, passed: bool, today: int, most: int) -> Verdict:
    """`today`: attempts of this calendar day."""
    if passed:
        return refused(PASSED)
    if not read:
        return refused(NOT_READ)
    return refused(Reason(TOMORROW.code, TOMORROW.text, {"most": most}, TOMORROW.remedy)) if today >= most else ALLOWED


def faults(content: Content) -> Verdict:
    """Everything that keeps a course from being published."""
    found: list[Reason] = []
    if not content.title.strip():
        found.append(Reason("no_title", _("请填写培训名称。")))
    if not content.sections:
        found.append(Reason("no_section", _("至少要有一节可读的内容。")))
    for number, section in enumerate(content.sections, 1):
        if not section.title.strip() or not section.text.strip():
            found.append(Reason("empty_section", _("第 {n} 节缺少标题或正文。"), {"n": number}))
    if not FEWEST <= len(content.quiz) <= MOST:
        found.append(
            Reason(
                "wrong_count", _("测验须有 {least} 至 {most} 题，现有 {n} 题。"),
                {"least": FEWEST, "most": MOST, "n": len(content.quiz)},
            )
        )  # fmt: skip
    for number, question in enumerate(content.quiz, 1):
        found += _question_faults(number, question)
    return refused(*found) if found else ALLOWED


def _question_faults(number: int, question: Question) -> list[Reason]:
    said: list[Reason] = []
    at = {"n": number}
    if not question.text.strip():
        said.append(Reason("no_question", _("第 {n} 题没有题目。"), at))
    if not LEAST_OPTIONS <= len(question.options) <= MOST_OPTIONS:
        said.append(
            Reason(
                "wrong_options",
                _("第 {n} 题须有 {least} 至 {most} 个选项。"),
                at | {"least": LEAST_OPTIONS, "most": MOST_OPTIONS},
            )
        )
    if len(set(question.options)) != len(question.options) or not all(one.strip() for one in question.options):
        said.append(Reason("same_options", _("第 {n} 题有空白或重复的选项。"), at))
    if not question.right or not question.right <= set(range(len(question.options))):
        said.append(Reason("no_answer", _("第 {n} 题没有标出正确选项。"), at))
    elif len(question.right) == len(question.options):
        said.append(Reason("all_right", _("第 {n} 题的选项全是正确的，没有可辨别之处。"), at))
    if not question.why.strip():
        said.append(Reason("no_why", _("第 {n} 题没有说明为什么。"), at))
    return said


def good_texts(content: Content) -> Verdict:
    """Of a draft only what could not be kept, or must not be: too long a text, a number of a person."""
    if any(holds_number(text) for text in _lines(content)):
        return refused(Reason("number_in_text", _("标题、题目与选项请勿含号码。"), remedy=_("举例时请用“某客户”。")))
    return fits(content)


def _lines(content: Content) -> list[str]:
    titles = [content.title, *(one.title for one in content.sections)]
    return titles + [text for one in content.quiz for text in (one.text, one.why, *one.options)]


def fits(content: Content) -> Verdict:
    """Whether it can be kept. What another room writes (a plan's title with 200000元 in it) is that room's to judge."""
    lines, texts = _lines(content), [one.text for one in content.sections]
    if any(len(line) > LONGEST_LINE for line in lines) or len(content.title) > LONGEST_TITLE:
        return refused(
            Reason(
                "long_line",
                _("标题、题目、选项与说明各不超过 {most} 字，培训名称不超过 {title} 字。"),
                {"most": LONGEST_LINE, "title": LONGEST_TITLE},
            )
        )
    if any(len(text) > LONGEST_TEXT for text in texts):
        return refused(Reason("long_text", _("一节正文不超过 {most} 字，请分为两节。"), {"most": LONGEST_TEXT}))
    return ALLOWED

"""The course editor's fields: from a posted form to the content, and from the content to the page. No script needed.

`s0-title`, `s0-text` …; `q0-text`, `q0-o0` …, `q0-r` (a tick for each right option), `q0-why`. The pressed button `do`
adds or drops a section or a question; whatever else was typed stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.http import QueryDict

from .rules import MOST, MOST_OPTIONS, MOST_SECTIONS, Content, Question, Section

_DROP = re.compile(r"drop-(section|question)-(\d{1,2})")


@dataclass(frozen=True)
class OptionRow:
    number: int
    text: str
    right: bool


@dataclass(frozen=True)
class QuestionRow:
    """As it was typed, empty options and all."""

    text: str
    options: tuple[OptionRow, ...]
    why: str


@dataclass(frozen=True)
class Typed:
    """What the page shows to be changed. Nothing is judged here."""

    title: str
    sections: tuple[Section, ...]
    questions: tuple[QuestionRow, ...]

    def content(self, pass_mark: Decimal, *, fixed: tuple[Section, ...] = ()) -> Content:
        """What it amounts to, behind the fixed sections: what is wholly empty is left out."""
        sections = fixed + tuple(one for one in self.sections if one.title or one.text)
        return Content(self.title, sections, tuple(_questions(self.questions)), pass_mark)


def _questions(rows: tuple[QuestionRow, ...]) -> Iterator[Question]:
    for row in rows:
        filled = [option for option in row.options if option.text]
        right = frozenset(place for place, option in enumerate(filled) if option.right)
        if row.text or filled or row.why:
            yield Question(row.text, tuple(option.text for option in filled), right, row.why)


def typed_of(content: Content) -> Typed:
    """The content as the page shows it, with empty places to fill; without the sections that are fixed."""
    own = tuple(one for one in content.sections if not one.fixed)
    return Typed(content.title, own, tuple(_row(one) for one in content.quiz))


def _row(question: Question) -> QuestionRow:
    texts = [*question.options, *[""] * (MOST_OPTIONS - len(question.options))]
    options = tuple(OptionRow(place, text, place in question.right) for place, text in enumerate(texts))
    return QuestionRow(question.text, options, question.why)


def read(post: QueryDict) -> Typed:
    """The form as it was typed, after the pressed button has added or dropped what it says."""
    sections = [
        Section(_text(post, f"s{at}-title"), _text(post, f"s{at}-text"))
        for at in range(MOST_SECTIONS) if f"s{at}-title" in post
    ]  # fmt: skip
    questions = [_question(post, at) for at in range(MOST) if f"q{at}-text" in post]
    do = post.get("do", "")
    if do == "add-section" and len(sections) < MOST_SECTIONS:
        sections.append(Section("", ""))
    if do == "add-question" and len(questions) < MOST:
        questions.append(_row(Question("", (), frozenset(), "")))
    if found := _DROP.fullmatch(do):
        rows: list[Section] | list[QuestionRow] = sections if found[1] == "section" else questions
        del rows[int(found[2]) : int(found[2]) + 1]
    return Typed(_text(post, "title"), tuple(sections), tuple(questions))


def _question(post: QueryDict, at: int) -> QuestionRow:
    ticks = set(post.getlist(f"q{at}-r"))
    options = tuple(
        OptionRow(place, _text(post, f"q{at}-o{place}"), str(place) in ticks) for place in range(MOST_OPTIONS)
    )
    return QuestionRow(_text(post, f"q{at}-text"), options, _text(post, f"q{at}-why"))


def _text(post: QueryDict, name: str) -> str:
    return post.get(name, "").replace("\r\n", "\n").strip()

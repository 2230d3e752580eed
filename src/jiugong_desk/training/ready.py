"""Courses that come with the installation: a beginning that a planner changes."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from decimal import Decimal
from functools import cache
from importlib.resources import files

from .rules import Content, Question, Section

DEPOSIT_BY_TELEPHONE = "deposit_by_telephone"
CARD_AND_NEEDS = (
    "一是介绍信用卡，二是了解客户对存款等服务的需要。"  # the purpose of a call of no campaign in particular
)


def deposit_by_telephone(purpose: str = CARD_AND_NEEDS) -> Content:
    """What everybody must know who calls for deposits, and for this purpose: four short sections and five questions."""
    content = read(DEPOSIT_BY_TELEPHONE)
    sections = tuple(replace(one, text=one.text.replace("{purpose}", purpose.strip())) for one in content.sections)
    return replace(content, sections=sections)


@cache
def read(name: str) -> Content:
    """The course of this name in `data/`; `right` counts options from 1, as its author does."""
    text = (files(__package__) / "data" / f"{name}.toml").read_text(encoding="utf-8")
    kept = tomllib.loads(text, parse_float=Decimal)
    return Content(
        title=kept["title"],
        sections=tuple(Section(one["title"], one["text"].strip()) for one in kept["section"]),
        quiz=tuple(
            Question(one["text"], tuple(one["options"]), frozenset(place - 1 for place in one["right"]), one["why"])
            for one in kept["question"]
        ),
        pass_mark=kept["pass_mark"],
    )


def begin(how: str, *, title: str, pass_mark: Decimal) -> Content:
    """What a new course begins with, under its own title: the ready content, or nothing."""
    if how == "deposit":
        return replace(deposit_by_telephone(), title=title, pass_mark=pass_mark)
    return Content(title, (), (), pass_mark)

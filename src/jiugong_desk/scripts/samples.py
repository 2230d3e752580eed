"""Scripts that come with the desk, to begin from. Data of a bank, not texts of a screen: they stay in Chinese."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .content import FIXED, Content, Step, read

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Sample:
    """`title` and `summary` are what the page says of it."""

    code: str
    title: str | Promise
    summary: str | Promise

    @property
    def content(self) -> Content:
        return read(json.loads((DATA / f"{self.code}.json").read_text(encoding="utf-8")))


CARD_OPENER = Sample(
    "card_opener",
    _("信用卡话题与需求了解"),
    _("以信用卡服务开场，自愿了解家庭、职业、资金和服务需要，邀约面谈，以勿扰登记结束。"),
)
SAMPLES: Mapping[str, Sample] = {CARD_OPENER.code: CARD_OPENER}


def bare() -> Content:
    """Only the fixed steps, in their usual wording: what every new script begins with."""
    steps = {step.fixed: step for step in CARD_OPENER.content.steps}
    return Content(tuple(_without_questions(steps[kind]) for kind in FIXED), ending=CARD_OPENER.content.ending)


def _without_questions(step: Step) -> Step:
    return Step(step.key, step.title, step.say, step.fixed, skippable=False)


def with_fixed(content: Content) -> Content:
    """A script of the first format with the fixed steps around its own, to go on from; others as they are."""
    if any(step.fixed for step in content.steps):
        return content
    taken = content.positions
    *begin, end = (replace(step, key=f"{step.key}_fixed") if step.key in taken else step for step in bare().steps)
    return replace(content, steps=(*begin, *content.steps, end), ending=content.ending or bare().ending)

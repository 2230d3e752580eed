"""The approved script as the page and the rules read it: its questions, and its sentences with names put in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..scripts.models import Script

PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Step:
    key: str
    title: str
    say: str
    required: bool
    questions: tuple[Mapping[str, Any], ...]


def steps_of(script: Script | None, names: Mapping[str, str]) -> list[Step]:
    """The steps to say, names merged in; a place that nobody fills stays readable as it is."""
    return [
        Step(
            key=step["key"],
            title=step["title"],
            say=PLACE.sub(lambda found: names.get(found[1], found[0]), step["say"]),
            required=bool(step.get("required")),
            questions=tuple(step.get("questions", ())),
        )
        for step in _steps(script)
    ]


def questions_of(script: Script | None) -> dict[str, Mapping[str, Any]]:
    """Every question by its key."""
    return {question["key"]: question for step in _steps(script) for question in step.get("questions", ())}


def _steps(script: Script | None) -> Iterator[Mapping[str, Any]]:
    if script is not None:
        yield from script.content["steps"]

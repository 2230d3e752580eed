"""What two versions of a plan say differently, in words that a decider reads."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ..audiences.reading import WrongRule, block_sentence, read
from ..organisation.models import Staff, Unit
from ..scripts.models import Script
from . import goals
from .measures import MEASURES
from .models import Attachment, Campaign
from .plan import LABELS, TEXTS, changed

# Pieces that stay whole in a comparison: a date, a number, a word; else single characters.
PIECES = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9A-Za-z.%,]+|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """A stretch of text: `same`, `gone` or `new`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One part of the plan: its name, and the two texts as one, with what went and what came."""

    label: Any
    pieces: tuple[Piece, ...]


def differences(before: Mapping[str, Any], after: Mapping[str, Any], unit: Unit) -> list[Change]:
    """The parts that differ, in the order of the plan; `before` and `after` as `plan.payload` keeps them."""
    return [
        Change(LABELS[name], tuple(_compared(name, in_words(name, before, unit), in_words(name, after, unit))))
        for name in changed(before, after)
    ]


def _compared(name: str, before: str, after: str) -> Iterator[Piece]:
    if name == "script":  # a name is another name, whatever letters they share
        yield from (Piece("gone", before), Piece("new", after))
        return
    old, new = PIECES.findall(before), PIECES.findall(after)
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(old[a:b]))
            continue
        if b > a:
            yield Piece("gone", "".join(old[a:b]))
        if d > c:
            yield Piece("new", "".join(new[c:d]))


def in_words(name: str, plan: Mapping[str, Any], unit: Unit) -> str:
    """One part of a kept plan as text."""
    value = plan.get(name)
    if value in (None, "", [], {}):
        return _("（无）")
    if name in TEXTS:
        return str(value)
    words = {
        "audience": lambda: _audience(value, unit),
        "goals": lambda: "\n".join(goals.sentence(goal) for goal in value),
        "primary_measure": lambda: str(MEASURES[value].label),
        "budget": lambda: f"{Decimal(value):,.2f}",
        "offers": lambda: "\n".join(f"{offer['title']}：{offer['text']}" for offer in value),
        "participants": lambda: _people(value),
        "script": lambda: _script(value),
        "attachments": lambda: "\n".join(f"{Attachment.Kind(kind).label}：{name} {digest[:8]}" for kind, name, digest in value),
        "holdout_unit": lambda: str(Campaign.HoldoutUnit(value).label),
    }  # fmt: skip
    return words[name]() if name in words else str(value)


def _script(value: Mapping[str, Any]) -> str:
    """Its title, which any version may change, and the version."""
    kept = Script.objects.filter(code=value["code"], version=value["version"]).values_list("title", flat=True)
    return _("《{title}》第 {version} 版").format(title=kept.first() or value["code"], version=value["version"])


def _audience(value: Any, unit: Unit) -> str:
    try:
        return "\n".join(block_sentence(block, unit) for block in read(value, unit))
    except WrongRule:  # names an outlet or a list that is no more
        return str(value)


def _people(value: Any) -> str:
    names = dict(Staff.objects.filter(staff_no__in=[row[0] for row in value]).values_list("staff_no", "name"))
    said = _("{who} 每日 {calls} 次")
    return "、".join(said.format(who=f"{names.get(no, '')}({no})", calls=calls) for no, calls in value)

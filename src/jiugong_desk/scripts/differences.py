"""What changed between two versions of a script, part by part, to be read by a person. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .content import Content, Objection, Question, Step

PIECE = re.compile(r"[A-Za-z0-9{}_]+|.", re.DOTALL)
KEPT, GONE, NEW = "kept", "gone", "new"
LEAST_KEPT = 3  # pieces of text between two changes that are worth standing apart
BESIDE = (("title", ""), ("skip", ""))  # said by the heading, or nothing to say of a step that is new or gone
CHANGES: dict[str, str | Promise] = {
    "added": pgettext_lazy("话术比较", "新增"),
    "removed": pgettext_lazy("话术比较", "删除"),
    "moved": pgettext_lazy("话术比较", "移位"),
    "changed": pgettext_lazy("话术比较", "改动"),
}


@dataclass(frozen=True)
class Line:
    """A part of a step before and after, as pieces of (kept, gone or new) text."""

    label: Any
    pieces: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Difference:
    """A step, or the whole script's own parts (no title), that is not as it was. `change`: a code of `CHANGES`."""

    change: str
    title: str
    lines: tuple[Line, ...] = ()

    @property
    def word(self) -> str | Promise:
        return CHANGES[self.change]


def differences(old: Content, new: Content) -> list[Difference]:
    """The steps that differ in the order of the new version, then those that are gone, then the whole script's parts."""
    before, found = {step.key: step for step in old.steps}, []
    moved = _moved(old, new)
    for step in new.steps:
        earlier = before.pop(step.key, None)
        lines = tuple(_lines(_parts(earlier, old), _parts(step, new)) if earlier else _lines({}, _alone(step, new)))
        change = "added" if earlier is None else "changed" if lines else "moved" if step.key in moved else ""
        if change:
            found.append(Difference(change, step.title, lines))
    found += [Difference("removed", step.title, tuple(_lines(_alone(step, old), {}))) for step in before.values()]
    whole = tuple(_lines(_whole(old), _whole(new)))
    return found + ([Difference("changed", "", whole)] if whole else [])


def _moved(old: Content, new: Content) -> set[str]:
    """The steps of both versions that stand in another order than before."""
    shared = [key for key in old.positions if key in new.positions]
    order = sorted(shared, key=new.positions.__getitem__)
    same = {
        shared[block.a + at]
        for block in SequenceMatcher(a=shared, b=order).get_matching_blocks()
        for at in range(block.size)
    }
    return set(shared) - same


def _parts(step: Step, content: Content) -> dict[tuple[str, str], tuple[Any, str]]:
    """Every part of a step by what it is, with its label and its text."""
    parts: dict[tuple[str, str], tuple[Any, str]] = {
        ("title", ""): (_("标题"), step.title),
        ("say", ""): (_("对客户说"), step.say),
        ("skip", ""): (_("可以跳过"), str(_("是") if step.skippable else _("否"))),
        ("next", ""): (_("做完此步以后"), "；".join(content.jumps(step))),
    }
    parts |= {("question", one.key): (_("问题"), _question(one)) for one in step.questions}
    return parts | _objections(step.objections)


def _alone(step: Step, content: Content) -> dict[tuple[str, str], tuple[Any, str]]:
    """The parts of a step that is new or gone as a whole."""
    return {key: part for key, part in _parts(step, content).items() if key not in BESIDE}


def _whole(content: Content) -> dict[tuple[str, str], tuple[Any, str]]:
    return {("ending", ""): (_("结束语"), content.ending)} | _objections(content.objections)


def _objections(objections: tuple[Objection, ...]) -> dict[tuple[str, str], tuple[Any, str]]:
    return {("objection", one.key or one.says): (_("异议"), f"{one.says} → {one.answer}") for one in objections}


def _question(one: Question) -> str:
    more = " / ".join(one.options) or one.unit or one.kind
    return f"{one.label}（{more}）" + (f" · {_('必问')}" if one.required else "")


def _lines(old: dict[tuple[str, str], tuple[Any, str]], new: dict[tuple[str, str], tuple[Any, str]]) -> Iterator[Line]:
    for key in [*new, *(key for key in old if key not in new)]:
        label, after = new.get(key, (None, ""))
        earlier, before = old.get(key, (None, ""))
        if before != after:
            yield Line(label or earlier, tuple(pieces(before, after)))


def pieces(before: str, after: str) -> Iterator[tuple[str, str]]:
    """The new text with what is gone and what is new marked; the kept and the new pieces joined are `after`.

    A character or two that happen to be the same between changes are part of the change: people read words.
    """
    old, new = PIECE.findall(before), PIECE.findall(after)
    gone = added = ""
    blocks = SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    for number, (kind, a, b, c, d) in enumerate(blocks):
        if kind == "equal" and (d - c >= LEAST_KEPT or number in (0, len(blocks) - 1)):
            yield from _change(gone, added)
            yield KEPT, "".join(new[c:d])
            gone = added = ""
        else:
            gone, added = gone + "".join(old[a:b]), added + "".join(new[c:d])
    yield from _change(gone, added)


def _change(gone: str, added: str) -> Iterator[tuple[str, str]]:
    if gone:
        yield GONE, gone
    if added:
        yield NEW, added

"""A notice as the very words of the document, numbered and in order: what page, Word file and PDF are all made from.

The content is plain JSON, always in Chinese, and is kept as it was issued:
{"letterhead", "number", "title", "addressees": [..], "blocks": [..], "annexes": [{"name", "title", "blocks"}],
"issuer", "dated", "signed_by", "copies": [..]}; a block is {"kind": heading | paragraph | item, "text"} or
{"kind": "table", "head": [..], "rows": [[..]]}.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from ..core.digests import canonical
from ..core.wording import TURNING
from ..organisation.models import Unit
from .notice import Items, Notice, Paragraph, Part, Section

Content = Mapping[str, Any]
_DIGITS = "零一二三四五六七八九"


def content_of(notice: Notice, *, number: str, replaces: tuple[str, str] | None = None) -> dict[str, Any]:
    """Everything that the document says. `replaces`: title and number of the document that it takes the place of."""
    blocks = list(_blocks(notice.sections))
    if replaces:
        title, old = replaces
        blocks.append(_text("paragraph", f"本文件自印发之日起执行，原《{title}》（{old}）同时废止。"))
    issuer = full_name(notice.issuer)
    return {
        "letterhead": f"{issuer}文件",
        "number": number,
        "title": clean(notice.title),
        "addressees": [unit.name for unit in notice.addressees],
        "blocks": blocks,
        "annexes": _annexes(notice),
        "issuer": issuer,
        "dated": chinese_date(notice.dated_on),
        "signed_by": clean(notice.signed_by),
        "copies": [clean(name) for name in notice.copies_to],
    }


def full_name(unit: Unit) -> str:
    """The unit with the bank's name before it: 江城银行滨江支行. The bank is named by its head office (江城银行总行)."""
    root = unit
    while root.parent:
        root = root.parent
    bank = root.name.removesuffix("总行")
    return unit.name if not bank or unit.name.startswith(bank) else bank + unit.name


def number_text(word: str, year: int, number: int) -> str:
    """滨银综〔2026〕12号"""
    return f"{word}〔{year}〕{number}号"


def chinese_date(day: date) -> str:
    """As a Chinese document writes it: 2026年3月2日."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese(number: int) -> str:
    """1 to 99 as a heading counts: 一, 十, 十二, 二十三."""
    assert 0 < number < 100
    tens, ones = divmod(number, 10)
    return (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones else "")


def clean(text: str) -> str:
    """One line without characters that no document shows (and that XML does not allow)."""
    shown = (mark for mark in text if mark not in TURNING)  # words stand in the order they are checked in
    return "".join(" " if unicodedata.category(mark) in ("Cc", "Cs", "Cn") else mark for mark in shown).strip()


def digest_of(content: Content, *files: bytes) -> str:
    """SHA-256 over the words and over each file made from them."""
    whole = hashlib.sha256(canonical(content))
    for file in files:
        whole.update(hashlib.sha256(file).digest())
    return whole.hexdigest()


def _annexes(notice: Notice) -> list[dict[str, Any]]:
    only = len(notice.annexes) == 1
    return [
        {
            "name": "附件" if only else f"附件{place}",
            "title": clean(annex.title),
            "blocks": list(_blocks(annex.sections)),
        }
        for place, annex in enumerate(notice.annexes, start=1)
    ]


def _blocks(sections: Sequence[Section]) -> Iterator[dict[str, Any]]:
    place = 0
    for section in sections:
        if section.heading:
            place += 1
            yield _text("heading", f"{chinese(place)}、{clean(section.heading)}")
        for part in section.parts:
            yield from _part(part)


def _part(part: Part) -> Iterator[dict[str, Any]]:
    if isinstance(part, Paragraph):
        yield _text("paragraph", part.text)
    elif isinstance(part, Items):
        for place, text in enumerate(part.texts, start=1):
            yield _text("item", f"{place}. {text}")
    else:
        yield {
            "kind": "table",
            "head": [clean(cell) for cell in part.head],
            "rows": [[clean(cell) for cell in row] for row in part.rows],
        }


def _text(kind: str, text: str) -> dict[str, Any]:
    return {"kind": kind, "text": clean(text)}

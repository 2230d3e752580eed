"""What a room above hands in to be issued: the parts of an official document, as a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ..organisation.models import Unit


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Items:
    """A numbered list: 1. 2. 3."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Part = Paragraph | Items | Table


@dataclass(frozen=True)
class Section:
    """A heading of the first level (一、) and what stands below it; without a heading it is a lead-in."""

    heading: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Annex:
    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Notice:
    """An official document before it has a number.

    kind : what it is, as a code of the room above (`plan_notice`)
    word : the issuer's word in the number (滨银综), which names the series
    addressees : the units that must acknowledge receipt
    copies_to : who else gets it, by name
    signed_by : who signed it, by name
    """

    kind: str
    title: str
    word: str
    issuer: Unit
    addressees: tuple[Unit, ...]
    sections: tuple[Section, ...]
    dated_on: date
    annexes: tuple[Annex, ...] = ()
    copies_to: tuple[str, ...] = ()
    signed_by: str = ""


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """One for each line with something in it."""
    return tuple(Paragraph(line.strip()) for line in text.splitlines() if line.strip())


def lead(*texts: str) -> Section:
    return Section("", tuple(map(Paragraph, texts)))


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Table:
    return Table(tuple(head), tuple(tuple(map(str, row)) for row in rows))

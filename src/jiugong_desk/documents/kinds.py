"""The kinds of documents, as the rooms that issue them have told (`AppConfig.ready`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from ..organisation.models import Staff


@dataclass(frozen=True)
class Kind:
    """`address(about, staff)`: the page of the document's subject, or nothing where this person may not see it."""

    code: str
    label: str | Promise
    address: Callable[[str, Staff], str]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Tell of a kind; once, however often an app starts."""
    _kinds[kind.code] = kind


def label_of(code: str) -> str:
    return str(_kinds[code].label) if code in _kinds else code


def address_of(code: str, about: str, staff: Staff) -> str:
    return _kinds[code].address(about, staff) if code in _kinds else ""

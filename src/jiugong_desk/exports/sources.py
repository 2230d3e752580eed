"""What can be exported: the lists of customers that the rooms above have told of (`AppConfig.ready`).

This room knows no watch list and no audience: of each it is told how to find it, who is on it as somebody sees it now,
and what it says of them beside the name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..customers.models import Customer
from ..organisation.models import Staff

Terms = Mapping[str, str]
Line = tuple[Customer, Sequence[Any]]  # the customer, with unit and manager loaded, and a cell under each name


@dataclass(frozen=True)
class Source:
    """`terms` say which list is meant, by references and codes only, so that a request can keep them.

    terms : their names; a request that says anything else is refused
    permission : without it nobody is told of the list
    find(staff, terms) : the list, as far as this person may know of it; None where there is none; `Refused` where it
        may be looked at and not be taken out
    title(subject), name(subject) : in words; and as a file's
    about(subject) : what defines it: filter, date of the data, version of the policy
    refs(staff, subject) : its customers whom this person sees now, in the order of the file
    lines(staff, subject, refs) : the names of its columns, and a line for each of these customers who is still on it
    """

    code: str
    permission: str
    terms: frozenset[str]
    find: Callable[[Staff, Terms], Any | None]
    title: Callable[[Any], str]
    name: Callable[[Any], str]
    about: Callable[[Any], list[tuple[str, str]]]
    refs: Callable[[Staff, Any], list[str]]
    lines: Callable[[Staff, Any, Collection[str]], tuple[list[str], list[Line]]]


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Tell of a list; once, however often an app starts."""
    _sources[source.code] = source


def of(code: str) -> Source | None:
    """None for a list that nobody tells of: a form may name anything."""
    return _sources.get(code)

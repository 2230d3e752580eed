"""The kinds of matter that are approved, as the rooms that own them have told (`AppConfig.ready`).

This room knows no plan and no script: of each it is told how to find and lock it, what exactly would be approved, what
stands against that, and what follows from the decision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from ..core.verdict import ALLOWED, Verdict


def _nothing_against(subject: Any, at: Any) -> Verdict:
    return ALLOWED


def _nothing_said(subject: Any, at: Any) -> list[tuple[Any, str]]:
    return []


@dataclass(frozen=True)
class Kind:
    """What this room must know of a kind of matter.

    rows() : all matters of the kind
    hold(ref) : the matter with its row locked until the transaction ends, where that takes more than `rows`
    permission : who decides
    view_permission : who may look at such approvals beside those who decide
    digest(subject) : SHA-256 of exactly the content that a decision binds
    settle(subject, outcome, comment=, by=, at=) : what follows from `approved`, `rejected` or `withdrawn`, in the same
        transaction; `Stale` where the matter has moved on
    against(subject, at) : reasons of its own against an approval, beside the general ones
    address(subject ref) : the page where the matter is seen
    summary(subject, at) : what a decision turns on, as labels and texts (plain, or safe HTML), for the approval's page
    """

    code: str
    label: str | Promise
    permission: str
    view_permission: str
    rows: Callable[[], QuerySet[Any]]
    digest: Callable[[Any], str]
    settle: Callable[..., None]
    address: Callable[[str], str]
    against: Callable[[Any, Any], Verdict] = _nothing_against
    summary: Callable[[Any, Any], Iterable[tuple[Any, str]]] = _nothing_said
    hold: Callable[[str], Any] | None = None

    def read(self, ref: str) -> Any:
        """The matter, to be shown only."""
        return self.rows().get(ref=ref)

    def find(self, ref: str) -> Any:
        """The matter, locked: nobody changes it until this transaction ends."""
        return self.hold(ref) if self.hold else self.rows().select_for_update().get(ref=ref)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Tell of a kind; once, however often an app starts."""
    _kinds[kind.code] = kind


def of(code: str) -> Kind:
    return _kinds[code]


def every() -> Iterable[Kind]:
    return _kinds.values()

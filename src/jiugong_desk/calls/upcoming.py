"""Who comes next, as the pages show it: the first of the queue, each with why he stands where he stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..campaigns.models import ListEntry
from . import queue
from .queue import Reach

SHOWN = 10
SEEN = (  # sorting some hundred rows with all that stands in them takes twice as long
    "state", "attempts", "releases", "due_at",
    *(f"customer__{name}" for name in ("customer_no", "name", "salutation", "asset_band", "income_band", "level")),
)  # fmt: skip
WORDS: Mapping[int, tuple[str, str | Promise]] = MappingProxyType(
    {
        queue.CALLBACK: ("yellow", _("回拨到期")),
        queue.FRESH: ("azure", _("首次")),
        queue.RETRY: ("secondary", _("重试")),
    }
)


@dataclass(frozen=True)
class Coming:
    """One place of the queue. `colour` and `word`: why he stands there; `theirs`: he is somebody else's, or nobody's."""

    entry: ListEntry
    colour: str
    word: str | Promise
    theirs: bool


def coming(reach: Reach, now: datetime) -> list[Coming]:
    """The first of those who could be offered now, in the order of the claim (one query)."""
    rows = queue.offered(reach, now=now).select_related(None).select_related("customer").only(*SEEN)[:SHOWN]
    return [Coming(row, *WORDS[row.rank], theirs=row.whose != queue.OWN) for row in rows]

"""Lists that leave the desk in the demo: one approved and waiting to be fetched, one before the outlet's head."""

from __future__ import annotations

from typing import Any

from ..approvals import services as approvals
from ..approvals.queries import open_for
from ..exports import services as exports
from ..exports.models import ExportRequest
from ..grid.models import WatchList
from ..grid.watching import overview
from ..organisation.models import Staff
from . import story
from .people import People


def taken_out(people: People) -> None:
    """The head shares out a list at the morning meeting; the first manager would print his own for the week."""
    head, manager = people["outlet_head"], people.managers[0]
    shared = _asked(
        head, hour=8, minute=25, purpose="meeting", reason="周三晨会按人分工，会后收回纸质名单并销毁，电子版月底删除。"
    )
    approvals.decide(
        open_for(exports.kind_of(shared), shared.ref), approve=True, comment="仅限本网点，月底前删除。",
        by=people["compliance"], at=story.moment(story.TODAY, 9, 5),
    )  # fmt: skip
    _asked(manager, hour=9, minute=40, purpose="contact", reason="三月上旬逐户上门前核对，本人使用，用后删除。")


def _asked(by: Staff, *, hour: int, minute: int, **said: Any) -> ExportRequest:
    at, terms = story.moment(story.TODAY, hour, minute), {"list": _longest(by).ref}
    return exports.ask("watch", terms, clear=(), by=by, at=at, **said)


def _longest(by: Staff) -> WatchList:
    """The newest lists' one with most customers of this person."""
    return max(overview(by), key=lambda watched: watched.count).newest

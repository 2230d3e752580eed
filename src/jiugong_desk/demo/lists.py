"""Lists that leave the desk in the demo: one approved and waiting to be fetched, one before compliance."""

from __future__ import annotations

from typing import Any

from ..approvals import services as approvals
from ..approvals.queries import open_for
from ..exports import services as exports
from ..exports.models import ExportRequest
from ..grid.watching import Watched, overview
from ..organisation.models import Staff
from . import story
from .people import People


def taken_out(people: People) -> None:
    """The head shares out a list at the morning meeting; a manager would have numbers on paper."""
    head, manager = people["outlet_head"], max(people.managers, key=lambda person: _longest(person).count)
    shared = _asked(
        head,
        hour=8,
        minute=25,
        clear=(),
        purpose="meeting",
        reason="周三晨会按人分工，会后收回纸质名单并销毁，电子版月底删除。",
    )
    approvals.decide(
        open_for(exports.kind_of(shared), shared.ref), approve=True, comment="仅限本网点，月底前删除。",
        by=people["compliance"], at=story.moment(story.TODAY, 9, 5),
    )  # fmt: skip
    _asked(
        manager,
        hour=9,
        minute=40,
        clear=("mobile",),
        purpose="contact",
        reason="本周上门回访途中联系，纸质一份，用后销毁。",
    )


def _asked(by: Staff, *, hour: int, minute: int, **said: Any) -> ExportRequest:
    at, terms = story.moment(story.TODAY, hour, minute), {"list": _longest(by).newest.ref}
    return exports.ask("watch", terms, by=by, at=at, **said)


def _longest(by: Staff) -> Watched:
    """The list that holds most customers of this person."""
    return max(overview(by), key=lambda watched: watched.count)

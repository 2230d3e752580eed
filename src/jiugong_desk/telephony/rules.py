"""What an exchange's messages come to: one call each, whatever order they arrived in. Pure functions.

Messages are late, doubled and out of order. Nothing here asks when one arrived: a call is the earliest ringing, the
earliest answer, the latest end. So any order, and any message twice, gives the same call (property tests).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..core.verdict import Reason

# Where the end was lost, a call is over after so long without one.
RINGS_AT_MOST = timedelta(minutes=5)
TALKS_AT_MOST = timedelta(hours=4)
SHOWN_AFTER_END = timedelta(minutes=30)  # so long the seconds of a call that ended wait to be recorded

NAME_TAKEN = Reason("name_taken", _("已有同名的交换机。"), remedy=_("请换一个名称。"))
CHANGED = Reason("pbx_changed", _("交换机刚被他人更改。"), remedy=_("请刷新页面后再办理。"))
EXTENSION_TAKEN = Reason("extension_taken", _("这个分机已分给他人。"), remedy=_("请先收回，再分配。"))
HAS_EXTENSION = Reason("has_extension", _("该人员已有分机。"), remedy=_("一人一部话机：请先收回原分机。"))
EXTENSION_ENDED = Reason("extension_ended", _("这个分机已经收回。"), remedy=_("请刷新页面查看。"))
EVENT_REUSED = Reason("event_reused", _("同一事件号此前已收到另一内容。"))
TOO_MANY = Reason("too_many", _("这台交换机一分钟内的消息过多。"))


@dataclass(frozen=True)
class Heard:
    """One message, as far as it says something of a call. `line`: exchange and id of the call there."""

    line: tuple[int, str]
    kind: str
    at: datetime
    about: str = ""
    recording: str = ""
    talk_seconds: int | None = None


@dataclass(frozen=True)
class PhoneCall:
    """A call on somebody's telephone. `about`: our reference, where the exchange knew it; `recordings` in their order."""

    line: tuple[int, str]
    ringing_since: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    talk_seconds: int | None
    about: str = ""
    recordings: tuple[str, ...] = ()

    @property
    def began(self) -> datetime | None:
        """The first sign of it; None where only a recording is known."""
        return min((at for at in (self.ringing_since, self.answered_at, self.ended_at) if at), default=None)

    @property
    def state(self) -> str:
        """ringing, talking, ended; recorded where nothing but a recording came."""
        if self.ended_at:
            return "ended"
        return "talking" if self.answered_at else "ringing" if self.ringing_since else "recorded"

    def is_going_on(self) -> bool:
        return self.state in ("ringing", "talking")


STATES = {
    "ringing": pgettext_lazy("话机", "振铃中"),
    "talking": pgettext_lazy("话机", "通话中"),
    "ended": pgettext_lazy("话机", "已挂断"),
    "recorded": pgettext_lazy("话机", "仅有录音"),
}


def calls(heard: Iterable[Heard]) -> tuple[PhoneCall, ...]:
    """The calls that the messages of one person's telephone come to, the earliest first."""
    lines: defaultdict[tuple[int, str], list[Heard]] = defaultdict(list)
    for one in heard:
        lines[one.line].append(one)
    made = (_call(line, messages) for line, messages in lines.items())
    return tuple(sorted(made, key=lambda call: (call.began.timestamp() if call.began else 0.0, call.line)))


def _call(line: tuple[int, str], messages: list[Heard]) -> PhoneCall:
    of_kind = {kind: [one for one in messages if one.kind == kind] for kind in ("ringing", "answered", "ended")}
    ringing, answered = (min((one.at for one in of_kind[kind]), default=None) for kind in ("ringing", "answered"))
    ended = max((one.at for one in of_kind["ended"]), default=None)
    named = sorted((one.at, one.about) for one in messages if one.about)
    recordings = sorted({(one.at, one.recording) for one in messages if one.recording})
    return PhoneCall(
        line, ringing, answered, ended, _talked(of_kind["ended"], answered, ended), named[0][1] if named else "",
        tuple(dict.fromkeys(recording for _at, recording in recordings)),
    )  # fmt: skip


def _talked(ends: list[Heard], answered: datetime | None, ended: datetime | None) -> int | None:
    """As the exchange counted; else from the answer to the end; 0 for a call that nobody answered; None while it goes on."""
    if ended is None:
        return None
    counted = [(one.at, one.talk_seconds) for one in ends if one.talk_seconds is not None]
    if counted:
        return max(counted)[1]
    return max(0, round((ended - answered).total_seconds())) if answered else 0


def current(found: Iterable[PhoneCall], now: datetime) -> PhoneCall | None:
    """The call that somebody is in, or has just ended: the one that began last. None where none is, or its end was lost."""
    begun = [(call.began, call.line, call) for call in found if call.began is not None]
    if not begun:
        return None
    last = max(begun)[2]
    since, longest = {
        "ringing": (last.ringing_since, RINGS_AT_MOST),
        "talking": (last.answered_at, TALKS_AT_MOST),
        "ended": (last.ended_at, SHOWN_AFTER_END),
    }[last.state]
    assert since is not None
    return last if now - since <= longest else None

"""What somebody is doing this minute, how urgent it is, and what may be done about it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..core.masks import holds_number
from ..core.verdict import ALLOWED, Reason, Verdict, refused
from . import words

SHORTEST_NOTE = 4
Spans = Sequence[tuple[time, time]]
# The more, the further up; a light weighs as much as a state of the same number.
WEIGHTS = {
    "away": 6, "silent": 4, "untrained": 4, "exhausted": 2, "waiting": 1, "idle": 1, "paused": 1, "calling": 0, "receiving": 0,
    "covered": 0, "closed": 0,
}  # fmt: skip
LIGHTS = {"red": 5, "yellow": 3, "green": 0}


@dataclass(frozen=True)
class Hour:
    """A moment in the bank's day. `opened`: when the calling hours that run began; None outside them."""

    now: datetime
    opened: datetime | None
    elapsed: float  # how much of the day's calling hours has passed, 0 to 1


@dataclass(frozen=True)
class Seen:
    """What the desk knows of somebody at a moment.

    away, covered : on leave today; and somebody stands in. calling, receiving, paused : holds a customer to call; sits with one; said why he does not call for a while
    untaught : has customers, all of them in campaigns whose course he has still to pass
    fulfilled : has made as many calls today as are planned for the whole day
    left, due : customers still to be called, and those of them that may be called now
    last_at : when he last finished a call or a visit today
    """

    away: bool = False
    covered: bool = False
    calling: bool = False
    receiving: bool = False
    paused: bool = False
    untaught: bool = False
    fulfilled: bool = False
    left: int = 0
    due: int = 0
    last_at: datetime | None = None


def hour_of(now: datetime, *, is_working_day: bool, hours: Spans) -> Hour:
    """The calling hours as they stand at this moment."""
    spans = [_span(now, begin, end) for begin, end in hours] if is_working_day else []
    total = sum((end - begin for begin, end in spans), timedelta())
    passed = sum((min(max(now, begin), end) - begin for begin, end in spans), timedelta())
    opened = next((begin for begin, end in spans if begin <= now < end), None)
    return Hour(now, opened, passed / total if total else 0.0)


def _span(now: datetime, begin: time, end: time) -> tuple[datetime, datetime]:
    day = timezone.localtime(now).date()
    return timezone.make_aware(datetime.combine(day, begin)), timezone.make_aware(datetime.combine(day, end))


def silence(seen: Seen, hour: Hour) -> timedelta:
    """How long he has done nothing that the desk knows of, in the calling hours that run; none outside them."""
    if hour.opened is None:
        return timedelta()
    since = max(hour.opened, seen.last_at) if seen.last_at else hour.opened
    return max(hour.now - since, timedelta())


def state_of(seen: Seen, hour: Hour, *, silence_minutes: int) -> str:
    """One code of `words.STATES`: of several that hold, the one that explains the others.

    Nobody is called silent who is away, busy with a customer, has nobody whom he may call now, or has done the day's calls.
    """
    silent = silence(seen, hour) > timedelta(minutes=silence_minutes)
    holds = (
        ("covered", seen.away and seen.covered),
        ("away", seen.away),
        ("calling", seen.calling),
        ("receiving", seen.receiving),
        ("closed", hour.opened is None),
        ("paused", seen.paused),
        ("untrained", seen.untaught),
        ("exhausted", not seen.left),
        ("waiting", not seen.due),
        ("silent", silent and not seen.fulfilled),
    )
    return next((code for code, held in holds if held), "idle")


def shortfall(done: int, expected: int) -> float:
    """What is missing of what the hour asks for, as a share of it; 0 where nothing is."""
    return max(0.0, (expected - done) / expected) if expected else 0.0


def risk(state: str, *, light: str = "green", behind: float = 0.0) -> tuple[float, float]:
    """The larger, the sooner somebody should look: first the state or the light, then what is missing of the day."""
    return max(WEIGHTS[state], LIGHTS[light]), behind


def may_remind(*, himself: bool, away: bool, cover: str | None) -> Verdict:
    """Nobody is reminded on his leave: whoever stands in can do something, he cannot."""
    if himself:
        return refused(Reason("reminds_himself", _("不能提醒本人。")))
    if away and cover is not None:
        return refused(
            Reason("reminds_absent", _("对方今天缺勤，由 {cover} 顶岗。"), {"cover": cover}, _("请提醒顶岗人。"))
        )
    if away:
        return refused(Reason("reminds_absent", _("对方今天缺勤，不提醒缺勤人员。"), remedy=_("请先安排补位。")))
    return ALLOWED


def good_note(note: str) -> Verdict:
    """What a head writes beside a reminder is about work; numbers of customers do not belong there."""
    if holds_number(note):
        return refused(Reason("number_in_note", _("留言请勿填写号码。"), remedy=_("请只写事情。")))
    return ALLOWED


def may_take_over(*, himself: bool, takes_part: bool, taught: bool, away: bool) -> Verdict:
    """Whether somebody can be given a colleague's customers today."""
    against = (
        ("same_person", himself, _("接手人就是本人。"), _("请选择另一位同事。")),
        ("no_participant", not takes_part, _("接手人没有参加这个活动。"), _("请选择参加活动的同事。")),
        ("untaught", not taught, _("接手人还没有通过这个活动的培训。"), _("通过培训后才能接手。")),
        ("away", away, _("接手人今天缺勤。"), _("请选择在岗的同事。")),
    )
    reasons = [Reason(code, text, remedy=remedy) for code, holds, text, remedy in against if holds]
    return refused(*reasons) if reasons else ALLOWED


def good_resolution(code: str, note: str, *, himself: bool) -> Verdict:
    """Who settles another's delay says what was done; nobody settles his own."""
    against = (
        ("settles_himself", himself, _("不能处理本人的预警。"), _("请由上级处理；进度恢复后会自动关闭。")),
        ("unknown_resolution", code not in words.RESOLUTIONS, _("请选择处理结果。"), ""),
        (
            "note_missing",
            code == "other" and len(note.strip()) < SHORTEST_NOTE,
            _("请写明怎样处理（至少 4 个字）。"),
            "",
        ),
    )
    reasons = [Reason(key, text, remedy=remedy) for key, holds, text, remedy in against if holds]
    return refused(*reasons, *good_note(note).reasons) if reasons or not good_note(note) else ALLOWED

"""May this visit be booked, received, finished? Pure; the answer says why not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..core.clock import bank_date
from ..core.verdict import ALLOWED, Reason, Verdict, refused

NO_SLOT = Reason("no_slot", _("这个时间不是可预约的时段。"), remedy=_("请从列出的时段中选择。"))
SLOT_PASSED = Reason("slot_passed", _("这个时段已经过去。"), remedy=_("请选择稍后的时段。"))
SLOT_NOT_WORKING = Reason("slot_not_working_day", _("当天网点不办理面谈。"), remedy=_("请选择工作日。"))
NO_RECEIVER = Reason("no_receiver", _("接待人没有面谈岗位。"), remedy=_("请选择在岗的客户经理或理财经理。"))
RECEIVER_AWAY = Reason("receiver_away", _("接待人当天缺勤。"), remedy=_("请从列出的时段中选择。"))
NOT_TODAY = Reason("not_today", _("预约不在今天。"), remedy=_("如客户要今天来，请先改期。"))
NOT_DUE = _("预约时间过后 {minutes} 分钟，才能登记未到店。")
NOT_THE_DAY = Reason(
    "not_the_day", _("到店和未到店的登记只能在当天撤销。"), remedy=_("客户要再来的，请在预约页上重新预约。")
)
NEEDS_MISSING = Reason("needs_missing", _("请记录客户需求。"), remedy=_("一两句话即可，例如“年底有一笔到期资金”。"))
NEXT_STEP_MISSING = Reason("next_step_missing", _("请记录下一步安排。"), remedy=_("没有后续时请写“无”。"))
NOTHING_NAMED = Reason("nothing_named", _("填写了结果或金额，但没有选择产品。"), remedy=_("请选择产品，或清空这一行。"))
NO_OUTCOME = _("“{name}”谈得怎样？请选择有意向、达成或不考虑。")
NO_AMOUNT = _("“{name}”已达成，请填写金额。")
NOT_AGREED = _("“{name}”没有达成，不填金额。")
TWICE = _("“{name}”填了两行。")

SAME_SLOT = Reason("same_slot", _("预约本来就在这个时间。"), remedy=_("请选择另一个时段。"))
NO_REASON = Reason("no_reason", _("请选择取消原因。"), remedy=_("客户取消、我行取消，或误登记。"))
NOT_COMING = Reason("not_coming", _("这次预约不需要提醒了。"), remedy=_("请刷新页面查看最新状态。"))
NO_ANSWER = Reason("no_answer", _("请选择提醒的结果。"), remedy=_("已确认、未联系上，或想改期。"))
NOT_MISSED = Reason("not_missed", _("只有未到店的预约可以重新预约。"), remedy=_("改期请用“改期”。"))

CARD = "card"
THINKABLE_YEARS = range(2000, 2101)  # at the ends of the calendar dates overflow; nobody visits a bank there


def is_thinkable(day: date) -> bool:
    """Whether a typed day or moment is one that a visit or a call could have at all."""
    return day.year in THINKABLE_YEARS


AGREED = "agreed"


@dataclass(frozen=True)
class Talk:
    """A product that was talked about. `key`: which one, of the catalogue or just the category; `name`: for the sentence;
    `line`: which of the page, so that what is wrong with it can be said there.
    """

    key: str
    name: str
    category: str
    outcome: str
    amount: Decimal | None = None
    line: int = 0


def may_book(
    starts_at: datetime, *, at: datetime, on_the_grid: bool, last_day: date, is_working_day: bool, receives: bool,
    away: bool = False,
) -> Verdict:  # fmt: skip
    """Whether the slot can be offered at all; whether somebody else has it, the database decides.

    `last_day`: the last day for which the bank gives slots today. `away`: whether the receiver is on leave that day.
    """
    against = (
        (NO_SLOT, not on_the_grid or bank_date(starts_at) > last_day),
        (SLOT_PASSED, starts_at <= at),
        (SLOT_NOT_WORKING, not is_working_day),
        (NO_RECEIVER, not receives),
        (RECEIVER_AWAY, away),
    )
    return Verdict(tuple(reason for reason, holds in against if holds))


@dataclass(frozen=True)
class Span:
    """From a moment up to another one, without it."""

    start: datetime
    end: datetime

    def meets(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end


def free(
    offered: Sequence[datetime], length: timedelta, busy: Sequence[Span], *, rooms: int,
    in_rooms: Sequence[tuple[int, Span]],
) -> list[datetime]:  # fmt: skip
    """Which of the offered slots nobody who takes part has a visit in, and for which a room is left.

    `rooms`: how many the outlet has; 0: it needs none. `in_rooms`: which of them is taken when.
    """
    found = []
    for start in offered:
        slot = Span(start, start + length)
        taken = {room for room, span in in_rooms if span.meets(slot)}
        if (not rooms or len(taken) < rooms) and not any(span.meets(slot) for span in busy):
            found.append(start)
    return found


def may_cancel(reason: str, reasons: Sequence[str]) -> Verdict:
    return ALLOWED if reason in reasons else refused(NO_REASON)


def may_remind(said: str, known: Sequence[str], *, is_booked: bool, starts_at: datetime, at: datetime) -> Verdict:
    against = ((NOT_COMING, not is_booked or starts_at <= at), (NO_ANSWER, said not in known))
    return Verdict(tuple(reason for reason, holds in against if holds))


def may_arrive(*, visit_on: date, today: date) -> Verdict:
    """Received on the day of the visit, early or late, and on no other."""
    return ALLOWED if visit_on == today else refused(NOT_TODAY)


def may_miss(*, starts_at: datetime, at: datetime, grace_minutes: int) -> Verdict:
    """Only once the visitor is really late."""
    if at >= starts_at + timedelta(minutes=grace_minutes):
        return ALLOWED
    facts = {"minutes": grace_minutes}
    return refused(Reason("not_due", NOT_DUE, facts, _("客户要求取消时，请用“取消预约”。")))


def may_take_back(*, recorded_at: datetime | None, at: datetime) -> Verdict:
    """While the day of the record lasts; later the figures of the day have been read."""
    same_day = recorded_at is not None and bank_date(recorded_at) == bank_date(at)
    return ALLOWED if same_day else refused(NOT_THE_DAY)


def may_finish(needs: str, next_step: str, talks: Sequence[Talk]) -> Verdict:
    """A record that the evaluation can use: a need, a next step, and an amount exactly where a product has one.

    No product at all is an honest answer.
    """
    against = ((NEEDS_MISSING, not needs.strip()), (NEXT_STEP_MISSING, not next_step.strip()))
    twice = {talk.key for number, talk in enumerate(talks) if talk.key in {other.key for other in talks[:number]}}
    found = [reason for talk in talks for reason in _incomplete(talk)]
    found += [_of(talk, "said_twice", TWICE, "") for talk in talks[::-1] if talk.key in twice][: len(twice)]
    return Verdict((*(reason for reason, holds in against if holds), *found))


def _incomplete(talk: Talk) -> Iterator[Reason]:
    if not talk.key:
        yield replace(NOTHING_NAMED, facts={"line": talk.line})
        return
    agreed, amount = talk.outcome == AGREED, bool(talk.amount and talk.amount > 0)
    if not talk.outcome:
        yield _of(talk, "no_outcome", NO_OUTCOME, "")
    elif agreed and talk.category != CARD and not amount:
        yield _of(talk, "amount_missing", NO_AMOUNT, _("金额以元为单位，大于 0。"))
    elif not agreed and talk.amount:
        yield _of(talk, "amount_without_agreement", NOT_AGREED, _("请把结果改为“达成”，或清空金额。"))


def _of(talk: Talk, code: str, text: str | Promise, remedy: str | Promise) -> Reason:
    return Reason(code, text, {"name": talk.name, "line": talk.line}, remedy)

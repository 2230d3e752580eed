"""What may be recorded about a call, and what follows for the list. Pure; the answers are values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..campaigns.models import ListEntry
from ..consent.reasons import HEAD, NOBODY, SETTLERS, YOU
from ..consent.rules import ContactFacts, may_call
from ..core.clock import bank_date
from ..core.masks import holds_number
from ..core.verdict import Reason, Verdict
from ..scripts.content import Content, Question
from .bridge import Calling, Contacting, Dispositions
from .outcomes import STICKING, Outcome, label_of

State = ListEntry.State
LONGEST_TALK = 4 * 3600  # seconds; a longer one is a forgotten timer
LONGEST_ANSWER = 200
LEAST_REASON = 4

SENTENCES: dict[str, tuple[Any, Any]] = {
    "number_unseen": (
        _("这一户还没有显示过号码，也没有话机通话记录，没有保存。"),
        _("请先点“显示号码”拨打；客户来电或已知号码的，勾选下面一项后再保存。"),
    ),
    "callback_missing": (_("请填写约定的回拨时间。"), _("可点选给出的时间，或填写其他时间。")),
    "callback_unexpected": (_("这个结果不能约定回拨。"), _("请选“稍后联系（约时）”或“有意向”。")),
    "callback_past": (_("约定的回拨时间已经过去。"), _("请选择稍后的时间。")),
    "callback_after_end": (_("约定的回拨时间晚于活动结束日。"), _("请选择活动期内的时间，或邀约到店。")),
    "visit_missing": (_("请选择到店时段。"), _("客户未定时间时，请选“有意向”并约定回拨。")),
    "visit_unexpected": (_("只有“已邀约到店”可以带到店时段。"), _("请改选结果，或去掉时段。")),
    "talk_without_answer": (_("未接通的电话没有通话时长和问答。"), _("如已接通，请改选接通类结果。")),
    "talk_too_long": (_("通话时长超过 4 小时。"), _("请更正通话时长。")),
    "purpose_not_disclosed": (
        _("未向客户说明目的，不能登记问答。"),
        _("说明来电目的后勾选“已说明目的”；否则请清空问答。"),
    ),
    "interest_without_purpose": (
        _("未向客户说明目的，不能登记有意向或已邀约到店。"),
        _("请在通话中说明来电目的并勾选“已说明目的”；未说明的，请改选其他结果。"),
    ),
    "unknown_question": (_("话术中没有这个问题。"), _("请刷新页面，按当前话术登记。")),
    "answer_not_offered": (_("“{label}”的回答不在选项中。"), _("请从选项中选择。")),
    "answer_not_a_number": (_("“{label}”应填写数字。"), _("请只填数字，例如 5。")),
    "answer_not_a_date": (_("“{label}”应填写日期。"), _("请按 2026-03-02 的样子填写，或从日历中选。")),
    "step_not_skippable": (_("有的步骤不能跳过。"), _("固定步骤和必说的步骤须向客户说到。")),
    "not_your_call": (_("只能由登记人本人撤销或更正。"), _("请联系登记这通电话的客户经理。")),
    "too_late_to_take_back": (_("已超过 {seconds} 秒，不能撤销。"), _("可在“通话记录”中更正，写明原因。")),
    "sticks": (
        _("“{outcome}”已全行生效，不能撤销或改成别的结果。"),
        _("登记有误的，请报网点负责人和合规消保核实。"),
    ),
    "correction_reason": (_("请写明更正原因（至少 4 个字，不写号码）。"), _("例如“误点了空号，实为无人接听”。")),
    "too_late_to_correct": (_("已过更正期限（{last_day}）。"), _("请在当次评价中说明，由综合业务部处理。")),
    "campaign_closed": (_("活动已结束，通话记录不再更正。"), _("请在评价中说明。")),
    "corrected_meanwhile": (_("这通电话刚刚被更正过。"), _("请刷新页面，在最新内容上更正。")),
    "taken_back_already": (_("这次登记已经撤销。"), _("请刷新页面。")),
    "answer_too_long": (_("“{label}”的回答超过 200 字。"), _("请概括填写。")),
}

OF_THE_PROMISE: dict[str, tuple[Any, Any]] = {
    "outside_hours": (_("约定的时间不在拨打时段（{hours}）。"), _("请另选拨打时段内的时间。")),
    "not_working_day": (_("约定的日子不是工作日。"), _("请另选一个工作日。")),
}

WHO: dict[str, Any] = {  # whoever reads it, but for these
    "not_your_call": _("登记人本人"),
    "too_late_to_correct": NOBODY,
    "campaign_closed": NOBODY,
    "sticks": SETTLERS,
}

BACK_AGAIN = _("如已返岗，请网点负责人在“排班”取消缺勤，队列随即恢复。")
UNTRAINED = Reason(
    "untrained",
    _("您还没有通过本活动的培训，或内容已更新。"),
    remedy=_("请到“培训”完成学习和测验，通过后名单自动出现。"),
    who=YOU,
)


def away(cover: str | None) -> Reason:
    """Why nothing is offered on the day of one's own leave. `cover`: the name of who stands in."""
    if cover is None:
        return Reason("away", _("您今天登记为缺勤，且无人顶岗，您的客户今天没有人联系。"), remedy=BACK_AGAIN, who=HEAD)
    return Reason("away", _("您今天登记为缺勤，队列由 {cover} 代为办理。"), {"cover": cover}, BACK_AGAIN, HEAD)


def reason(code: str, **facts: Any) -> Reason:
    """What is wrong with a report can be put right by whoever hands it in."""
    text, remedy = SENTENCES[code]
    return Reason(code, text, facts, remedy, WHO.get(code, YOU))


@dataclass(frozen=True)
class Said:
    """What a caller reports of one call."""

    outcome: Outcome
    talk_seconds: int = 0
    purpose_disclosed: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    callback_at: datetime | None = None
    visit_at: datetime | None = None
    note: str = ""
    skipped: tuple[str, ...] = ()  # keys of the steps that were left out
    shared: bool = False  # his colleagues at the outlet may make the promised callback too


def may_record(said: Said, *, at: datetime, script: Content, steps: bool = True) -> Verdict:
    """Whether the report holds together with the campaign's script. `steps=False`: its steps were judged before."""
    outcome = said.outcome
    against = (
        ("callback_missing", outcome.asks_callback and said.callback_at is None),
        ("callback_unexpected", not outcome.may_call_back and said.callback_at is not None),
        ("callback_past", said.callback_at is not None and said.callback_at <= at),
        ("visit_missing", outcome.asks_visit and said.visit_at is None),
        ("visit_unexpected", not outcome.asks_visit and said.visit_at is not None),
        ("talk_without_answer", not outcome.reached and bool(said.talk_seconds or said.answers)),
        ("talk_too_long", not 0 <= said.talk_seconds <= LONGEST_TALK),
        # An interest in what was not named is none; the evaluation would count it.
        ("interest_without_purpose", outcome.needs_purpose and not said.purpose_disclosed),
        # Personal information is asked for openly or not at all (PIPL art. 7, 17).
        ("purpose_not_disclosed", outcome.reached and bool(said.answers) and not said.purpose_disclosed),
        (
            "step_not_skippable",
            steps and not set(said.skipped) <= {step.key for step in script.steps if step.skippable},
        ),
    )
    reasons = [reason(code) for code, holds in against if holds]
    questions = script.questions
    for key, value in said.answers.items():
        found = _answer_reason(questions.get(key), value)
        if found:
            reasons.append(found)
    return Verdict(tuple(reasons))


def _answer_reason(question: Question | None, value: str) -> Reason | None:
    if question is None:
        return reason("unknown_question")
    label, kind = question.label, question.kind
    if kind in ("choice", "amount_band") and value not in question.options:
        return reason("answer_not_offered", label=label)
    if kind == "date" and not _is_date(value):
        return reason("answer_not_a_date", label=label)
    if kind == "number" and not _is_number(value):
        return reason("answer_not_a_number", label=label)
    return reason("answer_too_long", label=label) if len(value) > LONGEST_ANSWER else None


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_number(value: str) -> bool:
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False


def may_promise(
    facts: ContactFacts,
    *,
    callback_at: datetime,
    at: datetime,
    ends_on: date,
    is_working_day: bool,
    calling: Calling,
    contact: Contacting,
) -> Verdict:
    """A promise is only given if the same rule that guards every call will allow it when it comes due.

    `facts` as they stood before this call; `is_working_day` is about the day of the callback.
    """
    after = _after_this_call(facts, at=at, callback_at=callback_at)
    verdict = may_call(after, now=callback_at, is_working_day=is_working_day, calling=calling, contact=contact)
    reasons = [_of_the_promise(one) for one in verdict.reasons]
    if bank_date(callback_at) > ends_on:
        reasons.append(reason("callback_after_end"))
    return Verdict(tuple(reasons))


def _of_the_promise(against: Reason) -> Reason:
    """What the rule says of now, said of the time that was chosen, which whoever chose it can change."""
    if against.code not in OF_THE_PROMISE:
        return against
    text, remedy = OF_THE_PROMISE[against.code]
    return replace(against, text=text, remedy=remedy, who=YOU)


def _after_this_call(facts: ContactFacts, *, at: datetime, callback_at: datetime) -> ContactFacts:
    attempts = None if facts.attempts is None else facts.attempts + 1
    return replace(facts, attempts=attempts, last_attempt_at=at, callback_at=callback_at)


@dataclass(frozen=True)
class Next:
    """What follows for the entry: its state, when it is due again, and a code if it ends for another reason."""

    state: str
    due_at: datetime | None = None
    closed_because: str = ""


def what_follows(
    said: Said, *, attempts: int, alike: int, at: datetime, eligible: Verdict, calling: Calling, dispositions: Dispositions
) -> Next:  # fmt: skip
    """`attempts` with this one counted, `alike` those of them that ended like this one; `eligible` the lasting reasons."""
    if said.callback_at is not None:
        return Next(State.CALLBACK, said.callback_at)
    if said.outcome.final:
        return Next(State.DONE if said.outcome.reached else State.CLOSED)
    if not eligible:
        return Next(State.CLOSED, closed_because=eligible.codes[0])
    if is_last(said.outcome, attempts=attempts, alike=alike, calling=calling, dispositions=dispositions):
        return Next(State.CLOSED, closed_because="attempts_used")
    return Next(State.OPEN, at + timedelta(hours=wait_hours(said.outcome, calling, dispositions)))


def is_last(outcome: Outcome, *, attempts: int, alike: int, calling: Calling, dispositions: Dispositions) -> bool:
    """Whether nobody is tried again after this many attempts, or after so many that ended like this one."""
    most = dispositions.most.get(outcome.code, calling.attempts_per_campaign)
    return attempts >= calling.attempts_per_campaign or alike >= most


def wait_hours(outcome: Outcome, calling: Calling, dispositions: Dispositions) -> int:
    """Until the customer is offered again: what the outcome asks for, and never less than the spacing of all calls."""
    return max(dispositions.retry_hours.get(outcome.code, 0), calling.hours_between_attempts)


def effect_text(outcome: Outcome, *, attempts: int, alike: int, calling: Calling, dispositions: Dispositions) -> Any:
    """What saving will do, in one line under the disposition pad; `attempts` made so far, `alike` those with this end."""
    if outcome.code == "refused_forever":
        return _("立即全行停止营销致电，不可撤销")
    if outcome.code == "complaint":
        return _("登记投诉，办结前停止营销联系")
    if outcome.asks_callback:
        return _("到约定时间优先回到您的队列")
    if outcome.asks_visit:
        return _("占用所选到店时段")
    if outcome.final:
        return _("本次活动不再拨打")
    made, limit = attempts + 1, calling.attempts_per_campaign
    if is_last(outcome, attempts=made, alike=alike + 1, calling=calling, dispositions=dispositions):
        return format_lazy(_("第 {made}/{limit} 次，本次活动不再拨打"), made=made, limit=limit)
    hours = wait_hours(outcome, calling, dispositions)
    return format_lazy(_("{hours} 小时后重试（第 {made}/{limit} 次）"), hours=hours, made=made, limit=limit)


def may_take_back(code: str, *, own: bool, made_at: datetime, at: datetime, seconds: int) -> Verdict:
    """Within the policy's seconds, by whoever recorded it, unless the customer's word holds for the whole bank."""
    reasons = [] if own else [reason("not_your_call")]
    if code in STICKING:
        reasons.append(_sticks(code))
    if at - made_at > timedelta(seconds=seconds):
        reasons.append(reason("too_late_to_take_back", seconds=seconds))
    return Verdict(tuple(reasons))


def _sticks(code: str) -> Reason:
    return reason("sticks", outcome=label_of(code))


def stood(kept: Mapping[str, Any]) -> dict[str, Any]:
    """How an entry stood before a call, read from what the call keeps of it."""
    return {name: moment_of(value) if name.endswith("_at") else value for name, value in kept.items()}


def moment_of(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def may_correct(*, own: bool, today: date, last_day: date, closed: bool) -> Verdict:
    """By whoever made the call, until `last_day`, while the campaign lasts."""
    against = (
        (reason("not_your_call"), not own),
        (reason("too_late_to_correct", last_day=f"{last_day:%Y-%m-%d}"), today > last_day),
        (reason("campaign_closed"), closed),
    )
    return Verdict(tuple(each for each, holds in against if holds))


def is_correction(code: str, said: Said, *, reason_given: str, answered: bool) -> Verdict:
    """Whether this can stand where `code` stood; `answered`: whether answers of the customer hang on the call."""
    against = (
        (reason("correction_reason"), len(reason_given) < LEAST_REASON or holds_number(reason_given)),
        (_sticks(code), code in STICKING and said.outcome.code != code),
        (reason("purpose_not_disclosed"), answered and said.outcome.reached and not said.purpose_disclosed),
    )
    return Verdict(tuple(each for each, holds in against if holds))

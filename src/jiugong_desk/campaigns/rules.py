"""What a plan needs before it may go on, who may decide about it, and words that may not be used. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..core.verdict import ALLOWED, Reason, Verdict, refused
from ..core.wording import found_words

# What a script may leave to be filled in at the call: the bank, the outlet, the manager, how to address the customer.
PLACES = ("bank", "outlet", "manager", "title")
PLACE = re.compile(r"\{([^{}]*)\}")
# Who mends what is missing.
PLANNER, APPROVER, COMPLIANCE = _("由策划人处理。"), _("由行领导处理。"), _("由合规消保处理。")


@dataclass(frozen=True)
class PlanFacts:
    """A plan as the launch gate sees it. `capacity` and `needed` are calls over the whole period."""

    today: date
    starts_on: date
    ends_on: date
    has_purpose: bool
    has_contact: bool
    script_chosen: bool
    script_approved: bool
    forbidden: tuple[str, ...]
    eligible: int
    holdout: int
    minimum_share: Decimal
    participants: int
    idle: tuple[str, ...]  # participants who may no longer call
    capacity: int
    needed: int
    sealed: bool  # the list was drawn at the approval, and nobody has touched it since
    reviewed: bool  # this very plan, by compliance
    approved: bool  # this very plan, by management

    @property
    def least_holdout(self) -> int:
        """The smallest hold-out that the policy allows for this audience."""
        return int((self.minimum_share * self.eligible).to_integral_value(ROUND_CEILING))


@dataclass(frozen=True)
class Condition:
    """One line of the launch checklist: green, or red with the reason and who can mend it."""

    code: str
    label: Any
    met: bool
    reason: Reason


def _condition(code: str, label: Any, met: bool, text: Any, mender: Any, **facts: Any) -> Condition:
    return Condition(code, label, met, Reason(code, text, facts, mender))


def conditions(plan: PlanFacts) -> tuple[Condition, ...]:
    """启动条件, in the order in which people meet them."""
    return (
        _condition("purpose", _("写明向客户说明的目的"), plan.has_purpose, _("没有写明目的。"), PLANNER),
        _condition("contact", _("指定投诉受理人"), plan.has_contact, _("没有指定投诉受理人及电话。"), PLANNER),
        _condition(
            "wording", _("方案文字不含禁用词"), not plan.forbidden, _("方案含有不得使用的词：{words}。"), PLANNER,
            words="、".join(plan.forbidden),
        ),
        _condition("script", _("已选定话术"), plan.script_chosen, _("没有选定话术。"), PLANNER),
        _condition("audience", _("客群中有可拨打的客户"), plan.eligible > 0, _("按客群规则没有可拨打的客户。"), PLANNER),
        _condition(
            "holdout", _("保留组达到下限"), plan.least_holdout <= plan.holdout < plan.eligible and plan.holdout > 0,
            _("保留组 {holdout} 户；按可拨打 {eligible} 户，至少 {least} 户，且须少于可拨打户数。"), PLANNER,
            holdout=plan.holdout, eligible=plan.eligible, least=max(plan.least_holdout, 1),
        ),
        _condition(
            "sealed", _("保留组已抽签，名单已封存"), plan.sealed, _("名单尚未抽签封存，或封存后被改动；批准时自动封存。"), APPROVER
        ),
        _condition("participants", _("已安排客户经理"), plan.participants > 0, _("没有安排客户经理。"), PLANNER),
        _condition(
            "callers", _("参与人均为在岗客户经理"), not plan.idle, _("以下人员已不在岗或无外呼权限：{who}。"), PLANNER,
            who="、".join(plan.idle),
        ),
        _condition(
            "capacity", _("拨打能力够用"), plan.capacity >= plan.needed,
            _("需要 {needed} 次拨打，排班只有 {capacity} 次。"), PLANNER, needed=plan.needed, capacity=plan.capacity,
        ),
        _condition(
            "period", _("活动期未过"), plan.ends_on >= plan.today, _("活动期已于 {ends} 结束。"), PLANNER, ends=plan.ends_on
        ),
        _condition("script_reviewed", _("话术已经合规审定"), plan.script_approved, _("话术尚未审定。"), COMPLIANCE),
        _condition(
            "reviewed", _("已过消费者权益保护审查"), plan.reviewed, _("本方案尚未通过消保审查，或审查后又有改动。"), COMPLIANCE
        ),
        _condition("approved", _("本方案已获批准且未再改动"), plan.approved, _("方案未获批准，或批准后又有改动。"), APPROVER),
    )  # fmt: skip


# Whoever approves decides on a complete plan; the script's review and the approval itself come later or elsewhere.
AFTER_SUBMITTING = ("sealed", "script_reviewed", "reviewed", "approved")


def may_submit(plan: PlanFacts) -> Verdict:
    """Everything that the planner has to bring."""
    return Verdict(tuple(c.reason for c in conditions(plan) if not c.met and c.code not in AFTER_SUBMITTING))


def may_launch(plan: PlanFacts) -> Verdict:
    """Every condition."""
    return Verdict(tuple(c.reason for c in conditions(plan) if not c.met))


NOT_APPROVED = Reason(
    "not_approved", _("方案未获批准，或批准后又有改动，不能印发。"), remedy=_("请先完成审批。")
)  # fmt: skip


def may_notify(*, approved: bool) -> Verdict:
    """What goes to the outlets is what management approved."""
    return ALLOWED if approved else refused(NOT_APPROVED)


# What fits on a plan notice; a year and its leap day; dates that people mean.
LONGEST_TEXT, LONGEST_LINE, LINES = 4_000, 80, ("title", "complaint_contact")
LONGEST_PERIOD = 366
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


def text_faults(texts: Mapping[str, str], labels: Mapping[str, Any]) -> dict[str, Reason]:
    """The written parts of a plan that are too long, by name. An end of line counts once, as the browser counts it."""
    most = {name: LONGEST_LINE if name in LINES else LONGEST_TEXT for name in texts}
    return {
        name: Reason(
            "long_text",
            _("“{what}”超过 {most} 字。"),
            {"what": labels[name], "most": most[name]},
            _("请删减后再保存。"),
        )
        for name, text in texts.items()
        if len(text.replace("\r\n", "\n")) > most[name]
    }


def period_faults(starts_on: date, ends_on: date) -> dict[str, Reason]:
    """What is wrong with a campaign's period, by the date to mend."""
    remedy = _("请核对活动期。")
    outside = Reason(
        "period_outside", _("日期须在 {first} 至 {last} 之间。"), {"first": FIRST_DAY, "last": LAST_DAY}, remedy
    )
    days = (("starts_on", starts_on), ("ends_on", ends_on))
    faults = {name: outside for name, day in days if not FIRST_DAY <= day <= LAST_DAY}
    if ends_on < starts_on:
        faults["ends_on"] = Reason("wrong_period", _("结束日期早于开始日期。"), remedy=remedy)
    elif (ends_on - starts_on).days >= LONGEST_PERIOD:
        text = _("活动期最长 {most} 天。")
        faults["ends_on"] = Reason("long_period", text, {"most": LONGEST_PERIOD}, remedy)
    return faults


QUESTION_KINDS = ("choice", "number", "text")
# What a caller can take in, and what an answer's row can keep (customers.ProfileAnswer: the label, the chosen words).
MOST_STEPS, MOST_QUESTIONS, MOST_CHOICES = 15, 20, 20
LONGEST_TITLE, LONGEST_SAY, LONGEST_LABEL, LONGEST_CHOICE, LONGEST_UNIT = 40, 1_000, 120, 60, 20
LONGEST_KEY, LONGEST_NAME = 40, 80


def script_faults(content: Mapping[str, Any], words: Iterable[str]) -> Verdict:
    """A script needs steps with something to say, questions that can be answered, and none of the words."""
    steps = content.get("steps") or []
    reasons = []
    if not steps:
        reasons.append(_fault("no_steps", _("话术至少要有一个步骤。")))
    if len(steps) > MOST_STEPS:
        reasons.append(
            _fault("many_steps", _("话术有 {found} 个步骤，最多 {most} 个。"), found=len(steps), most=MOST_STEPS)
        )
    keys: list[str] = []
    for number, step in enumerate(steps, start=1):
        if not str(step.get("title", "")).strip() or not str(step.get("say", "")).strip():
            reasons.append(_fault("empty_step", _("第 {number} 步缺少标题或话术正文。"), number=number))
        reasons += _step_limits(step, number)
        for question in step.get("questions", ()):
            keys.append(str(question.get("key", "")))
            reasons += _question_faults(question, number)
    if len(keys) != len(set(keys)) or not all(0 < len(key) <= LONGEST_KEY for key in keys):
        reasons.append(_fault("question_keys", _("问题的代码缺失、过长或重复。")))
    if any(unprintable(text) for text in script_texts(content)):
        reasons.append(_fault("control_characters", _("话术含有看不见的控制字符。")))
    unknown = unknown_places(content)
    if unknown:
        places = "、".join(f"{{{place}}}" for place in PLACES)
        text = _("话术中的 {unknown} 无法代入；可用：{places}。")
        reasons.append(_fault("unknown_place", text, unknown="、".join(unknown), places=places))
    found = found_words(script_texts(content), words)
    if found:
        reasons.append(_fault("forbidden_words", _("话术含有不得使用的词：{words}。"), words="、".join(found)))
    return Verdict(tuple(reasons))


def script_name_faults(title: str) -> Verdict:
    """The name under which a script is chosen."""
    if not title.strip() or len(title) > LONGEST_NAME or unprintable(title) or "\n" in title:
        return refused(_fault("wrong_name", _("话术名称须是 1 至 {most} 个字的一行文字。"), most=LONGEST_NAME))
    return ALLOWED


def _step_limits(step: Mapping[str, Any], number: int) -> list[Reason]:
    reasons = []
    for name, label, most in (("title", _("标题"), LONGEST_TITLE), ("say", _("话术正文"), LONGEST_SAY)):
        if len(str(step.get(name, ""))) > most:
            text = _("第 {number} 步的{what}超过 {most} 字。")
            reasons.append(_fault("long_step", text, number=number, what=label, most=most))
    if len(step.get("questions", ())) > MOST_QUESTIONS:
        text = _("第 {number} 步的问题超过 {most} 个。")
        reasons.append(_fault("many_questions", text, number=number, most=MOST_QUESTIONS))
    return reasons


def _question_faults(question: Mapping[str, Any], number: int) -> list[Reason]:
    if not str(question.get("label", "")).strip() or question.get("kind") not in QUESTION_KINDS:
        return [_fault("bad_question", _("第 {number} 步有问题缺少题目，或题型不对。"), number=number)]
    choices = question.get("choices") or ()
    if question["kind"] == "choice" and len(choices) < 2:
        return [_fault("few_choices", _("第 {number} 步的选择题至少要有两个选项。"), number=number)]
    if len(choices) > MOST_CHOICES:
        return [
            _fault("many_choices", _("第 {number} 步的选择题超过 {most} 个选项。"), number=number, most=MOST_CHOICES)
        ]
    parts = [(_("题目"), question["label"], LONGEST_LABEL), (_("单位"), question.get("unit") or "", LONGEST_UNIT)]
    parts += [(_("选项"), choice, LONGEST_CHOICE) for choice in choices]
    text = _("第 {number} 步有问题的{what}超过 {most} 字。")
    long = {most: what for what, part, most in parts if len(str(part)) > most}
    return [_fault("long_question", text, number=number, what=what, most=most) for most, what in long.items()]


def _fault(code: str, text: Any, **facts: Any) -> Reason:
    return Reason(code, text, facts, _("请修改后再提交。"))


def unknown_places(content: Mapping[str, Any]) -> list[str]:
    """{places} in what is said that no call page fills: the manager would read braces aloud."""
    said = " ".join(str(step.get("say", "")) for step in content.get("steps") or [])
    return sorted({found[0] for found in PLACE.finditer(said) if found[1] not in PLACES})


def unprintable(text: str) -> bool:
    """Whether it holds a control character other than the end of a line."""
    return any(unicodedata.category(character) == "Cc" for character in text.replace("\n", ""))


def script_texts(content: Mapping[str, Any]) -> list[str]:
    """Everything in a script that a customer may hear."""
    texts = []
    for step in content.get("steps") or []:
        texts += [str(step.get("title", "")), str(step.get("say", ""))]
        for question in step.get("questions", ()):
            texts += [str(question.get("label", "")), str(question.get("unit") or "")]
            texts += map(str, question.get("choices") or ())
    return texts

"""What a script needs before it may be reviewed. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..core.verdict import ALLOWED, Reason, Verdict, refused
from .bridge import Wording
from .content import FIXED, QUESTION_KINDS, Branch, Content, Question, Step
from .lint import lint, spoken
from .ways import TooManyWays, reachable

# What a script may leave to be filled in at the call: the bank, the outlet, the manager, how to address the customer.
PLACES = ("bank", "outlet", "manager", "title")
PLACE = re.compile(r"\{([^{}]*)\}")
# What a caller can take in, and what an answer's row can keep (customers.ProfileAnswer: the label, the chosen words).
MOST_STEPS, MOST_QUESTIONS, MOST_CHOICES, MOST_LIMITS, MOST_BRANCHES, MOST_OBJECTIONS = 15, 20, 20, 8, 8, 12
LONGEST_TITLE, LONGEST_SAY, LONGEST_LABEL, LONGEST_CHOICE, LONGEST_UNIT = 40, 1_000, 120, 60, 20
LONGEST_KEY, LONGEST_NAME, LONGEST_SAYS = 40, 80, 120
HIGHEST_LIMIT = 1_000_000_000  # yuan
KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")
REMEDY = _("请修改后再提交。")
FIXED_LABELS: dict[str, Promise] = {
    "identity": _("身份确认与录音告知"),
    "purposes": _("说明两个目的"),
    "refusal_free": _("可以随时拒绝"),
    "opt_out": _("结束与勿扰登记"),
}


def script_faults(content: Content, wording: Wording) -> Verdict:
    """Steps with something to say, questions that can be answered, ways that lead on, the fixed steps, allowed words."""
    reasons = [
        *_size_faults(content),
        *_key_faults(content),
        *_branch_faults(content),
        *_fixed_faults(content, wording),
        *_text_faults(content),
        *(finding.reason for finding in lint(content, wording)),
    ]
    return Verdict(tuple(reasons))


def script_name_faults(title: str) -> Verdict:
    """The name under which a script is chosen."""
    if not title.strip() or len(title) > LONGEST_NAME or unprintable(title) or "\n" in title:
        return refused(_fault("wrong_name", _("话术名称须是 1 至 {most} 个字的一行文字。"), most=LONGEST_NAME))
    return ALLOWED


def _size_faults(content: Content) -> Iterator[Reason]:
    steps = content.steps
    if not steps:
        yield _fault("no_steps", _("话术至少要有一个步骤。"))
    if len(steps) > MOST_STEPS:
        yield _fault("many_steps", _("话术有 {found} 个步骤，最多 {most} 个。"), found=len(steps), most=MOST_STEPS)
    for number, step in enumerate(steps, start=1):
        if not step.title.strip() or not step.say.strip():
            yield _fault("empty_step", _("第 {number} 步缺少标题或话术正文。"), number=number)
        yield from _step_limits(step, number)
        for question in step.questions:
            yield from _question_faults(question, number)
    yield from _objection_faults(content)


def _step_limits(step: Step, number: int) -> Iterator[Reason]:
    for label, text, most in ((_("标题"), step.title, LONGEST_TITLE), (_("话术正文"), step.say, LONGEST_SAY)):
        if len(text) > most:
            yield _fault("long_step", _("第 {number} 步的{what}超过 {most} 字。"), number=number, what=label, most=most)
    if len(step.questions) > MOST_QUESTIONS:
        yield _fault("many_questions", _("第 {number} 步的问题超过 {most} 个。"), number=number, most=MOST_QUESTIONS)
    if len(step.branches) > MOST_BRANCHES:
        yield _fault("many_branches", _("第 {number} 步的跳转超过 {most} 条。"), number=number, most=MOST_BRANCHES)


def _question_faults(question: Question, number: int) -> Iterator[Reason]:
    if not question.label.strip() or question.kind not in QUESTION_KINDS:
        yield _fault("bad_question", _("第 {number} 步有问题缺少题目，或题型不对。"), number=number)
        return
    options = question.choices
    if question.kind == "choice" and len(options) < 2:
        yield _fault("few_choices", _("第 {number} 步的选择题至少要有两个选项。"), number=number)
    elif question.kind == "choice" and (len(set(options)) < len(options) or not all(map(str.strip, options))):
        yield _fault("same_choices", _("第 {number} 步的选择题有相同或空白的选项。"), number=number)
    elif question.kind == "amount_band" and not _rising(question.limits):
        text = _("第 {number} 步的金额分档须是 1 至 {most} 个由小到大的金额。")
        yield _fault("wrong_bands", text, number=number, most=MOST_LIMITS)
    if len(options) > MOST_CHOICES:
        yield _fault("many_choices", _("第 {number} 步的选择题超过 {most} 个选项。"), number=number, most=MOST_CHOICES)
        return
    parts = [(_("题目"), question.label, LONGEST_LABEL), (_("单位"), question.unit, LONGEST_UNIT)]
    parts += [(_("选项"), choice, LONGEST_CHOICE) for choice in options]
    long = {most: what for what, part, most in parts if len(part) > most}
    text = _("第 {number} 步有问题的{what}超过 {most} 字。")
    yield from (_fault("long_question", text, number=number, what=what, most=most) for most, what in long.items())


def _rising(limits: tuple[int, ...]) -> bool:
    fits = 1 <= len(limits) <= MOST_LIMITS and limits[0] > 0 and limits[-1] <= HIGHEST_LIMIT
    return fits and all(low < high for low, high in pairwise(limits))


def _objection_faults(content: Content) -> Iterator[Reason]:
    groups = [content.objections, *(step.objections for step in content.steps)]
    if any(len(group) > MOST_OBJECTIONS for group in groups):
        yield _fault("many_objections", _("异议最多 {most} 条。"), most=MOST_OBJECTIONS)
    every = [one for group in groups for one in group]
    if not all(one.says.strip() and one.answer.strip() for one in every):
        yield _fault("empty_objection", _("有异议缺少客户的话或应答。"))
    long = any(len(one.says) > LONGEST_SAYS or len(one.answer) > LONGEST_SAY for one in every)
    if long or len(content.ending) > LONGEST_SAY:
        text = _("异议超过 {says} 字，或应答、结束语超过 {most} 字。")
        yield _fault("long_objection", text, says=LONGEST_SAYS, most=LONGEST_SAY)


def _key_faults(content: Content) -> Iterator[Reason]:
    questions = [question.key for step in content.steps for question in step.questions]
    if len(questions) != len(set(questions)) or not all(map(KEY.fullmatch, questions)):
        yield _fault("question_keys", _("问题的代码缺失、过长或重复。"))
    steps = [step.key for step in content.steps]
    if len(steps) != len(set(steps)) or not all(map(KEY.fullmatch, steps)):
        yield _fault("step_keys", _("步骤的代码缺失、过长或重复。"))


def _branch_faults(content: Content) -> Iterator[Reason]:
    """Only forwards, only on answers that were asked for by then, never past a fixed step, and no step left out."""
    positions = content.positions
    for number, step in enumerate(content.steps):
        for branch in step.branches:
            target = positions.get(branch.go, -1)
            if not branch.go:
                yield _fault("jump_unfinished", _("请选择第 {number} 步的跳转转到哪一步。"), number=number + 1)
            elif target <= number:
                yield _fault("wrong_jump", _("第 {number} 步的跳转只能去往后面的步骤。"), number=number + 1)
            elif any(between.fixed for between in content.steps[number + 1 : target]):
                yield _fault("jump_past_fixed", _("第 {number} 步的跳转会越过固定步骤。"), number=number + 1)
            if branch.question and not _asked(content, number, branch):
                text = _("第 {number} 步的跳转条件：请勾选此前选择题或金额分档的至少一个选项。")
                yield _fault("wrong_condition", text, number=number + 1)
    try:
        reached = reachable(content)
    except TooManyWays:
        yield _fault("many_ways", _("话术的跳转过多，无法逐一核对走法。"))
        return
    for number, step in enumerate(content.steps):
        if number not in reached:
            yield _fault(
                "unreachable", _("第 {number} 步“{title}”没有任何走法能到达。"), number=number + 1, title=step.title
            )


def _asked(content: Content, number: int, branch: Branch) -> bool:
    asked = {question.key: question for step in content.steps[: number + 1] for question in step.questions}
    question = asked.get(branch.question)
    return question is not None and bool(branch.answers) and set(branch.answers) <= set(question.options)


def _fixed_faults(content: Content, wording: Wording) -> Iterator[Reason]:
    """The steps that the law asks for: each once, in their order, before any question, with what they must say."""
    kinds = [step.fixed for step in content.steps if step.fixed]
    missing = [kind for kind in FIXED if kind not in kinds]
    for kind in missing:
        yield _fault("fixed_missing", _("缺少固定步骤“{what}”。"), what=FIXED_LABELS[kind])
    if not missing and kinds != list(FIXED):
        yield _fault("fixed_order", _("固定步骤各有一个，顺序为：{order}。"), order=_in_words(FIXED))
    if not missing and kinds == list(FIXED):
        yield from _place_faults(content)
    for number, step in enumerate(content.steps, start=1):
        lacks = missing_wording(step, wording)
        if lacks:
            text = _("第 {number} 步“{what}”没有说明：{lacks}。")
            what = FIXED_LABELS[step.fixed]
            yield _fault("fixed_wording", text, number=number, what=what, lacks="；".join(lacks))


def _place_faults(content: Content) -> Iterator[Reason]:
    fixed = [step.fixed for step in content.steps]
    if fixed[:2] != list(FIXED[:2]) or fixed[-1] != FIXED[-1]:
        text = _("“{first}”“{second}”须是开头两步，“{last}”须是最后一步。")
        first, second, last = FIXED_LABELS[FIXED[0]], FIXED_LABELS[FIXED[1]], FIXED_LABELS[FIXED[-1]]
        yield _fault("fixed_place", text, first=first, second=second, last=last)
    if any(step.questions for step in content.steps[: fixed.index("refusal_free")]):
        yield _fault("asked_too_early", _("说明“{what}”之前不能提问。"), what=FIXED_LABELS["refusal_free"])


def missing_wording(step: Step, wording: Wording) -> list[str]:
    """What a fixed step does not say yet: for each missing idea the wordings that would do."""
    said = _even(step.say)
    groups = wording.required.get(step.fixed, ())
    return ["/".join(group) for group in groups if not any(_even(words) in said for words in group)]


def _even(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _in_words(kinds: Iterable[str]) -> str:
    return "、".join(str(FIXED_LABELS[kind]) for kind in kinds)


def _text_faults(content: Content) -> Iterator[Reason]:
    texts = [text for _place, text in spoken(content)] + [
        one.says for group in (content.objections, *(step.objections for step in content.steps)) for one in group
    ]
    if any(map(unprintable, texts)):
        yield _fault("control_characters", _("话术含有看不见的控制字符。"))
    unknown = unknown_places(texts)
    if unknown:
        places = "、".join(f"{{{place}}}" for place in PLACES)
        text = _("话术中的 {unknown} 无法代入；可用：{places}。")
        yield _fault("unknown_place", text, unknown="、".join(unknown), places=places)


def unknown_places(texts: Iterable[str]) -> list[str]:
    """{places} in what is said that no call page fills: the manager would read braces aloud."""
    return sorted({found[0] for text in texts for found in PLACE.finditer(text) if found[1] not in PLACES})


def unprintable(text: str) -> bool:
    """Whether it holds a control character other than the end of a line."""
    return any(unicodedata.category(character) == "Cc" for character in text.replace("\n", ""))


def _fault(code: str, text: Any, **facts: Any) -> Reason:
    return Reason(code, text, facts, REMEDY)

"""The plan as an official document: 关于印发《…方案》的通知, with the script and the people as annexes.

What it says is the bank's, not the reader's: always in Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import translation

from ..approvals import queries as approvals
from ..documents import queries as documents
from ..documents.content import chinese, chinese_date
from ..documents.kinds import Kind
from ..documents.notice import Annex, Items, Notice, Paragraph, Part, Section, lead, paragraphs, table
from ..organisation.models import Staff, Unit
from ..scripts.content import Content, Objection, Question, Step
from ..scripts.stepper import merged
from . import queries
from .gate import PLAN
from .goals import sentence
from .marks import Mark, in_force, marks
from .measures import MEASURES, MONEY
from .models import Campaign, Participant
from .plan import LABELS, held_out_in_words, offers_of, sections
from .power import power_of
from .staffing import participants_of

KIND, ABOUT = "plan_notice", "campaign"
PLACES = {"bank": "（本行）", "outlet": "（网点）", "manager": "（客户经理姓名）", "title": "（客户称呼）"}


def kind_of(label: Any) -> Kind:
    """How the room of documents knows a plan notice."""
    return Kind(KIND, label, address_of)


def address_of(ref: str, staff: Staff) -> str:
    """The plan's page, for whom there is one."""
    seen = Campaign.objects.visible_to(staff).filter(ref=ref).exists()
    return reverse("campaign", args=[ref]) if seen else ""


def notice_of(campaign: Campaign, *, word: str, copies: tuple[str, ...], on: date) -> Notice:
    """The campaign's plan as it is now. It goes to the outlets whose people take part."""
    people = participants_of(campaign)
    with translation.override("zh-hans"):
        return Notice(
            kind=KIND,
            title=f"关于印发《{plan_title(campaign)}》的通知",
            word=word,
            issuer=campaign.unit,
            addressees=outlets(campaign, people),
            sections=tuple(_sections(campaign, on)),
            annexes=tuple(_annexes(campaign, people)),
            copies_to=copies,
            signed_by=_signed_by(campaign),
            dated_on=on,
        )


def is_outdated(campaign: Campaign) -> bool:
    """Whether the notice that stands says less than what is in force: an amendment came after it."""
    standing, amended = documents.standing(ABOUT, campaign.ref, KIND), in_force(campaign)[-1:]
    return standing is not None and any(
        one.ended_at is not None and one.ended_at > standing.issued_at for one in amended
    )


def plan_title(campaign: Campaign) -> str:
    return campaign.title if campaign.title.endswith("方案") else f"{campaign.title}方案"


def outlets(campaign: Campaign, people: list[Participant]) -> tuple[Unit, ...]:
    """Where the participants are posted, in the order of the tree."""
    units = {posting.unit for person in people for posting in person.staff.postings.all()}
    return tuple(sorted((unit for unit in units if campaign.unit.holds(unit.path)), key=lambda unit: unit.path))


def _signed_by(campaign: Campaign) -> str:
    """Who approved the plan; nobody while that is open."""
    decided = [one for one in approvals.of_matter(campaign.ref, [PLAN]) if one.state == one.State.APPROVED]
    by = decided[0].decided_by if decided else None
    return by.name if by else ""


def _sections(campaign: Campaign, on: date) -> Iterator[Section]:
    yield lead(f"现将《{plan_title(campaign)}》印发给你们，请认真组织学习，做好人员安排，抓好落实。")
    for label, text in sections(campaign):
        yield Section(str(label), paragraphs(text))
    if campaign.goals:
        targets = tuple(f"{_target(goal)}；" for goal in campaign.goals)
        yield Section("量化目标", (Items((*targets[:-1], f"{targets[-1][:-1]}。")),))
    promised = offers_of(campaign)
    if promised:
        yield Section("活动优惠", (Items(tuple(f"{offer.title}：{_sentence(offer.text)}" for offer in promised)),))
    if campaign.budget is not None:
        yield Section("预算", (Paragraph(f"本次活动预算{_yuan(campaign.budget)}元，含外呼人工与优惠成本。"),))
    period = f"活动期自{chinese_date(campaign.starts_on)}至{chinese_date(campaign.ends_on)}。"
    rules = [_close(words) for words in queries.rules_in_words(campaign)]
    audience = Items((*(f"{words}；" for words in rules[:-1]), *(f"{words}。" for words in rules[-1:])))
    held_out = f"{held_out_in_words(campaign)}营销组与保留组均由系统抽定，任何人不得调换。"
    judged = f"成效以{MEASURES[campaign.primary_measure or MONEY].label}为主要指标，事先确定，不得更改。{power_of(campaign, on=on).statement}"
    who = Paragraph("目标客群须同时符合以下各项：")
    yield Section("客群与保留组", (Paragraph(period), who, audience, Paragraph(held_out), Paragraph(judged)))
    yield Section("合规要求", (Items(tuple(_duties(campaign))),))
    amended = tuple(map(_amendment, marks(campaign)))
    if amended:
        yield Section("方案变更", (Paragraph("本方案启动后经批准变更如下，以上各项均为变更后的内容："), Items(amended)))


def _duties(campaign: Campaign) -> Iterator[str]:
    yield "收文机构收到本通知后，须在系统中确认收到。"
    yield "参与人员须先通过本活动的培训，方可致电客户。"
    yield f"通话开始即如实说明来意：{_sentence(campaign.purpose)}"
    yield "客户拒绝即止，不再追问；客户要求勿扰的，当场登记，全行不再致电。"
    yield f"投诉受理：{_sentence(campaign.complaint_contact)}"
    if campaign.stop_conditions.strip():
        yield f"投诉处理与停止条件：{_sentence(campaign.stop_conditions)}"
    share = float(queries.complaints_share()) * 1000
    in_words = f"千分之{chinese(int(share))}" if share in range(1, 100) else f"{share:g}‰"
    yield f"投诉超过接通户数的{in_words}，系统自动暂停外呼，经合规消保复核后再定。"
    yield "客户信息只用于本活动，不得下载、转发或另行记录。"


def _amendment(mark: Mark) -> str:
    what = "、".join(str(LABELS[name]) for name in mark.parts)
    return f"变更{mark.number}，自{chinese_date(mark.day)}起：{what}。原因：{_sentence(mark.reason)}"


def _yuan(amount: Decimal) -> str:
    """20,000; 20,000.50"""
    return f"{amount:,.2f}".removesuffix(".00")


def _sentence(text: str) -> str:
    """One line that ends with a mark."""
    line = " ".join(text.split())
    return line if line.endswith(("。", "！", "？")) else f"{line}。"


def _target(goal: Mapping[str, str]) -> str:
    """接通率不低于50%（2026年3月31日前）"""
    return _close(sentence({**goal, "by": chinese_date(date.fromisoformat(goal["by"]))}))


def _close(text: str) -> str:
    """As a document sets it: no space beside a Chinese character, which a screen may show."""
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", text)


def _annexes(campaign: Campaign, people: list[Participant]) -> Iterator[Annex]:
    if campaign.script:
        title = f"{campaign.script.title}（第{campaign.script.version}版）"
        yield Annex(title, tuple(_script(campaign.script.read)))
    placed = [(outlet, one) for outlet in outlets(campaign, people) for one in people if _is_at(outlet, one)]
    rows = [(outlet.name, one.staff.name, one.staff.staff_no, one.daily_calls) for outlet, one in placed]
    heads = ("网点", "客户经理", "工号", "每日可拨打次数")
    yield Annex("参与人员安排", (Section("", (table(heads, rows),)),))


def _is_at(outlet: Unit, person: Participant) -> bool:
    return any(posting.unit_id == outlet.pk for posting in person.staff.postings.all())


def _script(content: Content) -> Iterator[Section]:
    """The steps, then what is answered to objections at any of them."""
    yield from map(_step, content.steps)
    if content.objections:
        yield Section("客户异议与应答", (Items(tuple(map(_objection, content.objections))),))


def _step(step: Step) -> Section:
    parts: list[Part] = [*paragraphs(merged(step.say, PLACES))]
    lists = (tuple(map(_question, step.questions)), tuple(map(_objection, step.objections)))
    return Section(step.title, (*parts, *(Items(lines) for lines in lists if lines)))


def _question(question: Question) -> str:
    """家庭人数（人）; 近期闲置资金：无、5万以内、5万以上"""
    if question.options:
        return f"{question.label}：{'、'.join(question.options)}"
    return f"{question.label}（{question.unit}）" if question.unit else question.label


def _objection(one: Objection) -> str:
    return f"“{one.says}”——{merged(one.answer, PLACES)}"

"""Why this customer, why now, and the one thing not to say: three short sentences on the call page. Pure.

Made from what the bank has recorded, never from a score that nobody can explain; no amounts, since the whole office
hears the call. The first sentence that fits is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

SOON = timedelta(days=60)  # a maturity within it is a reason to call now
RECENT = timedelta(days=180)  # a complaint or a refusal within it is spoken of with care

Sentence = str | Promise


@dataclass(frozen=True)
class Known:
    """What the sentences are made from. Dates are the bank's; None or empty: there is none, or nobody knows.

    `assets`: the band's name. `has_potential`: his income would let him keep more here than he does.
    `last`: when he was last called for a campaign, and how it ended. `tested_until`: of his risk test.
    """

    today: date
    ends_on: date
    assets: Sentence = ""
    loan: Sentence = ""
    has_potential: bool = False
    matures_on: date | None = None
    matures: Sentence = ""
    promised_at: datetime | None = None
    interested: tuple[date, Sentence] | None = None
    refused: tuple[date, Sentence] | None = None
    attempt: int = 1
    complained_on: date | None = None
    tested_until: date | None = None
    is_elderly: bool = False


@dataclass(frozen=True)
class Why:
    who: Sentence
    now: Sentence
    avoid: Sentence


def why(known: Known) -> Why:
    return Why(_who(known), next(_now(known)), next(_avoid(known)))


def _who(known: Known) -> Sentence:
    """What makes him one of this campaign's."""
    if known.matures_on and known.matures_on - known.today <= SOON and known.matures:
        text = (
            _("在本行有{loan}，资产属“{assets}”档，有{matures}将到期。")
            if known.loan
            else _("本行资产属“{assets}”档，有{matures}将到期。")
        )
    elif known.has_potential:
        text = (
            _("在本行有{loan}，资产属“{assets}”档，按收入看还有存款潜力。")
            if known.loan
            else _("本行资产属“{assets}”档，按收入看还有存款潜力。")
        )
    else:
        text = (
            _("在本行有{loan}，资产属“{assets}”档，符合本活动客群。")
            if known.loan
            else _("本行资产属“{assets}”档，符合本活动客群。")
        )
    return format_lazy(text, loan=known.loan, assets=known.assets or _("未知"), matures=known.matures)


def _now(known: Known) -> Iterator[Sentence]:
    if known.promised_at is not None:
        yield format_lazy(_("客户约定 {at} 回拨。"), at=f"{timezone.localtime(known.promised_at):%m-%d %H:%M}")
    if known.matures_on and known.today <= known.matures_on <= known.today + SOON:
        yield format_lazy(
            _("{day} 到期，还有 {days} 天。"),
            day=f"{known.matures_on:%m-%d}",
            days=(known.matures_on - known.today).days,
        )
    if known.interested is not None:
        yield format_lazy(
            _("{day} 表示过“{outcome}”，接着谈。"), day=f"{known.interested[0]:%m-%d}", outcome=known.interested[1]
        )
    if known.attempt > 1:
        yield format_lazy(_("本活动第 {attempt} 次拨打，前几次没有谈成。"), attempt=known.attempt)
    yield format_lazy(_("本活动还没有联系过，{day} 截止。"), day=f"{known.ends_on:%m-%d}")


def _avoid(known: Known) -> Iterator[Sentence]:
    """The gravest first; with nothing special, what holds for everybody."""
    if known.complained_on and known.today - known.complained_on <= RECENT:
        yield format_lazy(_("{day} 投诉过：先问候，客户不问就不提产品。"), day=f"{known.complained_on:%m-%d}")
    if known.refused and known.today - known.refused[0] <= RECENT:
        yield format_lazy(
            _("{day} 说过“{outcome}”：不要就同一件事再劝。"), day=f"{known.refused[0]:%m-%d}", outcome=known.refused[1]
        )
    if known.is_elderly:
        yield _("年长客户：电话里不介绍有风险的产品，慢慢说，不催。")
    if known.tested_until is not None and known.tested_until < known.today:
        yield format_lazy(_("风险测评已于 {day} 到期：不介绍理财和基金。"), day=f"{known.tested_until:%Y-%m-%d}")
    if known.tested_until is None:
        yield _("没有风险测评：不介绍理财和基金。")
    if known.loan:
        yield _("不要把存款和贷款放在一起说。")
    yield _("不承诺收益，不许诺礼品。")

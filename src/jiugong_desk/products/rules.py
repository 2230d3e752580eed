"""Whom a product suits (W1), and what an offer may promise (D2, M1, CC1). Pure: every fact is handed in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..core.verdict import Reason, Verdict
from ..core.wording import STOPS, Wording, found_words, unsayable
from .terms import BENCHMARKED, CAPACITIES, RISKS, RISKY, Category, OfferKind

PHONE, VISIT = "phone", "visit"
Facts = dict[str, Any]

UNTESTED = _("请客户在网点或手机银行做风险测评。")
CUSTOMER = _("请客户在网点或手机银行重新做风险测评。")
STEWARD = _("由数据管理员核对产品目录。")
DEPARTMENT = _("由综合业务部申请追加额度或另选产品。")
MANAGER = _("由客户经理另选产品或金额。")
PLANNER = _("由策划人修改后再保存。")


@dataclass(frozen=True)
class ProductFacts:
    """A product on one day. `quota_left` is yuan, or pieces where `quota_counts`; None: no limit."""

    category: str
    product_risk: str
    minimum: Decimal | None
    step: Decimal | None
    on_sale_from: date
    on_sale_until: date | None
    quota_left: Decimal | None = None
    quota_counts: bool = False


@dataclass(frozen=True)
class CustomerFacts:
    """What suitability asks of a customer. `amount`: yuan that he would put in; None: not said yet."""

    risk_capacity: str
    risk_test_expires_on: date | None
    birth_date: date | None
    amount: Decimal | None = None


@dataclass(frozen=True)
class Limits:
    """Of the policy: from which age on, and up to which risk (1 to 5) something is offered by telephone."""

    elderly_age: int
    elderly_phone_most_risk: int


def suitable(product: ProductFacts, customer: CustomerFacts, *, on: date, channel: str, limits: Limits) -> Verdict:
    """Whether this product may be offered to this customer on this day, by phone or at a visit; every reason against.

    What is not known speaks against: no test, no expiry, and on the phone no age.
    """
    return Verdict((*_sold(product, customer.amount, on), *_borne(product, customer, on, channel, limits)))


def borne(product: ProductFacts, customer: CustomerFacts, *, on: date, channel: str, limits: Limits) -> Verdict:
    """Whether he may bear the product's risk at all, whatever is on sale or left of it on this day."""
    return Verdict(tuple(_borne(product, customer, on, channel, limits)))


def _sold(product: ProductFacts, amount: Decimal | None, on: date) -> Iterable[Reason]:
    """What stands against the product itself, whoever asks for it."""
    if on < product.on_sale_from:
        facts: Facts = {"day": product.on_sale_from}
        yield Reason("not_yet_on_sale", _("产品 {day} 起售，现在还不能推介。"), facts, STEWARD)
    if product.on_sale_until is not None and on > product.on_sale_until:
        facts = {"day": product.on_sale_until}
        yield Reason("no_longer_on_sale", _("产品已于 {day} 停售。"), facts, STEWARD)
    if product.quota_left is not None and not _within_quota(product, amount):
        yield Reason("quota_used", _("剩余额度不足。"), remedy=DEPARTMENT)
    if amount is None:
        return
    if product.minimum is not None and amount < product.minimum:
        facts = {"least": f"{product.minimum:,.0f}"}
        yield Reason("below_minimum", _("金额低于起点 {least} 元。"), facts, MANAGER)
    elif product.step and (amount - (product.minimum or 0)) % product.step:
        facts = {"step": f"{product.step:,.0f}"}
        yield Reason("off_step", _("超过起点的部分须是 {step} 元的整数倍。"), facts, MANAGER)


def _within_quota(product: ProductFacts, amount: Decimal | None) -> bool:
    left = product.quota_left or Decimal(0)
    if product.quota_counts:
        return left >= 1
    return left > 0 and left >= max(amount or Decimal(0), product.minimum or Decimal(0))


def _borne(product: ProductFacts, customer: CustomerFacts, on: date, channel: str, limits: Limits) -> Iterable[Reason]:
    """What stands against this customer's bearing the product's risk."""
    if product.product_risk not in RISKS:
        if product.product_risk or product.category in RISKY:
            yield Reason("risk_unrated", _("产品没有风险等级，不能推介。"), remedy=STEWARD)
        return
    risk = RISKS.index(product.product_risk) + 1
    if customer.risk_capacity not in CAPACITIES:
        yield Reason("capacity_unknown", _("客户没有风险测评结果。"), remedy=UNTESTED)
    else:
        yield from _tested(product.product_risk, customer, on)
    if channel == PHONE and risk > limits.elderly_phone_most_risk:
        yield from _by_phone(product.product_risk, customer.birth_date, on, limits.elderly_age)


def _tested(product_risk: str, customer: CustomerFacts, on: date) -> Iterable[Reason]:
    if product_risk[1] > customer.risk_capacity[1]:  # R3 against C2
        high: Facts = {"risk": product_risk, "capacity": customer.risk_capacity}
        yield Reason("risk_too_high", _("产品风险 {risk} 高于客户承受能力 {capacity}。"), high, MANAGER)
    if customer.risk_test_expires_on is None:
        yield Reason("test_undated", _("风险测评没有有效期。"), remedy=CUSTOMER)
    elif customer.risk_test_expires_on < on:
        day: Facts = {"day": customer.risk_test_expires_on}
        yield Reason("test_expired", _("风险测评已于 {day} 到期。"), day, CUSTOMER)


def _by_phone(product_risk: str, born: date | None, on: date, elderly_age: int) -> Iterable[Reason]:
    remedy = _("请邀约客户到网点面谈。")
    if born is None:
        facts: Facts = {"risk": product_risk}
        yield Reason("age_unknown", _("客户年龄未知，{risk} 产品不能电话推介。"), facts, remedy)
    elif age_on(born, on) >= elderly_age:
        facts = {"risk": product_risk, "age": elderly_age}
        yield Reason("elderly_by_phone", _("客户年满 {age} 岁，{risk} 产品不能电话推介。"), facts, remedy)


def most_risk(customer: CustomerFacts, *, on: date, channel: str, limits: Limits) -> str:
    """The highest risk that may be offered to the customer, R1 to R5; empty: nothing that bears a risk."""
    borne = [
        risk
        for risk in RISKS
        if not list(_borne(ProductFacts("", risk, None, None, on, None), customer, on, channel, limits))
    ]
    return borne[-1] if borne else ""


def age_on(born: date, on: date) -> int:
    """Full years; who is born on 29 February is a year older on 1 March of a common year."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


UNSAYABLE = {
    "forbidden_words": _("优惠含有不得使用的词：{words}。"),
    "loan_and_deposit": _("优惠不得把贷款与存款挂钩：{words}。"),
    "promise": _("优惠不得承诺收益或结果：{words}。"),
}
LONGEST_TITLE, LONGEST_TEXT, LONGEST_PERIOD = 60, 300, 366
PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*[%％]")
WIDE = str.maketrans("０１２３４５６７８９．", "0123456789.")


@dataclass(frozen=True)
class OfferFacts:
    """An offer as it would be saved. `published`: every rate of its product that holds on some day of it, per cent."""

    kind: str
    title: str
    text: str
    valid_from: date
    valid_until: date
    cost: Decimal
    category: str = ""  # of its product; empty: a service of its own
    published: frozenset[Decimal] = frozenset()


@dataclass(frozen=True)
class OfferWords:
    """What the policy forbids to say, its words of deposits and gifts; and which categories are deposits."""

    wording: Wording
    deposits: tuple[str, ...]
    gifts: tuple[str, ...]
    deposit_categories: frozenset[str]


def offer_faults(offer: OfferFacts, words: OfferWords) -> Verdict:
    """Why this offer may not be made: the wording, money for deposits (D2), figures that no table has, its days."""
    texts = (offer.title, offer.text)
    return Verdict(
        (*_wording(offer, texts, words), *_no_gifts(offer, texts, words), *_figures(offer, texts), *_days(offer))
    )


def _wording(offer: OfferFacts, texts: tuple[str, str], words: OfferWords) -> Iterable[Reason]:
    if not offer.title.strip() or not offer.text.strip():
        yield _fault("empty", _("请填写名称和对客户说的话。"))
    if len(offer.title) > LONGEST_TITLE or len(offer.text) > LONGEST_TEXT:
        facts: Facts = {"title": LONGEST_TITLE, "most": LONGEST_TEXT}
        yield _fault("too_long", _("名称最多 {title} 字，对客户说的话最多 {most} 字。"), **facts)
    found = dict.fromkeys(one for text in texts for one in unsayable(text, words.wording))
    known = {code for code, _said in found}
    # A customer reads both in one: 存满二十万专享 above 按揭利率下调.
    together = unsayable(f"{offer.title.rstrip(STOPS + ' ')}，{offer.text}", words.wording)
    found |= dict.fromkeys(one for one in together if one[0] not in known)
    for code, sentence in UNSAYABLE.items():
        if said := [words for its, words in found if its == code]:
            yield _fault(code, sentence, words="、".join(said))


def is_for_deposits(offer: OfferFacts, words: OfferWords) -> bool:
    """Whether the offer is one for deposits: by its product, or by what it says."""
    spoken = found_words((offer.title, offer.text), words.deposits)
    return offer.category in words.deposit_categories or bool(spoken)


def _no_gifts(offer: OfferFacts, texts: tuple[str, str], words: OfferWords) -> Iterable[Reason]:
    """No money, gift or rebate for a deposit (银保监办发〔2018〕48号); points go with a card that is used (CC1)."""
    if offer.kind == OfferKind.POINTS and offer.category != Category.CARD:
        yield _fault("points_without_card", _("积分只能用于信用卡的激活和使用，不能用于其他产品。"))
    if not is_for_deposits(offer, words):
        return
    if found := found_words(texts, words.gifts):
        yield _fault("deposit_gift", _("存款类优惠不得含钱物、赠礼或返利：{words}。"), words="、".join(found))
    if offer.kind != OfferKind.SERVICE and offer.cost > 0:
        yield _fault("deposit_cost", _("存款类优惠只能是利率表内的利率或服务，不能另有每户费用。"))


def _figures(offer: OfferFacts, texts: tuple[str, str]) -> Iterable[Reason]:
    """A rate that is said must be one that is published; a benchmark must be called one."""
    if offer.kind == OfferKind.RATE and not offer.published:
        yield _fault("no_published_rate", _("利率档须选定一个在有效期内有公布利率的产品。"))
    said = {Decimal(number) for text in texts for number in PERCENT.findall(text.translate(WIDE))}
    if not said or offer.category == Category.CARD:
        return
    if unpublished := sorted(said - offer.published):
        listed = "、".join(f"{number}%" for number in unpublished)
        yield _fault("unpublished_rate", _("{rates} 不在该产品的利率表中。"), rates=listed)
    if offer.category in BENCHMARKED and "业绩比较基准" not in "".join(texts):
        yield _fault("benchmark_unnamed", _("理财、基金的数字须称为“业绩比较基准”，不能说成收益率。"))


def _days(offer: OfferFacts) -> Iterable[Reason]:
    if offer.valid_until < offer.valid_from:
        yield _fault("wrong_period", _("结束日期早于开始日期。"))
    elif (offer.valid_until - offer.valid_from).days >= LONGEST_PERIOD:
        yield _fault("long_period", _("优惠最长 {most} 天。"), most=LONGEST_PERIOD)
    if offer.cost < 0:
        yield _fault("negative_cost", _("每户成本不能为负。"))


def _fault(code: str, text: Any, **facts: Any) -> Reason:
    return Reason(code, text, facts, PLANNER)

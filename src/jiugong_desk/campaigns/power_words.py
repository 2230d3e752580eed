"""What a plan can tell from chance, in words: the difference, where it comes from, what would help."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..ui.templatetags.desk import money_text
from .designs import LEAST_CLUSTERS, Better, Design, Way
from .measures import MONEY, TAKE_UP
from .models import Campaign


def value_text(measure: str, value: float) -> str:
    if measure == TAKE_UP:
        return _("{points:.1f}个百分点").format(points=value)
    return _("户均日均存款 {amount}").format(amount=money_text(value))


def sentence(campaign: Campaign, measure: str, design: Design, found: float | None) -> str:
    if not design.customers:
        return _("名单上没有可拨打的客户，无从测算。")
    if not design.treated:
        return _("保留组 {size:,} 户，可拨打的只有 {eligible:,} 户，没有人可以联系。请减少保留组，或扩大客群。").format(
            size=campaign.holdout_size, eligible=design.customers
        )
    if not design.held_out:
        return _("没有保留组，无法证明活动有没有用；请填写保留组户数。")
    if found is not None:
        return _("如果真实提升低于{value}，本次活动看不出来。").format(value=value_text(measure, found))
    unit = campaign.get_holdout_unit_display()
    if design.clusters is not None and design.clusters < LEAST_CLUSTERS:
        return _("按{unit}抽签只有 {number} 组，至少要 {least} 组才说得清，本次活动看不出任何提升。").format(
            unit=unit, number=design.clusters, least=LEAST_CLUSTERS
        )
    if not design.tells:
        one = _("户") if design.clusters is None else _("个抽签单位")
        return _("按{unit}抽签，较小的一组不足 2 {one}，本次活动看不出任何提升。").format(unit=unit, one=one)
    if measure == TAKE_UP:
        return _("两组太小，即使营销组全部达成，本次活动也看不出来。")
    return _("近三个月的余额历史不足，暂无法估算本次活动能测出多大的提升。")


def basis(campaign: Campaign, measure: str, design: Design, rate: float | None, *, borrowed: bool = False) -> str:
    sizes = _("按营销组 {treated:,} 户对保留组 {held_out:,} 户").format(
        treated=design.treated, held_out=design.held_out
    )
    if measure == MONEY and borrowed:
        said = _("{sizes}、本机构客户近三个月余额的波动估算（名单上的余额历史太少）。").format(sizes=sizes)
    elif measure == MONEY:
        said = _("{sizes}、近三个月余额的波动估算。").format(sizes=sizes)
    elif rate is None:
        said = _("{sizes}、最不利的达成率 50% 估算。").format(sizes=sizes)
    else:
        said = _("{sizes}、预计达成率至多 {rate:.1%} 估算。").format(sizes=sizes, rate=rate)
    if design.effect < 1.05:
        return said
    return said + _("按{unit}抽签，相当于只有 1/{factor:.1f} 的客户。").format(
        unit=campaign.get_holdout_unit_display(), factor=design.effect
    )


def shortfall(measure: str, target: Decimal) -> str:
    """That the plan's own target is too small to be seen."""
    return _("目标{target}低于这一数：即使达成，也证明不了是活动带来的。").format(
        target=value_text(measure, float(target))
    )


WAYS = {
    Way.BY_CUSTOMER: gettext_lazy("改为按客户抽签，可看出{value}。"),
    Way.HALVED: gettext_lazy("两组各半（保留组 {half:,} 户），可看出{value}。"),
    Way.WIDENED: gettext_lazy("客群扩大到 {customers:,} 户，可看出{value}。"),
    Way.REPEATED: gettext_lazy("与下一期同类活动合并评价，可看出{value}。"),
}


def advice(measure: str, one: Better) -> str:
    """Another way, with what it would see."""
    return str(WAYS[one.way]).format(
        value=value_text(measure, one.value), half=one.design.held_out, customers=one.design.customers
    )


def take_up_advice(points: float) -> str:
    return _("改用达成率提升为主要指标，可看出{value}。").format(value=value_text(TAKE_UP, points))

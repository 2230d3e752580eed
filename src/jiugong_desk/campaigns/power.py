"""What a plan can tell from chance: the smallest difference that it would see, and what would let it see more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ..audiences.counting import count
from ..audiences.listing import callable_customers
from ..core.clock import bank_date
from ..customers.models import Customer
from ..ui.templatetags.desk import money_text
from . import bridge
from .expectation import Expectation
from .gate import Counted
from .measures import MEASURES
from .models import Campaign, ListEntry

MONEY, TAKE_UP = "avg_increment", "take_up"
HISTORIES_READ = 3_000  # enough for the spread of a change; more only costs time
HELPS = 0.95  # advice must bring the smallest detectable difference down at least to this share of it
WORST_RATE = 0.5
MOST_ADVICE = 3
Unit = Campaign.HoldoutUnit
KEYS = {Unit.HOUSEHOLD: "mobile_digest", Unit.MANAGER: "manager", Unit.OUTLET: "unit"}


@dataclass(frozen=True)
class Power:
    """`detectable`: yuan per customer, or percentage points of take-up; None where it cannot be told.

    `design_effect`: so many customers, drawn in clusters, tell as much as one drawn by himself. All texts are ready.
    """

    measure: str
    detectable: float | None
    unit: Any
    design_effect: float
    sentence: str
    basis: str = ""
    advice: tuple[str, ...] = ()


@dataclass(frozen=True)
class Design:
    """Two groups and how they are drawn. `clusters`: how many; None where everybody is drawn by himself."""

    treated: int
    held_out: int
    clusters: int | None = None
    size: float = 1.0
    alike: float = 0.0

    @property
    def customers(self) -> int:
        return self.treated + self.held_out

    @property
    def effect(self) -> float:
        return bridge.design_effect(self.size, self.alike) if self.clusters is not None else 1.0

    @property
    def smaller(self) -> int:
        """Clusters in the smaller group, about."""
        share = min(self.treated, self.held_out) / self.customers if self.customers else 0
        return round((self.clusters or 0) * share)

    @property
    def tells(self) -> bool:
        return min(self.treated, self.held_out) >= 2 and (self.clusters is None or self.smaller >= 2)

    def grown(self, factor: float) -> Design:
        clusters = None if self.clusters is None else int(self.clusters * factor)
        return replace(
            self, treated=int(self.treated * factor), held_out=int(self.held_out * factor), clusters=clusters
        )


@dataclass(frozen=True)
class _Sample:
    """Some customers of the list: their two months of deposits, where known, and whom each is drawn with."""

    deposits: list[tuple[float, float]]
    clusters: list[Any]  # of `deposits`
    sizes: list[int]  # of all clusters in the sample
    share: float  # of the list


Seen = Callable[[Design], float | None]


def power_of(
    campaign: Campaign, *, at: datetime, counted: Counted | None = None, expected: Expectation | None = None
) -> Power:
    """What the plan's primary measure (the money where none is chosen) can show; of a sealed list, the list's own.

    counted : the audience, where it has been counted already
    expected : the forecast, for the rate of take-up; without it the worst case of 50 % is taken and said
    """
    measure = campaign.primary_measure or MONEY
    sample, design = _read(campaign, at=at, counted=counted)
    rate = _rate(expected, design)
    if measure == TAKE_UP:
        design = replace(design, alike=bridge.take_up_alike(campaign.holdout_unit))
        seen: Seen = partial(_points, rate=rate)
    else:
        design = replace(design, alike=bridge.deposits_alike(sample.deposits, sample.clusters))
        seen = partial(_yuan, sample=sample)
    found = seen(design)
    return Power(
        measure=measure,
        detectable=found,
        unit=_("个百分点") if measure == TAKE_UP else MEASURES[MONEY].unit,
        design_effect=design.effect,
        sentence=_sentence(campaign, measure, design, found),
        basis=_basis(campaign, measure, design, rate) if found is not None else "",
        advice=() if campaign.launched_at else _advice(campaign, measure, design, seen, found, rate),
    )


def _yuan(design: Design, sample: _Sample) -> float | None:
    if not design.tells:
        return None
    return bridge.detectable(
        sample.deposits, treated=design.treated, held_out=design.held_out, design_effect=design.effect,
        clusters=design.clusters,
    )  # fmt: skip


def _points(design: Design, rate: float | None) -> float | None:
    if not design.tells:
        return None
    return bridge.detectable_points(
        WORST_RATE if rate is None else rate, treated=design.treated, held_out=design.held_out,
        design_effect=design.effect, clusters=design.clusters,
    )  # fmt: skip


def _rate(expected: Expectation | None, design: Design) -> float | None:
    """The share of the treated who are expected to agree; those left alone agree at most as often."""
    line = next((one for one in expected.lines if one.key == "converted"), None) if expected else None
    if line is None or not line.central or not design.treated:
        return None
    return min(line.central / design.treated, WORST_RATE)


def _read(campaign: Campaign, *, at: datetime, counted: Counted | None) -> tuple[_Sample, Design]:
    unit = Unit(campaign.holdout_unit)
    if campaign.sealed_digest or campaign.launched_at:
        entries = ListEntry.objects.everyone().filter(campaign=campaign)
        eligible = entries.count()
        held_out = entries.filter(arm=ListEntry.Arm.HELD_OUT).count()
        customers = Customer.objects.everyone().filter(entries__campaign=campaign)
    else:
        on = bank_date(at)
        counted = counted or count(campaign.audience, campaign.unit, on=on, plan_id=campaign.pk)
        eligible, held_out = counted.eligible, min(campaign.holdout_size, counted.eligible)
        customers = callable_customers(campaign.audience, campaign.unit, on=on, plan_id=campaign.pk)
    sample = _sample(customers, eligible, unit)
    design = Design(eligible - held_out, held_out)
    if unit == Unit.CUSTOMER or not sample.sizes:
        return sample, design
    whole = unit == Unit.HOUSEHOLD  # who shares a telephone shares its digest: all of a household, or nobody
    number = round(len(sample.sizes) / sample.share) if whole else len(sample.sizes)
    size = bridge.cluster_size(sample.sizes, sampled=1.0 if whole else sample.share)
    return sample, replace(design, clusters=number, size=size)


def _sample(customers: QuerySet[Customer], eligible: int, unit: Unit) -> _Sample:
    """Those below a digest, which knows nothing of who they are: read by its index, where sorting would read all."""
    share = min(HISTORIES_READ / eligible, 1.0) if eligible else 1.0
    if share < 1:
        customers = customers.filter(mobile_digest__lt=f"{int(share * 16**8):08x}")
    rows = customers.order_by().values_list("pk", KEYS.get(unit, "pk"), "balance_history__months")
    deposits, clusters, sizes = [], [], Counter[Any]()
    for pk, cluster, months in rows:
        cluster = cluster or f"alone {pk}"
        sizes[cluster] += 1
        if months and len(months) >= 3:
            deposits.append((float(months[-3]["deposits"]), float(months[-1]["deposits"])))
            clusters.append(cluster)
    return _Sample(deposits, clusters, list(sizes.values()), share)


def _value(measure: str, value: float) -> str:
    if measure == TAKE_UP:
        return _("{points:.1f} 个百分点").format(points=value)
    return _("户均日均存款 {amount}").format(amount=money_text(value))


def _sentence(campaign: Campaign, measure: str, design: Design, found: float | None) -> str:
    if not design.held_out:
        return _("没有保留组，无法证明活动有没有用；请填写保留组户数。")
    if found is not None:
        return _("如果真实提升低于{value}，本次活动看不出来。").format(value=_value(measure, found))
    unit = campaign.get_holdout_unit_display()
    if design.clusters is not None and design.clusters < 4:
        return _("按{unit}抽签只有 {number} 组，至少要 4 组才说得清，本次活动看不出任何提升。").format(
            unit=unit, number=design.clusters
        )
    if design.clusters is not None and design.smaller < 2:
        return _("按{unit}抽签，较小的一组不足 2 个抽签单位，本次活动看不出任何提升。").format(unit=unit)
    return _("余额历史或户数不足，暂无法估算本次活动能测出多大的提升。")


def _basis(campaign: Campaign, measure: str, design: Design, rate: float | None) -> str:
    sizes = _("按营销组 {treated:,} 户对保留组 {held_out:,} 户").format(
        treated=design.treated, held_out=design.held_out
    )
    if measure == MONEY:
        said = _("{sizes}、近三个月余额的波动估算。").format(sizes=sizes)
    elif rate is None:
        said = _("{sizes}、最不利的达成率 50% 估算。").format(sizes=sizes)
    else:
        said = _("{sizes}、预计达成率 {rate:.1%} 估算。").format(sizes=sizes, rate=rate)
    if design.effect < 1.05:
        return said
    return said + _("按{unit}抽签，相当于只有 1/{factor:.1f} 的客户。").format(
        unit=campaign.get_holdout_unit_display(), factor=design.effect
    )


def _advice(
    campaign: Campaign, measure: str, design: Design, seen: Seen, found: float | None, rate: float | None
) -> tuple[str, ...]:
    """What would help, each with its figure; nothing that brings less than a twentieth."""
    alone = replace(design, clusters=None)
    equal = replace(design, treated=design.customers - design.customers // 2, held_out=design.customers // 2)
    tries = [(_("改为按客户抽签，可看出{value}。"), alone)] if design.clusters is not None else []
    tries += [
        (_("两组各半（保留组 {half:,} 户），可看出{value}。"), equal),
        (_("客群扩大到 {wide:,} 户，可看出{value}。"), design.grown(4)),
        (_("与下一期同类活动合并评价，可看出{value}。"), design.grown(2)),
    ]
    lines = []
    for words, other in tries:
        value = seen(other)
        if value is not None and (found is None or value <= found * HELPS):
            lines.append(
                words.format(value=_value(measure, value), half=equal.held_out, wide=design.grown(4).customers)
            )
    points = _points(alone, rate)
    if measure == MONEY and found is None and points is not None:
        lines.insert(0, _("改用达成率提升为主要指标，可看出{value}。").format(value=_value(TAKE_UP, points)))
    return tuple(lines[:MOST_ADVICE])

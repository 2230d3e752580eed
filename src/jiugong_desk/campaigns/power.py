"""What a plan can tell from chance: the smallest difference that it would see, and what would let it see more."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ..audiences.counting import count
from ..audiences.listing import callable_customers
from ..customers.models import Customer
from . import bridge
from . import power_words as words
from .designs import Design, Seen, better
from .expectation import Expectation
from .goals import target_of
from .lists import Counted, listed_of
from .measures import MEASURES, MONEY, TAKE_UP
from .models import Campaign

HISTORIES_READ = 3_000  # enough for the spread of a change; more only costs time
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
    known: bool
    shortfall: str = ""  # where the plan's own target is smaller than that
    basis: str = ""
    advice: tuple[str, ...] = ()

    @property
    def statement(self) -> str:
        """As it is put on record; empty where nobody knows. That nothing can be seen is a statement too."""
        return f"{self.sentence}{self.shortfall}{self.basis}" if self.known else ""


# For whoever reads lines that have nothing to do with it: asking reads thousands of histories.
UNASKED = Power(MONEY, None, "", 1.0, "", known=False)


@dataclass(frozen=True)
class _Sample:
    """Some customers of the list: their two months of deposits, where known, and whom each is drawn with."""

    deposits: list[tuple[float, float]]
    clusters: list[Any]  # of `deposits`
    sizes: list[int]  # of all clusters in the sample
    share: float  # of the list
    borrowed: bool = False  # the histories are those of the unit's customers, since the list has too few


NOBODY_READ = _Sample([], [], [], 1.0)  # take-up of customers drawn one by one needs no histories


def power_of(
    campaign: Campaign, *, on: date, counted: Counted | None = None, expected: Expectation | None = None
) -> Power:
    """What the plan's primary measure (the money where none is chosen) can show; of a sealed list, the list's own.

    counted : the audience, where it has been counted already
    expected : the forecast, for the rate of take-up; without it the worst case of 50 % is taken and said
    """
    measure = campaign.primary_measure or MONEY
    sample, plain = _read(campaign, on=on, counted=counted)
    rate = _rate(expected, plain)
    by_take_up = replace(plain, alike=bridge.take_up_alike(campaign.holdout_unit))
    if measure == TAKE_UP:
        design = by_take_up
        seen: Seen = partial(_points, rate=rate)
    else:
        sample = _with_histories(sample, campaign)
        design = replace(plain, alike=bridge.deposits_alike(sample.deposits, sample.clusters))
        seen = partial(_yuan, sample=sample)
    found, target = seen(design), target_of(campaign.goals, measure)
    too_small = found is not None and target is not None and target < found
    advice: list[str] = []
    if (
        design.held_out
        and design.treated
        and not campaign.sealed_digest
        and (too_small or found is None or target is None)
    ):
        advice = [words.advice(measure, one) for one in better(design, seen, available=_available(campaign))]
        points = _points(by_take_up, rate=rate) if measure == MONEY else None
        if points is not None:
            advice.insert(MOST_ADVICE - 1, words.take_up_advice(points))
    return Power(
        measure=measure,
        detectable=found,
        unit=_("个百分点") if measure == TAKE_UP else MEASURES[MONEY].unit,
        design_effect=design.effect,
        sentence=words.sentence(campaign, measure, design, found),
        known=design.held_out > 0 < design.treated
        and (measure == TAKE_UP or len(sample.deposits) >= bridge.HISTORIES_NEEDED),
        shortfall=words.shortfall(measure, target) if too_small and target is not None else "",
        basis=words.basis(campaign, measure, design, rate, borrowed=sample.borrowed) if found is not None else "",
        advice=tuple(advice[:MOST_ADVICE]),
    )


def _available(campaign: Campaign) -> int:
    """Customers that any audience of this plan could hold."""
    return _everybody(campaign).count()


def _everybody(campaign: Campaign) -> QuerySet[Customer]:
    rows = Customer.objects.everyone().filter(unit__path__startswith=campaign.unit.path)
    return rows.filter(status=Customer.Status.ACTIVE)


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
    """The share of the treated who may agree, at the upper end of what is expected: a rate is the less certain the higher.

    Those left alone agree at most as often.
    """
    line = next((one for one in expected.lines if one.key == "converted"), None) if expected else None
    if line is None or not line.high or not design.treated:
        return None
    return min(line.high / design.treated, WORST_RATE)


def _read(campaign: Campaign, *, on: date, counted: Counted | None) -> tuple[_Sample, Design]:
    unit = Unit(campaign.holdout_unit)
    if campaign.sealed_digest or campaign.launched_at:
        listed = listed_of(campaign)
        eligible, held_out = listed.eligible, listed.held_out
        customers = Customer.objects.everyone().filter(entries__campaign=campaign)
    else:
        counted = counted or count(campaign.audience, campaign.unit, on=on, plan_id=campaign.pk)
        eligible, held_out = counted.eligible, min(campaign.holdout_size, counted.eligible)
        customers = callable_customers(campaign.audience, campaign.unit, on=on, plan_id=campaign.pk)
    design = Design(eligible - held_out, held_out)
    if unit == Unit.CUSTOMER and campaign.primary_measure == TAKE_UP:
        return NOBODY_READ, design
    sample = _sample(customers, eligible, unit)
    if unit == Unit.CUSTOMER or not sample.sizes:
        return sample, design
    whole = unit == Unit.HOUSEHOLD  # who shares a telephone shares its digest: all of a household, or nobody
    number = round(len(sample.sizes) / sample.share) if whole else len(sample.sizes)
    size = bridge.cluster_size(sample.sizes, sampled=1.0 if whole else sample.share)
    return sample, replace(design, clusters=number, size=size, fixed=not whole)


def _with_histories(sample: _Sample, campaign: Campaign) -> _Sample:
    """A list too short to tell how much balances move borrows the histories of all customers of its unit."""
    if len(sample.deposits) >= bridge.HISTORIES_NEEDED:
        return sample
    everybody = _everybody(campaign)
    wider = _sample(everybody, everybody.count(), Unit(campaign.holdout_unit))
    return replace(sample, deposits=wider.deposits, clusters=wider.clusters, borrowed=True)


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

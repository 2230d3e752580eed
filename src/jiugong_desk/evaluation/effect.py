"""The effect block of a report: what the campaign brought, or why that cannot be said yet, with the smallest effect
that it could detect. By assignment (intention to treat): everybody drawn to be called counts as called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..calls.models import Call
from ..campaigns.lists import list_digest
from ..campaigns.marks import end_at_launch
from ..campaigns.models import Campaign, ListEntry
from ..consent.queries import campaign_calls
from ..core.clock import bank_date, midnight
from . import bridge, periods

if TYPE_CHECKING:
    from jiugong.warehouse import Snapshot


@dataclass(frozen=True)
class Design:
    """The list as it was drawn, by customer number, and the whole months before and after that are compared."""

    treated: dict[str, bool]
    strata: dict[str, str]
    probability: dict[str, float]
    clusters: dict[str, str]  # empty where each was drawn by himself
    base: tuple[date, ...]
    outcome: tuple[date, ...]

    @property
    def customers(self) -> Sequence[str]:
        return sorted(self.treated)

    @property
    def sizes(self) -> tuple[int, int]:
        """Treated, held out."""
        called = sum(self.treated.values())
        return called, len(self.treated) - called

    @property
    def due_on(self) -> date:
        """The first day on which the outcome months are over."""
        return periods.month_after(self.outcome[-1])

    @property
    def earlier(self) -> tuple[date, ...]:
        """Months as far before the base as the outcome lies after it: what the usual spread is measured on."""
        gap = _index(self.outcome[0]) - _index(self.base[0])
        return tuple(periods.month_after(month, -gap) for month in self.base)


def _index(month: date) -> int:
    return month.year * 12 + month.month


def design_of(campaign: Campaign) -> Design:
    entries = ListEntry.objects.everyone().filter(campaign=campaign)
    listed = list(entries.values_list("customer__customer_no", "arm", "stratum", "probability", "cluster"))
    count = periods.months_measured(bridge.policy().outcomes.window_days)
    return Design(
        treated={number: arm == ListEntry.Arm.TREATED for number, arm, *_ in listed},
        strata={number: stratum for number, _, stratum, *_ in listed},
        probability={number: float(probability) for number, _, _, probability, _ in listed},
        clusters={number: cluster for number, *_, cluster in listed if cluster},
        base=periods.base_months(campaign.starts_on, count),
        outcome=periods.outcome_months(end_at_launch(campaign), count),  # an amendment does not move it
    )


def effect_block(campaign: Campaign, *, cutoff: datetime) -> dict[str, Any]:
    """The block as frozen figures (amounts as text). `status`: no_holdout, waiting, no_data or measured."""
    design = design_of(campaign)
    n_treated, n_control = design.sizes
    block: dict[str, Any] = {
        "n_treated": n_treated,
        "n_control": n_control,
        "base_months": [month.isoformat() for month in design.base],
        "outcome_months": [month.isoformat() for month in design.outcome],
        "due_on": design.due_on.isoformat(),
        "drawer": _drawer(campaign, design),
    }
    if min(n_treated, n_control) < 2:
        return block | {"status": "no_holdout"}
    at_start = bridge.snapshot_of(campaign.snapshot_on) or bridge.snapshot_of()
    block |= {"detectable": detectable(at_start, design)}
    if bank_date(cutoff) < design.due_on:
        return block | {"status": "waiting"}
    return block | measured(design, at_start, health=lambda: _health(campaign, design, cutoff))


def _drawer(campaign: Campaign, design: Design) -> dict[str, Any]:
    """How the figure came about, so that it can be explained and repeated a year later."""
    return {
        "unit": str(campaign.holdout_unit),
        "strata": len(set(design.strata.values())),
        "seed": campaign.seed,
        "list_digest": campaign.list_digest,
        "policy": bridge.policy().label,
        "code": bridge.code_version,
        "categories": list(bridge.policy().value.deposit_categories),
        "confidence": str(bridge.policy().holdout.confidence),
        "power": str(bridge.policy().holdout.power),
    }


def detectable(at_start: Snapshot | None, design: Design) -> str | None:
    """The smallest detectable effect; None where no earlier months are there to take the spread from."""
    if at_start is None:
        return None
    later = bridge.deposits(at_start, design.customers, design.base)
    earlier = bridge.deposits(at_start, design.customers, design.earlier)
    if later is None or earlier is None:
        return None
    n_treated, n_control = design.sizes
    return _text(bridge.detectable(later, earlier, treated=n_treated, held_out=n_control))


def measured(
    design: Design, at_start: Snapshot | None, *, health: Callable[[], list[dict[str, Any]]]
) -> dict[str, Any]:
    """The comparison, or why the snapshots do not allow one. `health`: what would spoil it on our side."""
    newest = bridge.snapshot_of()
    if at_start is None or newest is None or newest.as_of < design.due_on - periods.ONE_DAY:
        return {"status": "no_data", "newest": newest.as_of.isoformat() if newest else None}
    before = bridge.deposits(at_start, design.customers, design.base)
    before = before or bridge.deposits(newest, design.customers, design.base)
    after = bridge.deposits(newest, design.customers, design.outcome)
    if before is None or after is None:
        return {"status": "no_data", "newest": newest.as_of.isoformat()}
    gone = frozenset(design.customers) - bridge.known(newest, design.customers)
    try:
        effect = bridge.balance_effect(
            {customer: amount for customer, amount in after.items() if customer not in gone},
            before, design.treated, strata=design.strata, probability=design.probability, clusters=design.clusters,
        )  # fmt: skip
    except bridge.NoEffect:  # one group answers for nobody, or nothing varies
        return {"status": "no_data", "newest": newest.as_of.isoformat()}
    looked = health()
    healthy = all(check["ok"] for check in looked)
    return {
        "status": "measured",
        "verdict": effect.verdict if healthy else "check_first",
        "health": looked,
        "checks": [dict(vars(check)) for check in effect.checks],
        "effect": _interval(effect.effect, effect.low, effect.high),
        "total": _interval(effect.total, effect.total_low, effect.total_high),
        "p_value": f"{effect.p_value:.4f}",
        "method": effect.method,
        "method_en": effect.method_en,
        "sentence": effect.sentence,
        "sentence_en": effect.sentence_en,
        "raw": _interval(effect.raw.effect, effect.raw.low, effect.raw.high) if effect.raw else None,
        "means": _means(design, before, after),
        "excluded": len(gone),
        "snapshots": {"before": str(at_start.as_of), "after": str(newest.as_of), "digest": newest.digest},
    }


def _health(campaign: Campaign, design: Design, cutoff: datetime) -> list[dict[str, Any]]:
    """What would spoil the comparison on our side: another split than planned, held-out customers called."""
    since = campaign.launched_at or midnight(campaign.starts_on)
    held_out = ListEntry.objects.everyone().filter(campaign=campaign, arm=ListEntry.Arm.HELD_OUT)
    called = Call.objects.everyone().filter(entry__in=held_out, at__lt=cutoff)
    contacted = campaign_calls().filter(customer__in=held_out.values("customer"), at__gte=since, at__lt=cutoff)
    spoilt = len({*called.values_list("entry__customer", flat=True), *contacted.values_list("customer", flat=True)})
    _, n_control = design.sizes
    sealed = list_digest(campaign)
    return [
        {
            "key": "list_sealed",
            "ok": sealed == campaign.list_digest,
            "found": sealed[:12],
            "right": campaign.list_digest[:12],
        },
        {
            "key": "as_drawn",
            "ok": n_control == campaign.held_out,
            "found": n_control,
            "right": campaign.held_out,
        },
        {"key": "holdout_contacted", "ok": spoilt == 0, "found": spoilt, "right": 0},
    ]


def _means(design: Design, before: dict[str, Decimal], after: dict[str, Decimal]) -> dict[str, str]:
    """Plain means by arm: the naive before/after stands beside the honest figure, never in place of it."""
    found = {}
    for arm, is_treated in (("treated", True), ("held_out", False)):
        members = [customer for customer in design.customers if design.treated[customer] is is_treated]
        for name, window in (("before", before), ("after", after)):
            found[f"{arm}_{name}"] = _text(sum((window[one] for one in members), Decimal(0)) / len(members))
    return found


def _interval(value: float, low: float, high: float) -> dict[str, str]:
    return {"value": _text(value), "low": _text(low), "high": _text(high)}


def _text(value: float | Decimal) -> str:
    return f"{value:.2f}"

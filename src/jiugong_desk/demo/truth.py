"""What the campaign truly brought, to stand beside what the final report found without knowing it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ..campaigns.models import Campaign, ListEntry
from ..evaluation.models import Report
from ..organisation.bridge import policy
from . import story
from .bridge import Bank, Placement, cut_points, truth


@dataclass(frozen=True)
class Recovery:
    """Yuan of average daily deposits per customer assigned. `covered`: the truth lies inside the interval."""

    truth: float
    estimate: float
    low: float
    high: float
    truth_total: float
    naive: float
    covered: bool
    sentence: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def compare(campaign: Campaign, report: Report, *, at_start: Bank, at_end: Bank, brought: list[Placement]) -> Recovery:
    """The report's estimate beside the truth, both of the change clipped at the same points.

    `at_start` is the bank at the launch, `at_end` two months later with the money that was brought.
    """
    entries = list(ListEntry.objects.everyone().filter(campaign=campaign).values_list("customer__customer_no", "arm"))
    treated = [number for number, arm in entries if arm == ListEntry.Arm.TREATED]
    kinds = policy().value.deposit_categories
    before = at_start.average_daily(at_start.as_of, kinds)
    moved = at_end.average_daily(at_end.as_of, kinds)
    unmoved = at_start.later(story.LATER_MONTHS).average_daily(at_end.as_of, kinds)
    cuts = cut_points([before.get(number, 0.0) for number, _ in entries])
    true = truth(moved, unmoved, before, treated, low=cuts.low, high=cuts.high)
    effect = report.figures["effect"]["effect"]
    low, high = float(effect["low"]), float(effect["high"])
    return Recovery(
        truth=round(true.clipped, 2),
        estimate=float(effect["value"]),
        low=low,
        high=high,
        truth_total=round(true.total, 2),
        naive=round(sum(moved.get(n, 0.0) - before.get(n, 0.0) for n in treated) / len(treated), 2),
        covered=low <= true.clipped <= high,
        sentence=report.figures["effect"]["sentence"],
    )

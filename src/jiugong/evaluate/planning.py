"""Planning a hold-out: what each share of it would let the bank see, and which share to take."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..errors import MisuseError
from .power import Number, detectable_in_sd, power_at, smallest_detectable_rate
from .words import figure

SHARES = (0.05, 0.10, 0.15, 0.20, 0.30, 0.40, 0.50)
# Half and half sees most; the advised share may see about a quarter less, and so leaves four fifths of the list to be called.
WORSE_THAN_HALF = 1.26


@dataclass(frozen=True)
class Option:
    """One share held out. `effect`: smallest detectable, per customer, in the unit of sd; `rate`: as a rise (share)."""

    share: float
    treated: int
    held_out: int
    effect: float
    rate: float | None


@dataclass(frozen=True)
class Design:
    """`options` from small hold-outs to half; `advised` among all shares; `curve`: (effect, power) at the chosen one."""

    customers: int
    chosen: Option
    advised: Option
    advice: str
    options: tuple[Option, ...]
    curve: tuple[tuple[float, float], ...]

    def report(self) -> dict[str, Any]:
        """As plain values, ready for JSON; what cannot be seen at all is null."""
        plain: dict[str, Any] = asdict(self)
        for option in (plain["chosen"], plain["advised"], *plain["options"]):
            if option["rate"] is not None and math.isinf(option["rate"]):
                option["rate"] = None
        plain["curve"] = [{"effect": effect, "power": power} for effect, power in self.curve]
        return plain


@dataclass(frozen=True)
class Assumptions:
    """What a plan takes for granted.

    sd : spread of one customer's outcome (1: effects are in standard deviations)
    before_correlation : of the outcome with the period before
    base_rate : of a yes/no outcome without treatment; None: none is planned
    cluster_size, cluster_correlation : customers a household and how alike they are; noise grows by 1 + (m - 1) * r
    """

    confidence: Number = 0.95
    power: Number = 0.80
    sd: float = 1.0
    before_correlation: float = 0.0
    base_rate: float | None = None
    cluster_size: float = 1.0
    cluster_correlation: float = 0.0

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("before_correlation", self.before_correlation, -1, 1),
            ("cluster_correlation", self.cluster_correlation, 0, 1),
            ("cluster_size", self.cluster_size, 1, math.inf),
            ("sd", self.sd, 0, math.inf),
        ):
            if not low <= value <= high:
                raise MisuseError(f"{name} is {value}; it lies from {low} to {high}: measure it in an earlier period")

    @property
    def noise(self) -> float:
        """The standard deviation that is left after adjustment, widened for clusters."""
        widened = math.sqrt(1 + (self.cluster_size - 1) * self.cluster_correlation)
        return self.sd * math.sqrt(1 - self.before_correlation**2) * widened


def design(
    customers: int,
    *,
    minimum_share: Number,
    assumptions: Assumptions,
    share: float | None = None,
    worth: float | None = None,
) -> Design:
    """What `customers` on a list can show, and the advised hold-out.

    Parameters
    ----------
    minimum_share : the policy's; nothing below is advised
    share : held out as planned; None: as advised
    worth : an effect per customer worth knowing, in the unit of sd: the smallest share that finds it is advised. None:
        the smallest share that needs at most 1.26 times the effect which half and half needs.
    """
    if customers < 4:
        raise MisuseError(f"a design was asked for {customers} customers; each group needs two: plan at least four")
    if share is not None and not 0 < share < 1:
        raise MisuseError(f"the hold-out share is {share}; it lies between 0 and 1, such as 0.2: give a share")
    advised, advice = _advise(customers, float(minimum_share), assumptions, worth)
    chosen = _option(customers, share, assumptions) if share is not None else advised
    return Design(
        customers,
        chosen,
        advised,
        advice,
        tuple(_option(customers, each, assumptions) for each in SHARES),
        tuple(_curve(chosen, assumptions)),
    )


def _option(customers: int, share: float, assumptions: Assumptions) -> Option:
    held_out = min(max(round(customers * share), 2), customers - 2)
    treated = customers - held_out
    known: dict[str, Any] = {"confidence": assumptions.confidence, "power": assumptions.power}
    rate = None
    if assumptions.base_rate is not None:
        rate = smallest_detectable_rate(treated=treated, held_out=held_out, base_rate=assumptions.base_rate, **known)
    return Option(
        held_out / customers,
        treated,
        held_out,
        assumptions.noise * detectable_in_sd(treated, held_out, **known),
        rate,
    )


def _advise(customers: int, minimum: float, assumptions: Assumptions, worth: float | None) -> tuple[Option, str]:
    half = _option(customers, 0.5, assumptions)
    aim = half.effect * WORSE_THAN_HALF if worth is None else worth
    if worth is not None and half.effect > worth:
        return half, (
            f"even half and half finds only effects from {figure(half.effect)} on; {figure(worth)} needs more customers: "
            "widen the list, or pool several campaigns"
        )
    shares = [percent / 100 for percent in range(1, 51) if percent / 100 >= minimum]
    options: Sequence[Option] = [_option(customers, share, assumptions) for share in shares] or [half]
    advised = next((option for option in options if option.effect <= aim), half)
    if worth is None:
        reason = f"the smallest that sees nearly as much as half and half ({figure(half.effect)})"
    elif advised is options[0]:
        reason = f"the policy's minimum already finds {figure(worth)}"
    else:
        reason = f"the smallest that finds {figure(worth)}"
    return advised, reason


def _curve(option: Option, assumptions: Assumptions) -> list[tuple[float, float]]:
    if not assumptions.noise:
        return []
    effects = [option.effect * step / 4 for step in range(9)]
    return [
        (
            effect,
            power_at(
                effect,
                treated=option.treated,
                held_out=option.held_out,
                sd=assumptions.noise,
                confidence=assumptions.confidence,
            ),
        )
        for effect in effects
    ]

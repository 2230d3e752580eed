"""How small an effect a campaign of a planned size can still tell from chance."""

from __future__ import annotations

import math
from decimal import Decimal

from scipy import optimize, stats

from ..errors import MisuseError

Number = float | Decimal


def _check_sizes(treated: int, held_out: int, confidence: Number, power: Number) -> None:
    if treated < 2 or held_out < 2:
        raise MisuseError(
            f"power was asked for {treated} treated and {held_out} held-out customers; "
            "an interval needs at least two in each group: hold out more, or widen the list"
        )
    for name, value in (("confidence", confidence), ("power", power)):
        if not 0.5 <= value < 1:
            raise MisuseError(f"{name} is {value}; it is a share from 0.5 to below 1, such as 0.95: give it as a share")


def _check_clusters(design_effect: Number, clusters: int | None) -> None:
    if not 1 <= design_effect < math.inf:
        raise MisuseError(
            f"design_effect is {design_effect}; clusters tell at most as much as customers: give 1 or more"
        )
    if clusters is not None and clusters < 4:
        raise MisuseError(
            f"power was asked for {clusters} clusters; each group needs two of them: draw smaller clusters, or customers"
        )


def detectable_in_sd(
    treated: int, held_out: int, *, confidence: Number, power: Number, clusters: int | None = None
) -> float:
    """The smallest detectable difference of two means, in standard deviations of one customer's outcome.

    Two-sided t test, with clusters - 2 degrees of freedom where clusters were drawn. The t quantiles stand for the
    non-central t; measured against it they differ by under 1 % from ten customers a group on.
    """
    _check_sizes(treated, held_out, confidence, power)
    _check_clusters(1, clusters)
    t = stats.t((clusters or treated + held_out) - 2)
    return float((t.ppf((1 + float(confidence)) / 2) + t.ppf(float(power))) * math.sqrt(1 / treated + 1 / held_out))


def smallest_detectable_effect(
    *,
    treated: int,
    held_out: int,
    sd: Number,
    confidence: Number,
    power: Number,
    before_correlation: Number = 0.0,
    design_effect: Number = 1,
    clusters: int | None = None,
) -> float:
    """The smallest true effect per customer, in the unit of `sd`, that is found with probability `power`.

    Parameters
    ----------
    sd : spread of one customer's outcome, for example yuan of average daily balance
    before_correlation : correlation of the outcome with the adjustment (the period before), -1 .. 1; it takes
        sd * sqrt(1 - r^2) out of the noise
    design_effect, clusters : where whole clusters were drawn, `clusters.design_effect` and how many there are
    """
    _check_clusters(design_effect, clusters)
    if not -1 <= before_correlation <= 1:
        raise MisuseError(
            f"before_correlation is {before_correlation}; a correlation lies between -1 and 1: "
            "measure it between two earlier periods of the same length"
        )
    if not 0 <= sd < math.inf:
        raise MisuseError(f"sd is {sd}; a spread is a number of zero or more: measure it in an earlier period")
    noise = float(sd) * math.sqrt((1 - float(before_correlation) ** 2) * float(design_effect))
    return noise * detectable_in_sd(treated, held_out, confidence=confidence, power=power, clusters=clusters)


def smallest_detectable_rate(
    *, treated: int, held_out: int, base_rate: Number, confidence: Number, power: Number, design_effect: Number = 1,
    clusters: int | None = None,
) -> float:  # fmt: skip
    """The smallest rise of a rate (a share: 0.02 is two percentage points) that is found with probability `power`.

    Solved with the variance of both groups (Fleiss, Levin and Paik 2003, section 4.4, without continuity
    correction): the textbook line that uses the base rate alone promises too much where the base is small. Infinite
    where even a rise to 100 % could not be told. Of whole clusters: `design_effect` times the variance, and t quantiles
    with `clusters` - 2 degrees of freedom.
    """
    _check_sizes(treated, held_out, confidence, power)
    _check_clusters(design_effect, clusters)
    base = float(base_rate)
    if not 0 <= base < 1:
        raise MisuseError(
            f"base_rate is {base_rate}; it is a share from 0 to below 1, such as 0.05: give it as a share"
        )
    chance = stats.norm if clusters is None else stats.t(clusters - 2)
    widened = math.sqrt(float(design_effect))
    z_alpha = widened * chance.ppf((1 + float(confidence)) / 2)
    z_power = widened * chance.ppf(float(power))

    def short(rise: float) -> float:
        """How much the rise lacks of what chance demands; falls through zero at the answer."""
        rate = base + rise
        pooled = (treated * rate + held_out * base) / (treated + held_out)
        null_sd = math.sqrt(pooled * (1 - pooled) * (1 / treated + 1 / held_out))
        true_sd = math.sqrt(rate * (1 - rate) / treated + base * (1 - base) / held_out)
        return float(z_alpha * null_sd + z_power * true_sd - rise)

    if short(1 - base) > 0:
        return math.inf
    return float(optimize.brentq(short, 0.0, 1 - base, xtol=1e-10))


def power_at(effect: Number, *, treated: int, held_out: int, sd: Number, confidence: Number) -> float:
    """The probability that a true effect of this size is found (two-sided, noncentral t)."""
    _check_sizes(treated, held_out, confidence, 0.8)
    if not sd > 0:
        raise MisuseError(f"sd is {sd}; power needs a spread above zero: measure it in an earlier period")
    df = treated + held_out - 2
    shift = float(effect) / (float(sd) * math.sqrt(1 / treated + 1 / held_out))
    edge = stats.t.ppf((1 + float(confidence)) / 2, df)
    return float(stats.nct.sf(edge, df, shift) + stats.nct.cdf(-edge, df, shift))

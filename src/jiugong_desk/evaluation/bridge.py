"""The only importer of the library here: deposits by month from the snapshots, the effect, what could be detected.

The engine and the numerical packages are imported where they are used, so that pages never load them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from jiugong import __version__ as code_version
from jiugong.errors import InputError, MisuseError
from jiugong.policy import Outcomes

from ..customers.bridge import snapshot
from ..organisation.bridge import policy
from .periods import month_after

if TYPE_CHECKING:
    from jiugong.evaluate import Effect
    from jiugong.warehouse import Snapshot

__all__ = [
    "NoEffect",
    "Outcomes",
    "balance_effect",
    "code_version",
    "deposits",
    "detectable",
    "known",
    "policy",
    "snapshot_of",
]

NoEffect = MisuseError  # what `balance_effect` and `detectable` raise where the groups allow no interval


def snapshot_of(as_of: date | None = None) -> Snapshot | None:
    """The desk's snapshot of that date (the newest without one); None where there is none."""
    try:
        return snapshot(as_of)
    except InputError:
        return None


def known(snapshot: Snapshot, customers: Iterable[str]) -> frozenset[str]:
    """Those of the customers whom the snapshot knows at all."""
    import pyarrow.dataset as ds

    wanted = ds.field("customer_id").isin(list(customers))
    table = snapshot.read("customers", ["customer_id"], wanted)
    return frozenset(table.column("customer_id").to_pylist())


def deposits(snapshot: Snapshot, customers: Sequence[str], months: Sequence[date]) -> dict[str, Decimal] | None:
    """Average daily deposits per customer over whole months, weighted by their days; without rows a customer holds 0.

    None where the snapshot lacks one of the months: the average would be of another window than the one asked for.
    """
    import pyarrow.dataset as ds

    if "balances" not in snapshot.tables:
        return None
    kinds = list(policy().value.deposit_categories)
    wanted = ds.field("month").isin(list(months)) & ds.field("category").isin(kinds)
    columns = ["customer_id", "month", "average_daily"]
    table = snapshot.read("balances", columns, wanted & ds.field("customer_id").isin(list(customers)))
    if set(table.column("month").unique().to_pylist()) != set(months):
        return None
    days = {month: (month_after(month) - month).days for month in months}
    sums = dict.fromkeys(customers, Decimal(0))
    for customer, month, amount in zip(*(table.column(name).to_pylist() for name in columns), strict=True):
        sums[customer] += amount * days[month]
    window = sum(days.values())
    return {customer: amount / window for customer, amount in sums.items()}


def balance_effect(
    after: Mapping[str, Decimal],
    before: Mapping[str, Decimal],
    treated: Mapping[str, bool],
    *,
    strata: Mapping[str, str],
    probability: Mapping[str, float],
    clusters: Mapping[str, str],
) -> Effect:
    """The effect of having been assigned, per customer. A customer absent from `after` counts as not found."""
    import numpy as np

    from jiugong.evaluate import effect_on_balance

    order = sorted(treated)
    return effect_on_balance(
        np.array([float(after.get(customer, "nan")) for customer in order]),
        np.array([float(before[customer]) for customer in order]),
        np.array([treated[customer] for customer in order]),
        strata=[strata[customer] for customer in order],
        probability=np.array([probability[customer] for customer in order]),
        clusters=[clusters.get(customer, customer) for customer in order] if clusters else None,
        confidence=float(policy().holdout.confidence),
    )


def detectable(later: Mapping[str, Decimal], earlier: Mapping[str, Decimal], *, treated: int, held_out: int) -> float:
    """The smallest true change of average daily deposits per customer that these groups can still tell from chance.

    The spread is that of the change over an earlier window of the same gap, clipped as the headline is, less what the
    level before explains.
    """
    import numpy as np

    from jiugong.evaluate import cut_points, smallest_detectable_effect

    order = sorted(later)
    first = np.array([float(earlier[customer]) for customer in order])
    cuts = cut_points(first)
    change = cuts.clip(np.array([float(later[customer]) for customer in order]) - first)
    before = cuts.clip(first)
    explained = float(np.corrcoef(before, change)[0, 1]) if min(before.std(), change.std()) > 0 else 0.0
    return smallest_detectable_effect(
        treated=treated,
        held_out=held_out,
        sd=float(change.std(ddof=1)),
        confidence=policy().holdout.confidence,
        power=policy().holdout.power,
        before_correlation=explained,
    )

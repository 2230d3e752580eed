"""Draw the customers who are left alone, before anybody is contacted."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..errors import MisuseError

POOLED = "*"


@dataclass(frozen=True)
class Draw:
    """Who is held out, and everything needed to draw the same list again.

    `held_out`: the customers left alone. `probability`: of being *treated*, by customer; strictly between 0 and 1.
    `strata`: the stratum in which each customer was drawn ("*": strata too small to lose one customer, drawn together).
    `digest`: sha256 of the sorted list of held-out customers, one a line; print it where the list is sealed.
    """

    held_out: frozenset[str]
    probability: Mapping[str, float]
    strata: Mapping[str, str]
    seed: int | str
    digest: str

    def treated(self, customer_id: str) -> bool:
        """Whether this customer of the list may be contacted."""
        return customer_id not in self.held_out and customer_id in self.strata


def _ticket(seed: int | str, text: str) -> bytes:
    return hashlib.sha256(f"{seed}\x00{text}".encode()).digest()


def pooled_strata(sizes: Mapping[str, int], size: int) -> frozenset[str]:
    """Strata that cannot spare a whole customer for each group: drawn together, if need be with the next smallest."""
    total = sum(sizes.values())
    rarer = min(size, total - size)

    def large_enough(count: int) -> bool:
        return rarer * count >= total

    pooled: set[str] = set()
    for name in sorted(sizes, key=lambda name: (sizes[name], name)):
        in_pool = sum(sizes[small] for small in pooled)
        if large_enough(sizes[name]) and (not pooled or large_enough(in_pool)):
            break
        pooled.add(name)
    return frozenset(pooled) if len(pooled) > 1 else frozenset()  # the only stratum keeps its name


def _pool_small(strata: Mapping[str, str], size: int) -> dict[str, str]:
    pooled = pooled_strata(Counter(strata.values()), size)
    return {customer: POOLED if name in pooled else name for customer, name in strata.items()}


def quotas(sizes: Mapping[str, int], size: int, seed: int | str) -> dict[str, int]:
    """Largest remainders, in whole numbers; ties are broken by the seed, not by the alphabet."""
    total = sum(sizes.values())
    quota = {name: size * count // total for name, count in sizes.items()}
    by_remainder = sorted(sizes, key=lambda name: (-(size * sizes[name] % total), _ticket(seed, f"stratum {name}")))
    for name in by_remainder[: size - sum(quota.values())]:
        quota[name] += 1
    return quota


def draw_holdout(
    customer_ids: Sequence[str], strata: Sequence[str] | None = None, *, size: int, seed: int | str
) -> Draw:
    """`size` customers chosen by lot within strata, in proportion, whatever the order of the list.

    Every customer gets a ticket, sha256 of seed and number; in each stratum the lowest tickets are held out. So the
    same seed gives the same list on every machine, and nobody can prefer anybody by sorting.

    Parameters
    ----------
    customer_ids : (n,) str, each once
    strata : (n,) str, for example "L4|outlet 02"; None: one stratum
    size : int, 1 .. n - 1; the number held out, met exactly
    seed : int or str, recorded with the list

    Raises
    ------
    MisuseError: lengths differ, a customer stands twice, or a group would be empty

    Examples
    --------
    >>> draw = draw_holdout(["a", "b", "c", "d"], ["x", "x", "y", "y"], size=2, seed=1)
    >>> len(draw.held_out), draw.probability["a"]
    (2, 0.5)
    """
    names = ["all"] * len(customer_ids) if strata is None else list(strata)
    _check(customer_ids, names, size)
    drawn_in = _pool_small(dict(zip(customer_ids, names, strict=True)), size)
    members: dict[str, list[str]] = {}
    for customer, name in drawn_in.items():
        members.setdefault(name, []).append(customer)
    sizes = {name: len(customers) for name, customers in members.items()}
    quota = quotas(sizes, size, seed)
    held_out = frozenset(
        customer
        for name, customers in members.items()
        for customer in sorted(customers, key=lambda customer: _ticket(seed, customer))[: quota[name]]
    )
    probability = {customer: 1 - quota[name] / sizes[name] for customer, name in drawn_in.items()}
    digest = hashlib.sha256("\n".join(sorted(held_out)).encode()).hexdigest()
    return Draw(held_out, probability, drawn_in, seed, digest)


def draw_clusters(
    customer_ids: Sequence[str],
    clusters: Sequence[str],
    strata: Sequence[str] | None = None,
    *,
    size: int,
    seed: int | str,
) -> Draw:
    """Whole households, managers or outlets held out, so that nobody of one group talks to one of the other.

    As many clusters are drawn as hold about `size` customers on average: the number of customers held out differs from
    it by what the drawn clusters happen to hold. A cluster belongs to the stratum of its first customer by number.

    Parameters
    ----------
    customer_ids, strata, seed : as for `draw_holdout`
    clusters : (n,) str, who is drawn together; a customer without company is a cluster of his own
    size : int, 1 .. n - 1; about so many customers

    Raises
    ------
    MisuseError: as `draw_holdout`; lengths differ; fewer than two clusters

    Examples
    --------
    >>> draw = draw_clusters(["a", "b", "c", "d"], ["x", "x", "y", "y"], size=2, seed=1)
    >>> sorted(draw.held_out) in (["a", "b"], ["c", "d"])
    True
    """
    names = ["all"] * len(customer_ids) if strata is None else list(strata)
    _check(customer_ids, names, size)
    if len(clusters) != len(customer_ids):
        raise MisuseError(
            f"draw_clusters got {len(customer_ids)} customers but {len(clusters)} clusters; "
            "name for each customer whom he is drawn with, from columns of one table"
        )
    stratum_of: dict[str, str] = {}
    for _customer, cluster, stratum in sorted(zip(customer_ids, clusters, names, strict=True)):
        stratum_of.setdefault(cluster, stratum)
    if len(stratum_of) < 2:
        raise MisuseError(
            f"draw_clusters was asked to hold out of {len(stratum_of)} cluster; both groups need one at least: "
            "draw by customer, or widen the list"
        )
    wanted = min(max(round(size * len(stratum_of) / len(customer_ids)), 1), len(stratum_of) - 1)
    drawn = draw_holdout(list(stratum_of), list(stratum_of.values()), size=wanted, seed=seed)
    of = dict(zip(customer_ids, clusters, strict=True))
    held_out = frozenset(customer for customer, cluster in of.items() if cluster in drawn.held_out)
    digest = hashlib.sha256("\n".join(sorted(held_out)).encode()).hexdigest()
    return Draw(
        held_out,
        {customer: drawn.probability[cluster] for customer, cluster in of.items()},
        {customer: drawn.strata[cluster] for customer, cluster in of.items()},
        seed,
        digest,
    )


def _check(customer_ids: Sequence[str], strata: Sequence[str], size: int) -> None:
    if len(customer_ids) != len(strata):
        raise MisuseError(
            f"draw_holdout got {len(customer_ids)} customers but {len(strata)} strata; "
            "give one stratum for each customer, from columns of one table"
        )
    twice = len(customer_ids) - len(set(customer_ids))
    if twice:
        raise MisuseError(
            f"draw_holdout got {twice} customers more than once among {len(customer_ids)}; "
            "a list names each customer once: remove the duplicates, then draw"
        )
    if not 1 <= size < len(customer_ids):
        raise MisuseError(
            f"draw_holdout was asked to hold out {size} of {len(customer_ids)} customers; "
            "both groups need at least one: choose a size between 1 and the number of customers less one"
        )

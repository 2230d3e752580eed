"""Whose outcomes are mixed unlike those of peers in the same campaign. Pure; a pattern worth a look, never a verdict.

The shares of outcomes of each caller are compared with those of all peers together by Freeman and Tukey's statistic
4 Σ n (√share - mean √share)², which among alike callers is about a chi-square with K - 1 degrees of freedom. Callers differ
by more than chance alone (lists, hours, voices): of somebody with n calls the counts vary d(n) = 1 + (n - 1) rho times as
much as those of a multinomial, as in a Dirichlet-multinomial whose rho is the correlation of two calls of one caller. So
counts are divided by d(n) first (effective counts), with the rho that makes the *peers'* own statistic, without him, what it
should be, (J - 2)(K - 1); never below 0. Since rho is estimated, the statistic / (K - 1) is held against an F distribution with
K - 1 and (J - 2)(K - 1) degrees of freedom. Of J callers of a campaign each is tested at rate / J (Bonferroni), so among
callers who are alike the chance that *anybody* is flagged is at most `rate`.
Source: Freeman and Tukey (1950), Ann. Math. Statist. 21:607; Williams (1982), Applied Statistics 31:144 (rho by moments); Rao
and Scott (1992), Biometrics 48:577 (effective counts); McCullagh and Nelder, Generalized Linear Models (2nd ed. 1989), section
4.5 (F in place of chi-square). Where we differ: square roots instead of Pearson's X², because the shares of callers who differ
much are skewed, and X² flagged somebody in 17 % of the weeks of 25 such callers for a rate of 5 %; and the statistic is
lessened by the part 1.5 / (J - 2), because with few peers rho is uncertain. Simulation tests hold the rate for 10 and 25
callers, with and without differences beyond chance.

Three guards: who has few calls, or few peers with enough, is not compared; outcomes too rare to be compared (fewer than
two effective calls expected) are added to the commonest; and what is shown, and must differ by `least`, is his share drawn
towards the peers' by `prior` calls, so that neither a handful of calls nor a large number of them with a trifling
difference makes a flag.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LEAST_EXPECTED = 2  # effective calls
FEW_PEERS = 1.5
STEPS = 20  # halvings: rho to a millionth
Table = npt.NDArray[np.float64]
Counts = Mapping[str, int]


@dataclass(frozen=True)
class Unlike:
    """A caller's most unlike outcome: his share of it (drawn towards the peers'), the peers', and how sure."""

    caller: int
    outcome: str
    share: float
    peers: float
    p_value: float
    calls: int


def unlike_peers(
    counts: Mapping[int, Counts], *, rate: float, least: float, least_calls: int, least_peers: int, prior: int
) -> tuple[Unlike, ...]:
    """Of one campaign: the callers whose mix is far from the others'. `counts`: by caller, calls by outcome group."""
    enough = {caller: mix for caller, mix in sorted(counts.items()) if sum(mix.values()) >= least_calls}
    if len(enough) < max(3, least_peers + 1):
        return ()
    found = (_compare(caller, enough, prior) for caller in enough)
    limit = rate / len(enough)
    return tuple(one for one in found if one and one.p_value < limit and abs(one.share - one.peers) >= least)


def _compare(caller: int, counts: Mapping[int, Counts], prior: int) -> Unlike | None:
    from scipy.special import fdtrc

    others = [mix for key, mix in counts.items() if key != caller]
    names = _by_frequency([counts[caller], *others])
    if len(names) < 2:
        return None
    his, theirs = _table([counts[caller]], names), _table(others, names)
    names, his, theirs = _comparable(names, his, theirs)
    freedom, among = len(names) - 1, (len(others) - 1) * (len(names) - 1)
    rho = correlation(theirs)
    both = np.vstack([effective(his, rho), effective(theirs, rho).sum(axis=0)])
    lessened = max(0.0, 1 - FEW_PEERS / (len(others) - 1))
    p_value = float(fdtrc(freedom, among, lessened * unlikeness(both) / freedom))
    peers = theirs.sum(axis=0) / theirs.sum()
    shares = (his[0] + prior * peers) / (his.sum() + prior)
    worst = max(range(len(names)), key=lambda place: (round(abs(shares[place] - peers[place]), 9), shares[place]))
    return Unlike(caller, names[worst], float(shares[worst]), float(peers[worst]), p_value, int(his.sum()))


def unlikeness(table: Table) -> float:
    """Freeman and Tukey's statistic of rows against their mean: about (rows - 1)(columns - 1) where all are alike."""
    calls = table.sum(axis=1, keepdims=True)
    roots = np.sqrt(table / calls)
    mean = (calls * roots).sum(axis=0) / calls.sum()
    return float(4 * (calls * (roots - mean) ** 2).sum())


def correlation(table: Table) -> float:
    """The rho at which the statistic of the effective counts is what it should be; 0 where it is no larger without."""
    expected = (table.shape[0] - 1) * (table.shape[1] - 1)
    if unlikeness(table) <= expected:
        return 0.0
    low, high = 0.0, 1.0
    for _halving in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if unlikeness(effective(table, middle)) > expected else (low, middle)
    return high


def effective(table: Table, rho: float) -> Table:
    """Counts worth as much as independent calls."""
    scaled: Table = table / (1 + (table.sum(axis=1, keepdims=True) - 1) * rho)
    return scaled


def _by_frequency(mixes: Sequence[Counts]) -> tuple[str, ...]:
    """Every outcome that occurs, the commonest first."""
    overall: dict[str, int] = {}
    for mix in mixes:
        for name, count in mix.items():
            overall[name] = overall.get(name, 0) + count
    return tuple(sorted((name for name in overall if overall[name]), key=lambda name: (-overall[name], name)))


def _table(mixes: Sequence[Counts], names: Sequence[str]) -> Table:
    return np.array([[mix.get(name, 0) for name in names] for mix in mixes], dtype=float)


def _comparable(names: tuple[str, ...], his: Table, theirs: Table) -> tuple[tuple[str, ...], Table, Table]:
    """Without the outcomes too rare to compare: the first, commonest one takes them. Two are left at least."""
    calls = effective(his, correlation(theirs)).sum()
    expected = calls * theirs.sum(axis=0) / theirs.sum()
    kept = [0, *(place for place in range(1, len(names)) if place == 1 or expected[place] >= LEAST_EXPECTED)]
    return tuple(names[place] for place in kept), _merged(his, kept), _merged(theirs, kept)


def _merged(table: Table, kept: list[int]) -> Table:
    merged = table[:, kept].copy()
    merged[:, 0] += table.sum(axis=1) - merged.sum(axis=1)
    return merged

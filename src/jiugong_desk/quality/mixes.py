"""Whose outcomes are mixed unlike those of peers in the same campaign. Pure; a pattern worth a look, never a verdict.

For each caller the 2 x K table of his outcomes against all peers' gives Pearson's X² with K - 1 degrees of freedom. Callers
differ by more than chance alone (lists, hours, voices): of somebody with n calls the counts vary d(n) = 1 + (n - 1) rho times
as much as those of a multinomial, as in a Dirichlet-multinomial whose rho is the correlation of two calls of one caller. So
counts are divided by d(n) first (effective counts), with the rho that makes the *peers'* own X², without him, what it should
be, (J - 2)(K - 1); never below 0. Since rho is estimated, X² / (K - 1) is held against an F distribution with K - 1 and
(J - 2)(K - 1) degrees of freedom, not against a chi-square.
Source: Williams (1982), Applied Statistics 31:144 (rho by moments); Rao and Scott (1992), Biometrics 48:577 (effective counts);
McCullagh and Nelder, Generalized Linear Models (2nd ed. 1989), section 4.5 (F in place of chi-square). Of J callers of a
campaign each is tested at rate / J (Bonferroni), so among callers who are alike the chance that *anybody* is flagged is at
most `rate`. With few peers rho is uncertain and its error skewed: with F alone, simulations of 6 to 10 callers who differ
much flagged somebody in 7 to 8 % of the weeks for a rate of 5 %. X² is therefore lessened by the part 1.5 / (J - 2), which
brings it below (1 to 4 %); simulation tests hold it, with and without differences beyond chance.

Three guards: who has few calls, or few peers with enough, is not compared; outcomes too rare to be compared (fewer than
five expected) are added to the commonest of the others; and what is shown, and must differ by `least`, is his share drawn
towards the peers' by `prior` calls, so that neither a handful of calls nor a large number of them with a trifling
difference makes a flag.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LEAST_EXPECTED = 5
FEW_PEERS = 1.5
STEPS = 30  # halvings: rho to a billionth
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
    names = _comparable(counts[caller], others)
    if len(names) < 2:
        return None
    his = np.array([_row(counts[caller], names)], dtype=float)
    theirs = np.array([_row(mix, names) for mix in others], dtype=float)
    freedom, among = len(names) - 1, (len(others) - 1) * (len(names) - 1)
    rho = correlation(theirs, among)
    table = np.vstack([effective(his, rho), effective(theirs, rho).sum(axis=0)])
    lessened = max(0.0, 1 - FEW_PEERS / (len(others) - 1))
    p_value = float(fdtrc(freedom, among, lessened * pearson(table) / freedom))
    peers = theirs.sum(axis=0) / theirs.sum()
    shares = (his[0] + prior * peers) / (his.sum() + prior)
    worst = max(range(len(names)), key=lambda place: (round(abs(shares[place] - peers[place]), 9), shares[place]))
    return Unlike(caller, names[worst], float(shares[worst]), float(peers[worst]), p_value, int(his.sum()))


def correlation(table: Table, expected: float) -> float:
    """The rho at which the X² of the effective counts is what it should be; 0 where it is no larger without (bisection)."""
    low, high = 0.0, 1.0
    if pearson(table) <= expected:
        return 0.0
    for _halving in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if pearson(effective(table, middle)) > expected else (low, middle)
    return high


def effective(table: Table, rho: float) -> Table:
    """Counts worth as much as independent calls."""
    scaled: Table = table / (1 + (table.sum(axis=1, keepdims=True) - 1) * rho)
    return scaled


def _comparable(his: Counts, others: Sequence[Counts]) -> tuple[str, ...]:
    """The outcomes frequent enough to compare, the commonest first: that one takes the rest (`_row`)."""
    names = sorted({name for mix in (his, *others) for name in mix})
    total, everyone = sum(his.values()), sum(sum(mix.values()) for mix in (his, *others))
    overall = {name: sum(mix.get(name, 0) for mix in (his, *others)) for name in names}
    ordered = sorted(names, key=lambda name: (-overall[name], name))
    return tuple(name for name in ordered if overall[name] * total / everyone >= LEAST_EXPECTED)


def _row(mix: Counts, names: Sequence[str]) -> list[int]:
    """Counts in the order of `names`; what is not named goes to the first."""
    row = [mix.get(name, 0) for name in names]
    row[0] += sum(mix.values()) - sum(row)
    return row


def pearson(table: Table) -> float:
    """Pearson's X² of independence of rows and columns; empty columns say nothing."""
    table = table[:, table.sum(axis=0) > 0]
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return float(((table - expected) ** 2 / expected).sum())

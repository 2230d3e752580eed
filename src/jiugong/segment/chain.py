"""What a customer will bring over the years: a Markov chain over the cells of the grid, and "lost".

    value = sum over years t = 1 … T of d^t * ( P^t[s, s] * m + sum over s' other than s of P^t[s, s'] * R[s'] )

s: where the customer stands; m: his margin a year now; P: the yearly shares of moves between cells; R: what a customer
of a cell brings a year on average; d = 1 / (1 + discount rate); T: the horizon. In the years that he stands where he
stands today he brings what he brings today, elsewhere what they bring there, and nothing once he is lost.

Source: Pfeifer & Carraway (2000), Modeling customer relationships as Markov chains, J. Interactive Marketing 14(2).
They give everybody in a state its mean; we keep the customer's own margin for as long as he stays, since margins
within a cell differ a hundredfold.

P is measured (`migration` of two runs) and drawn towards the policy's retention by as many imagined customers as
`moves_prior` says, so that ten customers in a thin cell do not make a law. Without a measurement the policy's retention
is all there is. The bounds are those of the expected value, from what is not known about P: 95 % of chains drawn from
the Dirichlet posterior. What a single customer will do is far less certain than that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from ..errors import InputError, MisuseError
from ..nearest import suggest
from ..policy import Policy
from .exact import MILLIONTH, divided
from .labels import ABSENT, UNSCORED

CONFIDENCE = 0.95
_DRAWS, _SEED = 400, 20260101
_Matrix = Any  # numpy.ndarray of float64


@dataclass(frozen=True)
class Terms:
    """Of one cell. `own`: yuan for each yuan of margin now; `others`: yuan beside; then their uncertainty, squared."""

    own: float
    others: float
    own_variance: float
    others_variance: float
    covariance: float


@dataclass(frozen=True)
class Lifetime:
    """The terms of every cell, by (income band, asset band); income band 0 is unknown."""

    terms: Mapping[tuple[int, int], Terms]

    def value(self, row: Any) -> Any:
        """Cents; `row` has current (cents a year), asset_band, income_band."""
        own = divided(row.current * self._pick(row, lambda terms: round(terms.own * MILLIONTH)), MILLIONTH)
        if not any(terms.others for terms in self.terms.values()):
            return own
        return own + self._pick(row, lambda terms: round(terms.others * 100))

    def bound(self, row: Any, side: int) -> Any:
        """Cents; -1: the lower bound, +1: the upper."""
        wide = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
        yuan = row.current / 100
        variance = (
            self._pick(row, lambda terms: terms.others_variance)
            + yuan * 2 * self._pick(row, lambda terms: terms.covariance)
            + yuan * yuan * self._pick(row, lambda terms: terms.own_variance)
        )
        # Rounding may leave a variance of nothing a hair below it.
        return self.value(row) + (ibis.greatest(variance, 0.0).sqrt() * (side * wide * 100)).round()

    def _pick(self, row: Any, of: Any) -> Any:
        """The term of the customer's cell; where the income changes nothing, that of his asset band."""
        by_cell = {cell: of(terms) for cell, terms in self.terms.items()}
        by_band = {band: found for (income, band), found in by_cell.items() if income == 0}
        kind = "int64" if all(isinstance(found, int) for found in by_cell.values()) else "float64"
        if all(found == by_band[band] for (_, band), found in by_cell.items()):
            return row.asset_band.cases(*by_band.items(), else_=None).cast(kind)
        code = row.income_band.fill_null(0) * 100 + row.asset_band
        return code.cases(*((income * 100 + band, found) for (income, band), found in by_cell.items())).cast(kind)


def lifetime(policy: Policy, moves: pa.Table | None = None, *, months: int = 12) -> Lifetime:
    """The terms of every cell of the policy's grid.

    Parameters
    ----------
    moves : as `migration(…, values=True)` returns it; None: nobody has measured, the policy's retention stands alone
    months : between the two runs; 1, 2, 3, 4, 6 or 12

    Raises
    ------
    InputError: a column is missing, or a level that the grid does not have
    """
    cells = _cells(policy)
    step = _step(months)
    counts, rewards = _measured(moves, policy, cells)
    weights = counts + _prior(policy, cells, step)
    own, others = _terms(_shares(weights), rewards, policy, step)
    draws = [_terms(_shares(drawn), rewards, policy, step) for drawn in _drawn(weights)]
    owns, rests = (np.array([draw[place] for draw in draws]) for place in (0, 1))
    together = ((owns - owns.mean(0)) * (rests - rests.mean(0))).mean(0)
    columns = (own, others, owns.var(0), rests.var(0), together)
    return Lifetime({cell: Terms(*(float(column[place]) for column in columns)) for place, cell in enumerate(cells)})


def _cells(policy: Policy) -> list[tuple[int, int]]:
    assets = range(1, len(policy.grid.asset_bands) + 2)
    return [(income, band) for income in range(len(policy.grid.income_bands) + 2) for band in assets]


def _step(months: int) -> int:
    if months not in (1, 2, 3, 4, 6, 12):
        raise MisuseError(f"moves over {months} months were given; a year is made of 1, 2, 3, 4, 6 or 12 months' steps")
    return 12 // months


def _prior(policy: Policy, cells: list[tuple[int, int]], step: int) -> _Matrix:
    """Imagined customers who stay, or are lost (the last column), as the policy's yearly retention says."""
    stay = np.array([float(policy.value.yearly_retention[band - 1]) ** (1 / step) for _, band in cells])
    return policy.value.moves_prior * np.hstack([np.diag(stay), (1 - stay)[:, None]])


def _measured(moves: pa.Table | None, policy: Policy, cells: list[tuple[int, int]]) -> tuple[_Matrix, _Matrix]:
    """Customers by cell before and after (last column: lost), and the mean margin by cell after."""
    counts, sums, heads = np.zeros((len(cells), len(cells) + 1)), np.zeros(len(cells)), np.zeros(len(cells))
    for before, after, customers, value in _rows(moves):
        into = _places(after, policy, cells)
        for place in into:
            sums[place] += customers * float(value or 0)
            heads[place] += customers
        for place in _places(before, policy, cells):
            if not into:
                counts[place, -1] += customers
            else:  # an unscored customer is taken to keep his asset band
                counts[place, into[0] if len(into) == 1 else into[place % len(into)]] += customers
    return counts, np.divide(sums, heads, out=np.zeros(len(cells)), where=heads > 0)


def _rows(moves: pa.Table | None) -> Iterator[tuple[str, str, float, Decimal | float | None]]:
    if moves is None:
        return
    names = ("before", "after", "customers", "value_after")
    for name in names:
        if name not in moves.column_names:
            raise InputError(
                f"is needed in the moves but is not there; {suggest(name, moves.column_names)}; "
                "give what `jiugong migration --values` wrote",
                column=name,
            )
    yield from zip(*(moves[name].to_pylist() for name in names), strict=True)


def _places(label: str, policy: Policy, cells: list[tuple[int, int]]) -> list[int]:
    """The cells of a level; of the unscored: one for each asset band; of the absent: none."""
    bands = len(policy.grid.asset_bands) + 1
    if label == ABSENT:
        return []
    if label == UNSCORED:
        return list(range(bands))
    if not label.isdecimal() or not 1 <= int(label) <= len(cells) - bands:
        raise InputError(
            f"holds '{label}', and the policy's grid has the levels 1 to {len(cells) - bands}; give moves that were "
            "measured under this policy",
            column="before",
        )
    return [bands + int(label) - 1]


def _shares(weights: _Matrix) -> _Matrix:
    return weights / weights.sum(1, keepdims=True)


def _drawn(weights: _Matrix) -> Iterator[_Matrix]:
    """Gamma draws, which are Dirichlet once they are shares; what has never been seen stays impossible."""
    draw = np.random.default_rng(_SEED)
    for _ in range(_DRAWS):
        yield draw.standard_gamma(weights)


def _terms(shares: _Matrix, rewards: _Matrix, policy: Policy, step: int) -> tuple[_Matrix, _Matrix]:
    """Of each cell: discounted years spent in it, and what the years elsewhere bring."""
    years = discounted_years(np.linalg.matrix_power(shares_with_lost(shares), step)[:-1, :-1], policy)
    own = np.diag(years)
    return own, years @ rewards - own * rewards


def shares_with_lost(shares: _Matrix) -> _Matrix:
    """Square: who is lost stays lost."""
    return np.vstack([shares, np.eye(shares.shape[1])[-1]])


def discounted_years(yearly: _Matrix, policy: Policy) -> _Matrix:
    """Sum over t = 1 … T of (P / (1 + rate))^t, in closed form.

    The T-th power of [[A, A], [0, I]] holds A + A^2 + … + A^T at its upper right: exact for every rate, where the
    inverse of I - A need not exist.
    """
    size = len(yearly)
    once = yearly / (1 + float(policy.value.discount_rate))
    block = np.block([[once, once], [np.zeros((size, size)), np.eye(size)]])
    found: _Matrix = np.linalg.matrix_power(block, policy.value.horizon_years)[:size, size:]
    return found

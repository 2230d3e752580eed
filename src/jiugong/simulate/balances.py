"""Balances by month: each household's log assets wander about their own level, with jumps, a season and quarter-ends.

Each month draws from its own stream, so that a bank looked at two months later has the same noise whether a campaign
brought money or not: the difference between the two is the campaign's effect, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from .columns import MONEY, cents, money
from .households import CATEGORIES, WANDER, Floats, Households
from .streams import stream

PERSISTENCE, SHOCK, JUMP_CHANCE, JUMP = 0.97, 0.13, 0.015, 0.7
# Deposits swell from January to March and at quarter-ends, and fall in April.
_SEASON = {
    1: 1.05,
    2: 1.06,
    3: 1.06,
    4: 0.96,
    5: 0.97,
    6: 1.00,
    7: 0.98,
    8: 0.98,
    9: 1.00,
    10: 0.97,
    11: 0.98,
    12: 1.02,
}
LARGE_CD_FROM = 200_000.0
SCHEMA = pa.schema(
    [
        ("customer_id", pa.string()),
        ("category", pa.string()),
        ("month", pa.date32()),
        ("average_daily", MONEY),
        ("month_end", MONEY),
        ("account_id", pa.string()),
    ]
)


@dataclass(frozen=True)
class Paths:
    """Where each household's log assets stood about their level: `log[i, k]` in month `first + k` (see `month_no`)."""

    first: int
    log: Floats

    @property
    def months(self) -> range:
        return range(self.first, self.first + self.log.shape[1])


def month_no(day: date) -> int:
    """Months since the year 0."""
    return day.year * 12 + day.month - 1


def month_start(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def begin(households: Households, months: int, last: date) -> Paths:
    """`months` months up to the one of `last`."""
    first = month_no(last) - months + 1
    start = WANDER * stream(households.seed, "start", first).standard_normal(len(households))
    log = np.empty((len(households), months))
    log[:, 0] = start
    for place in range(1, months):
        log[:, place] = _step(households.seed, first + place, log[:, place - 1])
    return Paths(first, log)


def go_on(paths: Paths, seed: int, months: int) -> Paths:
    """The same paths, `months` months further."""
    columns = [paths.log]
    for number in range(paths.months.stop, paths.months.stop + months):
        columns.append(_step(seed, number, columns[-1][:, -1])[:, None])
    return Paths(paths.first, np.concatenate(columns, axis=1))


def _step(seed: int, month: int, before: Floats) -> Floats:
    rng = stream(seed, "month", month)
    shock = SHOCK * rng.standard_normal(len(before))
    jump = np.where(rng.random(len(before)) < JUMP_CHANCE, JUMP * rng.standard_normal(len(before)), 0.0)
    after: Floats = PERSISTENCE * before + shock + jump
    return after


def month_amounts(households: Households, paths: Paths, month: int) -> tuple[Floats, Floats]:
    """(average daily, month-end) in yuan, each (n, categories); nothing yet of what a campaign brought."""
    total = np.exp(households.log_assets + paths.log[:, month - paths.first]) * _SEASON[month % 12 + 1]
    average = total[:, None] * households.holds
    time, large = CATEGORIES.index("time"), CATEGORIES.index("large_cd")
    small = average[:, large] < LARGE_CD_FROM  # below the minimum it is an ordinary time deposit
    average[small, time] += average[small, large]
    average[small, large] = 0.0
    end = average.copy()
    rng = stream(households.seed, "month-end", month)
    # Salary comes on the tenth and is spent by the end of the month.
    end[:, 0] *= np.where(households.payroll, 0.82, 1.0) * np.exp(0.08 * rng.standard_normal(len(households)))
    if month % 3 == 2:  # a quarter ends; the dressers' money is there for one day of the month
        dressed = households.dresser * rng.uniform(0.3, 1.5, len(households))
        end[:, 0] *= 1 + dressed
        average[:, 0] *= 1 + dressed / 30
    return average, end


def table(households: Households, paths: Paths, months: range, added: dict[int, Floats] | None = None) -> pa.Table:
    """The canonical table `balances`; `added[month]` (n, 2, categories) is what came on top: average and month-end."""
    closed = households.status == 1
    parts = []
    for month in months:
        average, end = month_amounts(households, paths, month)
        average[closed] = end[closed] = 0.0
        _overdraw(households, average, end, month)
        if added and month in added:
            average, end = average + added[month][:, 0], end + added[month][:, 1]
        parts.append(_rows(households, cents(average), cents(end), month_start(month)))
    return pa.concat_tables(parts).combine_chunks()


def _overdraw(households: Households, average: Floats, end: Floats, month: int) -> None:
    """Two in a thousand customers without savings are overdrawn by a little."""
    rng = stream(households.seed, "overdrawn", month)
    short = (rng.random(len(households)) < 0.002) & (households.log_assets < np.log(1_000)) & (households.status == 0)
    owed = -rng.uniform(5, 400, len(households))
    average[short, 0], end[short, 0] = owed[short], 1.1 * owed[short]


def _rows(households: Households, average: np.ndarray, end: np.ndarray, first: date) -> pa.Table:
    who, what = np.nonzero(average)
    ids, categories = pa.array(households.ids), pa.array(CATEGORIES, type=pa.string())
    columns = [
        ids.take(pa.array(who)),
        categories.take(pa.array(what)),
        pa.repeat(pa.scalar(first, pa.date32()), len(who)),
        money(average[who, what]),
        money(end[who, what]),
        pa.nulls(len(who), pa.string()),
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)

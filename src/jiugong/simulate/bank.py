"""The fictional bank whose truth is known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import MisuseError
from . import balances, institution, tables
from .balances import Paths, month_no, month_start
from .extracts import Extracts, write_extracts
from .households import CATEGORIES, Households, draw_households
from .placements import Placement, added

FEWEST = 100  # below, four outlets and sixteen managers have nobody to serve


@dataclass(frozen=True, eq=False)
class Bank:
    """A bank as of a date. `tables` are canonical (customers, balances, loans, maturities, branches, staff)."""

    seed: int
    as_of: date
    months: int
    tables: Mapping[str, pa.Table]
    households: Households = field(repr=False)
    paths: Paths = field(repr=False)
    placements: tuple[Placement, ...] = field(repr=False, default=())

    def later(self, months: int, placements: Iterable[Placement] = ()) -> Bank:
        """The bank `months` months on; with `placements` a campaign's money is in its balances, and nothing else moves.

        Raises
        ------
        MisuseError: a placement names somebody who is no customer
        """
        if self.as_of != _month_end(month_no(self.as_of)):
            raise MisuseError(
                f"a bank as of {self.as_of} cannot go on by whole months; simulate it as of a month's end."
            )
        brought = (*self.placements, *placements)
        known = set(self.households.ids.tolist())
        strangers = [placement for placement in brought if placement.customer_id not in known]
        if strangers:
            raise MisuseError(
                f"{len(strangers)} of {len(brought)} placements are of people who are no customers of this bank; "
                "use customer_id values of its table 'customers'."
            )
        as_of = _month_end(month_no(self.as_of) + months)
        paths = balances.go_on(self.paths, self.seed, months)
        return _assemble(self.seed, as_of, self.months, self.households, paths, brought)

    def earlier(self, months: int) -> Bank:
        """The bank as it reported itself `months` months ago: nobody who came since, no balance and no income since.

        Raises
        ------
        MisuseError: not by whole months of a bank as of a month's end, or by as many as it has months of balances
        """
        last = month_no(self.as_of)
        if self.as_of != _month_end(last) or not 0 < months < self.months:
            raise MisuseError(
                f"a bank as of {self.as_of} with {self.months} months of balances cannot go back by {months} months; "
                "take one as of a month's end, and fewer months than it has."
            )
        as_of = _month_end(last - months)
        people = self.tables["customers"]
        people = people.filter(pc.less_equal(people["opened_on"], as_of))
        known = pc.fill_null(pc.less_equal(people["income_as_of"], as_of), False)
        for column in ("annual_income", "income_source", "income_as_of"):
            place, kind = people.schema.get_field_index(column), people.schema.field(column).type
            people = people.set_column(place, column, pc.if_else(known, people[column], pa.scalar(None, kind)))
        then = {"customers": people}
        for name, column in (("balances", "month"), ("loans", "drawn_on")):
            rows = self.tables[name]
            held = pc.is_in(rows["customer_id"], people["customer_id"].combine_chunks())
            then[name] = rows.filter(pc.and_(held, pc.less_equal(rows[column], as_of)))
        coming = self.tables["maturities"]
        then["maturities"] = coming.filter(pc.is_in(coming["customer_id"], people["customer_id"].combine_chunks()))
        return replace(self, as_of=as_of, months=self.months - months, tables={**self.tables, **then})

    def average_daily(self, month: date, categories: Collection[str] = CATEGORIES) -> dict[str, float]:
        """Yuan per customer in that month, over the categories; who held nothing is absent."""
        table = self.tables["balances"]
        chosen = pc.and_(
            pc.equal(table["month"], pa.scalar(month.replace(day=1))),
            pc.is_in(table["category"], pa.array(list(categories))),
        )
        sums = table.filter(chosen).group_by("customer_id").aggregate([("average_daily", "sum")])
        return dict(
            zip(sums["customer_id"].to_pylist(), map(float, sums["average_daily_sum"].to_pylist()), strict=True)
        )

    def write_extracts(self, folder: str | Path, *, dirty: bool = True) -> Extracts:
        """What the bank would send: files with its own headers, words and units, and the `mapping.toml` that reads them.

        `dirty` adds a handful of wrong rows, of people who are not in `tables`; without them everything loads.
        """
        return write_extracts(self.tables, Path(folder), as_of=self.as_of, dirty=dirty)


def simulate_bank(
    *, customers: int = 20_000, seed: int = 1, as_of: date = date(2025, 12, 31), months: int = 13
) -> Bank:
    """A sub-branch with four outlets and sixteen managers, whose customers cannot exist.

    Parameters
    ----------
    customers : at least 100; one in twenty has a mortgage on a new home (exactly, rounded)
    seed : the same seed gives the same bytes, on the same version of numpy
    as_of : the date of the tables; the last month of balances is the one that it lies in
    months : months of balances
    Returns
    -------
    Bank; its tables conform to `jiugong.warehouse.TABLES`
    Raises
    ------
    MisuseError: fewer than 100 customers, or no month
    Source: calibration of a big Chinese bank's retail customers, end of 2025 (docs/reference/simulate.md)
    """
    if customers < FEWEST or months < 1:
        raise MisuseError(
            f"a bank of {customers} customers with {months} months of balances; "
            f"it takes at least {FEWEST} customers and 1 month."
        )
    households = draw_households(customers, seed, as_of)
    return _assemble(seed, as_of, months, households, balances.begin(households, months, as_of), ())


def _assemble(
    seed: int, as_of: date, months: int, households: Households, paths: Paths, placements: tuple[Placement, ...]
) -> Bank:
    last = month_no(as_of)
    shown = range(last - months + 1, last + 1)
    places = {number: place for place, number in enumerate(households.ids.tolist())} if placements else {}
    gains = added(placements, places, shown)
    _, month_end = balances.month_amounts(households, paths, last)
    if last in gains:
        month_end = month_end + gains[last][:, 1]
    open_accounts = np.where((households.status == 1)[:, None], 0.0, month_end)
    canonical = {
        "customers": tables.customers(households, as_of),
        "balances": balances.table(households, paths, shown, gains),
        "loans": tables.loans(households, as_of),
        "maturities": tables.maturities(households, open_accounts, as_of),
        "branches": institution.branches(),
        "staff": institution.staff(),
    }
    return Bank(seed, as_of, months, canonical, households, paths, placements)


def _month_end(number: int) -> date:
    return month_start(number + 1) - timedelta(days=1)

"""Put customers on the nine-level grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from ..errors import MisuseError
from ..nearest import suggest
from ..policy import Policy
from ..warehouse import engine, write_table
from ..warehouse.output import refuse_ending, write_expression
from . import checks
from .chain import Lifetime
from .chain import lifetime as lifetime_of
from .expression import COLUMNS, ON_REQUEST, segment_expression
from .income import COLUMNS as INCOME_COLUMNS
from .income import with_income
from .period import windows

# So many are sorted in a moment; of ten times as many, sorting takes a third of the whole time, and much memory.
SORTED = 1_000_000


def segment(customers: Any, balances: Any | None = None, *, policy: Policy, **more: Any) -> pa.Table:
    """One row per customer: bands, level 1–9, value quadrant and lifetime value, ordered by customer_id.

    Parameters
    ----------
    customers : pyarrow.Table or ibis.Table with customer_id (once each) and annual_income (yuan; null: unknown);
        `status` where known. Without `balances` also `assets` (yuan), and the values stay null.
    balances : pyarrow.Table or ibis.Table as in the contract (customer_id, category, month, average_daily); a customer
        without rows holds 0; the balances of unknown customers are not looked at
    policy : which measure, bands, margins (`[grid]`, `[value]`)
    as_of : the last complete month on this day is the one measured; needed with `balances`
    transactions : likewise (customer_id, booked_at, amount, kind): wages among them make an income (`with_income`)
    lifetime : what `lifetime(policy, moves)` made of measured moves; None: of the policy's retention alone
    hold_levels : a band is lost only after the policy's `months_below_before_down` months below it; the months before
        the measured one count as far as the balances hold them
    columns : of the result, beside customer_id; None: those below. What is not asked for is not computed. On request
        also lifetime_low, lifetime_high (bounds of the expected value, see `lifetime`), income_source, income_as_of,
        income_confidence
    trusted : the tables are a snapshot's, whose contract was kept when it was written: only amounts are looked at

    Returns
    -------
    customer_id, assets, annual_income : as measured, yuan, decimal(18, 2)
    asset_band : 1.. ; income_band : 1.., and 0 where the income is unknown; an amount on an edge belongs above it
    level : (number of asset bands) * (income_band - 1) + asset_band; null where the income is unknown
    current_value : yuan of margin a year, sum over categories of margin * average daily balance
    potential_value : yuan of margin that one year's savings (a share of income) would bring; null: income unknown
    quadrant : current then potential, "high_low" and so on
    lifetime_value : yuan, the discounted margin expected over the horizon (see `lifetime`)
    policy_version
    Customers in an excluded status keep their row; bands, level and values are null.

    Raises
    ------
    InputError: a column is missing, a customer stands twice, income or amounts are impossible, or the balances hold
        no row of a measured month
    """
    return Segmentation(customers, balances, policy=policy, **more).table()


@dataclass(frozen=True)
class Segmentation:
    """A segmentation that has been checked and not yet computed. The parameters are those of `segment`."""

    customers: Any
    balances: Any | None = None
    _: KW_ONLY
    policy: Policy
    as_of: date | None = None
    transactions: Any | None = None
    lifetime: Lifetime | None = None
    hold_levels: bool = False
    columns: Sequence[str] | None = None
    trusted: bool = False

    def __post_init__(self) -> None:
        for name in self.columns or ():
            if name not in (*COLUMNS, *ON_REQUEST):
                raise MisuseError(f"column '{name}' was asked for; {suggest(name, (*COLUMNS, *ON_REQUEST))}")
        if self.as_of is None and (self.balances is not None or self.transactions is not None):
            raise MisuseError("balances were given without a day; one month of them is measured: give as_of")
        self._check()

    def table(self) -> pa.Table:
        """In the order of customer_id."""
        return self._backend().to_pyarrow(self.expression.order_by("customer_id"))

    def write(self, path: str | Path) -> None:
        """In the order of customer_id; beyond SORTED customers, to Parquet straight from the engine in its order."""
        refuse_ending(path)
        backend = self._backend(writable=[Path(path).parent])
        if Path(path).suffix.lower() == ".csv" or backend.execute(self._people.count()) <= SORTED:
            write_table(self.table(), path)
        else:
            write_expression(backend, self.expression, path)

    @property
    def expression(self) -> Any:
        return segment_expression(
            self._earning(),
            self._held,
            policy=self.policy,
            as_of=self.as_of,
            lifetime=self.lifetime or lifetime_of(self.policy),
            hold_levels=self.hold_levels,
            columns=self.columns,
        )

    def _earning(self) -> Any:
        """The customers with their income; as they came where nothing is to be said about it."""
        asked = set(self.columns or ()) & set(INCOME_COLUMNS)
        if self.transactions is None and not asked:
            return self._people
        booked = None if self.transactions is None else _as_ibis("transactions", self.transactions)
        return with_income(self._people, booked, policy=self.policy, as_of=self.as_of)

    @cached_property
    def _people(self) -> Any:
        return _as_ibis("customers", self.customers)

    @cached_property
    def _held(self) -> Any | None:
        return None if self.balances is None else _as_ibis("balances", self.balances)

    def _backend(self, **folders: Any) -> Any:
        """The engine that the tables live in; tables in memory get a fresh one."""
        return engine.of(self._people, *([self._held] if self._held is not None else [])) or engine.connect(**folders)

    def _check(self) -> None:
        people, held, policy = self._people, self._held, self.policy
        amounts = ["annual_income"] if held is not None else ["annual_income", "assets"]
        checks.need("customers", people, texts=["customer_id"], amounts=amounts)
        if not self.trusted:
            checks.check_customers(self._backend(), people, self.customers, with_assets=held is None)
        if held is not None and self.as_of is not None:
            amounts = ["average_daily"] + ["month_end"] * (policy.grid.asset_measure == "point_in_time")
            checks.need("balances", held, texts=["customer_id", "category"], amounts=amounts, dates=["month"])
            measured = windows(policy.grid, self.as_of, hold=self.hold_levels)
            checks.check_balances(self._backend(), held, policy, measured, self.as_of)


def _as_ibis(name: str, table: Any) -> Any:
    if isinstance(table, pa.Table):
        return ibis.memtable(table)
    if isinstance(table, ibis.Table):
        return table
    raise MisuseError(f"'{name}' is a {type(table).__name__}; give a pyarrow.Table or an ibis.Table")

"""Watch lists: who deserves a look at the end of a month, and why (domain of the bank's words: 临界 流失 到期 睡眠 …).

One definition, one expression for each list. All are taken from one snapshot, so that a list can be frozen, and a
customer who is on it today can be explained a year later. A list whose table the snapshot lacks is not empty: it is
not known, and says which table it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import ibis

from ..policy import Policy
from .exact import cents, money, parts
from .period import first_of_month, last_day, measured_months

# Beside customer_id: the limit that it is about, an amount now and one before, a day; null where it says nothing.
FACTS = ("threshold", "amount", "amount_before", "day")


@dataclass(frozen=True)
class WatchList:
    """One list of one month-end. `rows`: an ibis table of customer_id and FACTS, yuan; None where `lacks` is said."""

    code: str
    as_of: date
    parameters: Mapping[str, Any]
    rows: Any | None
    lacks: str = ""


@dataclass(frozen=True)
class _Asked:
    tables: Mapping[str, Any]
    policy: Policy
    as_of: date

    @property
    def months(self) -> tuple[date, ...]:
        """Three months, the measured one first."""
        found = [measured_months("month_average", self.as_of)[0]]
        while len(found) < 3:
            found.append(first_of_month(found[-1] - timedelta(days=1)))
        return tuple(found)

    @property
    def month_end(self) -> date:
        return last_day(self.months[0])


def watch_lists(tables: Mapping[str, Any], *, policy: Policy, as_of: date) -> tuple[WatchList, ...]:
    """Every list at the last month-end on `as_of`.

    Parameters
    ----------
    tables : the snapshot's, as ibis tables of one backend: customers, and of balances, maturities, transactions those
        that it has
    policy : `[watch]`, and the limits of `[grid]`

    Returns
    -------
    In the order of `CODES`; nothing is computed yet. A customer in an excluded status is on no list; one who is near, or
    fell below, several limits is on the list once for each.
    """
    asked = _Asked(tables, policy, as_of)
    return tuple(_list(asked, code, *definition) for code, definition in _LISTS.items())


def _list(
    asked: _Asked, code: str, needs: tuple[str, ...], names: tuple[str, ...], make: Callable[[_Asked], Any]
) -> WatchList:
    parameters = {name: getattr(asked.policy.watch, name) for name in names}
    if lacking := [need for need in needs if need not in asked.tables]:
        return WatchList(code, asked.month_end, parameters, None, lacking[0])
    customers = asked.tables["customers"]
    if "status" in customers.columns:
        excluded = customers.status.isin(asked.policy.grid.excluded_status).fill_null(False)
        customers = customers.filter(~excluded)
    rows = make(asked)
    return WatchList(code, asked.month_end, parameters, rows.semi_join(customers, "customer_id"))


def _facts(rows: Any, **facts: Any) -> Any:
    kinds = {"day": "date"}
    columns = {name: facts.get(name, ibis.null(kinds.get(name, "decimal(18, 2)"))) for name in FACTS}
    return rows.select("customer_id", **columns)


def _by_month(asked: _Asked) -> Any:
    """Per customer: average0..2 and end0..1 in cents, the measured month first; 0 where he held nothing."""
    balances = asked.tables["balances"]
    rows = balances.filter(balances.month.isin(list(asked.months)))
    average, end = cents(rows.average_daily).fill_null(0), cents(rows.month_end).fill_null(0)

    def of(amount: Any, month: date) -> Any:
        return ibis.ifelse(rows.month == month, amount, 0).cast("float64").sum()

    averages = {f"average{place}": of(average, month) for place, month in enumerate(asked.months)}
    ends = {f"end{place}": of(end, month) for place, month in enumerate(asked.months[:2])}
    known = ibis.ifelse(rows.month == asked.months[0], rows.month_end.isnull().cast("int64"), 0).sum()
    return rows.group_by("customer_id").agg(**averages, **ends, unknown_ends=known)


def _for_each_limit(asked: _Asked, chosen: Callable[[Any, int], Any], **facts: Callable[[Any], Any]) -> Any:
    """The customers chosen at each limit of the asset bands, once for each."""
    rows = _by_month(asked)
    found = []
    for edge in asked.policy.grid.asset_bands:
        limit = parts(Decimal(edge), 100)
        here = rows.filter(chosen(rows, limit))
        shown = {name: money(fact(here)) for name, fact in facts.items()}
        found.append(_facts(here, threshold=money(ibis.literal(limit, "float64")), **shown))
    return ibis.union(*found) if len(found) > 1 else found[0]


def _near(asked: _Asked) -> Any:
    share = asked.policy.watch.near_share
    return _for_each_limit(
        asked,
        lambda rows, limit: (rows.average0 >= parts(share * limit, 1)) & (rows.average0 < limit),
        amount=lambda rows: rows.average0,
        amount_before=lambda rows: rows.average1,
    )


def _light(asked: _Asked) -> Any:
    """The month's average still holds the limit, its last day no longer does."""
    return _for_each_limit(
        asked,
        lambda rows, limit: (rows.average0 >= limit) & (rows.end0 < limit) & (rows.unknown_ends == 0),
        amount=lambda rows: rows.end0,
        amount_before=lambda rows: rows.average0,
    )


def _heavy(asked: _Asked) -> Any:
    return _for_each_limit(
        asked,
        lambda rows, limit: (rows.average1 >= limit) & (rows.average0 < limit),
        amount=lambda rows: rows.average0,
        amount_before=lambda rows: rows.average1,
    )


def _won_back(asked: _Asked) -> Any:
    """Heavy attrition a month ago, and above the limit again."""
    return _for_each_limit(
        asked,
        lambda rows, limit: (rows.average2 >= limit) & (rows.average1 < limit) & (rows.average0 >= limit),
        amount=lambda rows: rows.average0,
        amount_before=lambda rows: rows.average1,
    )


def _inflow(asked: _Asked) -> Any:
    rows = _by_month(asked)
    more = rows.end0 - rows.end1
    here = rows.filter((more >= parts(asked.policy.watch.inflow_least, 100)) & (rows.unknown_ends == 0))
    return _facts(here, amount=money(here.end0), amount_before=money(here.end1))


def _due(asked: _Asked) -> Any:
    """What comes due within so many days of the month-end, all a customer's amounts together, at the first day."""
    until = asked.month_end + timedelta(days=asked.policy.watch.due_days)
    rows = asked.tables["maturities"]
    rows = rows.filter((rows.matures_on > asked.month_end) & (rows.matures_on <= until))
    due = rows.group_by("customer_id").agg(
        amount_due=cents(rows.amount).cast("float64").sum(), first=rows.matures_on.min()
    )
    return _facts(due, amount=money(due.amount_due), day=due["first"])


def _matured(asked: _Asked) -> Any:
    """What came due in the month before, and how much of it stands in placements again at the month-end.

    Taken up: what the placements at the month-end exceed those of two month-ends ago, less what came due; no less than
    nothing, no more than that. So far month-ends can tell. The take-up is the sum of amount over that of amount_before.
    """
    ends = [last_day(month) for month in asked.months]
    rows = asked.tables["maturities"]
    rows = rows.filter((rows.matures_on > ends[2]) & (rows.matures_on <= ends[1]))
    due = rows.group_by("customer_id").agg(due=cents(rows.amount).cast("float64").sum(), day=rows.matures_on.max())
    balances = asked.tables["balances"]
    placed = balances.filter(
        balances.category.isin(PLACEMENTS) & balances.month.isin([asked.months[0], asked.months[2]])
    )
    end = cents(placed.month_end).cast("float64")
    by_customer = placed.group_by("customer_id").agg(
        now=ibis.ifelse(placed.month == asked.months[0], end, 0.0).sum(),
        then=ibis.ifelse(placed.month == asked.months[2], end, 0.0).sum(),
        unknown=end.isnull().cast("int64").sum(),
    )
    both = due.left_join(by_customer, "customer_id").select(
        due.customer_id,
        due.due,
        due.day,
        now=by_customer.now.fill_null(0.0),
        then=by_customer.then.fill_null(0.0),
        unknown=by_customer.unknown.fill_null(0),
    )
    both = both.filter(both.unknown == 0)
    again = ibis.least(ibis.greatest(both.now - (both.then - both.due), 0.0), both.due)
    return _facts(both, amount=money(again), amount_before=money(both.due), day=both.day)


def _new(asked: _Asked) -> Any:
    rows = asked.tables["customers"]
    since = asked.month_end - timedelta(days=asked.policy.watch.new_days)
    rows = rows.filter((rows.opened_on > since) & (rows.opened_on <= asked.month_end))
    return _facts(rows, day=rows.opened_on)


def _dormant(asked: _Asked) -> Any:
    """No transaction of his own for so long (interest and fees are the bank's), and almost nothing held."""
    watch, customers = asked.policy.watch, asked.tables["customers"]
    since = asked.month_end - timedelta(days=watch.dormant_days)
    transactions = asked.tables["transactions"]
    own = transactions.filter(~transactions.kind.isin(BANKS_OWN).fill_null(False))
    day = own.booked_at.date()
    last = own.filter(day <= asked.month_end).group_by("customer_id").agg(last=day.max())
    rows = customers.left_join(last, "customer_id").select(customers.customer_id, customers.opened_on, last.last)
    if "balances" in asked.tables:
        held = _by_month(asked).select("customer_id", "average0")
        rows = rows.left_join(held, "customer_id").select(
            rows.customer_id, rows.opened_on, rows.last, held=held.average0.fill_null(0.0)
        )
    else:
        rows = rows.mutate(held=ibis.literal(0.0))
    old = (rows.opened_on <= since).fill_null(False)  # whoever came later, or nobody knows when, is not dormant yet
    quiet = rows.last.isnull() | (rows.last <= since)
    here = rows.filter(old & quiet & (rows.held <= parts(watch.dormant_most, 100)))
    return _facts(here, amount=money(here.held), day=here.last)


def _payroll_lost(asked: _Asked) -> Any:
    """Wages came in each of some months, and in none of those after."""
    watch, rows = asked.policy.watch, asked.tables["transactions"]
    months = [asked.months[0]]
    while len(months) < watch.payroll_months + watch.payroll_missing_months:
        months.append(first_of_month(months[-1] - timedelta(days=1)))
    silent, paid = months[: watch.payroll_missing_months], months[watch.payroll_missing_months :]
    wages = rows.filter(rows.kind.isin(asked.policy.income.payroll_kinds) & (rows.amount > 0))
    day = wages.booked_at.date()
    wages = wages.select("customer_id", amount=cents(wages.amount).cast("float64"), day=day, month=day.truncate("M"))
    wages = wages.filter((wages.day >= months[-1]) & (wages.day <= asked.month_end))
    by_customer = wages.group_by("customer_id").agg(
        paid=ibis.ifelse(wages.month.isin(paid), wages.month, ibis.null("date")).nunique(),
        later=wages.month.isin(silent).cast("int64").sum(),
        last=wages.day.max(),
        wages=wages.amount.sum(),
    )
    here = by_customer.filter((by_customer.paid == len(paid)) & (by_customer.later == 0))
    return _facts(here, amount_before=money((here.wages / len(paid)).round()), day=here["last"])


# What a matured amount is placed in again.
PLACEMENTS = ("time", "large_cd", "wealth", "fund", "insurance", "bond")
# Entries that the bank books: they do not wake an account.
BANKS_OWN = ("结息", "利息", "扣费", "年费", "短信费", "interest", "fee")

# Code -> the tables it needs beside customers, its parameters in the policy, its expression.
_LISTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], Callable[[_Asked], Any]]] = {
    "near_threshold": (("balances",), ("near_share",), _near),
    "attrition_light": (("balances",), (), _light),
    "attrition_heavy": (("balances",), (), _heavy),
    "won_back": (("balances",), (), _won_back),
    "maturing": (("maturities",), ("due_days",), _due),
    "matured": (("maturities", "balances"), (), _matured),
    "dormant": (("transactions",), ("dormant_days", "dormant_most"), _dormant),
    "payroll_lost": (("transactions",), ("payroll_months", "payroll_missing_months"), _payroll_lost),
    "new_customer": ((), ("new_days",), _new),
    "large_inflow": (("balances",), ("inflow_least",), _inflow),
}
CODES = tuple(_LISTS)


def together(lists: Iterable[WatchList], *, policy: Policy) -> Any:
    """All lists that are known as one table: list, as_of, customer_id, FACTS, policy_version; by list, customer, limit."""
    known = [
        one.rows.select(
            "customer_id",
            *FACTS,
            list=ibis.literal(one.code),
            as_of=ibis.literal(one.as_of),
            policy_version=ibis.literal(policy.label),
        )
        for one in lists
        if one.rows is not None
    ]
    rows = ibis.union(*known) if len(known) > 1 else known[0]
    columns = ("list", "as_of", "customer_id", *FACTS, "policy_version")
    return rows.select(*columns).order_by("list", "customer_id", "threshold")

"""What a customer earns a year, by whom it is known, since when, and how sure: unknown stays unknown."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis

from ..policy import Income, Policy
from .exact import cents, in_yuan, money, total
from .period import last_day, measured_months

COLUMNS = ("income_source", "income_as_of", "income_confidence")
_KINDS = {"income_source": "string", "income_as_of": "date"}


def with_income(customers: Any, transactions: Any | None, *, policy: Policy, as_of: date | None) -> Any:
    """The customers with annual_income (yuan) and `COLUMNS` as the policy believes them.

    Wages of the last twelve complete months on `as_of` fill an unknown income, and replace one whose source is believed
    less. An income without a source is the bank's own, and stays.
    """
    known = customers.mutate(
        annual_income=in_yuan(customers.annual_income),
        **{name: ibis.null(kind) for name, kind in _KINDS.items() if name not in customers.columns},
    )
    if transactions is not None and as_of is not None:
        known = _or_wages(known, _wages(transactions, policy.income, as_of), policy.income)
    sure = [(name, ibis.literal(share, "decimal(3, 2)")) for name, share in policy.income.confidence.items()]
    confidence = known.income_source.cases(*sure, else_=ibis.null("decimal(3, 2)"))
    return known.mutate(
        income_confidence=ibis.ifelse(known.annual_income.isnull(), ibis.null("decimal(3, 2)"), confidence)
    )


def _wages(transactions: Any, income: Income, as_of: date) -> Any:
    """Per customer with wages in enough months: `wages` a year in yuan, `paid_on` the last day they came."""
    months = measured_months("year_average", as_of)
    rows = transactions.filter(transactions.kind.isin(income.payroll_kinds) & (transactions.amount > 0))
    day = rows.booked_at.date()
    rows = rows.select("customer_id", day=day, amount=cents(rows.amount)).filter(
        (day >= months[0]) & (day <= last_day(months[-1]))
    )
    by_customer = rows.group_by("customer_id").agg(
        amount=total(rows.amount), months=rows.day.truncate("M").nunique(), paid_on=rows.day.max()
    )
    enough = by_customer.filter(by_customer.months >= income.payroll_least_months)
    return enough.select("customer_id", "paid_on", wages=money((enough.amount * 12 / enough.months).round()))


def _or_wages(known: Any, wages: Any, income: Income) -> Any:
    weaker = list(income.order[income.order.index("payroll") :])
    joined = known.left_join(wages, "customer_id")
    taken = wages.wages.notnull() & (known.annual_income.isnull() | known.income_source.isin(weaker).fill_null(False))
    rest = [known[name] for name in known.columns if name not in ("annual_income", *_KINDS)]
    return joined.select(
        *rest,
        annual_income=ibis.ifelse(taken, wages.wages, known.annual_income),
        income_source=ibis.ifelse(taken, "payroll", known.income_source),
        income_as_of=ibis.ifelse(taken, wages.paid_on, known.income_as_of),
    )

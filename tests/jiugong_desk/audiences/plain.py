"""The plain version: one customer at a time, in Python, from what the desk's tables hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from jiugong_desk.campaigns.models import ListEntry
from jiugong_desk.consent.models import Contact
from jiugong_desk.consent.queries import contact_facts
from jiugong_desk.consent.rules import eligibility
from jiugong_desk.core.clock import bank_date
from jiugong_desk.customers.models import Customer, Loan, Maturity

Rule = Mapping[str, Any]


def meets(customer: Customer, definition: Iterable[Mapping[str, Any]], on: date) -> list[str]:
    """The codes of the steps that this customer fails, in their order; none where all are passed."""
    failed = []
    for number, block in enumerate(definition):
        each = [holds(customer, rule, on) for rule in block["rules"]]
        if block["kind"] == "all":
            failed += [f"rule-{number}-{place}" for place, met in enumerate(each) if not met]
        elif (block["kind"] == "any") != any(each):
            failed.append(f"block-{number}")
    return failed


def holds(customer: Customer, rule: Rule, on: date) -> bool:
    field, op, value = rule["field"], rule["op"], rule.get("value")
    if field == "loan_kind":
        kinds = set(Loan.objects.filter(customer=customer).values_list("kind", flat=True))
        found = bool(kinds & set(value if isinstance(value, list) else [value]))
        return not found if op == "lacks" else found
    if field == "loan_overdue":
        late = Loan.objects.filter(customer=customer, overdue=True).exists()
        return late == (value == "yes")
    if field == "maturity":
        days = list(Maturity.objects.filter(customer=customer).values_list("matures_on", flat=True))
        limit = date.fromisoformat(value)
        return any(day >= limit if op == "since" else day < limit for day in days)
    if field == "last_reached":
        times = [
            bank_date(at)
            for at in Contact.objects.filter(
                customer=customer, reached=True, channel="call", kind="marketing"
            ).values_list("at", flat=True)
        ]
        since = any(day >= date.fromisoformat(value) for day in times)
        return since if op == "since" else not since
    if field == "age_protection":
        return _protected(customer.birth_date, value if isinstance(value, list) else [value], on)
    actual = {"unit": customer.unit.code, "manager": customer.manager_id}.get(field, getattr(customer, field, None))
    known = actual not in (None, "")
    if op in ("known", "unknown"):
        return known == (op == "known")
    return _compared(actual, op, value) if known else bool(rule.get("unknown"))


def _compared(actual: Any, op: str, value: Any) -> bool:
    if isinstance(actual, bool):
        return actual == (value == "yes")
    if op in ("is", "in"):
        return str(actual) in (value if isinstance(value, list) else [value])
    limit = date.fromisoformat(value) if isinstance(actual, date) else type(actual)(Decimal(value))
    return {
        "at_least": actual >= limit, "since": actual >= limit, "at_most": actual <= limit,
        "below": actual < limit, "before": actual < limit,
    }[op]  # fmt: skip


def _protected(born: date | None, groups: list[str], on: date) -> bool:
    if born is None:
        return False
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return not ("minors" in groups and age < 18) and not ("elderly" in groups and age >= 65)


def first_reasons(definition: list[Mapping[str, Any]], on: date, *, busy: set[int] = frozenset()) -> dict[str, str]:
    """Customer number -> the first step that he fails; empty for who is callable."""
    customers = list(Customer.objects.everyone().select_related("unit"))
    facts = contact_facts(customer.pk for customer in customers)
    found = {}
    for customer in customers:
        failed = [*meets(customer, definition, on), *eligibility(facts[customer.pk]).codes]
        failed += ["in_other_campaign"] if customer.pk in busy else []
        found[customer.customer_no] = failed[0] if failed else ""
    return found


def on_running_lists() -> set[int]:
    rows = ListEntry.objects.everyone().filter(campaign__state__in=("launched", "paused"))
    return set(rows.values_list("customer_id", flat=True))

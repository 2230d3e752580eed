"""What the products room asks of a customer, so that it need not know one."""

from __future__ import annotations

from decimal import Decimal

from ..products.rules import CustomerFacts
from .models import Customer


def facts_of(customer: Customer, amount: Decimal | None = None) -> CustomerFacts:
    """The customer as a suitability verdict needs him. `amount`: yuan that he would put in, where it is said."""
    return CustomerFacts(customer.risk_capacity, customer.risk_test_expires_on, customer.birth_date, amount)

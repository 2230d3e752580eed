"""The panel of what may be offered to this customer today, and why the rest may not."""

from __future__ import annotations

from datetime import datetime

from ..core.clock import bank_date
from ..organisation.models import Staff
from ..products import queries as products
from .extension import Panel
from .models import Customer
from .suitability import facts_of


def suitable_products(customer: Customer, staff: Staff, now: datetime) -> Panel | None:
    """Every product on sale with its verdict; None for whom the catalogue is closed, or where nothing is on sale."""
    if not staff.may("product.view"):
        return None
    today = bank_date(now)
    rows = products.suited(facts_of(customer), today)
    if not rows:
        return None
    expires = customer.risk_test_expires_on
    context = {
        "customer": customer,
        "suited": [row for row in rows if row.visit.allowed],
        "unsuited": [row for row in rows if not row.visit.allowed],
        "expired": bool(expires and expires < today),
    }
    return Panel("customers/_products.html", context, order=35)

"""The counts of the audience builder with a million customers: what a planner waits for after each change of a rule.

The desk of the board's benchmark, with a telephone for nearly all, a home loan for a fifth and consent of three quarters.
The first figures (an estimate) are promised within a second; the exact ones follow on pause, and are what the launch draws.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from . import board
from ._desks import in_desks, page, truths
from .results import Results

PROMISED = 1.0  # seconds, of the first figures
PLANNER = "9001"
LOANS = """
INSERT INTO customers_loan (customer_id, loan_no, kind, drawn_on, overdue, decision_pending)
SELECT id, 'L' || id, CASE id % 2 WHEN 0 THEN 'mortgage_new_home' ELSE 'mortgage_resale' END, '2023-06-01', {no}, {no}
FROM customers_customer WHERE {a} < 200"""
MOBILES = "UPDATE customers_customer SET mobile_tail = '0000', mobile_digest = 'm' || id WHERE {c} < 950"
CONSENTS = """
INSERT INTO consent_consentrecord (customer_id, purpose, channel, granted, text_version, evidence, at)
SELECT id, 'marketing', 'call', {yes}, 'v1', 'extract', '2025-09-01 00:00:00' FROM customers_customer WHERE {b} < 750"""
AUDIENCES: dict[str, list[dict[str, Any]]] = {
    "one rule": [{"field": "loan_kind", "op": "in", "value": ["mortgage_new_home", "mortgage_resale"]}],
    "four rules": [
        {"field": "loan_kind", "op": "in", "value": ["mortgage_new_home", "mortgage_resale"]},
        {"field": "level", "op": "at_least", "value": "4"},
        {"field": "assets", "op": "below", "value": "50000"},
        {"field": "annual_income", "op": "below", "value": "200000"},
    ],
}


def run(results: Results) -> None:
    in_desks(results, _filled_and_measured)


def _filled_and_measured(results: Results, database: str) -> None:
    rows = results.rows(board.CUSTOMERS)
    board.fill(rows, months=1)
    _ties(database)
    _measure(results, rows, database)


def _ties(database: str) -> None:
    """Loans, consents, and a planner."""
    from django.db import connection

    from jiugong_desk.core.statistics import renew_statistics
    from jiugong_desk.organisation.models import Posting, Staff, Unit

    with connection.cursor() as cursor:
        for statement in (MOBILES, LOANS, CONSENTS):
            cursor.execute(statement.format(**board.chances(100), **truths(database)))
    planner = Staff.objects.create(staff_no=PLANNER, name="planner", person_key=PLANNER)
    Posting.objects.create(staff=planner, unit=Unit.objects.get(code="BR01"), role="planner")
    renew_statistics()


def _measure(results: Results, rows: int, database: str) -> None:
    from jiugong_desk.audiences.counting import count
    from jiugong_desk.audiences.listing import listed
    from jiugong_desk.organisation.models import Unit

    bank, on = Unit.objects.get(code="BR01"), date(2026, 3, 1)
    for name, rules in AUDIENCES.items():
        typed = _typed(rules) | {"unit": str(bank.pk)}
        ways = {
            "first figures": page(PLANNER, "audience_new", typed, sent=True),
            "exact figures": page(PLANNER, "audience_exact", typed, sent=True),
            "the list itself": lambda rules=rules: listed(rules, bank, on=on),
        }
        medians = results.side_by_side(f"{database}, {name}", rows, ways)
        exact, drawn = count(rules, bank, on=on).eligible, len(listed(rules, bank, on=on).candidates)
        results.note(
            case=f"{database}, {name}", eligible=exact, drawn=drawn, same=exact == drawn, promised=PROMISED,
            kept=medians["first figures"] <= PROMISED,
        )  # fmt: skip


def _typed(rules: list[dict[str, Any]]) -> dict[str, Any]:
    """As the builder's form sends them."""
    sent: dict[str, Any] = {"block-0-kind": "all"}
    for place, rule in enumerate(rules):
        for name, value in rule.items():
            sent[f"rule-0-{place}-{name}"] = value
    return sent

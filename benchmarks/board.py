"""The board, the list behind a cell and the migration page with a million customers in the desk, as a page is asked for.

A temporary desk on SQLite (and on PostgreSQL where its server is installed, in a process of its own) is filled by bulk
SQL: 200 outlets, 1,000 managers, 13 months of standings that the desk's own recorder wrote after each month's changes.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ._desks import in_desks, page
from .results import Results

CUSTOMERS = 1_000_000
MONTHS = 13
SUB_BRANCHES, OUTLETS, MANAGERS = 10, 20, 5  # each of the one before
AT = datetime(2026, 3, 1, 6, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
PEOPLE = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
INSERT INTO customers_customer ({columns}) SELECT {values} FROM n"""
# 92 % ordinary, 5.5 % Jiaoyin, 2.5 % Wode; a third of the incomes unknown. {a} to {e} are chances of 0..999 by customer.
# Each month the customers whose turn it is get other amounts; the first month all of them.
AMOUNTS = """
UPDATE customers_customer SET
    assets = CASE WHEN {a} < 920 THEN {b} * 50 WHEN {a} < 975 THEN 50000 + {b} * 450 ELSE 500000 + {b} * 3000 END,
    annual_income = CASE WHEN {c} < 330 THEN NULL WHEN {c} < 730 THEN 30000 WHEN {c} < 950 THEN 120000 ELSE 400000 END,
    potential_value = CASE WHEN {c} >= 330 THEN {d} END
WHERE {e} < {share}"""
PLACES = """
UPDATE customers_customer SET current_value = assets / 100, lifetime_value = assets / 25,
    asset_band = CASE WHEN assets < 50000 THEN 1 WHEN assets < 500000 THEN 2 ELSE 3 END,
    income_band = CASE WHEN annual_income IS NULL THEN 0 WHEN annual_income < 70000 THEN 1
        WHEN annual_income < 300000 THEN 2 ELSE 3 END,
    level = CASE WHEN annual_income IS NOT NULL THEN
        CASE WHEN assets < 50000 THEN 1 WHEN assets < 500000 THEN 2 ELSE 3 END
        + CASE WHEN annual_income < 70000 THEN 0 WHEN annual_income < 300000 THEN 3 ELSE 6 END END
WHERE {e} < {share}"""
DATED = "UPDATE customers_customer SET snapshot_on = '{day}'"


def chances(month: int) -> dict[str, str]:
    """SQL for five numbers of 0..999 that scatter over the customers, others each month."""
    lot = random.Random(month)
    return {name: f"((id * {lot.randrange(2**31, 2**32) | 1}) % 4294967296 / 4294968)" for name in "abcde"}


def run(results: Results) -> None:
    in_desks(results, _filled_and_measured)


def _filled_and_measured(results: Results, database: str) -> None:
    rows = results.rows(CUSTOMERS)
    fill(rows)
    measure(results, rows, database)


def measure(results: Results, rows: int, database: str) -> None:
    """Whole pages through Django's client, from the session's look-up to the last byte of HTML."""
    newest, before, first = "2026-02", "2026-01", "2025-03"
    cell = {"asset": "1", "income": "1", "sort": "assets"}  # the fullest of the nine
    pages = {
        "board": ("board", {}),
        "board by assets": ("board", {"measure": "assets", "month": before}),
        "cell, first page": ("customers", cell | {"month": newest}),
        "cell, page 1,000": ("customers", cell | {"month": newest, "page": "1000"}),
        "cell by number": ("customers", cell | {"month": newest, "sort": ""}),
        "cell by potential": ("customers", cell | {"month": newest, "sort": "value"}),
        "cell a month before": ("customers", cell | {"month": before}),
        "all, first page": ("customers", {"month": newest, "sort": "assets"}),
        "migration of a month": ("migration", {}),
        "migration of a year": ("migration", {"first": first, "last": newest}),
        "a flow": ("migration_who", {"before": "1", "after": "4"}),
    }
    for who, staff_no in (("management", "9004"), ("outlet head", "8001")):
        ways = {name: page(staff_no, *asked) for name, asked in pages.items()}
        medians = results.side_by_side(f"{database}, {who}", rows, ways)
        slowest = max(medians, key=lambda name: medians[name])
        results.note(case=f"{database}, {who}", slowest=slowest, seconds=medians[slowest])


def fill(rows: int, months: int = MONTHS) -> None:
    """Organisation, customers, and month after month of changes, each recorded."""
    from django.db import connection, transaction

    from jiugong_desk.customers import standings
    from jiugong_desk.organisation.bridge import policy as file

    unit, manager = _organisation()
    units, policy = SUB_BRANCHES * OUTLETS, file().label
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA cache_size=-400000")  # in kilobytes: only filling is so large
        for number, day in enumerate(month_ends(months)):
            with transaction.atomic():
                if number:
                    standings.remember(day, grid=file().grid, at=AT)
                else:
                    given = {
                        "ref": "'r' || i", "customer_no": "'K' || (100000000 + i)", "unit_id": f"{unit} + i % {units}",
                        "manager_id": f"{manager} + (i % {units}) * {MANAGERS} + (i / {units}) % {MANAGERS}",
                        "policy_version": f"'{policy}'", "snapshot_on": f"'{day}'",
                    }  # fmt: skip
                    cursor.execute(*people(rows, given))
                for statement in (AMOUNTS, PLACES, DATED):
                    cursor.execute(statement.format(**chances(number), share=60 if number else 1000, day=day))
                moved = standings.record(day, policy_version=policy, grid=file().grid, at=AT, wrote=True)
            print(f"board    {day}: {moved:,} moved")
    from jiugong_desk.core.statistics import renew_statistics

    renew_statistics()


def people(rows: int, given: dict[str, str]) -> tuple[str, list[Any]]:
    """The statement that makes the customers, and its parameters: what is not given is the field's default."""
    from django.db import connection

    from jiugong_desk.customers.models import Customer

    fields = [field for field in Customer._meta.concrete_fields if not field.primary_key]
    rest = [field for field in fields if field.column not in given]
    values = [field.get_db_prep_save(field.get_default(), connection) for field in rest]
    columns = ", ".join([*given, *(field.column for field in rest)])
    text = PEOPLE.format(rows=rows, columns=columns, values=", ".join([*given.values(), *["{}"] * len(rest)]))
    return text.replace("%", "%%").replace("{}", "%s"), values


def month_ends(months: int) -> list[date]:
    """The last days of so many months, up to February 2026."""
    firsts = [date(2025 + n // 12, n % 12 + 1, 1) for n in range(15 - months, 15)]
    return [first - timedelta(days=1) for first in firsts]


def _organisation() -> tuple[int, int]:
    """Branch, sub-branches, outlets, managers, a member of management; the ids of the first outlet and manager."""
    from jiugong_desk.organisation.models import Posting, Staff, Unit

    branch = Unit.objects.create(code="BR01", name="分行", kind=Unit.Kind.BRANCH, path="BR01.")
    above = [
        Unit.objects.create(
            code=f"SB{n:02}", name=f"{n} 支行", kind=Unit.Kind.SUB_BRANCH, parent=branch, path=f"BR01.SB{n:02}."
        )
        for n in range(SUB_BRANCHES)
    ]
    outlets = [
        Unit.objects.create(
            code=f"OU{parent.code[2:]}{n:02}", name=f"{parent.name} {n} 网点", kind=Unit.Kind.OUTLET, parent=parent,
            path=f"{parent.path}OU{parent.code[2:]}{n:02}.",
        )
        for parent in above
        for n in range(OUTLETS)
    ]  # fmt: skip
    managers = [
        Staff.objects.create(staff_no=f"{1000 + number}", name=f"经理{number}", person_key=f"p{number}")
        for number in range(len(outlets) * MANAGERS)
    ]
    Posting.objects.bulk_create(
        Posting(staff=staff, unit=outlets[number // MANAGERS], role="customer_manager")
        for number, staff in enumerate(managers)
    )
    for staff_no, role, unit in (("9004", "management", branch), ("8001", "outlet_head", outlets[0])):
        staff = Staff.objects.create(staff_no=staff_no, name=role, person_key=staff_no)
        Posting.objects.create(staff=staff, unit=unit, role=role)
    return outlets[0].pk, managers[0].pk

"""Loans, maturities and balances by month of a snapshot; what stands already is not written again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..core.bulk import insert_rows, update_rows
from . import bridge
from .models import BalanceHistory, Loan, Maturity

if TYPE_CHECKING:
    from jiugong.warehouse import Snapshot

LOAN_COLUMNS = (
    "loan_id", "customer_id", "kind", "drawn_on", "principal", "outstanding", "due_day", "overdue", "decision_pending",
)  # fmt: skip
LOAN_FIELDS = ("customer_id", "kind", "drawn_on", "principal", "outstanding", "due_day", "overdue", "decision_pending")
MATURITY_COLUMNS = ("customer_id", "product", "category", "amount", "matures_on")
MONTHS_KEPT = 13  # a year, and the month before it to compare with
LONGEST_PRODUCT = 80
BATCH = 1_000


def load_loans(snapshot: Snapshot, numbers: Mapping[str, int]) -> int:
    """Write new and changed loans, drop those that the snapshot no longer has; how many rows that was."""
    if not bridge.has_table(snapshot, "loans"):
        return 0
    stored = {row[0]: row[1:] for row in Loan.objects.values_list("loan_no", *LOAN_FIELDS)}
    incoming: dict[str, tuple[Any, ...]] = {}
    for loan_no, customer_no, kind, *rest, overdue, pending in bridge.rows(snapshot.read("loans"), LOAN_COLUMNS):
        if customer_no in numbers:
            values = (numbers[customer_no], kind or "", *rest, bool(overdue), pending)
            incoming[loan_no] = values
    changed = [number for number in sorted(incoming) if stored.get(number) != incoming[number]]
    Loan.objects.bulk_create(
        [Loan(loan_no=number, **dict(zip(LOAN_FIELDS, incoming[number], strict=True))) for number in changed],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["loan_no"],
        update_fields=["customer", *LOAN_FIELDS[1:]],
    )
    gone = sorted(stored.keys() - incoming.keys())
    for start in range(0, len(gone), BATCH):
        Loan.objects.filter(loan_no__in=gone[start : start + BATCH]).delete()
    return len(changed) + len(gone)


def forget(*, loans: Iterable[str], balances_of: Iterable[str], maturities_of: Iterable[str]) -> int:
    """Inner verb of an import's undo: what the restored snapshot knows nothing of; how many rows that was.

    Loans by their number, histories and maturities by the customer's.
    """
    targets = (
        (Loan, "loan_no__in", loans),
        (BalanceHistory, "customer__customer_no__in", balances_of),
        (Maturity, "customer__customer_no__in", maturities_of),
    )
    gone = 0
    for model, field, names in targets:
        wanted = sorted(names)
        for start in range(0, len(wanted), BATCH):
            gone += model._base_manager.filter(**{field: wanted[start : start + BATCH]}).delete()[0]
    return gone


def load_maturities(snapshot: Snapshot, numbers: Mapping[str, int]) -> int:
    """Replace the coming maturities of each customer whose list differs; how many customers that was."""
    if not bridge.has_table(snapshot, "maturities"):
        return 0
    stored, incoming = defaultdict(list), defaultdict(list)
    for customer, *what in Maturity.objects.values_list("customer_id", *MATURITY_COLUMNS[1:]):
        stored[customer].append(tuple(what))
    for number, product, category, amount, day in bridge.rows(snapshot.read("maturities"), MATURITY_COLUMNS):
        if number in numbers and day >= snapshot.as_of:
            incoming[numbers[number]].append(((product or "")[:LONGEST_PRODUCT], category or "", amount, day))
    changed = [pk for pk in sorted(stored.keys() | incoming.keys()) if sorted(stored[pk]) != sorted(incoming[pk])]
    for start in range(0, len(changed), BATCH):
        chunk = changed[start : start + BATCH]
        Maturity.objects.filter(customer__in=chunk).delete()
        Maturity.objects.bulk_create(
            Maturity(customer_id=pk, **dict(zip(MATURITY_COLUMNS[1:], what, strict=True)))
            for pk in chunk
            for what in incoming[pk]
        )
    return len(changed)


def load_balances(snapshot: Snapshot, numbers: Mapping[str, int], policy: bridge.Policy) -> int:
    """Write the histories that differ from what stands; how many customers that was."""
    if not bridge.has_table(snapshot, "balances"):
        return 0
    stored = dict(BalanceHistory.objects.values_list("customer_id", "months"))
    new: list[tuple[int, Any]] = []
    changed: list[tuple[int, Any]] = []
    for number, months in bridge.balance_months(snapshot, policy):
        pk, kept = numbers.get(number), months[-MONTHS_KEPT:]
        if pk is not None and stored.get(pk) != kept:
            (changed if pk in stored else new).append((pk, kept))
    insert_rows(BalanceHistory, ["customer", "months"], new)
    update_rows(BalanceHistory, "customer", ["months"], changed)
    return len(new) + len(changed)

"""A batch's cells with what was corrected in them, checked: used by the jobs, and for one row at once."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..core.bulk import insert_rows
from ..core.errors import Refused
from ..core.verdict import Reason, refused
from ..customers.models import Customer, Loan
from ..organisation.models import Staff, Unit
from ..organisation.scope import unit_filter
from . import bridge, folder, rules
from .models import Batch, Fault, Listed
from .rows import bridge as rows
from .values import Checked, Known, Wrong

if TYPE_CHECKING:
    from jiugong.warehouse.sheet import Sheet

MOST_FAULTS = 5_000  # kept for the grid; a file with more is mended at its source, or by another mapping
CELLS = "cells"
CHUNK = 1_000


def cells_file(batch: Batch) -> Any:
    return folder.of(batch.ref) / CELLS


def as_read(batch: Batch) -> Sheet:
    """Refused where the cells were deleted already: the batch has ended, or waited too long."""
    cells = cells_file(batch)
    if not cells.exists():
        raise Refused(refused(rules.CELLS_GONE))
    return bridge.load_cells(cells)


def as_mended(batch: Batch, sheet: Sheet | None = None) -> Sheet:
    """With every correction, without the rows left out."""
    corrections = {(one.row, one.header): one.text for one in batch.corrections.all()}
    left_out = list(batch.left_out.values_list("row", flat=True))
    return bridge.mended(sheet if sheet is not None else as_read(batch), corrections, left_out)


def known() -> Known:
    """The desk's own units and staff (two queries). A name that two have, or that is a code too, stands for nobody."""
    units = list(Unit.objects.values_list("name", "code"))
    staff = list(Staff.objects.filter(is_active=True).values_list("name", "staff_no"))
    codes = frozenset(code for _name, code in units)
    numbers = frozenset(Staff.objects.values_list("staff_no", flat=True))
    return Known(_unique(units, codes), codes, _unique(staff, numbers), numbers)


def _unique(pairs: Iterable[tuple[str, str]], codes: frozenset[str]) -> dict[str, str]:
    """Names as cells are read: half width, without blanks around them."""
    plain = [(unicodedata.normalize("NFKC", name).strip(), code) for name, code in pairs]
    often = Counter(name for name, _code in plain)
    return {name: code for name, code in plain if name and often[name] == 1 and name not in codes}


def check(batch: Batch, sheet: Sheet) -> Checked:
    return rows.check(sheet, batch.table, batch.settings, as_of=batch.as_of, name=batch.file_name, known=known())


def checked(batch: Batch) -> Checked:
    return check(batch, as_mended(batch))


def write_faults(batch: Batch, found: Checked) -> None:
    """Inner verb: what the grid shows, in place of what it showed before."""
    batch.faults.all().delete()
    Fault.objects.bulk_create((_fault(batch, one) for one in found.wrong[:MOST_FAULTS]), batch_size=CHUNK)


def counts_of(batch: Batch, found: Checked) -> dict[str, Any]:
    """`read` rows of the file, `left_out` by the steward, `bad` with faults, the rest to be loaded."""
    left_out = batch.left_out.count()
    kept = {key: batch.counts[key] for key in ("mended",) if key in batch.counts}
    codes = Counter((one.column, one.code) for one in found.wrong)
    return kept | {
        "read": found.read + left_out,
        "left_out": left_out,
        "bad": found.bad,
        "good": found.read - found.bad,
        "faults": len(found.wrong),
        "shown": min(len(found.wrong), MOST_FAULTS),
        "said": dict(found.said),
        "by_code": [[column, code, number] for (column, code), number in codes.most_common(30)],
    }


def related(batch: Batch, sheet: Sheet, row: int) -> set[int]:
    return rows.relatives(as_mended(batch, sheet), batch.table, batch.settings, row)


def check_rows(batch: Batch, sheet: Sheet, those: set[int]) -> None:
    """Inner verb: put the faults of these rows right after one of them changed; `those` as `related` found them, before
    and after the change. What clashed with the row, or clashes with it now, is among them.
    """
    found = check(batch, bridge.only(as_mended(batch, sheet), those))
    batch.faults.filter(row__in=those).delete()
    Fault.objects.bulk_create(_fault(batch, one) for one in found.wrong)


def sees_all(by: Staff) -> bool:
    """Whether every customer of the desk is his to load."""
    condition = unit_filter(by, "path")
    if condition is None:
        return False
    mine = set(Unit.objects.filter(condition).values_list("pk", flat=True))
    foreign = set(Unit.objects.values_list("pk", flat=True)) - mine
    return not Customer.objects.everyone().filter(unit__in=foreign).exists()


def refuse_outside(found: Checked, by: Staff) -> None:
    """A steward loads the customers of his unit: neither changes others' nor brings some for another unit."""
    condition = unit_filter(by, "path")
    if condition is None:
        raise Refused(_outside(1))
    seen = set(Unit.objects.filter(condition).values_list("code", flat=True))
    foreign_units = set(Unit.objects.values_list("code", flat=True)) - seen
    outside: set[str] = set()
    for table in found.tables.values():
        numbers = table["customer_id"].to_pylist()
        if "branch_id" in table.column_names and foreign_units:
            outside |= {
                no for no, unit in zip(numbers, table["branch_id"].to_pylist(), strict=True) if unit in foreign_units
            }
        outside |= _others_customers(sorted(set(numbers)), by) if foreign_units else set()
        if "loan_id" in table.column_names and foreign_units:
            outside |= _others_loans(table["loan_id"].to_pylist(), by)
    if outside:
        raise Refused(_outside(len(outside)))


def _others_customers(numbers: list[str], by: Staff) -> set[str]:
    condition = unit_filter(by)
    assert condition is not None
    found: set[str] = set()
    for start in range(0, len(numbers), CHUNK):
        known = Customer.objects.everyone().filter(customer_no__in=numbers[start : start + CHUNK])
        mine = set(known.filter(condition).values_list("customer_no", flat=True))
        found |= set(known.values_list("customer_no", flat=True)) - mine
    return found


def _others_loans(numbers: list[str], by: Staff) -> set[str]:
    """A loan's number may name another unit's loan, whatever customer stands beside it; whose they are."""
    condition = unit_filter(by, "customer__unit__path")
    assert condition is not None
    found: set[str] = set()
    for start in range(0, len(numbers), CHUNK):
        known = Loan.objects.filter(loan_no__in=numbers[start : start + CHUNK])
        mine = set(known.filter(condition).values_list("pk", flat=True))
        found |= {owner for pk, owner in known.values_list("pk", "customer__customer_no") if pk not in mine}
    return found


def has_row(sheet: Sheet, row: int) -> bool:
    return row in sheet.rows.to_pylist() or any(bad.row == row for bad in sheet.misshapen)


def absent(found: Checked) -> int:
    """Customers of the file whom the desk does not have, now that it was loaded: they have no outlet."""
    if "customers" not in found.tables:
        return 0
    people = found.tables["customers"]
    numbers = people.filter(people["branch_id"].is_null())["customer_id"].to_pylist()
    there = 0
    for start in range(0, len(numbers), CHUNK):
        there += Customer.objects.everyone().filter(customer_no__in=numbers[start : start + CHUNK]).count()
    return len(numbers) - there


def write_listed(batch: Batch, found: Checked) -> None:
    """Inner verb of a commit: whom the file names, of those whom the desk has."""
    batch.listed.all().delete()
    numbers = sorted({number for table in found.tables.values() for number in table["customer_id"].to_pylist()})
    for start in range(0, len(numbers), CHUNK):
        here = Customer.objects.everyone().filter(customer_no__in=numbers[start : start + CHUNK])
        insert_rows(Listed, ["batch", "customer"], ((batch.pk, pk) for pk in here.values_list("pk", flat=True)))


def _outside(count: int) -> Any:
    return refused(Reason(rules.OUTSIDE.code, rules.OUTSIDE.text, {"count": count}, rules.OUTSIDE.remedy))


def _fault(batch: Batch, one: Wrong) -> Fault:
    return Fault(batch=batch, row=one.row, header=one.header[:200], column=one.column, code=one.code)

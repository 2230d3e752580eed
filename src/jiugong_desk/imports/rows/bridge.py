"""The rows of a file with the library: what is wrong with them, what is to be told of them, what they would change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jiugong.errors import InputError

from ..bridge import NOBODY, Settings, contract, match, refusing, source_of
from ..values import Checked, Known, Wrong

if TYPE_CHECKING:
    import pyarrow as pa

    from jiugong.warehouse import Extract
    from jiugong.warehouse.contracts import TableContract
    from jiugong.warehouse.mapping import Source
    from jiugong.warehouse.sheet import Sheet

UNKNOWN_OUTLET = "unknown_outlet"
MOST_RELATED = 2_000


def check(sheet: Sheet, table: str, settings: Settings, *, as_of: date, name: str, known: Known = NOBODY) -> Checked:
    """The rows against the contract, taken apart where it is a list; keys that come twice are at fault too.

    A customer of an outlet that is not in the organisation would reach nobody's page: the cell is at fault.
    """
    from jiugong.warehouse import extract, join_extracts

    try:
        taken = extract(sheet, table, source_of(settings, table, known), file=name, as_of=as_of)
    except InputError as error:
        raise refusing(error, name=name) from None
    strange = _strange_outlets(sheet, table, settings, known)
    strange -= {one.row for one in taken.rejections if one.column == "branch_id"}
    joined = join_extracts([_set_aside(taken, strange)])
    (found,) = joined.extracts
    headers = {column: header for header, column in match(sheet, table, settings).items() if column}
    wrong = [
        Wrong(one.row, one.header or headers.get(one.column, ""), one.column, one.code) for one in found.rejections
    ]
    wrong += [Wrong(row, headers["branch_id"], "branch_id", UNKNOWN_OUTLET) for row in strange]
    return Checked(
        tables=joined.tables,
        wrong=tuple(sorted(wrong, key=lambda one: (one.row, one.column))),
        read=found.report.read,
        bad=found.quarantined,
        sums={part: sums_of(rows, contract(part)) for part, rows in joined.tables.items()},
        said=_said(sheet, table, settings, known) | _said_of_rows(joined.tables),
    )


def column_texts(sheet: Sheet, table: str, column: str, source: Source) -> Any:
    """A column's cells as clean text (a pyarrow array); None where the file or the table has no such column."""
    from jiugong.warehouse.cleaning import cleaned
    from jiugong.warehouse.matching import match_headers

    form = contract(table)
    if column not in form.names:
        return None
    headers = {name: found.header for name, found in match_headers(sheet, form, source).found.items()}
    return cleaned(sheet, headers, form.column(column), form, source) if column in headers else None


def relatives(sheet: Sheet, table: str, settings: Settings, row: int) -> set[int]:
    """This row and those that it may clash with: of the same customer or loan, directly or over others.

    The row alone where these are very many: then it is the preview that finds what clashes.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    form = contract(table)
    names = ("customer_id", "loan_id") if table == "customer_list" else form.key[:1]
    texts = [text for name in names if (text := column_texts(sheet, table, name, source_of(settings, table))) is not None]  # fmt: skip
    found, before = {row}, 0
    while len(found) > before:
        before = len(found)
        mine = pc.is_in(sheet.rows, value_set=pa.array(sorted(found), pa.int64()))
        for text in texts:
            shared = pc.unique(text.filter(mine).drop_null())
            found |= set(sheet.rows.filter(pc.is_in(text, value_set=shared)).to_pylist())
        if len(found) > MOST_RELATED:
            return {row}
    return found


def _strange_outlets(sheet: Sheet, table: str, settings: Settings, known: Known) -> set[int]:
    """The rows whose outlet is neither a code nor a name of the organisation."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = column_texts(sheet, table, "branch_id", source_of(settings, table, known))
    if text is None or not known.codes:
        return set()
    known_code = pc.is_in(text, value_set=pa.array(sorted(known.codes), pa.string()))
    return set(sheet.rows.filter(pc.and_(text.is_valid(), pc.invert(known_code))).to_pylist())


def _set_aside(taken: Extract, rows: set[int]) -> Extract:
    """Without these rows, of which some may have been set aside already."""
    from dataclasses import replace

    import pyarrow as pa
    import pyarrow.compute as pc

    from jiugong.warehouse.lists import Part

    gone = pa.array(sorted(rows), pa.int64())
    keep = pc.invert(pc.is_in(taken.kept, value_set=gone))
    if pc.all(keep).as_py():
        return taken
    parts = {}
    for name, part in taken.parts.items():
        stays = pc.invert(pc.is_in(part.rows, value_set=gone))
        parts[name] = Part(part.table.filter(stays), part.rows.filter(stays))
    kept = taken.kept.filter(keep)
    return replace(taken, parts=parts, kept=kept, quarantined=taken.quarantined + len(taken.kept) - len(kept))


def _said(sheet: Sheet, table: str, settings: Settings, known: Known) -> dict[str, int]:
    """What names were translated, and which rows have no outlet or a manager whom nobody knows."""
    import pyarrow as pa
    import pyarrow.compute as pc

    said: dict[str, int] = {}
    for column, words, codes in (
        ("branch_id", known.units, known.codes),
        ("manager_id", known.staff, known.numbers),
    ):
        text = column_texts(sheet, table, column, source_of(settings, table))
        if text is None or not codes:
            continue
        kinds = pc.unique(text.drop_null())
        said[f"{column}_named"] = pc.sum(pc.is_in(kinds, value_set=pa.array(list(words), pa.string()))).as_py() or 0
        said[f"{column}_empty"] = text.null_count
        known_words = pa.array([*words, *codes, *settings.get("values", {}).get(column, {})], pa.string())
        strange = pc.and_(text.is_valid(), pc.invert(pc.is_in(text, value_set=known_words)))
        said[f"{column}_strange"] = pc.sum(strange).as_py() or 0
    return said


def _said_of_rows(tables: Mapping[str, pa.Table]) -> dict[str, int]:
    """Customers whose loans say nothing of a decision that is pending; ID numbers that tell another day of birth."""
    import pyarrow.compute as pc

    said: dict[str, int] = {}
    if "loans" in tables:
        loans = tables["loans"]
        unsaid = loans.filter(loans["decision_pending"].is_null())
        said["pending_unsaid"] = len(pc.unique(unsaid["customer_id"]))
    if "customers" in tables and tables["customers"].num_rows:
        people = tables["customers"]
        number = people["id_number"]
        resident = pc.fill_null(pc.match_substring_regex(number, r"^\d{17}[\dX]$"), False)
        told = pc.if_else(resident, pc.utf8_slice_codeunits(number, 6, 14), None)
        other = pc.not_equal(told, pc.strftime(people["birth_date"], format="%Y%m%d"))
        said["birth_contradicts"] = pc.sum(pc.fill_null(other, False)).as_py() or 0
    return said


def sums_of(rows: pa.Table, form: TableContract) -> dict[str, Decimal]:
    import pyarrow as pa
    import pyarrow.compute as pc

    money = [column.name for column in form.columns if column.kind == "money"]
    totals = {name: pc.sum(rows[name].cast(pa.decimal128(38, 2))).as_py() for name in money}
    return {name: total for name, total in totals.items() if total is not None}

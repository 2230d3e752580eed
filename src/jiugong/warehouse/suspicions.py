"""What looks wrong in a file though its cells may all be right: units, dates, what is missing, what stands twice."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from .contracts import CUSTOMER_LIST, NEVER_A_NUMBER, TableContract
from .date_forms import date_forms
from .headers import OWN_UNITS, UNITS, label
from .kinds import Reading, Values, parse
from .lists import list_notices
from .mapping import Source
from .matching import Matching
from .notices import Notice, notice
from .sheet import Sheet
from .units import ASSUMED, unit_notices, unit_of

_ENOUGH = 10  # amounts from which something can be said
_SMALL, _LARGE = 1_000, 100_000_000  # half of a bank's amounts of any kind lie in between
_SHOWN = 10

Texts = Mapping[str, Values]


def suspicions(
    sheet: Sheet,
    contract: TableContract,
    source: Source,
    matching: Matching,
    texts: Texts,
    *,
    as_of: date | None,
    branches: Collection[str] | None,
) -> Iterator[Notice]:
    """Of the cleaned columns of a sheet."""
    yield from _of_the_file(sheet, contract)
    yield from _of_cells(sheet, matching, contract)
    yield from unit_notices(sheet, contract, source, matching)
    for column in contract.columns:
        if column.name in texts and column.name in matching.found:
            header = matching.found[column.name].header
            if column.kind == "money":
                yield from _of_own_units(column.name, header, texts[column.name])
                yield from _of_units(column.name, header, texts[column.name], source, sheet, contract)
            if column.kind in {"date", "month", "instant"} and column.name not in source.dates:
                yield from _of_dates(column.name, header, texts[column.name])
    if contract.name == CUSTOMER_LIST:
        yield from list_notices(matching)
    yield from _of_customers(contract, texts)
    yield from _of_keys(contract, texts)
    if branches is not None and "branch_id" in texts and contract.name != "branches":
        yield from _of_outlets(texts["branch_id"], branches)


def _of_the_file(sheet: Sheet, contract: TableContract) -> Iterator[Notice]:
    if not contract.columns:
        yield notice("no_table")
    if not sheet.table.num_rows and not sheet.misshapen:
        yield notice("no_rows")
    if sheet.misshapen:
        yield notice("other_shape", count=len(sheet.misshapen))
    hidden = sheet.origin.hidden
    others = [name for name in sheet.origin.sheets if name not in {sheet.origin.sheet, *hidden}]
    if others:
        yield notice("other_sheets", sheet=sheet.origin.sheet, others="、".join(others[:_SHOWN]))
    if hidden:
        yield notice("hidden_sheets", others="、".join(hidden[:_SHOWN]))


def _of_own_units(name: str, header: str, text: Values) -> Iterator[Notice]:
    own = text.filter(pc.match_substring_regex(text, rf"\d\s*(?:{'|'.join(OWN_UNITS)})$"))
    if len(own):
        yield notice("own_units", column=name, header=header, count=len(own), example=own[0].as_py())


def _of_cells(sheet: Sheet, matching: Matching, contract: TableContract) -> Iterator[Notice]:
    for name, match in matching.found.items():
        if contract.column(name).kind in NEVER_A_NUMBER and (count := _true(sheet.numbers.get(match.header))):
            yield notice("number_cells", column=name, count=count, header=match.header)
        if count := _true(sheet.errors.get(match.header)):
            yield notice("error_cells", column=name, count=count, header=match.header)


def _true(marks: Any) -> int:
    return 0 if marks is None else pc.sum(marks).as_py() or 0


def _of_units(name: str, header: str, text: Values, source: Source, sheet: Sheet, contract: TableContract) -> Iterator[Notice]:  # fmt: skip
    unit = unit_of(name, header, source, sheet)
    amounts, _ = parse(contract.column(name), text, Reading(unit=unit.size))
    sizes = pc.abs(amounts.drop_null())
    sizes = sizes.filter(pc.greater(sizes, pa.scalar(0, sizes.type)))
    if len(sizes) < _ENOUGH:
        return
    middle, most = pc.quantile(sizes.cast(pa.float64()), [0.5, 0.99], interpolation="nearest").to_pylist()
    # Balances are small for most customers, but not for all; every income and every loan is above a thousand.
    small = most < _SMALL * 10 if _is_balance(name, contract) else middle < _SMALL
    if unit.origin == ASSUMED and small:
        yield notice("unit_small", column=name, header=header, middle=_shown(middle))
    if unit.size >= UNITS["万元"] and middle > _LARGE:
        yield notice("unit_large", column=name, header=header, unit=unit.word, middle=_shown(middle))


def _is_balance(name: str, contract: TableContract) -> bool:
    return contract.name in {"balances", "transactions"} or (
        contract.name == "customer_list" and name not in {"annual_income", "principal", "outstanding"}
    )


def _shown(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 10 else f"{amount:g}"


def _of_dates(name: str, header: str, text: Values) -> Iterator[Notice]:
    forms = date_forms(text)
    if forms.formats:
        yield notice(
            "ambiguous_dates", column=name, header=header, example=forms.example, forms=" / ".join(forms.formats)
        )
    if len(forms.forms) > 1:
        said = "、".join(f"{form}（{count:,}）" for form, count in forms.forms)
        yield notice("several_forms", column=name, header=header, forms=said)


def _of_customers(contract: TableContract, texts: Texts) -> Iterator[Notice]:
    if contract.name not in {"customers", "customer_list"} or "customer_id" not in texts:
        return
    for name, code in (("manager_id", "no_manager"), ("mobile", "no_mobile"), ("branch_id", "no_outlet")):
        missing = texts[name].null_count if name in texts else len(texts["customer_id"])
        if missing:
            yield notice(code, column=name, count=missing)
    if "mobile" in texts and (shared := _of_several(texts["mobile"], texts["customer_id"])):
        yield notice("shared_mobile", column="mobile", count=shared)
    if "branch_id" in texts and (both := _of_several(texts["customer_id"], texts["branch_id"])):
        yield notice("two_outlets", column="branch_id", count=both)


def _of_several(one: Values, other: Values) -> int:
    """How many values of `one` stand beside more than one value of `other`."""
    pairs = pa.table({"one": one, "other": other}).drop_null().group_by("one").aggregate([("other", "count_distinct")])
    return int(pc.sum(pc.greater(pairs["other_count_distinct"], 1)).as_py() or 0)


def _of_keys(contract: TableContract, texts: Texts) -> Iterator[Notice]:
    """Rows whose key stands above; in a customer list a customer may stand with each of his loans."""
    key = ("customer_id", "loan_id") if contract.name == "customer_list" else contract.key
    there = [name for name in key if name in texts]
    if key and there:
        distinct = pa.table({name: texts[name] for name in there}).group_by(there).aggregate([]).num_rows
        if repeated := len(texts[there[0]]) - distinct:
            yield notice("repeated_key", column=there[0], count=repeated, header=label(contract.name, there[0]))


def _of_outlets(codes: Values, known: Collection[str]) -> Iterator[Notice]:
    there = codes.drop_null()
    strange = there.filter(pc.invert(pc.is_in(there, value_set=pa.array(sorted(known), pa.string()))))
    if len(strange):
        counted = sorted(pc.value_counts(strange).to_pylist(), key=lambda each: (-each["counts"], each["values"]))
        others = "、".join(each["values"][:20] for each in counted[:_SHOWN])
        yield notice("unknown_outlet", column="branch_id", count=len(strange), others=others)

"""How a text becomes a value of its kind: whole columns at a time, one function for each kind.

Each gives the values (null where there is none) and the faults: null, or the code of what is wrong with the text
(`reasons.py`). Money goes from text to decimal, never through a binary float.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .contracts import LARGEST_AMOUNT, LONGEST_ID, MONEY, Column
from .dates import instants, months
from .headers import BOOLEANS, OWN_UNITS

Values = Any  # pyarrow.Array, which ships no types
Parsed = tuple[Values, Values]

_WEIGHTS = np.array((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))
_CHECK_DIGITS = np.frombuffer(b"10X98765432", np.uint8)
_RESIDENT = pa.array(("身份证", "居民身份证", "二代身份证", "id_card", "resident", "resident_id", "identity_card"))
_SCIENTIFIC = r"^\d(\.\d+)?[eE]\+?\d+$"
_TOTAL = (
    r"^(本页|本部|全部|全行|各项)?(合计|总计|小计|共计|总数)[:：]?$"  # below a list, where its amounts are added up
)
_LONGEST = 4_000  # characters of a cell
_AMOUNT = r"^([+-]?)(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?$"
_WIDE = pa.decimal128(27, 10)  # times a unit of up to ten digits stays inside the 38 that there are
_FIRST_DAY = date(1900, 1, 1)


@dataclass(frozen=True)
class Reading:
    """How this file writes a column, beside what the contract says: its unit and its own date format."""

    unit: int = 1
    format: str = ""
    as_of: date | None = None


def parse(column: Column, text: Values, reading: Reading, *, id_type: Values = None) -> Parsed:
    """The column's values and faults, for trimmed text. `id_type` tells which documents are residents' cards."""
    if column.kind == "id_number":
        values, faults = _id_number(text, id_type)
    elif column.kind in _FEW_DISTINCT:
        each = text.dictionary_encode()
        values, faults = (pc.take(part, each.indices) for part in _KINDS[column.kind](column, each.dictionary, reading))
    else:
        values, faults = _KINDS[column.kind](column, text, reading)
    if column.required:
        faults = pc.if_else(text.is_null(), "missing", faults)
    return pc.if_else(faults.is_null(), values, pa.scalar(None, values.type)), faults


def _faults(text: Values, *rules: tuple[Values, str]) -> Values:
    """The code of the first rule that is broken, for texts that are there. A rule that is null is broken."""
    faults = pa.nulls(len(text), pa.string())
    for holds, code in reversed(rules):
        broken = pc.and_(text.is_valid(), pc.invert(pc.fill_null(holds, False)))
        faults = pc.if_else(broken, code, faults)
    return faults


def _matches(text: Values, pattern: str) -> Values:
    return pc.match_substring_regex(text, pattern)


def _text(column: Column, text: Values, reading: Reading) -> Parsed:
    return text, _faults(
        text,
        (pc.invert(_matches(text, r"[\x00-\x1f\x7f]")), "control_characters"),
        (pc.less_equal(pc.utf8_length(text), _LONGEST), "too_long"),
    )


def _identifier(column: Column, text: Values, reading: Reading) -> Parsed:
    return text, _faults(
        text,
        (pc.invert(_matches(text, _SCIENTIFIC)), "scientific"),
        (pc.invert(_matches(text, _TOTAL)), "total_row"),
        (pc.less_equal(pc.utf8_length(text), LONGEST_ID), "id_too_long"),
        (_matches(text, r"^[\p{L}\p{N}_][\p{L}\p{N}_./#-]*$"), "not_an_id"),
    )


def _mobile(column: Column, text: Values, reading: Reading) -> Parsed:
    bare = pc.replace_substring_regex(text, r"[\s-]", "")
    bare = pc.replace_substring_regex(bare, r"^(?:\+86|0086|86)(1\d{10})$", r"\1")
    return bare, _faults(
        text,
        (pc.invert(_matches(bare, _SCIENTIFIC)), "scientific"),
        (_matches(bare, r"^(?:1[3-9]\d{9}|\+\d{7,15})$"), "not_a_mobile"),
    )


def _id_number(text: Values, id_type: Values) -> Parsed:
    """A resident's ID number by GB 11643; of other documents only the characters are checked."""
    number = pc.utf8_upper(pc.replace_substring(text, " ", ""))
    if id_type is None:
        other = pa.repeat(pa.scalar(False), len(text))
    else:
        other = pc.and_(id_type.is_valid(), pc.invert(pc.is_in(id_type, value_set=_RESIDENT)))
    formed = pc.fill_null(_matches(number, r"^\d{17}[\dX]$"), False)
    born = instants(pc.if_else(formed, pc.utf8_slice_codeunits(number, 6, 14), None))
    return number, _faults(
        text,
        (pc.invert(_matches(number, _SCIENTIFIC)), "scientific"),
        (pc.or_(other, formed), "id_number_form"),
        (pc.or_(pc.invert(other), _matches(number, r"^[\p{L}\p{N}()-]+$")), "not_an_id"),
        (pc.or_(other, born.is_valid()), "id_number_date"),
        (pc.or_(other, _check_digit_fits(number, formed)), "id_number_check"),
    )


def _check_digit_fits(number: Values, formed: Values) -> Values:
    """Whether the eighteenth character is the one that GB 11643 computes; false for numbers of another form."""
    characters = np.frombuffer("".join(number.filter(formed).to_pylist()).encode("ascii"), np.uint8).reshape(-1, 18)
    expected = _CHECK_DIGITS[((characters[:, :17] - 48) @ _WEIGHTS) % 11]
    fits = np.zeros(len(number), bool)
    fits[formed.to_numpy(zero_copy_only=False)] = expected == characters[:, 17]
    return pa.array(fits)


def _money(column: Column, text: Values, reading: Reading) -> Parsed:
    bare = pc.replace_substring_regex(text, r"^([+-]?)(?:¥|CNY|RMB)\s*", r"\1")
    bare, unit = _own_unit(bare, reading.unit)
    amount = pc.and_(_matches(bare, _AMOUNT), _matches(bare, r"\d"))
    plain = pc.replace_substring(bare, ",", "")
    # More decimals than ten are cut off: they lie far below a tenth of a cent.
    plain = pc.replace_substring_regex(plain, r"(\.\d{10})\d+$", r"\1")
    small = pc.and_(amount, _matches(plain, r"^[+-]?0*\d{0,16}(\.|$)"))
    wide = pc.cast(pc.if_else(small, pc.replace_substring_regex(plain, r"^\+|\.$", ""), None), _WIDE)
    value = pc.round(pc.multiply(wide, unit), 2, "half_towards_infinity")
    fits = pc.less(pc.abs(value), pa.scalar(10**16, pa.decimal128(38, 10)))
    exact = pc.cast(pc.if_else(fits, value, None), MONEY)
    likely = pc.less(pc.abs(exact), pa.scalar(LARGEST_AMOUNT, MONEY))
    return exact, _faults(text, (amount, "not_money"), (exact.is_valid(), "money_range"), (likely, "money_large"))


def _own_unit(text: Values, unit: int) -> tuple[Values, Values]:
    """The amounts without a unit of their own (5万元), and what each is multiplied by: its own unit, else the column's."""
    wide = pa.decimal128(10, 0)
    by_column = pa.scalar(unit, wide)
    if not any(pc.any(pc.ends_with(text, end)).as_py() for end in ("元", "万", "亿")):  # as good as always, and cheap
        return text, by_column
    own = pc.struct_field(pc.extract_regex(text, rf"(?P<unit>{'|'.join(OWN_UNITS)})$"), "unit")
    sizes = pa.array(list(OWN_UNITS.values()), wide)
    at = pc.index_in(own, value_set=pa.array(list(OWN_UNITS)))
    return pc.replace_substring_regex(text, rf"\s*(?:{'|'.join(OWN_UNITS)})$", ""), pc.coalesce(
        sizes.take(at), by_column
    )


def _date(column: Column, text: Values, reading: Reading) -> Parsed:
    value = pc.cast(instants(text, reading.format), pa.date32(), safe=False)
    return value, _faults(text, (value.is_valid(), "not_a_date"), *_bounds(column, value, reading))


def _instant(column: Column, text: Values, reading: Reading) -> Parsed:
    value = instants(text, reading.format)
    day = pc.cast(value, pa.date32(), safe=False)
    return value, _faults(text, (value.is_valid(), "not_a_time"), *_bounds(column, day, reading))


def _month(column: Column, text: Values, reading: Reading) -> Parsed:
    value = months(text, reading.format)
    return value, _faults(text, (value.is_valid(), "not_a_month"), *_bounds(column, value, reading))


def _bounds(column: Column, day: Values, reading: Reading) -> tuple[tuple[Values, str], ...]:
    early = (pc.greater_equal(day, pa.scalar(_FIRST_DAY)), "too_early")
    if column.past and reading.as_of:
        return early, (pc.less_equal(day, pa.scalar(reading.as_of)), "future")
    return (early,)


def _bool(column: Column, text: Values, reading: Reading) -> Parsed:
    place = pc.index_in(pc.utf8_lower(text), value_set=pa.array(list(BOOLEANS)))
    value = pc.take(pa.array(list(BOOLEANS.values())), place)
    return value, _faults(text, (value.is_valid(), "not_a_bool"))


def _integer(column: Column, text: Values, reading: Reading) -> Parsed:
    whole = pc.replace_substring_regex(text, r"^\+|\.0*$", "")
    value = pc.cast(pc.if_else(_matches(whole, r"^-?\d{1,18}$"), whole, None), pa.int64())
    within = pa.scalar(True)
    if column.span:
        within = pc.and_(pc.greater_equal(value, column.span[0]), pc.less_equal(value, column.span[1]))
    return value, _faults(text, (value.is_valid(), "not_an_integer"), (within, "out_of_span"))


def _choice(column: Column, text: Values, reading: Reading) -> Parsed:
    return text, _faults(text, (pc.is_in(text, value_set=pa.array(column.choices)), "not_a_choice"))


_KINDS: Mapping[str, Callable[[Column, Values, Reading], Parsed]] = {
    "id": _identifier,
    "name": _text,
    "text": _text,
    "mobile": _mobile,
    "choice": _choice,
    "money": _money,
    "date": _date,
    "month": _month,
    "instant": _instant,
    "bool": _bool,
    "integer": _integer,
}
# Each distinct text of these is read once: a million rows hold some thousand dates and two truths.
_FEW_DISTINCT = frozenset({"choice", "date", "month", "instant", "bool", "integer", "text"})

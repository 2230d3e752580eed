"""Dates as people and systems write them: 2026-03-02, 2026/3/2, 2026年3月2日, 20260302, a spreadsheet's 46083."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Values = Any  # pyarrow.Array, which ships no types

_TIME = r"(?:[T ](?P<H>\d{1,2}):(?P<M>\d{1,2})(?::(?P<S>\d{1,2})(?:\.\d+)?)?)?"
_PATTERNS = (
    rf"^(?P<Y>\d{{4}})[-/.年](?P<m>\d{{1,2}})[-/.月](?P<d>\d{{1,2}})日?{_TIME}$",
    rf"^(?P<Y>\d{{4}})(?P<m>\d{{2}})(?P<d>\d{{2}}){_TIME}$",
)
_MONTH = r"^(?P<Y>\d{4})[-/.年]?(?P<m>\d{1,2})月?$"
_SERIAL = r"^[2-7]\d{4}$"  # 1954 to 2118
_SERIAL_EPOCH = np.datetime64("1899-12-30", "D")  # right from 1 March 1900 on
_PIVOT = 69  # two-digit years as POSIX reads them: 69 to 99 lie in the twentieth century


def instants(text: Values, format: str = "") -> Values:  # noqa: A002 - strptime's own word
    """Points in time (a date is its midnight), null where the text is none or there is no such day.

    Parameters
    ----------
    text : (n,) string
    format : of %Y %y %m %d %H %M %S; empty: the usual ways of writing, and spreadsheets' day numbers
    """
    if format:
        return _written(text, _pattern(format))
    found = pc.coalesce(*(_written(text, pattern) for pattern in _PATTERNS))
    serial = pc.cast(pc.if_else(pc.match_substring_regex(text, _SERIAL), text, None), pa.int64())
    days = _SERIAL_EPOCH + np.nan_to_num(serial.fill_null(0).to_numpy(zero_copy_only=False)).astype("m8[D]")
    return pc.coalesce(found, pa.array(days.astype("M8[us]"), mask=serial.is_null().to_numpy(zero_copy_only=False)))


def months(text: Values, format: str = "") -> Values:  # noqa: A002
    """First days of months, from a month or from its first or last day; null for a day in between."""
    days = instants(text, format).to_numpy(zero_copy_only=False).astype("M8[D]")
    first = days.astype("M8[M]")
    last = (first + 1).astype("M8[D]") - 1
    between = (
        (days != first.astype("M8[D]")) & (days != last) if "%d" in (format or "%d") else np.zeros(len(days), bool)
    )
    named = pa.array(first.astype("M8[D]"), mask=between | np.isnat(days))
    return named if format else pc.coalesce(named, pc.cast(_written(text, _MONTH), pa.date32(), safe=False))


def _written(text: Values, pattern: str) -> Values:
    parts = pc.extract_regex(text, pattern)
    there = parts.is_valid().to_numpy(zero_copy_only=False)

    def number(letter: str, default: int) -> Any:
        if parts.type.get_field_index(letter) < 0:
            return np.full(len(text), default)
        digits = pc.struct_field(parts, letter)
        digits = pc.if_else(pc.equal(digits, ""), str(default), digits)
        return pc.cast(digits, pa.int64()).fill_null(default).to_numpy(zero_copy_only=False)

    year, short = number("Y", 0), number("y", -1)
    year = np.where(short < 0, year, short + np.where(short < _PIVOT, 2000, 1900))
    month, day = number("m", 1), number("d", 1)
    hour, minute, second = number("H", 0), number("M", 0), number("S", 0)
    whole_month = (year - 1970).astype("M8[Y]").astype("M8[M]") + (month - 1).astype("m8[M]")
    whole_day = whole_month.astype("M8[D]") + (day - 1).astype("m8[D]")
    seconds = hour * 3600 + minute * 60 + second
    real = (month >= 1) & (month <= 12) & (day >= 1) & (whole_day.astype("M8[M]") == whole_month)
    real &= (hour < 24) & (minute < 60) & (second < 60)
    return pa.array(whole_day.astype("M8[us]") + seconds.astype("m8[s]"), mask=~(there & real))


def _pattern(format: str) -> str:  # noqa: A002
    """The format as a pattern; digits may only be left out where a sign parts them."""
    short = r"\d{2}" if re.search(r"%.%", format) else r"\d{1,2}"
    widths = {"Y": r"\d{4}", "y": r"\d{2}", **dict.fromkeys("mdHMS", short)}
    parts = re.findall(r"%[YymdHMS]|[^%]+", format)
    return "^" + "".join(f"(?P<{p[1]}>{widths[p[1]]})" if p[0] == "%" else re.escape(p) for p in parts) + "$"

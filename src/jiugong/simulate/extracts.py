"""The bank's tables as a bank would send them: Chinese headers, GB18030, 万元, a spreadsheet, and a few wrong rows.

Every wrong row is an extra one, of customers who are not in the bank; ingest puts exactly these into quarantine and
what is left equals the canonical tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import xlsxwriter

from .wording import CATEGORIES, HEADERS, INCOME_SOURCES, LEVELS, LOAN_KINDS, POSTS, STATUSES, YES_NO
from .wrong_rows import WRONG_ROWS

Texts = dict[str, pa.Array]


@dataclass(frozen=True)
class Extracts:
    """The files written, the mapping that reads them, and how many rows of each file are wrong on purpose."""

    files: tuple[Path, ...]
    mapping: Path
    wrong_rows: Mapping[str, int]


def write_extracts(tables: Mapping[str, pa.Table], folder: Path, *, as_of: date, dirty: bool) -> Extracts:
    """One file per table into `folder` (made if it is not there), named by date; the same tables, the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    files, wrong = [], {}
    for name, (title, write) in _FILES.items():
        path = folder / f"{title}_{as_of:%Y%m%d}{'.xlsx' if write is _write_xlsx else '.csv'}"
        extra = WRONG_ROWS.get(name, ()) if dirty else ()
        write(name, _spoken(name, tables[name]), [dict(row) for row in extra], path)
        files.append(path)
        wrong[path.name] = len(extra)
    mapping = folder / "mapping.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    return Extracts(tuple(files), mapping, wrong)


def _spoken(name: str, table: pa.Table) -> Texts:
    """The columns as the bank writes them, under its own headers."""
    words = {
        ("customers", "income_source"): INCOME_SOURCES,
        ("customers", "status"): STATUSES,
        ("balances", "category"): CATEGORIES,
        ("maturities", "category"): CATEGORIES,
        ("loans", "kind"): LOAN_KINDS,
        ("branches", "level"): LEVELS,
        ("staff", "post"): POSTS,
    }
    spoken = {}
    for column, header in HEADERS[name].items():
        values = table[column].combine_chunks()
        if (name, column) in words:
            spoken[header] = _replace(values, words[name, column])
        elif pa.types.is_boolean(values.type):
            spoken[header] = pc.if_else(values, YES_NO[0], YES_NO[1])
        elif name == "balances" and pa.types.is_decimal(values.type):
            spoken[header] = _in_ten_thousands(values)
        elif column in ("birth_date", "opened_on"):
            spoken[header] = pc.strftime(values, format="%Y%m%d")
        elif column == "month":
            spoken[header] = pc.strftime(values, format="%Y-%m")
        else:
            spoken[header] = values if name == "loans" else pc.cast(values, pa.string())
    return spoken


def _replace(values: pa.Array, words: Mapping[str, str]) -> pa.Array:
    place = pc.index_in(values, value_set=pa.array(list(words)))
    return pa.array(list(words.values())).take(place)


def _in_ten_thousands(yuan: pa.Array) -> pa.Array:
    """万元 with six decimals: the same digits, the point four places further left; nothing is rounded."""
    moved = pa.Array.from_buffers(pa.decimal128(24, 6), len(yuan), yuan.buffers(), offset=yuan.offset)
    return pc.cast(moved, pa.string())


def _write_csv(encoding: str) -> Callable[[str, Texts, list[dict[str, str]], Path], None]:
    def write(name: str, columns: Texts, extra: list[dict[str, str]], path: Path) -> None:
        more = {header: pa.array([row.get(header) for row in extra], pa.string()) for header in columns}
        table = pa.concat_tables([pa.table(columns), pa.table(more)])
        sink = pa.BufferOutputStream()
        pacsv.write_csv(table, sink, pacsv.WriteOptions(quoting_style="needed"))
        path.write_bytes(sink.getvalue().to_pybytes().decode("utf-8").encode(encoding))

    return write


def _write_xlsx(name: str, columns: Texts, extra: list[dict[str, str]], path: Path) -> None:
    rows: list[list[Any]] = [list(row.values()) for row in pa.table(columns).to_pylist()]
    rows += [[row.get(header) for header in columns] for row in extra]
    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd", "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        # A fixed moment, so that the same tables give the same bytes; a plain date would be passed over for the present.
        book.set_properties({"created": datetime(2026, 1, 1, tzinfo=UTC)})
        sheet = book.add_worksheet("贷款台账")
        for number, row in enumerate([list(columns), *rows]):
            sheet.write_row(number, 0, [float(cell) if isinstance(cell, Decimal) else cell for cell in row])


_FILES: Mapping[str, tuple[str, Callable[[str, Texts, list[dict[str, str]], Path], None]]] = {
    "branches": ("机构清单", _write_csv("utf-8-sig")),
    "staff": ("员工清单", _write_csv("utf-8-sig")),
    "customers": ("客户信息", _write_csv("gb18030")),
    "balances": ("日均余额", _write_csv("gb18030")),
    "loans": ("贷款台账", _write_xlsx),
    "maturities": ("到期明细", _write_csv("utf-8-sig")),
}

MAPPING = """\
# How the extracts of the fictional bank reach the canonical tables. Headers and words that Chinese banks commonly use
# are known to `jiugong ingest`; only what is this bank's own stands here.

[[file]]
match = "客户信息_*.csv"
table = "customers"
encoding = "gb18030"
[file.columns]
"营销短信" = "consent_sms"
"营销外呼" = "consent_call"
[file.dates]
birth_date = "%Y%m%d"
opened_on = "%Y%m%d"

[[file]]
match = "日均余额_*.csv"
table = "balances"
encoding = "gb18030"
[file.units]
average_daily = "万元"
month_end = "万元"

[[file]]
match = "贷款台账_*.xlsx"
table = "loans"
[file.columns]
"新申请审批中" = "decision_pending"

[[file]]
match = "到期明细_*.csv"
table = "maturities"
"""

"""The mapping file: what it changes, and how a wrong one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiugong.errors import InputError
from jiugong.warehouse.mapping import read_mapping, source_for

RIGHT = """\
[[file]]
match = "cust*.csv"
table = "customers"
encoding = "gb18030"
separator = ";"
header_row = 2
nulls = ["-", "不详"]
[file.columns]
"客户 内码" = "customer_id"
"备注" = ""
[file.units]
annual_income = "万元"
[file.dates]
opened_on = "%y%m%d"
[file.constants]
payroll = true
income_source = "estimated"
[file.values.status]
"0" = "active"

[[file]]
match = "*"
table = "balances"
[file.units]
average_daily = 100
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_key_is_read(tmp_path: Path) -> None:
    first, second = sources = read_mapping(write(tmp_path, RIGHT))
    assert (first.table, first.encoding, first.separator, first.header_row) == ("customers", "gb18030", ";", 2)
    assert first.columns == {"客户内码": "customer_id", "备注": ""}
    assert first.units == {"annual_income": 10_000}
    assert first.dates == {"opened_on": "%y%m%d"}
    assert first.constants == {"payroll": "true", "income_source": "estimated"}
    assert first.values == {"status": {"0": "active"}}
    assert {"-", "不详", "", "NULL"} <= set(first.nulls)
    assert second.units == {"average_daily": 100}
    assert source_for("customers.csv", sources) is first
    assert source_for("CUSTOMERS.csv", sources) is second
    assert read_mapping(None) == ()
    assert source_for("x.csv", ()).table == ""


WRONG = {
    "unknown key": ('encoding = "gb18030"', 'encodng = "gb18030"', 4, "encodng", "unknown key; did you mean 'encoding'?"),
    "unknown table": (
        'table = "customers"', 'table = "customer"', 3, "table",
        "'customer' is no canonical table; did you mean 'customers'?",
    ),
    "no table": ('table = "customers"\n', "", 1, "table", 'missing, or no text; write table = "…"'),
    "unknown column": (
        '"客户 内码" = "customer_id"', '"客户 内码" = "custmer_id"', 9, "columns.客户 内码",
        "'custmer_id' is no column of customers; did you mean 'customer_id'?",
    ),
    "unit of a date": (
        'annual_income = "万元"', 'opened_on = "万元"', 12, "units.opened_on",
        "takes no units; those of customers that do: annual_income",
    ),
    "unknown unit": (
        'annual_income = "万元"', 'annual_income = "万"', 12, "units.annual_income",
        "is '万'; give one of 元, 千元, 万元, 百万元, 亿元, or a whole number from 1 on",
    ),
    "unit nought": ("average_daily = 100", "average_daily = 0", 25, "units.average_daily", "is 0; give one of 元, 千元, 万元, 百万元, 亿元, or a whole number from 1 on"),
    "unknown format": (
        'opened_on = "%y%m%d"', 'opened_on = "%y%b%d"', 14, "dates.opened_on",
        "is '%y%b%d'; give a format of %Y (or %y), %m, %d, %H, %M, %S, such as '%Y%m%d'",
    ),
    "format without a month": (
        'opened_on = "%y%m%d"', 'opened_on = "%Y%d"', 14, "dates.opened_on",
        "is '%Y%d'; give a format of %Y (or %y), %m, %d, %H, %M, %S, such as '%Y%m%d'",
    ),
    "format with a day twice": (
        'opened_on = "%y%m%d"', 'opened_on = "%Y%m%d%d"', 14, "dates.opened_on",
        "is '%Y%m%d%d'; give a format of %Y (or %y), %m, %d, %H, %M, %S, such as '%Y%m%d'",
    ),
    "separator": ('separator = ";"', 'separator = ";;"', 5, "separator", "is ';;'; give one character, such as ';'"),
    "header row": ("header_row = 2", "header_row = 0", 6, "header_row", "is 0; give the row's number, counted from 1"),
    "encoding": (
        'encoding = "gb18030"', 'encoding = "gb2"', 4, "encoding",
        "is 'gb2'; give an encoding's name, such as 'gb18030' or 'utf-8'",
    ),
    "nulls": ('nulls = ["-", "不详"]', 'nulls = "-"', 7, "nulls", 'is no list of texts; write nulls = ["-", "不详"]'),
    "constant": ("payroll = true", "payroll = [true]", 16, "constants.payroll", "is [True]; give one value"),
    "values": (
        '[file.values.status]\n"0" = "active"', '[file.values]\nstatus = "active"', 19, "values.status",
        "is 'active'; write it as a table [file.values.status]",
    ),
    "top level": ("[[file]]\nmatch = \"cust", "unit = 3\n[[file]]\nmatch = \"cust", 1, "unit", "unknown key 'unit'; a mapping holds [[file]] entries"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named(case: str, tmp_path: Path) -> None:
    old, new, line, key, sentence = WRONG[case]
    assert RIGHT.count(old) == 1
    with pytest.raises(InputError) as caught:
        read_mapping(write(tmp_path, RIGHT.replace(old, new)))
    assert str(caught.value) == f"mapping.toml, row {line}, column '{key}': {sentence}"


def test_no_toml_and_no_list(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^mapping\.toml, row 2: is not TOML: "):
        read_mapping(write(tmp_path, "[[file]]\nmatch = \n"))
    with pytest.raises(InputError, match=r"row 1, column 'file': 'file' stands in single brackets; write \[\[file\]\]"):
        read_mapping(write(tmp_path, '[file]\nmatch = "a"\n'))

"""The mapping file: what it changes, and how a wrong one is refused."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiugong.errors import InputError
from jiugong.warehouse.headers import NULLS
from jiugong.warehouse.mapping import Source, read_mapping, source_for, write_mapping
from jiugong.warehouse.reading.header import plain

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


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
sources = st.builds(
    Source,
    match=words,
    table=st.just("customers"),
    encoding=st.sampled_from(["", "gb18030"]),
    separator=st.sampled_from(["", ";", "\t"]),
    header_row=st.integers(0, 3),
    sheet=st.one_of(st.just(""), words),
    nulls=st.lists(words, max_size=2).map(
        lambda more: (*NULLS, *(word for word in dict.fromkeys(more) if word not in NULLS))
    ),
    columns=st.dictionaries(words.map(plain), st.sampled_from(["", "customer_id", "name"]), max_size=3),
    units=st.dictionaries(st.just("annual_income"), st.sampled_from([1, 7, 10_000]), max_size=1),
    dates=st.dictionaries(st.just("opened_on"), st.just("%d.%m.%Y"), max_size=1),
    constants=st.dictionaries(st.just("status"), words, max_size=1),
    values=st.dictionaries(st.just("status"), st.dictionaries(words, words, min_size=1, max_size=2), max_size=1),
)


@settings(max_examples=60)
@given(st.lists(sources, max_size=3))
def test_what_is_written_is_read_again(given_sources: list[Source]) -> None:
    assert read_mapping_text(write_mapping(given_sources)) == tuple(given_sources)
    for source in given_sources:
        assert Source.from_dict(json.loads(json.dumps(source.as_dict()))) == source


def read_mapping_text(text: str) -> tuple[Source, ...]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "mapping.toml").write_bytes(text.encode())
        return read_mapping(Path(folder) / "mapping.toml")


def test_the_mapping_counts_before_what_is_remembered() -> None:
    mapping = Source(table="customers", columns={"a": "name"}, units={"annual_income": 1})
    old = Source(table="loans", columns={"a": "", "b": "mobile"}, units={"annual_income": 10_000}, encoding="gb18030", values={"status": {"A": "active"}})  # fmt: skip
    both = mapping.with_remembered(old)
    assert (both.table, both.columns, both.remembered) == ("customers", {"a": "name"}, {"a": "", "b": "mobile"})
    assert (both.units, both.encoding, both.values) == ({"annual_income": 1}, "gb18030", {"status": {"A": "active"}})


def test_what_the_site_stored_is_checked_like_a_file() -> None:
    with pytest.raises(InputError, match=r"^column 'columns\.a': 'nme' is no column of customers; did you mean 'name'"):
        Source.from_dict({"match": "*", "table": "customers", "columns": {"a": "nme"}})


@pytest.mark.parametrize("kind", ["device", "large", "folder", "absent"])
def test_what_is_no_mapping_file_is_not_read(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    if kind == "device":
        path = Path("/dev/zero")
    elif kind == "large":
        with path.open("wb") as file:
            file.truncate(1 << 30)
    elif kind == "folder":
        path.mkdir()
    with pytest.raises(InputError) as caught:
        read_mapping(path)
    assert caught.value.code == ("no_such_file" if kind == "absent" else "no_mapping")

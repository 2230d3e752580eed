"""From cells to a canonical table: headers, units, codes, and rows set aside."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from jiugong.errors import InputError, MisuseError
from jiugong.simulate import simulate_bank
from jiugong.warehouse import TABLES, conform
from jiugong.warehouse.contracts import Column
from jiugong.warehouse.headers import HEADERS, learned, plain, table_of, unit_in
from jiugong.warehouse.masks import harmless_cell, masked

AS_OF = date(2026, 6, 30)


def test_a_chinese_extract_needs_no_mapping() -> None:
    raw = pa.table(
        {
            " 客户\n编号 ": ["００１２", "0013"],
            "客户姓名": ["张三", "　李四　"],
            "ＩＤ＿ＮＯ": ["11010519491231002x", None],
            "年收入（万元）": ["12.5", ""],
            "代发标志": ["是", "否"],
            "客户状态": ["正常", "销户"],
            "开户日期": ["2026年3月2日", "46083"],
            "性别": ["男", "女"],
        }
    )
    table, rejections = conform(raw, "customers")
    assert rejections == []
    assert table.schema == TABLES["customers"].schema
    first, second = table.to_pylist()
    assert {key: value for key, value in first.items() if value is not None} == {
        "customer_id": "0012",
        "name": "张三",
        "id_number": "11010519491231002X",
        "opened_on": date(2026, 3, 2),
        "annual_income": Decimal("125000.00"),
        "payroll": True,
        "status": "active",
    }
    assert (second["name"], second["annual_income"], second["status"]) == ("李四", None, "closed")


def test_a_row_with_any_fault_is_set_aside_with_all_its_faults() -> None:
    raw = pa.table(
        {
            "customer_id": ["1", "2", None, "4"],
            "mobile": ["13812345678", "1381234567", "13812345678", None],
            "annual_income": ["1", "abc", "2", "3"],
            "status": ["active", "actve", None, None],
        }
    )
    table, rejections = conform(raw, "customers", file="a.csv")
    assert table.column("customer_id").to_pylist() == ["1", "4"]
    assert [(r.file, r.row, r.table, r.column, r.value, r.code) for r in rejections] == [
        ("a.csv", 3, "customers", "mobile", "13******67", "not_a_mobile"),
        ("a.csv", 3, "customers", "annual_income", "abc", "not_money"),
        ("a.csv", 3, "customers", "status", "actve", "not_a_choice"),
        ("a.csv", 4, "customers", "customer_id", "", "missing"),
    ]
    assert rejections[2].reason == "不在允许的取值之内: active deceased frozen employee closed"


def test_dates_after_the_snapshot_are_set_aside_where_they_must_lie_in_the_past() -> None:
    raw = pa.table({"customer_id": ["1", "2"], "opened_on": ["2026-07-01", "2026-06-30"], "risk_test_expires_on": ["2030-01-01"] * 2})  # fmt: skip
    table, rejections = conform(raw, "customers", as_of=AS_OF)
    assert table.column("customer_id").to_pylist() == ["2"]
    assert [(r.row, r.column, r.code) for r in rejections] == [(2, "opened_on", "future")]


def test_typed_tables_keep_their_values_and_a_float_is_no_identifier() -> None:
    raw = pa.table(
        {
            "customer_id": pa.array([1, 2, 3]),
            "mobile": pa.array(["13812345678"] * 3).dictionary_encode(),
            "annual_income": pa.array([0.1, 1e15, None]),
            "birth_date": pa.array([date(1990, 1, 2)] * 3),
            "payroll": pa.array([True, False, None]),
        }
    )
    table, rejections = conform(raw, "customers")
    assert [r.code for r in rejections] == ["not_money"]  # 1e+15: a float so large has lost its cents
    assert table.column("customer_id").to_pylist() == ["1", "3"]
    assert table.column("annual_income").to_pylist() == [Decimal("0.10"), None]
    assert table.column("birth_date").to_pylist() == [date(1990, 1, 2)] * 2
    _, rejections = conform(pa.table({"customer_id": [1.0, 2.0]}), "customers")
    assert [r.code for r in rejections] == ["number_cell", "number_cell"]


def test_names_keep_their_characters() -> None:
    """Folding look-alikes would write another name: U+F9DC is not U+9686."""
    table, _ = conform(pa.table({"customer_id": ["１"], "name": ["\uf9dc（小）"]}), "customers")
    assert table.to_pylist()[0]["name"] == "\uf9dc（小）"


def test_canonical_tables_pass_unchanged() -> None:
    bank = simulate_bank(customers=300)
    for name, table in bank.tables.items():
        done, rejections = conform(table, name, as_of=bank.as_of)
        assert rejections == []
        wanted = [column for column in table.column_names if column in done.column_names]
        assert done.select(wanted).equals(table.select(wanted).cast(done.select(wanted).schema))


def test_no_row_is_lost_and_none_made() -> None:
    """Half of the cells spoiled at random: every row is loaded or set aside, in its order, under its number."""
    random.seed(3)
    good = {"customer_id": "7", "category": "demand", "month": "2026-01", "average_daily": "1.5", "month_end": "2"}
    bad = {"customer_id": "a b", "category": "?", "month": "2026-13", "average_daily": "x", "month_end": "1e5"}
    rows, spoiled = [], []
    for number in range(2, 502):
        wrong = random.random() < 0.3
        column = random.choice(list(good)) if wrong else ""
        rows.append({**good, "account_id": f"A{number}", **({column: bad[column]} if wrong else {})})
        spoiled += [(number, column)] if wrong else []
    table, rejections = conform(pa.Table.from_pylist(rows), "balances")
    assert [(r.row, r.column) for r in rejections] == spoiled
    kept = [f"A{number}" for number in range(2, 502) if number not in dict(spoiled)]
    assert table.column("account_id").to_pylist() == kept


def test_a_required_column_missing_refuses_the_file_and_names_the_nearest() -> None:
    raw = pa.table({"客户号": ["1"], "类别": ["活期"], "月份": ["2026-01"], "日均余款": ["5"]})
    with pytest.raises(InputError) as caught:
        conform(raw, "balances", file="a.csv")
    assert str(caught.value) == (
        "a.csv, column 'average_daily': required for balances, and no header of the file stands for it; '日均余款' looks "
        'like it; name it in a mapping ([file.columns] "日均余款" = "average_daily") or head the column \'average_daily\''
    )
    with pytest.raises(InputError, match="the file's other columns are q; name it in a mapping"):
        conform(pa.table({"客户号": ["1"], "类别": ["活期"], "月份": ["2026-01"], "q": ["1"]}), "balances")
    with pytest.raises(InputError, match=r"none of its 2 headers is known \(is the first row a header\?\)") as caught:
        conform(pa.table({"张三": ["李四"], "13812345678": ["13912345678"]}), "customers")
    assert "张三" not in str(caught.value) + caught.value.chinese


def test_two_headers_for_one_column() -> None:
    with pytest.raises(InputError) as caught:
        conform(pa.table({"客户号": ["1"], "CUST_ID": ["1"]}), "customers", file="a.csv")
    assert str(caught.value) == (
        "a.csv, column 'CUST_ID': '客户号' and 'CUST_ID' both stand for customer_id; leave one out in the mapping (\"CUST_ID\" = \"\")"
    )


@pytest.mark.parametrize(
    "header", ["征信评分", "人行征信查询次数", "登录密码", "CVV2", "cvn2", "PIN", "磁道二", "指纹特征", "Password"]
)
def test_what_may_not_be_held_refuses_the_file(header: str) -> None:
    with pytest.raises(InputError) as caught:
        conform(pa.table({"客户号": ["1"], header: ["canary-7731"]}), "customers", file="a.csv")
    assert str(caught.value) == (
        f"a.csv, column '{header}': must not be held (passwords, card secrets, biometrics, credit-bureau data); have "
        "the extract made again without it, and delete this one"
    )


def test_unknown_table() -> None:
    with pytest.raises(MisuseError, match=r"'customer' is no canonical table; did you mean 'customers'\?"):
        conform(pa.table({"a": ["1"]}), "customer")


def test_learned_headers_do_not_contradict_each_other() -> None:
    for name, contract in TABLES.items():
        words = learned(name)
        assert set(words.values()) == set(contract.names)
        said = [plain(word) for text in HEADERS[name].values() for word in text.split()]
        assert len(said) == len(set(said)), f"{name}: a header stands for two columns"


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("customers_2026.csv", "customers"), ("CUSTOMERS.xlsx", "customers"), ("客户清单.csv", "customer_list"),
        ("客户.xlsx", "customers"), ("贷款客户清单.xlsx", "customer_list"), ("千户名单.xlsx", "customer_list"), ("贷款清单.csv", "loans"),
        ("customer_list_2026.csv", "customer_list"), ("到期客户清单.csv", ""),
        ("2025年12月日均余额.csv", "balances"), ("staff.parquet", "staff"), ("网点.csv", "branches"), ("loans-1.csv", "loans"),
        ("customersegments.csv", ""), ("客户贷款.csv", ""), ("x.csv", ""),
    ],
)  # fmt: skip
def test_a_files_name_tells_its_table_or_nothing(name: str, table: str) -> None:
    assert table_of(name) == table


def test_units_in_headers() -> None:
    assert unit_in("月日均余额（万元）") == 10_000
    assert unit_in("余额(单位:千元)") == 1_000
    assert unit_in("余额") is None
    assert unit_in("余额(时点)") is None


@pytest.mark.parametrize(
    ("kind", "personal", "value", "shown"),
    [
        ("name", True, "张三丰", "张**"), ("id_number", True, "110105194912310021", "1101**********0021"),
        ("mobile", True, "13812345678", "1381***5678"), ("mobile", True, "138", "***"), ("text", False, "面议", "面议"),
        ("money", False, "13812345678", "1381***5678"), ("date", False, "20990101", "20990101"), ("text", False, None, ""),
        ("text", False, "身份证11010519491231002X号", "身份证1101**********002X号"),
    ],
)  # fmt: skip
def test_what_is_personal_is_not_written_out(kind: str, personal: bool, value: str | None, shown: str) -> None:
    assert masked(value, Column("x", kind, personal=personal)) == shown


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\r"])
def test_a_spreadsheet_computes_nothing(text: str) -> None:
    assert harmless_cell(text) == f"'{text}"
    assert harmless_cell(f"x{text}") == f"x{text}"

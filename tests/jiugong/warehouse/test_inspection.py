"""What is said of a file before it is loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter

from jiugong.errors import InputError, MisuseError
from jiugong.warehouse import Sheet, Source, inspect
from jiugong.warehouse.date_forms import date_forms
from jiugong.warehouse.notices import TEXTS

LIST = "东城支行客户名单\n单位：万元\n客户信息,,,,余额,,\n客户号,姓名,手机,开户日期,活期,定期,备注\n"


@pytest.fixture
def put(tmp_path: Path):
    def write(text: str, name: str = "a.csv") -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def sheet(columns: dict[str, list[str | None]]) -> Sheet:
    return Sheet.of(pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()}))


def codes(found) -> dict[str, int]:
    return {notice.code: notice.count for notice in found.notices}


def test_a_list_with_titles_and_groups(put) -> None:
    rows = "".join(f"00{i},张三,13812345678,2026年3月{i + 1}日,0.{i},1.5,打过 13912345678\n" for i in range(20))
    found = inspect(put(LIST + rows, "客户名单.csv"))
    assert (found.kind, found.encoding, found.separator, found.header_row, found.rows) == ("csv", "utf-8", ",", 4, 20)
    assert (found.table, found.loadable, found.unused) == ("customer_list", True, ("备注",))
    assert [(each.table, each.explained) for each in found.tables[:2]] == [("customer_list", 6), ("customers", 4)]
    by_name = {each.column: each for each in found.columns}
    assert (by_name["name"].header, by_name["name"].by, by_name["name"].examples) == ("姓名", "learned", ("张*",))
    assert (by_name["demand_end"].unit, by_name["demand_end"].unit_from) == ("万元", "title")
    assert by_name["opened_on"].dates.forms == (("2026年3月2日", 20),)
    assert by_name["mobile"].filled == 1.0
    assert found.first[0] == ("000", "张*", "1381***5678", "2026年3月1日", "0.0", "1.5", "打过 1391***5678")
    assert found.numbers[0] == 5
    text = json.dumps(found.as_dict(), ensure_ascii=False)
    assert "13812345678" not in text
    assert "张三" not in text
    assert inspect(put(LIST + rows, "客户名单.csv"), masked=False).first[0][1] == "张三"


def test_by_what_a_header_was_known(put) -> None:
    path = put("客户号,KD,Saldo,Stand\n1,x,3,A\n")
    source = Source(table="customers", columns={"kd": "name"}, constants={"payroll": "true"})
    remembered = Source(table="customers", columns={"kd": "occupation", "saldo": "annual_income", "stand": ""})
    found = inspect(path, source=source.with_remembered(remembered))
    assert [(each.column, each.header, each.by) for each in found.columns] == [
        ("customer_id", "客户号", "learned"), ("name", "KD", "mapping"), ("annual_income", "Saldo", "remembered"),
        ("payroll", "", "constant"),
    ]  # fmt: skip
    assert found.unused == ("Stand",)
    learned = found.learned_source("*.csv")
    assert learned.columns == {"客户号": "customer_id", "kd": "name", "saldo": "annual_income"}


def test_which_table_and_what_it_lacks() -> None:
    found = inspect(sheet({"客户号": ["1"], "日均余额": ["1"], "类别": ["活期"]}), name="a.csv")
    assert (found.table, found.missing, found.loadable) == ("balances", ("month",), False)
    assert inspect(sheet({"客户号": ["1"], "借据号": ["1"]})).table == "loans"
    assert inspect(sheet({"客户号": ["1"], "姓名": ["1"]})).table == "customers"
    assert inspect(sheet({"客户号": ["1"], "姓名": ["1"]}), name="客户名单.xlsx").table == "customer_list"
    found = inspect(sheet({"客户号": ["1"], "客户编号": ["1"]}), table="customers")
    assert (found.doubled, found.loadable) == ((("customer_id", "客户号", "客户编号"),), False)
    found = inspect(sheet({"x": ["1"]}))
    assert (found.table, found.columns, found.unused, codes(found)) == ("", (), ("x",), {"no_table": 0})
    with pytest.raises(MisuseError, match="'customer' is no table"):
        inspect(sheet({"x": ["1"]}), table="customer")


def test_what_must_not_be_held_is_named_and_not_shown() -> None:
    with pytest.raises(InputError) as caught:
        inspect(sheet({"客户号": ["1"], "征信评分": ["canary"], "登录密码": ["canary"]}), name="a.csv")
    assert (caught.value.code, caught.value.column) == ("forbidden_header", "征信评分', '登录密码")
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("header", "amounts", "code"),
    [
        ("年收入", ["12.5", "8", "30"] * 5, "unit_small"), ("年收入", ["120000"] * 15, None), ("年收入(万元)", ["12.5"] * 15, None),
        ("年收入(万元)", ["120000"] * 15, "unit_large"), ("年收入", ["12.5"] * 9, None), ("年收入", ["面议"] * 15, None),
        ("活期余额", ["0.5", "3", "900"] * 5, "unit_small"), ("活期余额", ["0.5", "3", "900", "60000"] * 5, None),
    ],
)  # fmt: skip
def test_amounts_that_look_like_another_unit_are_a_warning(header: str, amounts: list[str], code: str | None) -> None:
    found = inspect(sheet({"客户号": [str(i) for i in range(len(amounts))], header: amounts}), table="customer_list")
    assert {"unit_small", "unit_large"} & set(codes(found)) == ({code} if code else set())
    assert found.columns[-1].unit == ("万元" if "万元" in header else "元")  # never changed in silence


@pytest.mark.parametrize(
    ("texts", "forms", "formats"),
    [
        (["2026-03-02", "2026-3-2 10:00"], (("2026-03-02", 2),), ()), (["20260302"], (("20260302", 1),), ()),
        (["46083"], (("Excel 日期序号", 1),), ()), (["2026年3月"], (("2026年3月", 1),), ()),
        (["202603"], (("202603", 1),), ()), (["03/04/2026"], (), ("%d/%m/%Y", "%m/%d/%Y")),
        (["03/04/2026", "13/04/2026"], (), ("%d/%m/%Y",)), (["03/04/26", "03/14/26"], (), ("%m/%d/%y",)),
        (["13/14/2026"], (), ()), (["x", None], (), ()), (["2026/3/2", "2026.3.2"], (("2026/3/2", 1), ("2026.3.2", 1)), ()),
    ],
)  # fmt: skip
def test_forms_of_dates(texts: list[str | None], forms: object, formats: object) -> None:
    found = date_forms(pa.array(texts, pa.string()))
    assert (found.forms, found.formats) == (forms, formats)


def test_what_to_look_at_before_loading() -> None:
    found = inspect(
        sheet({
            "客户号": ["1", "2", "2", "3"], "手机": ["13812345678", "13812345678", None, "13912345678"], "机构号": ["A", "A", "B", "X"],
            "开户日期": ["03/04/2026", "2026-03-02", "20260302", None],
        }),
        branches=["A", "B"],
    )  # fmt: skip
    assert codes(found) == {
        "ambiguous_dates": 0, "several_forms": 0, "no_manager": 4, "no_mobile": 1, "shared_mobile": 1, "two_outlets": 1,
        "repeated_key": 1, "unknown_outlet": 1,
    }  # fmt: skip
    said = next(notice for notice in found.notices if notice.code == "unknown_outlet")
    assert said.chinese == "1 行的机构号不在机构表中：X"
    assert {notice.code for notice in found.notices} <= set(TEXTS)


def test_cells_with_units_of_their_own_are_pointed_at() -> None:
    found = inspect(sheet({"客户号": ["1", "2", "3"], "年收入（元）": ["5万", "80000", "12.5万元"]}), table="customers")
    (said,) = [each for each in found.notices if each.code == "own_units"]
    assert (said.count, said.column) == (2, "annual_income")
    assert said.chinese == "“年收入（元）”有 2 个单元格自带单位（如 5万），按各自的单位换算"


def test_sheets_and_what_a_spreadsheet_did_to_cells(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        cover = book.add_worksheet("说明")
        cover.write_row(0, 0, ["制表人", "日期"])
        page = book.add_worksheet("清单")
        page.merge_range(0, 0, 0, 1, "客户信息")
        page.merge_range(0, 2, 0, 3, "余额（万元）")
        page.write_row(1, 0, ["客户号", "手机号", "活期", "定期"])
        page.write_row(2, 0, ["1", 13812345678, 0.5])
        page.write_formula(2, 3, "=1/0", None, "#DIV/0!")
        book.add_worksheet("底稿").hide()
    found = inspect(tmp_path / "a.xlsx")
    assert (found.sheet, found.sheets, found.hidden, found.header_row) == (
        "清单",
        ("说明", "清单", "底稿"),
        ("底稿",),
        2,
    )
    assert found.headers == ("客户号", "手机号", "活期（万元）", "定期（万元）")
    assert {"other_sheets": 0, "hidden_sheets": 0, "number_cells": 1, "error_cells": 1}.items() <= codes(found).items()
    assert {each.column: each.unit_from for each in found.columns if each.kind == "money"} == {
        "demand_end": "group", "time_end": "group",
    }  # fmt: skip


def test_header_and_no_rows(put) -> None:
    found = inspect(put("客户号,姓名\n"))
    assert (found.rows, found.first) == (0, ())
    assert codes(found) == {"no_rows": 0}


def test_a_group_reaches_as_far_as_its_cell_is_merged(tmp_path: Path) -> None:
    """In a workbook that is known; a neighbour beyond keeps its own unit, and is not made ten thousand times as large."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        page = book.add_worksheet("清单")
        page.write(0, 0, "客户")
        page.merge_range(0, 1, 0, 2, "余额（万元）")
        page.write_row(1, 0, ["客户号", "活期日均", "定期日均", "年收入"])
        page.write_row(2, 0, ["1", 5, 6, 120000])
    found = inspect(tmp_path / "a.xlsx")
    assert {each.column: (each.unit, each.unit_from) for each in found.columns if each.kind == "money"} == {
        "annual_income": ("元", "assumed"), "demand": ("万元", "group"), "time": ("万元", "group"),
    }  # fmt: skip
    assert [notice.column for notice in found.notices if notice.code == "group_unit"] == ["demand", "time"]

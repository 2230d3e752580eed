"""The rows that were set aside, taken away, corrected and given again."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from jiugong.warehouse import Sheet, Source, read_sheet
from jiugong.warehouse.conform import Conformed, conform_sheet
from jiugong.warehouse.contracts import TABLES
from jiugong.warehouse.faults import FAULT, faults_csv, faults_workbook, faulty_rows
from tests.support.sheets import sheet_of


def conformed(sheet: Sheet, source: Source = Source()) -> Conformed:  # noqa: B008
    return conform_sheet(sheet, TABLES["customers"], source, file="a", as_of=None)


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["客户号", "姓名", "手机号", "年收入", "职业", "配偶手机", "备注"])
        page.write_row(1, 0, ["1", "张三", "13812345678", 5, "教师", "13912345678", ""])
        page.write_row(2, 0, [2, "李四", "138", "-3", "教师", "13912345678", "打 13912345678"])
        page.write_string(3, 0, "=1+1")
        page.write_row(3, 1, ["王五", 13812345678, "面议"])
        page.write(4, 0, "4")
        page.write_formula(4, 4, "=NA()", None, "#N/A")
    return read_sheet(tmp_path / "a.xlsx")


def kinds_of(done: Conformed) -> list[tuple[str, str]]:
    return [(rejection.column, rejection.code) for rejection in done.rejections]


WRONG = [
    ("customer_id", "number_cell"), ("mobile", "not_a_mobile"), ("customer_id", "not_an_id"), ("mobile", "number_cell"),
    ("annual_income", "not_money"), ("occupation", "error_cell"),
]  # fmt: skip


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_given_again_as_it_is_nothing_has_become_right(ending: str, sheet: Sheet, tmp_path: Path) -> None:
    done = conformed(sheet)
    assert kinds_of(done) == WRONG
    faulty = faulty_rows(sheet, done.rejections, table="customers", hide=False)
    content = faults_workbook(faulty) if ending == "xlsx" else faults_csv(faulty)
    (tmp_path / f"b.{ending}").write_bytes(content)
    again = conformed(read_sheet(tmp_path / f"b.{ending}"))
    assert again.table.num_rows == 0
    as_text = {("customer_id", "number_cell"): "not_an_id", ("mobile", "number_cell"): "not_a_mobile"}
    assert kinds_of(again) == [
        (column, as_text.get((column, code), code) if ending == "csv" else code) for column, code in WRONG
    ]
    assert FAULT in again.unused


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_corrected_and_given_again_the_rows_are_loaded(ending: str, sheet: Sheet, tmp_path: Path) -> None:
    done = conformed(sheet)
    faulty = faulty_rows(sheet, done.rejections, table="customers", hide=False)
    (tmp_path / f"b.{ending}").write_bytes(faults_workbook(faulty) if ending == "xlsx" else faults_csv(faulty))
    back = read_sheet(tmp_path / f"b.{ending}")
    right = {
        (2, "客户号"): "0002", (2, "手机号"): "13812345679", (3, "客户号"): "0003", (3, "手机号"): "13812345670",
        (3, "年收入"): "7", (4, "职业"): "医生",
    }  # fmt: skip
    again = conformed(back.corrected(right))
    assert kinds_of(again) == []
    assert again.table["customer_id"].to_pylist() == ["0002", "0003", "4"]
    assert [str(amount) for amount in again.table["annual_income"].to_pylist()] == ["-3.00", "7.00", "None"]


def test_what_is_said_and_what_is_hidden(sheet: Sheet) -> None:
    faulty = faulty_rows(sheet, conformed(sheet).rejections, table="customers")
    assert faulty.headers[-1] == FAULT
    first = dict(zip(faulty.headers, faulty.rows[0], strict=True))
    assert first[FAULT].startswith("第 3 行 客户号: 电子表格把编号存成了数字")
    assert "; 手机号: 不是手机号" in first[FAULT]
    assert (first["姓名"], first["配偶手机"], first["备注"]) == ("李*", "1**********", "打 1391***5678")
    source = Source(columns={"姓名": "", "备注": "name"})
    by_mapping = faulty_rows(sheet, conformed(sheet).rejections, table="customers", source=source)
    assert by_mapping.rows[0][6] == "打" + "*" * 12
    assert by_mapping.rows[0][1] == "李*"


def test_a_row_of_another_shape_has_no_cells_but_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("客户号,姓名\n1,x\n2\n", encoding="utf-8")
    sheet = read_sheet(tmp_path / "a.csv")
    faulty = faulty_rows(sheet, conformed(sheet).rejections, table="customers", hide=False)
    assert faulty.rows == (("", "", "第 3 行 字段数与表头不一致"),)


texts = st.sampled_from(["1", "0012", "13812345678", "138", "=1+1", "-5", "+3", "a b", "面议", "\t", '"', "2026-03-02"])


@given(st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=5))
def test_no_cell_of_a_download_is_computed_by_a_spreadsheet(rows: list) -> None:
    sheet = sheet_of(["客户号", "手机号", "年收入"], rows)
    done = conformed(sheet)
    faulty = faulty_rows(sheet, done.rejections, table="customers", hide=False)
    assert len(faulty.rows) == len({rejection.row for rejection in done.rejections})
    for line in faults_csv(faulty).decode("utf-8-sig").splitlines()[1:]:
        for cell in line.replace('"', "").split(","):
            assert cell[:1] not in {"=", "@", "\t"}
            assert cell[:1] not in {"+", "-"} or cell[1:].isdecimal()

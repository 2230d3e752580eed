"""Corrected in place or in the file: the same comes of it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong.errors import MisuseError
from jiugong.warehouse import Sheet, Source, read_sheet
from jiugong.warehouse.conform import Conformed, conform_sheet
from jiugong.warehouse.contracts import TABLES
from tests.support.sheets import sheet_of

HEADERS = ["客户号", "手机号", "年收入"]
cells = st.sampled_from(["", "1", "0012", "13812345678", "138", "面议", "3.5", " x ", "a\nb", "1.1E+17", '"', "=1+1"])
rows_of = st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=6)


def conformed(sheet: Sheet) -> Conformed:
    return conform_sheet(sheet, TABLES["customers"], Source(), file="a.csv", as_of=None)


@given(
    rows_of, st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), cells), max_size=5), st.sets(st.integers(2, 7))
)
def test_correcting_the_sheet_is_correcting_the_file(rows: list, changes: list, gone: set[int]) -> None:
    """Row numbers are the old ones: in the file, deleted rows are left as empty lines."""
    before = sheet_of(HEADERS, rows)
    there = set(before.rows.to_pylist())
    wanted = {(place + 2, HEADERS[column]): text for place, column, text in changes if place + 2 in there}
    after = [list(row) for row in rows]
    for (row, header), text in wanted.items():
        after[row - 2][HEADERS.index(header)] = text
    after = [["", "", ""] if place + 2 in gone else row for place, row in enumerate(after)]
    got, expected = conformed(before.corrected(wanted).without_rows(gone)), conformed(sheet_of(HEADERS, after))
    assert got.table.equals(expected.table)
    assert got.rows.to_pylist() == expected.rows.to_pylist()
    assert (got.rejections, got.quarantined) == (expected.rejections, expected.quarantined)


def test_the_plain_sheets_of_this_test_are_those_of_the_reader(tmp_path: Path) -> None:
    rows = [("1", "", "x\ny"), ("", "", ""), ("2", "a,b", '"')]
    text = io.StringIO()
    csv.writer(text).writerows([HEADERS, *rows])
    (tmp_path / "a.csv").write_text(text.getvalue(), encoding="utf-8")
    read, made = read_sheet(tmp_path / "a.csv"), sheet_of(HEADERS, rows)
    assert read.table.equals(made.table)
    assert read.rows.to_pylist() == made.rows.to_pylist() == [2, 4]


def test_a_cell_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n3\n", encoding="utf-8")
    sheet = read_sheet(tmp_path / "a.csv")
    for row, header in ((3, "a"), (9, "a"), (2, "c")):
        with pytest.raises(MisuseError, match="there is no cell in row"):
            sheet.corrected({(row, header): "x"})
    assert sheet.without_rows([3]).misshapen == ()
    assert sheet.without_rows([2]).table.num_rows == 0

"""Where the header stands, and what it is called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong.warehouse.headers import every_word
from jiugong.warehouse.reading.header import find_header, plain, suffix

WORDS = every_word()
FULL = ["客户号", "姓名", "手机", "活期", "定期"]

CASES = {
    "at the top": ([FULL, ["1", "张三", "", "5", "6"]], 0, FULL, ()),
    "below a title": ([["客户清单", "", "", "", ""], FULL], 1, FULL, ("客户清单",)),
    "below a title of two cells": ([["机构：东城", "日期：20260630"], ["x"], FULL], 2, FULL, ("机构：东城 日期：20260630", "x")),
    "below groups": ([["客户信息", "", "", "余额", ""], FULL], 1, FULL, ("客户信息 余额",)),
    "below groups with a unit": (
        [["客户信息", "", "", "余额（万元）", ""], FULL], 1, ["客户号", "姓名", "手机", "活期（万元）", "定期（万元）"], ("客户信息 余额（万元）",),
    ),
    "own unit before the group's": ([["客户", "", "余额（万元）", ""], ["客户号", "姓名", "活期(元)", "定期"]], 1, ["客户号", "姓名", "活期(元)", "定期（万元）"], ("客户 余额（万元）",)),
    "the same under two groups": ([["客户", "", "活期", "", "定期", ""], ["客户号", "姓名", "日均", "余额", "日均", "余额"]], 1, ["客户号", "姓名", "活期日均", "活期余额", "定期日均", "定期余额"], ("客户 活期 定期",)),
    "merged over two rows": ([["客户号", "姓名", "余额", ""], ["", "", "活期", "定期"], ["1", "张三", "5", "6"]], 1, ["客户号", "姓名", "活期", "定期"], ("客户号 姓名 余额",)),
    "unknown words": ([["表"], ["a", "b"], ["1", "2"]], 1, ["a", "b"], ("表",)),
    "one column": ([["a"], ["1"]], 0, ["a"], ()),
    "a customer whose job is a word": ([["客户号", "姓名"], ["1", "职业"], ["2", "员工"]], 0, ["客户号", "姓名"], ()),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_header_is_found(case: str) -> None:
    top, row, names, above = CASES[case]
    found = find_header(top, WORDS)
    assert (found.row, list(found.names), found.above) == (row, names, above)


def test_merged_cells_say_how_far_a_group_reaches() -> None:
    top = [["客户", "余额（万元）", "", ""], ["客户号", "活期", "定期", "年收入"]]
    assert find_header(top, WORDS).names == ("客户号", "活期（万元）", "定期（万元）", "年收入（万元）")
    found = find_header(top, WORDS, merged={0: [(1, 2)]})
    assert found.names == ("客户号", "活期（万元）", "定期（万元）", "年收入")
    assert found.grouped == ("活期（万元）", "定期（万元）")


def test_said_where_it_stands_it_is_there() -> None:
    found = find_header([FULL, ["a", "b"]], WORDS, 1)
    assert (found.row, found.names, found.known) == (1, ("a", "b"), 0)


cells = st.sampled_from(["", "客户号", "姓名", "活期", "1", "x", "余额（万元）", "余额"])


@given(st.lists(st.lists(cells, min_size=1, max_size=5), min_size=1, max_size=6))
def test_whatever_stands_there_a_header_has_a_row_and_a_name_for_each_cell(top: list[list[str]]) -> None:
    found = find_header(top, WORDS)
    assert 0 <= found.row < len(top)
    assert len(found.names) >= len(top[found.row])
    assert len(found.above) <= found.row


@pytest.mark.parametrize(
    ("header", "bare", "unit"),
    [
        (" 月日均\n余额（万元）", "月日均余额", "万元"), ("ＣＩＦ", "cif", ""), ("(万元)", "(万元)", "万元"), ("余额[单位：元]", "余额", "单位:元"), ("", "", ""),
    ],
)  # fmt: skip
def test_headers_as_they_are_compared(header: str, bare: str, unit: str) -> None:
    assert (plain(header), suffix(header)) == (bare, unit)

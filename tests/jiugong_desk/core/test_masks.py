"""What free text may keep of a number."""

from __future__ import annotations

import pytest

from jiugong_desk.core.masks import hide_numbers


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("请打13800138000，晚上", "请打138****8000，晚上"),
        ("138 0013 8000", "138****8000"),
        ("138-0013-8000", "138****8000"),
        ("１３８００１３８０００", "１３８****８０００"),
        ("+86 13800138000", "+86 138****8000"),
        ("妻子 15912345678、子 18612345678", "妻子 159****5678、子 186****5678"),
        ("证件11010519491231002X。", "证件110***********002X。"),
        ("110105 19491231 002x", "110***********002x"),
        ("卡号6222 0212 3456 7890 123", "卡号622************0123"),
        ("卡 6222021234567890", "卡 622*********7890"),
        ("2026-03-05 13800138000", "2026-03-05 138****8000"),
    ],
)
def test_a_number_is_hidden_however_it_is_written(text, kept):
    assert hide_numbers(text) == kept
    assert hide_numbers(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        "", "存款 50000 元，利率 1.35%", "2026-03-05 2026-03-12 之间", "20260305 20260312", "3月5日 10:30 再联系",
        "尾号 8000", "200000 元到期", "2026年3月5日14:30到店", "95588",
    ],
)  # fmt: skip
def test_days_amounts_and_tails_stay(text):
    assert hide_numbers(text) == text

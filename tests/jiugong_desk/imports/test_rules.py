"""Control figures, reasons and undoing: pure functions against plain statements of the same."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.imports import rules
from jiugong_desk.imports.rules import Control

CENTS = st.integers(-(10**14), 10**14).map(lambda cents: Decimal(cents) / 100)


@pytest.mark.parametrize(
    ("text", "unit", "amount", "step"),
    [
        ("12,345.67", "元", "12345.67", "0.01"),
        ("12345", "元", "12345", "1"),
        ("1，234.5", "万元", "12345000", "1000"),
        ("0.0001", "万元", "1", "1"),
        ("-3", "万元", "-30000", "10000"),
        ("1.123456789", "元", "1.123456789", "0.01"),
    ],
)
def test_an_amount_is_read_with_the_worth_of_its_last_place(text, unit, amount, step):
    assert rules.amount_typed(text, unit) == (Decimal(amount), Decimal(step))


@pytest.mark.parametrize("text", ["", "一万", "1e5", "12.", "1 2", "0x1", "--1", "NaN", "Infinity"])
def test_what_is_no_amount_is_none(text):
    assert rules.amount_typed(text, "元") is None


@given(CENTS, st.sampled_from(["元", "万元"]), st.integers(0, 4))
def test_a_sum_agrees_with_itself_however_coarsely_it_was_typed(amount, unit, places):
    factor = Decimal(10_000) if unit == "万元" else Decimal(1)
    typed = f"{(amount / factor):.{places}f}"
    found = rules.amount_typed(typed, unit)
    assert found is not None
    assert rules.agrees(Control(amount=found[0], step=found[1]), rows=1, amount=amount)


@given(CENTS, CENTS)
def test_sums_typed_to_the_cent_agree_exactly_when_they_are_equal(typed, found):
    verdict = rules.agrees(Control(amount=typed), rows=1, amount=found)
    assert verdict.allowed is (typed == found)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_rows_agree_exactly_when_they_are_equal(typed, found):
    assert rules.agrees(Control(count=typed), rows=found, amount=None).allowed is (typed == found)


@given(
    differs=st.booleans(),
    loaded=st.integers(0, 5),
    set_aside=st.integers(0, 5),
    reason=st.sampled_from(["", "  ", "短", "已与下发方核对", "号码 13800138000"]),
)
def test_when_a_batch_may_be_committed(differs, loaded, set_aside, reason):
    control = Control(count=7 if differs else 10)
    verdict = rules.may_commit(control, rows=10, amount=None, loaded=loaded, set_aside=set_aside, bad=0, reason=reason)
    needs = differs or set_aside > 0
    said = reason.strip()
    fine = "13800138000" not in said and (len(said) >= 4 or (not said and not needs))
    assert verdict.allowed is (loaded > 0 and fine)


def test_each_refusal_says_what_was_found_and_what_to_do():
    verdict = rules.may_commit(
        Control(count=9, amount=Decimal("100.00")), rows=10, amount=Decimal("90.50"), loaded=8, set_aside=2, bad=1, reason=""
    )  # fmt: skip
    assert [str(reason) for reason in verdict.reasons] == [
        "控制行数 9 与文件行数 10 相差 +1。",
        "控制合计 100.00 元与导入合计 90.50 元相差 -9.50 元。",
        "有 2 行不导入（其中 1 行有错误未更正）。",
    ]
    assert all(reason.remedy for reason in verdict.reasons)


@pytest.mark.parametrize(
    ("committed", "customers", "newest", "code"),
    [
        (False, 0, "2026-01-01", "not_committed"),
        (True, 0, "2026-02-01", "newer_snapshot"),
        (True, 2, "2026-01-01", "customers_have_work"),
        (True, 0, "2026-01-01", ""),
        (True, 0, None, ""),
    ],
)
def test_when_a_batch_may_be_undone(committed, customers, newest, code):
    verdict = rules.may_undo(
        committed=committed, work={"活动名单": 3, "问答": 1} if customers else {}, customers=customers,
        as_of="2026-01-01", newest=newest,
    )  # fmt: skip
    assert verdict.codes == ((code,) if code else ())
    if customers:
        assert "2 户已有业务记录（活动名单 3、问答 1）" in str(verdict)

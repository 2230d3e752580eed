"""The product table: what each cell may be, and every fault by row and column."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.products import bridge, table, values
from jiugong_desk.products.terms import percent_text
from jiugong_desk.products.values import WrongCell
from tests.support.products import ONE, cells


def read(*rows, headers=()):
    found = cells(rows, headers)
    return table.read_table(found.headers, found.rows, plain=bridge.plain, unit_of=bridge.unit_of)


def faults(*rows, headers=()):
    return [(fault.row, str(fault.column)) for fault in read(*rows, headers=headers).faults]


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("50", "", "50"), ("200,000", "", "200000"), ("20万元", "", "200000"), ("２０", "万元", "200000"),
        ("1.5 亿", "", "150000000"), ("20万", "万元", "200000"), ("3000张", "", "3000"), ("0.5元", "万元", "0.5"),
    ],
)  # fmt: skip
def test_amounts_with_and_without_units(text, unit, amount):
    assert values.amount(text, unit=unit) == Decimal(amount)


@pytest.mark.parametrize("text", ["-5", "五万", "1e9", "50.005", "99999999999999", "1 2 x", "NaN"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(WrongCell):
        values.amount(text)


@pytest.mark.parametrize(
    ("text", "months", "days"),
    [("3个月", 3, None), ("12月", 12, None), ("1年", 12, None), ("6", 6, None), ("180天", None, 180), ("无固定期限", None, None), ("活期", None, None)],
)  # fmt: skip
def test_terms(text, months, days):
    assert values.term(text) == (months, days)


@pytest.mark.parametrize("text", ["0个月", "三个月", "0天", "99年", "半年"])
def test_what_is_no_term_is_refused(text):
    with pytest.raises(WrongCell):
        values.term(text)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("1.55", "1.55", None), ("0.05%", "0.05", None), ("2.10%-2.60%", "2.1", "2.6"), ("2.10％～2.60％", "2.1", "2.6"), ("2.1至2.6%", "2.1", "2.6"), ("0", "0", None)],
)  # fmt: skip
def test_rates(text, low, high):
    assert values.percent(text) == (Decimal(low), high and Decimal(high))


@pytest.mark.parametrize("text", ["0.0155", "21", "1.55555", "2.6-2.1", "2.1-2.1", "约2", "-1"])
def test_what_is_no_rate_or_a_question_is_refused(text):
    with pytest.raises(WrongCell):
        values.percent(text)


@given(st.decimals(Decimal("0.03"), Decimal(20), places=4), st.booleans())
def test_a_rate_is_read_as_it_is_written(rate, marked):
    text = percent_text(rate)
    assert values.percent(text if marked else text.removesuffix("%")) == (rate, None)


@given(
    st.dates(date(1990, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["{:%Y-%m-%d}", "{:%Y/%m/%d}", "{:%Y年%m月%d日}", "{:%Y-%m-%d} 00:00:00"]),
)
def test_days_in_the_ways_they_are_written(day, form):
    assert values.day(form.format(day)) == day


@pytest.mark.parametrize("text", ["2026-02-30", "45000", "2026", "明天", "1889-01-01", "2026-01-01 10:30"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(WrongCell):
        values.day(text)


@pytest.mark.parametrize(("text", "risk"), [("R2", "R2"), ("PR3", "R3"), ("中低风险（R2）", "R2"), ("r5", "R5")])
def test_risks(text, risk):
    assert values.risk(text) == risk


@pytest.mark.parametrize("text", ["R0", "R6", "R10", "R12", "低", "R1-R3"])
def test_what_is_no_risk_is_refused(text):
    with pytest.raises(WrongCell):
        values.risk(text)


def test_a_row_becomes_a_product_with_its_rate():
    [entry] = read(ONE).entries
    assert entry.code == "TD012M"
    assert entry.own["term_months"] == 12
    assert entry.own["term_days"] is None
    assert entry.own["minimum"] == 50
    assert [(rate.effective_from, rate.percent) for rate in entry.rates] == [(date(2025, 5, 20), Decimal("0.95"))]


def test_headers_may_carry_units_and_other_names():
    row = {"代 码": "A", "起购金额（万元）": "5", "PR": "x", "业绩比较基准": "2.1%-2.6%", "生效日期": "2026/1/1"}
    found = read(row)
    assert found.ignored == ("PR",)
    assert found.entries[0].own["minimum"] == 50_000
    assert not found.faults


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"产品代码": ""}, [(2, "产品代码")]),
        ({"期限": "三个月"}, [(2, "期限")]),
        ({"利率": "约一"}, [(2, "利率")]),
        ({"利率": ""}, [(2, "利率或业绩比较基准")]),
        ({"生效日期": ""}, [(2, "生效日期")]),
        ({"额度": "100"}, [(2, "额度开始日")]),
        ({"已用额度": "100"}, [(2, "额度")]),
        ({"额度": "100", "额度开始日": "2026-02-01", "额度结束日": "2026-01-01"}, [(2, "额度结束日")]),
        ({"额度": "0", "额度开始日": "2026-01-01", "额度结束日": "2026-01-01"}, [(2, "额度")]),
        ({"额度": "多", "额度开始日": "2026-01-01", "额度结束日": "2026-01-01"}, [(2, "额度")]),
        ({"产品名称": "长" * 81}, [(2, "产品名称")]),
        ({"类别": "贵金属"}, [(2, "类别")]),
    ],
)
def test_each_fault_names_its_cell_once(change, expected):
    assert faults({**ONE, **change}) == expected


def test_two_rows_of_one_product_must_agree():
    other = {**ONE, "起点金额": "100", "生效日期": "2024-10-18", "利率": "1.10%"}
    assert faults(ONE, other) == [(3, "起点金额")]
    assert faults(ONE, ONE) == [(3, "生效日期")]
    [entry] = read(ONE, {**other, "起点金额": ""}).entries
    assert len(entry.rates) == 2


def test_a_table_without_codes_or_with_two_columns_of_one_meaning():
    assert faults({"名称": "x"}) == [(0, "产品代码")]
    assert faults({"产品代码": "A", "利率": "1%", "年利率": "1%", "生效日期": "2026-01-01"}) == [(0, "年利率")]
    assert faults({"产品代码": "A", "起点金额（美元）": "1"}) == [(0, "起点金额（美元）")]


@pytest.mark.parametrize(
    ("own", "is_new", "expected"),
    [
        ({"name": "x", "category": "time", "on_sale_from": date(2026, 1, 1)}, True, []),
        ({"category": "time"}, True, ["产品名称", "起售日期"]),
        ({"category": "wealth"}, False, ["风险等级"]),
        ({"category": "time", "product_risk": "R1"}, False, ["风险等级"]),
        ({"category": "insurance", "product_risk": "R2"}, False, []),
        ({"category": "large_cd", "minimum": Decimal(199_999)}, False, ["起点金额"]),
        ({"category": "large_cd", "minimum": Decimal(200_000)}, False, []),
        ({"category": "time", "on_sale_from": date(2026, 1, 2), "on_sale_until": date(2026, 1, 1)}, False, ["停售日期"]),
    ],
)  # fmt: skip
def test_what_a_whole_product_must_hold(own, is_new, expected):
    found = table.whole_faults(table.Entry("A", 2), own, is_new=is_new, large_cd_least=Decimal(200_000))
    assert [str(fault.column) for fault in found] == expected


@given(st.lists(st.fixed_dictionaries({header: st.text(max_size=8) for header in ONE}), max_size=4))
def test_no_text_breaks_the_reading(rows):
    found = read(*rows, headers=tuple(ONE))
    assert {fault.row for fault in found.faults} <= set(range(len(rows) + 2))


@given(st.lists(st.dates(date(2000, 1, 1), date(2030, 1, 1)), unique=True, min_size=1, max_size=6))
def test_every_day_of_a_product_is_kept(days):
    rows = [{**ONE, "生效日期": day.isoformat()} for day in days]
    [entry] = read(*rows).entries
    assert [rate.effective_from for rate in entry.rates] == days

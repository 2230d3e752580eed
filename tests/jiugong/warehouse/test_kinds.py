"""How a text becomes a value: each kind against plain Python, one value at a time."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiugong.warehouse.contracts import LARGEST_AMOUNT, Column
from jiugong.warehouse.kinds import Reading, parse
from jiugong.warehouse.reasons import REASONS, reason


def read(kind: str, text: str | None, *, reading: Reading | None = None, id_type: str | None = None, **more) -> object:
    """The value, or the fault's code with an exclamation mark."""
    types = pa.array([id_type], pa.string()) if id_type else None
    column = Column("x", kind, **more)
    values, faults = parse(column, pa.array([text], pa.string()), reading or Reading(), id_type=types)
    assert values.type == column.type
    fault = faults[0].as_py()
    assert fault is None or values[0].as_py() is None
    assert fault is None or fault in REASONS
    return f"{fault}!" if fault else values[0].as_py()


DATES = {
    "2026-03-02": date(2026, 3, 2), "2026/3/2": date(2026, 3, 2), "2026.3.2": date(2026, 3, 2),
    "2026年3月2日": date(2026, 3, 2), "20260302": date(2026, 3, 2), "2026-03-02 00:00:00": date(2026, 3, 2),
    "2026-03-02T09:30:00.123": date(2026, 3, 2), "46083": date(2026, 3, 2), "2024-02-29": date(2024, 2, 29),
    "1900-01-01": date(1900, 1, 1), "9999-12-31": date(9999, 12, 31),
    "2026-02-29": "not_a_date!", "2026-02-30": "not_a_date!", "2026-13-01": "not_a_date!", "20261301": "not_a_date!",
    "2026-00-10": "not_a_date!", "2026-01-00": "not_a_date!", "26-1-1": "not_a_date!", "2026": "not_a_date!",
    "12026-01-01": "not_a_date!", "2026-01-01 24:00:00": "not_a_date!", "2026-01-01+08": "not_a_date!",
    "1899-12-31": "too_early!", "0001-01-01": "too_early!", "": "not_a_date!", "abc": "not_a_date!",
}  # fmt: skip


@pytest.mark.parametrize("text", DATES)
def test_dates(text: str) -> None:
    assert read("date", text) == DATES[text]


@given(
    st.dates(date(1900, 1, 1)),
    st.sampled_from(["{0:%Y}-{1}-{2}", "{0:%Y}/{1}/{2}", "{0:%Y}年{1}月{2}日", "{0:%Y%m%d}"]),
)
def test_any_day_is_read_as_it_is_written(day: date, form: str) -> None:
    assert read("date", form.format(day, day.month, day.day)) == day


@given(st.integers(1900, 2200), st.integers(0, 13), st.integers(0, 32))
def test_a_day_is_read_just_if_the_calendar_has_it(year: int, month: int, day: int) -> None:
    try:
        expected: object = date(year, month, day)
    except ValueError:
        expected = "not_a_date!"
    assert read("date", f"{year}-{month}-{day}") == expected


@pytest.mark.parametrize(
    ("format", "text", "expected"),
    [
        ("%y%m%d", "930101", date(1993, 1, 1)), ("%y%m%d", "680101", date(2068, 1, 1)), ("%y%m%d", "690101", date(1969, 1, 1)),
        ("%y%m%d", "93111", "not_a_date!"), ("%y%m%d", "930230", "not_a_date!"), ("%d.%m.%Y", "2.3.2026", date(2026, 3, 2)),
        ("%m/%d/%Y", "3/2/2026", date(2026, 3, 2)), ("%y%m%d %H:%M:%S", "931107 00:00:00", date(1993, 11, 7)),
        ("%Y%m%d", "2026-03-02", "not_a_date!"),
    ],
)  # fmt: skip
def test_the_banks_own_format_and_no_other(format: str, text: str, expected: object) -> None:  # noqa: A002
    assert read("date", text, reading=Reading(format=format)) == expected


@pytest.mark.parametrize("ahead", [False, True])
def test_the_future_begins_after_the_snapshots_date(ahead: bool) -> None:
    reading = Reading(as_of=date(2026, 3, 2))
    text, code = ("2026-03-03", "future!") if ahead else ("2026-03-02", date(2026, 3, 2))
    assert read("date", text, reading=reading, past=True) == code
    assert read("date", text, reading=reading) == date.fromisoformat(text)
    assert read("date", text, past=True) == date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03", date(2026, 3, 1)), ("202603", date(2026, 3, 1)), ("2026年3月", date(2026, 3, 1)),
        ("2026/3", date(2026, 3, 1)), ("2026-03-01", date(2026, 3, 1)), ("2026-03-31", date(2026, 3, 1)),
        ("20240229", date(2024, 2, 1)), ("2026-02-28", date(2026, 2, 1)), ("2026-03-15", "not_a_month!"),
        ("2024-02-28", "not_a_month!"), ("2025-13", "not_a_month!"), ("2026", "not_a_month!"), ("202600", "not_a_month!"),
    ],
)  # fmt: skip
def test_months(text: str, expected: object) -> None:
    assert read("month", text) == expected


def test_months_in_the_banks_own_format() -> None:
    assert read("month", "03-2026", reading=Reading(format="%m-%Y")) == date(2026, 3, 1)
    assert read("month", "15.03.2026", reading=Reading(format="%d.%m.%Y")) == "not_a_month!"
    assert read("month", "31.03.2026", reading=Reading(format="%d.%m.%Y")) == date(2026, 3, 1)


def test_instants() -> None:
    assert read("instant", "2026-03-02 9:05") == datetime(2026, 3, 2, 9, 5)  # noqa: DTZ001
    assert read("instant", "20260302 09:05:59") == datetime(2026, 3, 2, 9, 5, 59)  # noqa: DTZ001
    assert read("instant", "2026-03-02") == datetime(2026, 3, 2)  # noqa: DTZ001
    assert read("instant", "2026-03-02 09:60") == "not_a_time!"


MONEY = {
    "0": "0.00", "-0.5": "-0.50", "1234.56": "1234.56", "+7": "7.00", "1,234,567.8": "1234567.80", ".5": "0.50",
    "5.": "5.00", "0.005": "0.01", "-0.005": "-0.01", "0.00499": "0.00", "0.30000000000000004": "0.30",
    "¥12": "12.00", "-¥1,200.00元": "-1200.00", "CNY 3.10": "3.10", "9999999999.99": "9999999999.99",
    "0000000000000000000012": "12.00", "12345678901234567": "money_range!", "9999999999999999.999": "money_range!",
    "9999999999.995": "money_large!", "-10000000000": "money_large!", "100亿": "money_large!", "9999999999999999.99": "money_large!",
    "1e5": "not_money!", "1E+10": "not_money!", "叁万": "not_money!", "12,34": "not_money!", "1.2.3": "not_money!",
    "5万": "50000.00", "12.5 万元": "125000.00", "-1.2亿": "-120000000.00", "3千元": "3000.00", "0.5百万元": "500000.00",
    "5万万": "not_money!", "万": "not_money!", "5千": "not_money!", "--1": "not_money!", "-": "not_money!", ".": "not_money!", "nan": "not_money!", "inf": "not_money!", "1 000": "not_money!",
}  # fmt: skip


@pytest.mark.parametrize("text", MONEY)
def test_money(text: str) -> None:
    value = read("money", text)
    assert str(value) == MONEY[text]


@given(st.decimals(-(10**11), 10**11, places=6), st.sampled_from([1, 1_000, 10_000]))
def test_money_in_any_unit_is_exact(amount: Decimal, unit: int) -> None:
    expected = (amount * unit).quantize(Decimal("0.01"), ROUND_HALF_UP)
    found = read("money", f"{amount:f}", reading=Reading(unit=unit))
    assert found == (expected if abs(expected) < LARGEST_AMOUNT else "money_large!")


@pytest.mark.parametrize(
    ("text", "expected"), [("5", "50000.00"), ("5万", "50000.00"), ("5元", "5.00"), ("5千元", "5000.00")]
)
def test_a_cells_own_unit_says_more_than_its_columns(text: str, expected: str) -> None:
    assert str(read("money", text, reading=Reading(unit=10_000))) == expected


@given(st.floats(-9.9e9, 9.9e9).map(lambda x: round(x, 2)))
def test_a_spreadsheets_number_is_the_amount_it_shows(number: float) -> None:
    assert read("money", f"{Decimal(repr(number)):f}") == Decimal(repr(number)).quantize(Decimal("0.01"))


def checked(body: str) -> str:
    """GB 11643, one digit at a time."""
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    rest = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11
    return body + "10X98765432"[rest]


@settings(max_examples=60)
@given(st.dates(date(1920, 1, 1), date(2026, 1, 1)), st.integers(0, 999), st.integers(0, 9))
def test_just_one_check_digit_of_an_id_number_fits(born: date, sequence: int, digit: int) -> None:
    right = checked(f"990000{born:%Y%m%d}{sequence:03d}")
    assert read("id_number", right) == right
    assert read("id_number", right.lower()) == right
    other = right[:-1] + str(digit)
    assert read("id_number", other) == (right if other == right else "id_number_check!")


ID_NUMBERS = {
    "11010519491231002X": "11010519491231002X", "110105 19491231 002x": "11010519491231002X",
    "1.10101E+17": "scientific!", "1.101011990030785e+17": "scientific!", "110101900307851": "id_number_form!",
    "11010519491231002": "id_number_form!", checked("99000019880230001"): "id_number_date!",
    "110105194912310021": "id_number_check!", "abc": "id_number_form!",
}  # fmt: skip


@pytest.mark.parametrize("text", ID_NUMBERS)
def test_id_numbers(text: str) -> None:
    assert read("id_number", text) == ID_NUMBERS[text]
    assert read("id_number", text, id_type="身份证") == ID_NUMBERS[text]


def test_other_documents_have_other_numbers() -> None:
    assert read("id_number", "E12345678", id_type="护照") == "E12345678"
    assert read("id_number", "H1234567(8)", id_type="港澳通行证") == "H1234567(8)"
    assert read("id_number", "1.10101E+17", id_type="护照") == "scientific!"
    assert read("id_number", "<script>", id_type="护照") == "not_an_id!"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13812345678", "13812345678"), ("138-1234-5678", "13812345678"), ("+86 138 1234 5678", "13812345678"),
        ("008614412345678", "14412345678"), ("+4201234567", "+4201234567"), ("1381234567", "not_a_mobile!"),
        ("12812345678", "not_a_mobile!"), ("1.38E+10", "scientific!"), ("010-62345678", "not_a_mobile!"), ("张三", "not_a_mobile!"),
    ],
)  # fmt: skip
def test_mobiles(text: str, expected: str) -> None:
    assert read("mobile", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0012", "0012"), ("A-1_b.c/d#", "A-1_b.c/d#"), ("网点01", "网点01"), ("1.10101E+17", "scientific!"), ("12E5", "12E5"),
        ("a b", "not_an_id!"), ("=1+1", "not_an_id!"), ("+1", "not_an_id!"), ("-1", "not_an_id!"), ("@x", "not_an_id!"),
        ("1\n2", "not_an_id!"), ("1\x00", "not_an_id!"),
    ],
)  # fmt: skip
def test_identifiers(text: str, expected: str) -> None:
    assert read("id", text) == expected


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("bool", "是", True), ("bool", "否", False), ("bool", "Y", True), ("bool", "FALSE", False), ("bool", "1", True),
        ("bool", "0", False), ("bool", "也许", "not_a_bool!"), ("bool", "2", "not_a_bool!"),
        ("integer", "15", 15), ("integer", "-3", -3), ("integer", "15.0", 15), ("integer", "15.5", "not_an_integer!"),
        ("integer", "1e3", "not_an_integer!"), ("integer", "99999999999999999999", "not_an_integer!"),
        ("id", "x" * 40, "x" * 40), ("id", "x" * 41, "id_too_long!"),
        ("text", "企业职员", "企业职员"), ("text", "a\nb", "control_characters!"), ("name", "张\x00", "control_characters!"),
    ],
)  # fmt: skip
def test_other_kinds(kind: str, text: str, expected: object) -> None:
    assert read(kind, text) == expected


def test_whole_numbers_within_a_span() -> None:
    assert [read("integer", text, span=(1, 31)) for text in ("1", "31", "0", "32", "-5")] == [
        1, 31, "out_of_span!", "out_of_span!", "out_of_span!",
    ]  # fmt: skip
    assert reason("out_of_span", Column("due_day", "integer", span=(1, 31))) == "数字超出范围: 应为 1 至 31"


def test_choices() -> None:
    assert read("choice", "C1", choices=("C1", "C2")) == "C1"
    assert read("choice", "C3", choices=("C1", "C2")) == "not_a_choice!"


@pytest.mark.parametrize(
    "kind", ["id", "name", "id_number", "mobile", "money", "date", "month", "instant", "bool", "integer", "text"]
)
def test_nothing_is_no_value_and_a_fault_just_where_required(kind: str) -> None:
    assert read(kind, None) is None
    assert read(kind, None, required=True) == "missing!"

"""Level 1 to 9: the edges one by one, then whole answers against the slow plain version."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiugong.errors import InputError, MisuseError
from jiugong.policy import Policy, load_policy
from jiugong.segment import Segmentation, last_day, run, segment
from jiugong.warehouse import TABLES, engine, read_table

from .plain import months_measured, segmented

POLICY, DAY = load_policy(), date(2026, 6, 30)
MEASURES = ("month_average", "quarter_average", "year_average", "point_in_time")
MONTHS = [date(2025 + (month > 12), (month - 1) % 12 + 1, 1) for month in range(6, 20)]  # 2025-06 to 2026-07


def people(*rows: tuple, **more: str) -> pa.Table:
    """customer_id, annual_income; status active unless given as third."""
    plain = [dict(zip(("customer_id", "annual_income", "status"), row, strict=False)) for row in rows]
    return customers_of([{"status": "active"} | row for row in plain])


def customers_of(rows: list[dict]) -> pa.Table:
    schema = pa.schema([TABLES["customers"].schema.field(name) for name in ("customer_id", "annual_income", "status")])
    return pa.Table.from_pylist(rows, schema=schema)


def held(*rows: tuple) -> pa.Table:
    """customer_id, amount; of June 2026 on demand unless said otherwise."""
    return balances_of(
        [
            {"customer_id": row[0], "average_daily": Decimal(row[1]), "month_end": Decimal(row[1])}
            | {"category": row[2] if len(row) > 2 else "demand", "month": row[3] if len(row) > 3 else date(2026, 6, 1)}
            for row in rows
        ]
    )


def balances_of(rows: list[dict]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=TABLES["balances"].schema)


def measuring(measure: str) -> Policy:
    return replace(POLICY, grid=replace(POLICY.grid, asset_measure=measure))


def row_of(result: pa.Table, customer_id: str) -> dict:
    return next(row for row in result.to_pylist() if row["customer_id"] == customer_id)


@pytest.mark.parametrize(
    ("assets", "income", "level"),
    [
        ("0", "0", 1), ("49999.99", "69999.99", 1), ("50000", "69999.99", 2), ("500000", "0", 3),
        ("49999.99", "70000", 4), ("50000", "299999.99", 5), ("500000", "70000", 6),
        ("-3.50", "300000", 7), ("499999.99", "300000", 8), ("500000", "300000", 9),
    ],
)  # fmt: skip
def test_an_amount_on_an_edge_belongs_above_it(assets: str, income: str, level: int) -> None:
    result = segment(people(("a", Decimal(income))), held(("a", assets)), policy=POLICY, as_of=DAY)
    assert result["level"].to_pylist() == [level]


def test_unknown_income_has_a_band_of_its_own_and_no_level() -> None:
    row = row_of(segment(people(("a", None)), held(("a", "60000")), policy=POLICY, as_of=DAY), "a")
    assert (row["asset_band"], row["income_band"], row["level"]) == (2, 0, None)
    assert (row["potential_value"], row["quadrant"]) == (None, None)
    assert row["current_value"] == Decimal("1080.00")  # 1.8 % of 60,000


@pytest.mark.parametrize("status", ["deceased", "closed"])
def test_the_excluded_keep_their_row_and_nothing_else(status: str) -> None:
    result = segment(
        people(("a", Decimal(5), status), ("b", Decimal(5), None)), held(("a", "9")), policy=POLICY, as_of=DAY
    )
    row = row_of(result, "a")
    assert (row["assets"], row["annual_income"]) == (Decimal(9), Decimal(5))
    nothing = ("asset_band", "income_band", "level", "current_value", "potential_value", "quadrant", "lifetime_value")
    assert [row[name] for name in nothing] == [None] * 7
    assert row_of(result, "b")["level"] == 1  # a status that nobody knows excludes nobody


def test_categories_are_added_and_strangers_not_looked_at() -> None:
    balances = held(("a", "30000"), ("a", "20000", "wealth"), ("x", "999999"))
    row = row_of(segment(people(("a", Decimal(0)), ("b", Decimal(0))), balances, policy=POLICY, as_of=DAY), "a")
    assert (row["assets"], row["asset_band"]) == (Decimal(50000), 2)
    assert row["current_value"] == Decimal(620)  # 30,000 at 1.8 % and 20,000 at 0.4 %


def test_who_has_no_balance_holds_nothing() -> None:
    result = segment(people(("a", Decimal(0)), ("b", Decimal(0))), held(("a", "1")), policy=POLICY, as_of=DAY)
    assert row_of(result, "b")["assets"] == 0


def test_assets_of_the_customers_in_place_of_balances() -> None:
    customers = people(("a", Decimal(80000))).append_column("assets", pa.array([Decimal(50000)], pa.decimal128(18, 2)))
    row = row_of(segment(customers, policy=POLICY), "a")
    assert (row["level"], row["assets"]) == (5, Decimal(50000))
    assert row["current_value"] is None  # without categories there is no margin


def test_the_columns_and_types_are_those_of_the_contract() -> None:
    result = segment(people(("a", Decimal(1))), held(("a", "1")), policy=POLICY, as_of=DAY)
    money = pa.decimal128(18, 2)
    assert dict(zip(result.schema.names, result.schema.types, strict=True)) == {
        "customer_id": pa.string(), "assets": money, "annual_income": money, "asset_band": pa.int16(),
        "income_band": pa.int16(), "level": pa.int16(), "current_value": money, "potential_value": money,
        "quadrant": pa.string(), "lifetime_value": money, "policy_version": pa.string(),
    }  # fmt: skip
    assert result["policy_version"].to_pylist() == [POLICY.label]


amounts = st.one_of(
    st.sampled_from(["-0.01", "0", "49999.99", "50000", "500000", "0.005", "16666.67", "-12.34"]).map(Decimal),
    st.decimals(-99_999, 2_000_000, places=2),
).map(lambda amount: amount.quantize(Decimal("0.01")))
incomes = st.one_of(
    st.none(), st.sampled_from(["0", "69999.99", "70000", "300000"]).map(Decimal), st.decimals(0, 900_000, places=2)
)
statuses = st.sampled_from(["active", "deceased", "frozen", "employee", "closed", None])
customers_drawn = st.lists(st.tuples(st.sampled_from("abcdef"), incomes, statuses), min_size=1, max_size=6, unique_by=lambda row: row[0])  # fmt: skip
balances_drawn = st.lists(
    st.tuples(st.sampled_from("abcx"), st.sampled_from(sorted(POLICY.value.margin)), st.sampled_from(MONTHS), amounts, amounts),
    max_size=20, unique_by=lambda row: row[:3],
)  # fmt: skip


def every_month() -> list[dict]:
    """A stranger who holds something in each month, so that none is missing."""
    names = ("customer_id", "category", "month", "average_daily", "month_end")
    return [dict(zip(names, ("z", "demand", month, Decimal(1), Decimal(1)), strict=True)) for month in MONTHS]


@pytest.mark.parametrize("hold", [False, True], ids=["measured", "held"])
@pytest.mark.parametrize("measure", MEASURES)
@settings(max_examples=10, deadline=None)
@given(people=customers_drawn, held=balances_drawn, day=st.dates(date(2026, 5, 31), date(2026, 7, 31)))
def test_against_the_plain_version(measure: str, hold: bool, people: list[tuple], held: list[tuple], day: date) -> None:
    customers = [dict(zip(("customer_id", "annual_income", "status"), row, strict=True)) for row in people]
    names = ("customer_id", "category", "month", "average_daily", "month_end")
    balances = [dict(zip(names, row, strict=True)) for row in held] + every_month()
    policy = measuring(measure)
    found = segment(customers_of(customers), balances_of(balances), policy=policy, as_of=day, hold_levels=hold)
    assert found.to_pylist() == segmented(customers, balances, policy, day, hold=hold)


@pytest.mark.parametrize("measure", MEASURES)
def test_many_customers_against_the_plain_version(measure: str) -> None:
    draw = random.Random(7)
    ids = [f"{number:04d}" for number in range(400)]
    customers = [
        {
            "customer_id": one,
            "annual_income": draw.choice([None, Decimal(draw.randrange(0, 60_000_000)) / 100]),
            "status": draw.choice(["active", "active", "active", "closed"]),
        }
        for one in draw.sample(ids, len(ids))
    ]
    balances = [
        {
            "customer_id": one, "category": category, "month": month,
            "average_daily": Decimal(draw.randrange(-10_000, 40_000_000)) / 100,
            "month_end": Decimal(draw.randrange(-10_000, 40_000_000)) / 100,
        }
        for one in ids for category in draw.sample(sorted(POLICY.value.margin), 2) for month in MONTHS
    ]  # fmt: skip
    draw.shuffle(balances)
    policy = measuring(measure)
    found = segment(customers_of(customers), balances_of(balances), policy=policy, as_of=DAY)
    mine: dict[str, list[dict]] = {one: [] for one in ids}
    for row in balances:
        mine[row["customer_id"]].append(row)
    expected = [segmented([row], mine[row["customer_id"]], policy, DAY)[0] for row in customers]
    assert found.to_pylist() == sorted(expected, key=lambda row: row["customer_id"])


@pytest.mark.parametrize(
    ("months", "bands"),
    [
        (["600000", "60000", "60000", "60000"], [3, 3, 3, 2]),  # lost only after the third month below
        (["60000", "600000", "60000", "600000"], [2, 3, 3, 3]),  # won at once
        (["600000", "60000", "1", "60000", "1"], [3, 3, 3, 2, 2]),  # each limit has its own three months
    ],
)
def test_a_band_is_won_at_once_and_lost_after_three_months(months: list[str], bands: list[int]) -> None:
    first = [date(2026, month, 1) for month in range(1, len(months) + 1)]
    balances = held(*(("a", amount, "demand", month) for amount, month in zip(months, first, strict=True)))
    found = [
        segment(people(("a", None)), balances, policy=POLICY, as_of=last_day(month), hold_levels=True)["asset_band"][
            0
        ].as_py()
        for month in first
    ]
    assert found == bands


def test_only_what_is_asked_for_is_returned() -> None:
    few = segment(people(("a", Decimal(1))), held(("a", "1")), policy=POLICY, as_of=DAY, columns=["quadrant", "level"])
    assert few.column_names == ["customer_id", "level", "quadrant"]
    with pytest.raises(MisuseError, match=r"column 'levels' was asked for; did you mean 'level'\?"):
        segment(people(("a", Decimal(1))), held(("a", "1")), policy=POLICY, as_of=DAY, columns=["levels"])


def test_any_number_of_bands() -> None:
    grid = replace(POLICY.grid, asset_bands=(Decimal(10), Decimal(20), Decimal(30)), income_bands=(Decimal(5),))
    value = replace(POLICY.value, yearly_retention=(Decimal("0.5"),) * 4)
    policy = replace(POLICY, grid=grid, value=value)
    customers = people(("a", Decimal(4)), ("b", Decimal(5)), ("c", None))
    found = segment(customers, held(("a", "9.99"), ("b", "30"), ("c", "20")), policy=policy, as_of=DAY)
    assert found["level"].to_pylist() == [1, 8, None]
    assert found["asset_band"].to_pylist() == [1, 4, 3]


@pytest.mark.parametrize("most", [0, 1_000_000], ids=["straight from the engine", "sorted"])
def test_written_to_a_file_it_is_the_same(most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "SORTED", most)
    customers, balances = people(("b", Decimal(1)), ("a", None)), held(("a", "5"), ("b", "7"))
    asked = Segmentation(customers, balances, policy=POLICY, as_of=DAY)
    for name in ("levels.parquet", "levels.csv"):
        asked.write(tmp_path / name)
    written = pq.read_table(tmp_path / "levels.parquet")
    assert (written if most else written.sort_by("customer_id")).to_pylist() == asked.table().to_pylist()
    assert [row["customer_id"] for row in read_table(tmp_path / "levels.csv").to_pylist()] == ["a", "b"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["levels.csv", "levels.parquet"]


def test_the_order_of_the_rows_changes_nothing_and_ibis_tables_are_taken() -> None:
    customers, balances = people(("b", Decimal(1)), ("a", None)), held(("a", "5"), ("b", "7"), ("a", "2", "fund"))
    one = segment(customers, balances, policy=POLICY, as_of=DAY)
    assert one["customer_id"].to_pylist() == ["a", "b"]
    assert segment(customers.take([1, 0]), balances.take([2, 0, 1]), policy=POLICY, as_of=DAY).equals(one)
    backend = engine.connect()
    tables = (backend.create_table(name, table) for name, table in (("c", customers), ("b", balances)))
    assert segment(*tables, policy=POLICY, as_of=DAY).equals(one)
    assert segment(ibis.memtable(customers), ibis.memtable(balances), policy=POLICY, as_of=DAY).equals(one)


ONE, JUNE = people(("a", Decimal(1))), held(("a", "1"))
WRONG = {
    "nobody": (ONE.slice(0, 0), JUNE, "customers is empty; give a table with at least one customer"),
    "no column": (
        ONE.rename_columns(["customer", "annual_income", "status"]), JUNE,
        "column 'customer_id': is needed in customers but is not there; did you mean 'customer'?; rename the column",
    ),
    "no number": (
        people(("a", Decimal(1)), (None, Decimal(1))), JUNE,
        "row 3, column 'customer_id': is empty in 1 rows of customers; every customer has a number: fill it in",
    ),
    "twice": (
        people(("a", Decimal(1)), ("a", Decimal(2))), JUNE,
        "column 'customer_id': repeats 1 customers of 2 rows; a customer stands once: join the rows of customers in two "
        "outlets first",
    ),
    "negative income": (
        people(("b", Decimal(1)), ("a", Decimal(-1))), JUNE,
        "row 3, column 'annual_income': is negative for 1 customers; a yearly income is 0 or more, or empty where "
        "unknown: correct it",
    ),
    "text": (
        ONE.set_column(1, "annual_income", pa.array(["1"])), JUNE,
        "column 'annual_income': of customers holds string, not numbers; convert the column first",
    ),
    "units": (
        people(("a", Decimal(10**10))), JUNE,
        "column 'annual_income': is 10,000,000,000 or more in 1 rows; amounts are in yuan: look for a slip of units",
    ),
    "no month": (
        ONE, held(("a", "1", "demand", date(2026, 5, 1))),
        "column 'month': balances hold no row of 2026-06, which 'month_average' on 2026-06-30 measures; its newest is "
        "2026-05: give another day, or load the months",
    ),
    "no balances": (
        ONE, JUNE.slice(0, 0),
        "column 'month': balances hold no row of 2026-06, which 'month_average' on 2026-06-30 measures; it has no rows: "
        "give another day, or load the months",
    ),
    "category": (
        ONE, held(("a", "1"), ("a", "1", "gold")),
        "column 'category': holds 1 measured rows of a category without a margin in the policy; it knows bond, demand, "
        "fund, insurance, large_cd, other, time, wealth: map the category, or add it to [value.margin]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_breaks_the_contract_is_refused_in_words(case: str) -> None:
    customers, balances, message = WRONG[case]
    with pytest.raises(InputError) as caught:
        segment(customers, balances, policy=POLICY, as_of=DAY)
    assert str(caught.value) == message


def test_an_unknown_month_end_counts_only_where_it_is_measured() -> None:
    balances = JUNE.set_column(4, "month_end", pa.nulls(1, pa.decimal128(18, 2)))
    assert segment(ONE, balances, policy=POLICY, as_of=DAY).num_rows == 1
    with pytest.raises(InputError, match="column 'month_end': is empty in 1 measured rows; write 0 for an empty acc"):
        segment(ONE, balances, policy=measuring("point_in_time"), as_of=DAY)


def test_misuse() -> None:
    with pytest.raises(
        MisuseError, match="balances were given without a day; one month of them is measured: give as_o"
    ):
        segment(ONE, JUNE, policy=POLICY)
    with pytest.raises(MisuseError, match=r"'customers' is a list; give a pyarrow\.Table or an ibis\.Table"):
        segment([], JUNE, policy=POLICY, as_of=DAY)
    with pytest.raises(InputError, match="column 'assets': is empty for 1 customers; write 0 for nothing held"):
        segment(ONE.append_column("assets", pa.nulls(1, pa.decimal128(18, 2))), policy=POLICY)


def test_the_plain_version_knows_its_months() -> None:
    assert months_measured("quarter_average", date(2026, 2, 28)) == [date(2026, 2, 1), date(2026, 1, 1), date(2025, 12, 1)]  # fmt: skip
    assert months_measured("month_average", date(2026, 3, 30)) == [date(2026, 2, 1)]

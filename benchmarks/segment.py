"""The segmentation of ten million customers against a minimal SQL, pandas and Spark; then who moved.

Equal answers first, at a small size; then the time. The files lie as the warehouse lays them: balances cut by month,
in the order of the customer. Every way reads the same files and writes a Parquet file.

- "level alone by hand": the least that any query could do: one sum, one join, two columns written.
- "jiugong: level, quadrant, lifetime value" computes those; "jiugong: all columns" the whole row of the contract.
- pandas and Spark are asked for the level, quadrant and lifetime value too.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from jiugong.policy import Policy, load_policy
from jiugong.segment import Segmentation, lifetime
from jiugong.segment.merging import sorted_moves
from jiugong.warehouse import engine

from .results import Results

MILLIONS, ONE_MILLION, SMALL = 10_000_000, 1_000_000, 20_000
AS_OF = date(2026, 6, 30)
MONTHS = ("2026-05-01", "2026-06-01")
FEW = ("level", "quadrant", "lifetime_value")

# Three balance rows a customer: demand in two months, time deposits for every second customer. One income in three unknown.
CUSTOMERS = """
COPY (
    SELECT lpad(i::VARCHAR, 9, '0') AS customer_id,
        CASE WHEN hash(i, 1) % 3 > 0 THEN (exp(10.5 + 2.4 * (hash(i, 2) % 100003) / 100003))::DECIMAL(18, 2) END AS annual_income,
        CASE WHEN hash(i, 3) % 200 = 0 THEN 'closed' ELSE 'active' END AS status
    FROM range({rows}) t(i)
) TO '{file}' (FORMAT parquet, COMPRESSION lz4, ROW_GROUP_SIZE 131072)
"""
BALANCES = """
COPY (
    SELECT lpad(i::VARCHAR, 9, '0') AS customer_id, category, DATE '{month}' AS month,
        (exp(14.0 * (hash(i, category, DATE '{month}') % 1000003) / 1000003))::DECIMAL(18, 2) AS average_daily,
        (exp(14.0 * (hash(i, category, DATE '{month}', 1) % 1000003) / 1000003))::DECIMAL(18, 2) AS month_end
    FROM range({rows}) t(i), (VALUES ('demand'), ('time')) c(category)
    WHERE category = 'demand' OR hash(i, 9) % 2 = 0
    ORDER BY i, category
) TO '{file}' (FORMAT parquet, COMPRESSION lz4, ROW_GROUP_SIZE 131072)
"""
BY_HAND = """
COPY (
    WITH held AS (
        SELECT customer_id, sum(average_daily) AS assets FROM read_parquet('{balances}')
        WHERE month = DATE '2026-06-01' GROUP BY customer_id
    )
    SELECT c.customer_id,
        CASE WHEN coalesce(status, '') NOT IN ('deceased', 'closed') AND annual_income IS NOT NULL
            THEN 3 * ((annual_income >= 70000)::INT + (annual_income >= 300000)::INT) + 1
                + (coalesce(assets, 0) >= 50000)::INT + (coalesce(assets, 0) >= 500000)::INT END::SMALLINT AS level
    FROM read_parquet('{customers}') c LEFT JOIN held USING (customer_id)
) TO '{out}' (FORMAT parquet)
"""


class Bank:
    """The files of so many customers in a folder, and the ways to segment them."""

    def __init__(self, folder: Path, rows: int) -> None:
        self.folder, self.rows, self.policy = folder, rows, load_policy()
        self.customers, self.out = folder / "customers.parquet", folder / "out.parquet"

    @classmethod
    def made(cls, folder: Path, rows: int) -> Bank:
        """With its files written."""
        bank, maker = cls(folder, rows), duckdb.connect(config={"temp_directory": str(folder / "spill")})
        if memory := os.environ.get("JIUGONG_MEMORY"):
            maker.execute(f"SET memory_limit = '{memory}'")
        maker.execute(CUSTOMERS.format(rows=rows, file=bank.customers))
        for month, file in zip(MONTHS, bank.balances, strict=True):
            maker.execute(BALANCES.format(rows=rows, month=month, file=file))
        return bank

    @property
    def balances(self) -> list[str]:
        return [str(self.folder / f"balances-{month}.parquet") for month in MONTHS]

    def by_hand(self) -> None:
        text = BY_HAND.format(balances=self.folder / "balances-*.parquet", customers=self.customers, out=self.out)
        engine.connect(readable=[self.folder]).con.execute(text)

    def jiugong(self, columns: tuple[str, ...] | None = FEW, at: str = engine.DUCKDB) -> None:
        backend = engine.open_engine(at, readable=[self.folder])
        people, *months = (backend.read_parquet(path) for path in (str(self.customers), *self.balances))
        held = months[0].union(months[1])
        asked = Segmentation(people, held, policy=self.policy, as_of=AS_OF, columns=columns, trusted=True)
        asked.write(self.out)

    def pandas(self) -> None:
        people, held = pd.read_parquet(self.customers), pd.concat(map(pd.read_parquet, self.balances))
        _pandas(people, held, self.policy).to_parquet(self.out)

    def levels(self, way: Callable[[], None]) -> dict[str, int | None]:
        way()
        rows = pq.read_table(self.out, columns=["customer_id", "level"]).to_pylist()
        return {row["customer_id"]: None if row["level"] != row["level"] else row["level"] for row in rows}


def _pandas(people: pd.DataFrame, held: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """As an analyst would write it: floats, group by, merge, cut."""
    value = policy.value
    held = held[held["month"] == date(2026, 6, 1)].copy()
    held["average_daily"] = held["average_daily"].astype(float)
    held["margin"] = held["average_daily"] * held["category"].map({k: float(v) for k, v in value.margin.items()})
    sums = held.groupby("customer_id")[["average_daily", "margin"]].sum()
    rows = people.merge(sums, how="left", left_on="customer_id", right_index=True)
    rows[["average_daily", "margin"]] = rows[["average_daily", "margin"]].fillna(0)
    rows["annual_income"] = rows["annual_income"].astype(float)
    counts = ~rows["status"].isin(policy.grid.excluded_status)
    band = 1 + (rows["average_daily"] >= 50_000).astype("int8") + (rows["average_daily"] >= 500_000).astype("int8")
    income = 1 + (rows["annual_income"] >= 70_000).astype("int8") + (rows["annual_income"] >= 300_000).astype("int8")
    level = 3 * (income - 1) + band
    mean = sum((value.margin[name] for name in value.deposit_categories), Decimal(0)) / len(value.deposit_categories)
    potential = rows["annual_income"] * float(value.saving_share_of_income * mean)
    words = {False: "low", True: "high"}
    quadrant = (rows["margin"] >= 300).map(words) + "_" + (potential >= 500).map(words)
    own = {band: lifetime(policy).terms[0, band].own for band in (1, 2, 3)}
    worth = (rows["margin"] * band.map(own)).round(2)
    known = rows["annual_income"].notna()
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"],
            "level": level.where(counts & known).astype("Int16"),
            "quadrant": quadrant.where(counts & known),
            "lifetime_value": worth.where(counts),
        }
    )


def run(results: Results) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _equal_answers(Bank.made(Path(folder), SMALL))
    with tempfile.TemporaryDirectory() as folder:
        _one_million(results, Bank.made(Path(folder), results.rows(ONE_MILLION)))
    with tempfile.TemporaryDirectory() as folder:
        bank = Bank.made(Path(folder), results.rows(MILLIONS))
        _against_sql(results, bank)
        _moves(results, bank)


def _equal_answers(bank: Bank) -> None:
    expected = bank.levels(bank.by_hand)
    for way in (bank.jiugong, bank.pandas, lambda: bank.jiugong(at="local[2]")):
        if bank.levels(way) != expected:
            raise SystemExit("two ways differ in the level; a timing of two different things says nothing")


def _one_million(results: Results, bank: Bank) -> None:
    case = f"{bank.rows:,} customers"
    ways = {"jiugong": bank.jiugong, "pandas": bank.pandas, "Spark local[2]": lambda: bank.jiugong(at="local[2]")}
    medians = results.side_by_side(case, bank.rows, ways)
    base = medians["jiugong"]
    results.note(
        case=case,
        pandas_to_jiugong=round(medians["pandas"] / base, 2),
        spark_to_jiugong=round(medians["Spark local[2]"] / base, 2),
    )


def _against_sql(results: Results, bank: Bank) -> None:
    case = f"{bank.rows:,} customers, {bank.rows * 3:,} balances"
    ways = {
        "level alone by hand": bank.by_hand,
        "jiugong: level, quadrant, lifetime value": bank.jiugong,
        "jiugong: all columns": lambda: bank.jiugong(None),
    }
    medians = results.side_by_side(case, bank.rows, ways)
    base = medians["level alone by hand"]
    results.note(
        case=case,
        few_to_sql=round(medians["jiugong: level, quadrant, lifetime value"] / base, 2),
        all_to_sql=round(medians["jiugong: all columns"] / base, 2),
    )


def _moves(results: Results, bank: Bank) -> None:
    """From the level of June to that of May, both with every column, as `jiugong segment` writes them."""
    before, after = bank.folder / "before.parquet", bank.folder / "after.parquet"
    for path in (before, after):
        bank.jiugong(None)
        bank.out.rename(path)

    def read() -> None:
        for path in (before, after):
            for batch in ds.dataset(path).to_batches(columns=["customer_id", "level"]):
                assert batch.num_columns == 2

    def moves() -> None:
        if sorted_moves(before, after) is None:
            raise SystemExit("the segmentation's own files are not in the order of customer_id")

    case = f"{bank.rows:,} customers, who moved"
    medians = results.side_by_side(case, bank.rows, {"reading the two columns": read, "jiugong migration": moves})
    results.note(
        case=case, moves_to_reading=round(medians["jiugong migration"] / medians["reading the two columns"], 2)
    )

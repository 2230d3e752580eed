"""The segmentation through ibis against the same in DuckDB's SQL, written by hand: equal answers, then the time.

`jiugong.segment` checks its input before it computes (columns, repeated customers, impossible amounts, missing months).
So three ways are timed: the function as a user calls it, its expression alone, and the SQL, which checks nothing.
"""

from __future__ import annotations

import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa

from jiugong.policy import Policy, load_policy
from jiugong.segment import lifetime_factor, segment, segment_expression
from jiugong.warehouse import engine

from .results import Results

SIZES = (1_000_000, 5_000_000)
AS_OF = date(2026, 6, 30)

# Two categories a customer and three months, of which one is measured. Amounts: a long tail; one income in three unknown.
CUSTOMERS = """
COPY (
    SELECT lpad(i::VARCHAR, 9, '0') AS customer_id,
        CASE WHEN hash(i, 1) % 3 > 0 THEN (exp(10.5 + 2.4 * (hash(i, 2) % 1000) / 1000))::DECIMAL(18, 2) END AS annual_income,
        CASE WHEN hash(i, 3) % 200 = 0 THEN 'closed' ELSE 'active' END AS status
    FROM range({rows}) t(i) ORDER BY hash(i)
) TO '{file}' (FORMAT parquet)
"""
BALANCES = """
COPY (
    SELECT lpad(i::VARCHAR, 9, '0') AS customer_id, category,
        m::DATE AS month, (exp(14.0 * (hash(i, category, m) % 10000) / 10000))::DECIMAL(18, 2) AS average_daily
    FROM range({rows}) t(i), (VALUES ('demand'), ('time')) c(category),
        generate_series(DATE '2026-04-01', DATE '2026-06-01', INTERVAL 1 MONTH) g(m)
    ORDER BY hash(i, category, m)
) TO '{file}' (FORMAT parquet)
"""
BY_HAND = """
WITH held AS (
    SELECT customer_id, sum(average_daily) AS assets, round(sum(average_daily * CASE category {margins} END), 2) AS value
    FROM read_parquet('{balances}') WHERE month = DATE '2026-06-01' GROUP BY customer_id
), banded AS (
    SELECT c.customer_id, coalesce(assets, 0)::DECIMAL(18, 2) AS assets, annual_income,
        coalesce(status, '') NOT IN ('deceased', 'closed') AS counts,
        1 + (coalesce(assets, 0) >= 50000)::INT + (coalesce(assets, 0) >= 500000)::INT AS asset_band,
        coalesce(1 + (annual_income >= 70000)::INT + (annual_income >= 300000)::INT, 0) AS income_band,
        coalesce(value, 0)::DECIMAL(18, 2) AS current, round(annual_income * {rate}, 2)::DECIMAL(18, 2) AS potential
    FROM read_parquet('{customers}') c LEFT JOIN held USING (customer_id)
)
SELECT customer_id, assets, annual_income,
    CASE WHEN counts THEN asset_band END::SMALLINT AS asset_band,
    CASE WHEN counts THEN income_band END::SMALLINT AS income_band,
    CASE WHEN counts AND income_band > 0 THEN 3 * (income_band - 1) + asset_band END::SMALLINT AS level,
    CASE WHEN counts THEN current END AS current_value,
    CASE WHEN counts THEN potential END AS potential_value,
    CASE WHEN counts AND potential IS NOT NULL
        THEN if(current >= 300, 'high', 'low') || '_' || if(potential >= 500, 'high', 'low') END AS quadrant,
    CASE WHEN counts THEN round(current * CASE asset_band {factors} END, 2) END::DECIMAL(18, 2) AS lifetime_value,
    '{label}' AS policy_version
FROM banded ORDER BY customer_id
"""


def run(results: Results) -> None:
    for published in SIZES:
        rows = results.rows(published)
        with tempfile.TemporaryDirectory() as folder:
            _compare(results, rows, Path(folder))


def _compare(results: Results, rows: int, folder: Path) -> None:
    customers, balances = folder / "customers.parquet", folder / "balances.parquet"
    maker = duckdb.connect()
    maker.execute(CUSTOMERS.format(rows=rows, file=customers))
    maker.execute(BALANCES.format(rows=rows, file=balances))
    policy = load_policy()
    sql = by_hand(policy, customers, balances)

    def through_ibis() -> pa.Table:
        backend = engine.connect(readable=[folder])
        tables = (backend.read_parquet(file) for file in (customers, balances))
        return segment(*tables, policy=policy, as_of=AS_OF)

    def expression_alone() -> pa.Table:
        backend = engine.connect(readable=[folder])
        tables = (backend.read_parquet(file) for file in (customers, balances))
        return backend.to_pyarrow(segment_expression(*tables, policy=policy, as_of=AS_OF))

    def raw_sql() -> pa.Table:
        return engine.connect(readable=[folder]).con.execute(sql).to_arrow_table()

    expected, found = raw_sql(), through_ibis()
    if not found.equals(expected.cast(found.schema)):
        raise SystemExit("segment and the SQL by hand differ; a timing of two different things says nothing")
    ways = {"segment": through_ibis, "expression alone": expression_alone, "DuckDB SQL by hand": raw_sql}
    medians = results.side_by_side(f"{rows:,} customers", rows, ways)
    base = medians["DuckDB SQL by hand"]
    results.note(
        case=f"{rows:,} customers", equal_answers=True, segment_to_sql=round(medians["segment"] / base, 2),
        expression_to_sql=round(medians["expression alone"] / base, 2),
    )  # fmt: skip


def by_hand(policy: Policy, customers: Path, balances: Path) -> str:
    """The SQL with the policy's margins and factors in it."""
    value = policy.value
    mean = sum((value.margin[name] for name in value.deposit_categories), Decimal(0)) / len(value.deposit_categories)
    rate = (value.saving_share_of_income * mean).quantize(Decimal("1e-9"))
    return BY_HAND.format(
        customers=customers,
        balances=balances,
        rate=f"{rate:f}::DECIMAL(10, 9)",
        margins=" ".join(f"WHEN '{name}' THEN {margin:f}::DECIMAL(4, 3)" for name, margin in value.margin.items()),
        factors=" ".join(f"WHEN {band} THEN {lifetime_factor(value, band):.6f}::DECIMAL(9, 6)" for band in (1, 2, 3)),
        label=policy.label,
    )

"""A daily update against the first load: 10,000 changed rows over a million and five million customers and their balances.

The rows are canonical already (`load_tables`), so that what is timed is the store and not the reading of files. Changed
are customers spread over the whole bank, the worst case: a range of customers would touch a few row groups only.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path

import duckdb
import pyarrow as pa

from jiugong.warehouse import TABLES, Snapshot, Terms, engine, load_tables, undo_batch

from .results import Results

SIZES = (1_000_000, 5_000_000)
CHANGED = 10_000
FIRST, NEXT = date(2026, 6, 30), date(2026, 7, 1)

CUSTOMERS = """
SELECT lpad(i::VARCHAR, 9, '0') AS customer_id, '客' || i AS name, '140' || lpad(i::VARCHAR, 8, '0') AS mobile,
    'OU0' || i % 4 AS branch_id, (exp(10.5 + 2.4 * (hash(i, 2) % 1000) / 1000) + {more})::DECIMAL(18, 2) AS annual_income,
    'active' AS status
FROM range(0, {rows}, {step}) t(i) ORDER BY hash(i)
"""
BALANCES = """
SELECT lpad(i::VARCHAR, 9, '0') AS customer_id, category, m::DATE AS month,
    (exp(14.0 * (hash(i, category, m) % 10000) / 10000) + {more})::DECIMAL(18, 2) AS average_daily
FROM range(0, {rows}, {step}) t(i), (VALUES ('demand'), ('time')) c(category),
    generate_series(DATE '{since}', DATE '2026-06-01', INTERVAL 1 MONTH) g(m)
ORDER BY hash(i, category, m)
"""


def run(results: Results) -> None:
    for published in SIZES:
        rows = results.rows(published)
        for name, query in {"customers": CUSTOMERS, "balances": BALANCES}.items():
            whole = _made(name, query, rows, 1, more=0, since="2026-05-01")
            changed = _made(name, query, rows, max(rows // results.rows(CHANGED), 1), more=7, since="2026-06-01")
            with tempfile.TemporaryDirectory() as folder:
                _compare(results, f"{name} of {rows:,} customers", name, whole, changed, Path(folder))


def _compare(results: Results, case: str, name: str, whole: pa.Table, changed: pa.Table, folder: Path) -> None:
    nth = count()
    warehouse = folder / "warehouse"
    first = load_tables(warehouse, FIRST, {name: whole}).snapshot

    def load() -> None:
        fresh = folder / f"warehouse{next(nth)}"
        load_tables(fresh, FIRST, {name: whole})
        shutil.rmtree(fresh)

    def update() -> None:
        done = load_tables(warehouse, NEXT, {name: changed}, Terms(batch=f"b{next(nth)}", onto_previous=True))
        if done.batch.tables[name].changed != changed.num_rows:
            raise SystemExit(f"{done.batch.tables[name]}: this is not what was to be timed")
        shutil.rmtree(warehouse / str(NEXT))

    def update_and_undo() -> None:
        load_tables(warehouse, NEXT, {name: changed}, Terms(batch=f"b{next(nth)}", onto_previous=True))
        if (
            undo_batch(warehouse, NEXT, f"b{next(nth) - 1}").snapshot.read(name, [TABLES[name].names[0]]).num_rows
            != whole.num_rows
        ):
            raise SystemExit("the undo left another number of rows")
        shutil.rmtree(warehouse / str(NEXT))

    ways = {"first load": load, "daily update": update, "update and undo": update_and_undo}
    medians = results.side_by_side(case, whole.num_rows, ways)
    with _updated(warehouse, name, changed) as after:
        reads = {"base alone": lambda: _total(first, name), "base and update": lambda: _total(after, name)}
        reading = results.side_by_side(f"reading {case}", whole.num_rows, reads)
    results.note(
        case=case, changed=changed.num_rows, update_to_first_load=round(medians["daily update"] / medians["first load"], 4),
        rows_changed_to_all=round(changed.num_rows / whole.num_rows, 4),
        reading_with_update_to_base=round(reading["base and update"] / reading["base alone"], 2),
    )  # fmt: skip


@contextmanager
def _updated(warehouse: Path, name: str, changed: pa.Table) -> Iterator[Snapshot]:
    yield load_tables(warehouse, NEXT, {name: changed}, Terms(onto_previous=True)).snapshot


def _total(snapshot: Snapshot, name: str) -> Decimal:
    backend = engine.connect(readable=[snapshot.data])
    amount = "annual_income" if name == "customers" else "average_daily"
    table = snapshot.relation(backend, name)
    found = backend.to_pyarrow(table.aggregate(total=table[amount].sum(), last=table["customer_id"].max()))
    return found["total"][0].as_py()


def _made(name: str, query: str, rows: int, step: int, *, more: int, since: str) -> pa.Table:
    """Canonical: the columns of the query, the others null."""
    made = duckdb.connect().execute(query.format(rows=rows, step=step, more=more, since=since)).to_arrow_table()
    contract = TABLES[name]
    columns = [
        made[field.name].cast(field.type) if field.name in made.column_names else pa.nulls(made.num_rows, field.type)
        for field in contract.schema
    ]
    return pa.table(columns, schema=contract.schema)

"""Every expression on a real Spark cluster gives what it gives on DuckDB, row for row and cent for cent."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jiugong import cli
from jiugong.errors import InputError, MisuseError
from jiugong.policy import load_policy
from jiugong.segment import COLUMNS, Segmentation, lifetime, migration, watch_lists
from jiugong.segment.expression import ON_REQUEST
from jiugong.segment.watch import CODES, together
from jiugong.warehouse import TABLES, ingest, read_table
from jiugong.warehouse.engine import open_engine
from tests.support.spark import cluster

pytestmark = pytest.mark.spark

POLICY, DAY = load_policy(), date(2026, 6, 30)
MEASURES = ("month_average", "quarter_average", "year_average", "point_in_time")
MONTHS = [date(2025 + (month > 12), (month - 1) % 12 + 1, 1) for month in range(5, 19)]
EDGES = ["-0.01", "0", "0.005", "49999.99", "50000", "499999.99", "500000", "9999999999.99", "-9999999999.99"]


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with cluster(tmp_path_factory.mktemp("spark")) as address:
        yield address
        from pyspark.sql import SparkSession

        session = SparkSession.getActiveSession()
        if session is not None:
            session.stop()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """400 customers with every trap: unknown, edges, negative, closed, no balance, two rows of one category."""
    folder, draw = tmp_path_factory.mktemp("files"), random.Random(5)
    incomes = [None, "0", "69999.99", "70000", "299999.99", "300000", "9999999999.99"]
    customers = [
        {
            "customer_id": f"{number:04d}",
            "annual_income": _some(draw, incomes, 900_000),
            "income_source": draw.choice(["document", "stated", "estimated", None]),
            "income_as_of": date(2025, draw.randrange(1, 13), 1),
            "opened_on": date(2026, 6, 30) - timedelta(days=draw.choice([0, 179, 180, 400, 3000])),
            "status": draw.choice(["active", "active", "active", "frozen", "deceased", "closed", None]),
        }
        for number in range(400)
    ]
    balances = [
        {
            "customer_id": f"{draw.randrange(430):04d}",
            "category": draw.choice(sorted(POLICY.value.margin)),
            "month": draw.choice(MONTHS),
            "average_daily": _some(draw, EDGES, 800_000),
            "month_end": _some(draw, EDGES, 800_000),
            "account_id": str(place),
        }
        for place in range(9_000)
    ]
    maturities = [
        {
            "customer_id": f"{draw.randrange(430):04d}",
            "category": "time",
            "amount": Decimal(draw.randrange(1, 9_000_000)) / 100,
            "matures_on": DAY + timedelta(days=draw.randrange(-70, 70)),
        }
        for _ in range(500)
    ]
    transactions = [
        {
            "customer_id": f"{draw.randrange(430):04d}",
            "booked_at": datetime(2025 + draw.randrange(2), draw.randrange(1, 13), draw.randrange(1, 29), 23, 59, 59),  # noqa: DTZ001
            "amount": Decimal(draw.randrange(-500_000, 3_000_000)) / 100,
            "kind": draw.choice(["代发工资", "工资", "取现", "结息", None]),
        }
        for _ in range(9_000)
    ]
    customers[7] |= {"status": "active", "opened_on": date(2018, 1, 1)}  # and asleep since
    balances, transactions = (
        [row for row in rows if row["customer_id"] != "0007"] for rows in (balances, transactions)
    )
    tables = {
        "customers": customers, "balances": balances, "maturities": maturities, "transactions": transactions,
    }  # fmt: skip
    for name, rows in tables.items():
        pq.write_table(pa.Table.from_pylist(rows, schema=TABLES[name].schema), folder / f"{name}.parquet")
    return folder


def _some(draw: random.Random, special: list[str | None], most: int) -> Decimal | None:
    if draw.random() < 0.5:
        found = draw.choice(special)
        return None if found is None else Decimal(found).quantize(Decimal("0.01"))
    return Decimal(draw.randrange(-1000, most * 100)).copy_abs() / 100


def opened(engine: str, files: Path) -> tuple[Any, dict[str, Any]]:
    """The engine and the tables as it reads them."""
    backend = open_engine(engine, readable=[files])
    names = ("customers", "balances", "maturities", "transactions")
    return backend, {name: backend.read_parquet(str(files / f"{name}.parquet")) for name in names}


def segmented(engine: str, files: Path, *, wages: bool = False, **asked: Any) -> pa.Table:
    _, tables = opened(engine, files)
    booked = tables["transactions"] if wages else None
    return Segmentation(
        tables["customers"],
        tables["balances"],
        transactions=booked,
        as_of=DAY,
        columns=(*COLUMNS, *ON_REQUEST),
        **asked,
    ).table()


@pytest.mark.parametrize("hold", [False, True], ids=["measured", "held"])
@pytest.mark.parametrize("measure", MEASURES)
def test_segmentation(master: str, files: Path, measure: str, hold: bool) -> None:
    policy = replace(POLICY, grid=replace(POLICY.grid, asset_measure=measure))
    moves = pa.table(
        {
            "before": ["1", "1", "5", "9", "unscored"], "after": ["1", "4", "absent", "8", "6"],
            "customers": [900, 40, 30, 20, 70], "value_after": [55.5, 130.25, None, 4000.0, 700.0],
        }
    )  # fmt: skip
    asked = {"policy": policy, "hold_levels": hold, "lifetime": lifetime(policy, moves)}
    here, there = (segmented(engine, files, **asked) for engine in ("duckdb", master))
    assert here.num_rows == 400
    assert there.cast(here.schema).to_pylist() == here.to_pylist()


def test_incomes_from_wages(master: str, files: Path) -> None:
    here, there = (segmented(engine, files, policy=POLICY, wages=True) for engine in ("duckdb", master))
    assert there.cast(here.schema).to_pylist() == here.to_pylist()
    assert here["income_source"].to_pylist().count("payroll") > 20


def test_watch_lists(master: str, files: Path) -> None:
    found = {}
    for engine in ("duckdb", master):
        backend, tables = opened(engine, files)
        found[engine] = backend.to_pyarrow(together(watch_lists(tables, policy=POLICY, as_of=DAY), policy=POLICY))
    here, there = found["duckdb"], found[master]
    assert in_order(there.cast(here.schema)) == in_order(here)
    assert set(here["list"].to_pylist()) == set(CODES)


def in_order(table: pa.Table) -> list[dict[str, Any]]:
    return sorted(table.to_pylist(), key=lambda row: (row["list"], row["customer_id"], row["threshold"] or 0))


def test_migration(master: str, files: Path, tmp_path: Path) -> None:
    found = {}
    for name, day in (("before", date(2026, 5, 31)), ("after", DAY)):
        backend = open_engine("duckdb", readable=[files])
        tables = [backend.read_parquet(str(files / f"{table}.parquet")) for table in ("customers", "balances")]
        one = Segmentation(*tables, policy=POLICY, as_of=day).table()
        pq.write_table(one.slice(0, 390) if name == "before" else one.slice(7), tmp_path / f"{name}.parquet")
    for engine in ("duckdb", master):
        backend = open_engine(engine, readable=[tmp_path])
        runs = (backend.read_parquet(str(tmp_path / f"{name}.parquet")) for name in ("before", "after"))
        found[engine] = migration(*runs, values=True)
    assert found[master].to_pylist() == found["duckdb"].to_pylist()
    assert {"absent", "unscored"} < set(found[master]["before"].to_pylist())


def test_the_command_on_a_warehouse_with_layers(
    master: str, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A base, and above it a load that changes some balances: both engines fold the layers."""
    monkeypatch.setattr(cli, "_add_desk", lambda app: None)
    monkeypatch.chdir(tmp_path)
    ingest([files / "customers.parquet", files / "balances.parquet"], warehouse="wh", as_of=DAY)
    later = pq.read_table(files / "balances.parquet").slice(100, 300)
    amounts = pa.array([Decimal("77777.77")] * later.num_rows, later.schema.field("average_daily").type)
    pq.write_table(later.set_column(3, "average_daily", amounts), "balances.parquet")
    ingest(["balances.parquet"], warehouse="wh", as_of=DAY)
    for name, engine in (("here", "duckdb"), ("there", master)):
        assert cli.run(["segment", "--warehouse", "wh", "--engine", engine, "--out", f"{name}.parquet"]) == 0
    here, there = (read_table(f"{name}.parquet").sort_by("customer_id") for name in ("here", "there"))
    assert there.cast(here.schema).to_pylist() == here.to_pylist()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "balances.parquet",
        "here.parquet",
        "there.parquet",
        "wh",
    ]


def test_the_command_on_files(master: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_add_desk", lambda app: None)
    monkeypatch.chdir(tmp_path)
    Path("c.csv").write_text("客户号,年收入（万元）\n0012,8\n0013,\n", encoding="utf-8")
    Path("b.csv").write_text("客户号,类别,月份,月日均余额\n0012,活期,2026-06,60000\n", encoding="utf-8")
    asked = ["segment", "--customers", "c.csv", "--balances", "b.csv", "--engine", master]
    assert cli.run([*asked, "--out", "levels.csv"]) == 0
    assert read_table("levels.csv")["level"].to_pylist() == ["5", None]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.csv", "c.csv", "levels.csv"]


def test_nobody_answers() -> None:
    with pytest.raises(InputError, match=r"no Spark master answers at spark://127\.0\.0\.1:9; start the cluster"):
        open_engine("spark://127.0.0.1:9")
    with pytest.raises(MisuseError, match="engine 'mesos://x' was asked for; it is duckdb, or spark://HOST:PORT"):
        open_engine("mesos://x")

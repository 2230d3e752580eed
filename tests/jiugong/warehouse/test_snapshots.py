"""A snapshot is read as one whole: by date, by table, by columns, by ranges of customers."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from jiugong import cli
from jiugong.errors import InputError, MisuseError
from jiugong.warehouse import TABLES, Snapshot, Terms, conform, engine, load_tables, open_snapshot, write_table
from jiugong.warehouse.snapshots import snapshot_dates
from jiugong.warehouse.store import layout

DAY = date(2026, 6, 30)


def customers(*ids: str) -> pa.Table:
    return conform(pa.table({"customer_id": list(ids)}), "customers")[0]


def balances(*rows: tuple[str, str, str]) -> pa.Table:
    ids, months, amounts = zip(*rows, strict=True)
    cells = {"customer_id": ids, "category": ["demand"] * len(rows), "month": months, "average_daily": amounts}
    return conform(pa.table({name: list(values) for name, values in cells.items()}), "balances")[0]


def both_ways(snapshot: Snapshot, name: str) -> pa.Table:
    """The table, read and by the engine: the same rows, of the types of the contract."""
    backend = engine.connect(readable=[snapshot.data])
    table, relation = snapshot.read(name), backend.to_pyarrow(snapshot.relation(backend, name))
    assert table.schema.equals(TABLES[name].schema)
    order = [(column, "ascending") for column in table.column_names]
    assert relation.cast(table.schema).sort_by(order).equals(table.sort_by(order))
    return table


def test_the_newest_or_the_one_of_a_date(tmp_path: Path) -> None:
    for day in (date(2026, 5, 31), DAY, date(2025, 12, 31)):
        load_tables(tmp_path, day, {"customers": customers(str(day.month))})
    assert open_snapshot(tmp_path).as_of == DAY
    old = open_snapshot(tmp_path, date(2025, 12, 31))
    assert old.tables == ("customers",)
    assert old.read("customers").column("customer_id").to_pylist() == ["12"]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no snapshot; load one with `jiugong ingest`"):
        open_snapshot(tmp_path / "absent")
    load_tables(tmp_path, DAY, {"customers": customers("1")})
    with pytest.raises(InputError, match="holds no snapshot of 2026-01-31; the newest are 2026-06-30"):
        open_snapshot(tmp_path, date(2026, 1, 31))
    snapshot = open_snapshot(tmp_path)
    for ask in (snapshot.read, lambda name: snapshot.relation(engine.connect(), name)):
        with pytest.raises(InputError, match="of 2026-06-30 has no table 'loans', only customers; load it with"):
            ask("loans")


def test_only_canonical_tables_with_each_key_once(tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match="'customers' is not a canonical table; pass what `conform` returned"):
        load_tables(tmp_path, DAY, {"customers": pa.table({"customer_id": ["1"]})})
    with pytest.raises(MisuseError, match="2 rows of 'customers' have a key that comes more than once"):
        load_tables(tmp_path, DAY, {"customers": customers("1", "2", "1", "2")})
    assert list(tmp_path.iterdir()) == []


def test_months_and_customers_in_order(tmp_path: Path) -> None:
    rows = [("2", "2026-06", "1"), ("1", "2026-05", "2"), ("3", "2026-05", "3"), ("1", "2026-06", "4")]
    snapshot = load_tables(tmp_path, DAY, {"balances": balances(*rows)}).snapshot
    read = both_ways(snapshot, "balances")
    assert list(zip(read["customer_id"].to_pylist(), map(str, read["month"].to_pylist()), strict=True)) == [
        ("1", "2026-05-01"), ("3", "2026-05-01"), ("1", "2026-06-01"), ("2", "2026-06-01"),
    ]  # fmt: skip
    assert sorted(path.name[:16] for path in snapshot.data.glob("*.parquet")) == [
        "balances-2026-05",
        "balances-2026-06",
    ]


@pytest.mark.parametrize("layers", [1, 2])
def test_some_columns_and_rows(layers: int, tmp_path: Path) -> None:
    """With a layer above the base and without."""
    loads = [[(str(number), "2026-05", str(number)) for number in range(9)], [("4", "2026-05", "40")]]
    for load in loads[:layers]:
        load_tables(tmp_path, DAY, {"balances": balances(*load)})
    found = open_snapshot(tmp_path).read("balances", ["average_daily", "customer_id"], ds.field("customer_id") == "4")
    assert [tuple(row.values()) for row in found.to_pylist()] == [(40 if layers == 2 else 4, "4")]


def test_the_engine_reads_nothing_but_the_data(tmp_path: Path) -> None:
    snapshot = load_tables(tmp_path / "a", DAY, {"customers": customers("1")}).snapshot
    other = load_tables(tmp_path / "b", DAY, {"customers": customers("1")}).snapshot
    with pytest.raises(Exception, match="disabled by configuration"):
        other.relation(engine.connect(readable=[snapshot.data]), "customers")


def test_where_nothing_lies_above_the_base_it_is_one_scan(tmp_path: Path) -> None:
    rows = [(str(number), month, "1") for number in range(9) for month in ("2026-04", "2026-05", "2026-06")]
    snapshot = load_tables(tmp_path, DAY, {"balances": balances(*rows)}).snapshot

    def plan() -> str:
        backend = engine.connect(readable=[snapshot.data])
        asked = snapshot.relation(backend, "balances").filter(lambda t: t.month == date(2026, 5, 1)).customer_id.max()
        return "".join(row[1] for row in backend.con.execute(f"EXPLAIN {backend.compile(asked)}").fetchall())

    assert (plan().count("Function:"), plan().count("JOIN")) == (1, 0)
    snapshot = load_tables(tmp_path, DAY, {"balances": balances(("1", "2026-06", "2"))}).snapshot
    assert plan().count("ANTI") == 1


def test_ranges_hold_every_customer_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("files", "write"):
        monkeypatch.setattr(f"jiugong.warehouse.store.{module}.ROW_GROUP", 10)
    ids = [f"K{number:04d}" for number in range(0, 1000, 2)]
    snapshot = load_tables(tmp_path, DAY, {"customers": customers(*ids)}).snapshot
    for number in (1, 2, 3, 7, 50, 80):
        ranges = snapshot.customer_ranges(number)
        assert len(ranges) == min(number, 50)
        assert (ranges[0][0], ranges[-1][1]) == (None, None)
        assert [upper for _, upper in ranges[:-1]] == [lower for lower, _ in ranges[1:]]
        sizes = [sum((low or "") <= each < (high or "~") for each in ids) for low, high in ranges]
        assert sum(sizes) == len(ids)
        assert max(sizes) - min(sizes) <= 10
    with pytest.raises(MisuseError, match="0 ranges of customers were asked for; ask for 1 or more"):
        snapshot.customer_ranges(0)


def test_ranges_of_an_empty_table(tmp_path: Path) -> None:
    snapshot = load_tables(tmp_path, DAY, {"customers": customers()}).snapshot
    assert snapshot.customer_ranges(5) == ((None, None),)
    assert both_ways(snapshot, "customers").num_rows == 0


def test_row_groups_say_what_is_in_them(tmp_path: Path) -> None:
    """What an engine prunes by: the least and the greatest customer of each row group, in the order of the file."""
    count = layout.ROW_GROUP * 2 + 5
    snapshot = load_tables(
        tmp_path, DAY, {"customers": customers(*(f"{number:07d}" for number in range(count)))}
    ).snapshot
    (file,) = snapshot.data.glob("*.parquet")
    meta = pa.parquet.read_metadata(file)
    groups = [meta.row_group(place).column(0).statistics for place in range(meta.num_row_groups)]
    assert [meta.row_group(place).num_rows for place in range(3)] == [layout.ROW_GROUP, layout.ROW_GROUP, 5]
    assert [group.min for group in groups] == ["0000000", f"{layout.ROW_GROUP:07d}", f"{layout.ROW_GROUP * 2:07d}"]
    assert snapshot.customer_ranges(2) == ((None, f"{layout.ROW_GROUP:07d}"), (f"{layout.ROW_GROUP:07d}", None))


def test_another_version_is_refused_with_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Format 1 kept one Parquet file for each table in the folder of the date; these are extracts."""
    folder = tmp_path / "old" / "2026-06-30"
    folder.mkdir(parents=True)
    write_table(customers("2", "1"), folder / "customers-0123456789abcdef.parquet")
    content = {
        "format": 1,
        "as_of": "2026-06-30",
        "digest": "x",
        "tables": {"customers": "customers-0123456789abcdef.parquet"},
    }
    (folder / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    for refused in (
        lambda: open_snapshot(tmp_path / "old"),
        lambda: load_tables(tmp_path / "old", DAY, {"customers": customers("3")}),
        lambda: load_tables(
            tmp_path / "old", date(2026, 7, 1), {"customers": customers("3")}, Terms(onto_previous=True)
        ),
    ):
        with pytest.raises(InputError) as caught:
            refused()
        assert "(format 1), and this one keeps snapshots otherwise; its Parquet files are extracts" in str(caught.value)
    command = str(caught.value).split("`")[1].replace("NEW", str(tmp_path / "new")).split()
    assert cli.run(command[1:]) == 0
    assert open_snapshot(tmp_path / "new", DAY).read("customers")["customer_id"].to_pylist() == ["1", "2"]
    load_tables(
        tmp_path / "old", date(2026, 7, 1), {"customers": customers("3")}
    )  # a new date beside it is free to begin
    assert (folder / "customers-0123456789abcdef.parquet").exists()
    (folder / "manifest.json").write_text('{"format": 3}', encoding="utf-8")
    with pytest.raises(InputError, match="has format 3, and this version reads 2; use the version that wrote it"):
        open_snapshot(tmp_path / "old", DAY)
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="is damaged; bring it back from a backup"):
        open_snapshot(tmp_path / "old", DAY)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1979, 12, 31), date(2101, 1, 1)])
def test_a_date_that_nobody_means_begins_nothing(tmp_path: Path, day: date) -> None:
    with pytest.raises(InputError, match=f"a snapshot of {day} was asked for; its date lies from 1980-01-01 to"):
        load_tables(tmp_path / "wh", day, {"customers": TABLES["customers"].schema.empty_table()})
    assert snapshot_dates(tmp_path / "wh") == []


def test_a_new_warehouse_is_nobody_elses_to_read(tmp_path: Path) -> None:
    load_tables(tmp_path / "wh", date(2026, 1, 1), {"customers": TABLES["customers"].schema.empty_table()})
    assert (tmp_path / "wh").stat().st_mode & 0o007 == 0

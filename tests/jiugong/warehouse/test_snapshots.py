"""A snapshot is written whole or not at all, also when the writer is killed."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from jiugong.errors import InputError, MisuseError
from jiugong.warehouse import Snapshot, conform, open_snapshot
from jiugong.warehouse.snapshots import locked, write_snapshot

DAY = date(2026, 6, 30)


def customers(*ids: str) -> pa.Table:
    return conform(pa.table({"customer_id": list(ids)}), "customers")[0]


def branches(*ids: str) -> pa.Table:
    return conform(pa.table({"branch_id": list(ids), "name": list(ids)}), "branches")[0]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_newest_or_the_one_of_a_date(tmp_path: Path) -> None:
    for day in (date(2026, 5, 31), DAY, date(2025, 12, 31)):
        write_snapshot(tmp_path, day, {"customers": customers(str(day.month))})
    assert open_snapshot(tmp_path).as_of == DAY
    old = open_snapshot(tmp_path, date(2025, 12, 31))
    assert old.tables == ("customers",)
    assert old.read("customers").column("customer_id").to_pylist() == ["12"]
    assert old.path("customers").suffix == ".parquet"


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no snapshot; load one with `jiugong ingest`"):
        open_snapshot(tmp_path / "absent")
    write_snapshot(tmp_path, DAY, {"customers": customers("1")})
    with pytest.raises(InputError, match="holds no snapshot of 2026-01-31; the newest are 2026-06-30"):
        open_snapshot(tmp_path, date(2026, 1, 31))
    with pytest.raises(
        InputError, match="the snapshot of 2026-06-30 has no table 'loans', only customers; load it with"
    ):
        open_snapshot(tmp_path).read("loans")


def test_only_canonical_tables(tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match="'customers' is not a canonical table; pass what `conform` returned"):
        write_snapshot(tmp_path, DAY, {"customers": pa.table({"customer_id": ["1"]})})
    assert contents(tmp_path) == {}


def test_the_same_again_writes_nothing_and_other_tables_stay(tmp_path: Path) -> None:
    first = write_snapshot(tmp_path, DAY, {"customers": customers("1"), "branches": branches("B")})
    before = contents(tmp_path)
    assert write_snapshot(tmp_path, DAY, {"customers": customers("1")}) == first
    assert contents(tmp_path) == before
    second = write_snapshot(tmp_path, DAY, {"customers": customers("2")})
    assert second.digest != first.digest
    assert second.path("branches") == first.path("branches")
    assert second.path("customers") != first.path("customers")
    assert first.read("customers").num_rows == 1  # a reader that opened the last one still has it


def test_what_nobody_names_any_more_goes(tmp_path: Path) -> None:
    kept = [write_snapshot(tmp_path, DAY, {"customers": customers(str(number))}) for number in range(4)][-2:]
    (tmp_path / DAY.isoformat() / ".draft-customers").write_bytes(b"left by a killed load")
    kept = [kept[1], write_snapshot(tmp_path, DAY, {"customers": customers("9")})]
    assert {path.name for path in (tmp_path / DAY.isoformat()).iterdir()} == {
        "manifest.json", *(snapshot.path("customers").name for snapshot in kept),
    }  # fmt: skip


def test_one_load_at_a_time(tmp_path: Path) -> None:
    with locked(tmp_path):
        second = locked(tmp_path)
        with pytest.raises(
            InputError, match="another load is running in this warehouse; start again when it has ended"
        ):
            second.__enter__()
    with locked(tmp_path):
        pass


WRITER = """
import itertools, sys
from datetime import date
from pathlib import Path
from jiugong.warehouse.snapshots import locked, write_snapshot
from tests.jiugong.warehouse.test_snapshots import DAY, branches, customers
for number in itertools.count():
    ids = [str(number)] * 2000
    with locked(sys.argv[1]):
        write_snapshot(sys.argv[1], DAY, {"customers": customers(*ids), "branches": branches(*ids)})
    print(number, flush=True)
"""


def test_a_killed_load_leaves_a_whole_snapshot(tmp_path: Path) -> None:
    """Kill -9 at random moments: customers and branches are always of one load, and the next load works."""
    random.seed(5)
    seen: set[str] = set()
    for _ in range(6):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        assert writer.stdout.readline() == "0\n"
        time.sleep(random.uniform(0, 0.15))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        seen |= whole(open_snapshot(tmp_path, DAY))
    assert len(seen) > 1  # the kills came at different moments
    write_snapshot(tmp_path, DAY, {"customers": customers("x"), "branches": branches("x")})
    assert whole(open_snapshot(tmp_path)) == {"x"}


def whole(snapshot: Snapshot) -> set[str]:
    customer_ids = set(snapshot.read("customers").column("customer_id").to_pylist())
    branch_ids = set(snapshot.read("branches").column("branch_id").to_pylist())
    assert customer_ids == branch_ids
    assert len(customer_ids) == 1
    return customer_ids

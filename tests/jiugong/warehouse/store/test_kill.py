"""`jiugong ingest` is killed (-9) and started again: nothing is lost and nothing doubled, whenever that was.

A real process each time, forked from one that has done the imports. Half of the kills come after a random time, half at a
random one of the steps that change the disk (fsync, rename, unlink), which are few and where it would matter.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from jiugong.warehouse import TABLES, batches, engine, open_snapshot
from tests.support.commands import clean_environment, processes

from .model import counted, laid, table

KILLS, SEED = 20, 20261128
STEPS = 30  # more than a load has


def command(words: list[str], environment: dict[str, str], step: int, out: str) -> None:
    """`jiugong WORDS`, killed at the step that changes the disk for the `step`-th time (0: never)."""
    os.environ.clear()
    os.environ.update(environment)
    handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
    from jiugong.cli import run

    left = [step]

    def counting(real: Any) -> Any:
        def call(*arguments: Any, **more: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **more)

        return call

    if step:
        for name in ("fsync", "replace", "unlink"):
            setattr(os, name, counting(getattr(os, name)))
    code = run(words)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def start(words: list[str], out: Path, *, step: int = 0) -> Any:
    process = processes.Process(target=command, args=(words, clean_environment(), step, str(out)))
    process.start()
    return process


def extract(choose: random.Random, number: int) -> dict[str, pa.Table]:
    """Customers and transactions, part of them known already; amounts that can be added up."""
    ids = sorted(choose.sample(range(800), 300))
    people = [
        {"customer_id": f"K{each:05d}", "annual_income": number * 1000 + each, "status": "active"} for each in ids
    ]
    moves = [
        {"customer_id": f"K{each % 50:05d}", "booked_at": f"2026-0{1 + each % 3}-15", "amount": each % 7 + 1} for each in ids
    ]  # fmt: skip
    made = {}
    for name, rows in (("customers", people), ("transactions", moves)):
        contract = TABLES[name]
        cells = {key: pa.array([str(row[key]) for row in rows]) for key in rows[0]}
        made[name] = pa.table({key: cells[key].cast(contract.schema.field(key).type) for key in cells})
    return made


def write(tables: dict[str, pa.Table], folder: Path, ending: str) -> None:
    folder.mkdir()
    for name, rows in tables.items():
        if ending == "csv":
            pacsv.write_csv(rows, folder / f"{name}.csv")
        else:
            pq.write_table(rows, folder / f"{name}.parquet")


def state(warehouse: Path, as_of: date) -> dict[str, Counter]:
    snapshot = open_snapshot(warehouse, as_of)
    backend = engine.connect(readable=[snapshot.data])
    found = {name: counted(snapshot.read(name)) for name in snapshot.tables}
    for name, rows in found.items():
        assert counted(backend.to_pyarrow(snapshot.relation(backend, name)).cast(TABLES[name].schema)) == rows
    return found


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_killed_twenty_times_and_resumed(ending: str, tmp_path: Path) -> None:
    """Each kill is followed by the same command; every fifth load begins a new date as a daily update."""
    choose = random.Random(SEED)
    warehouse, died, whole = tmp_path / "warehouse", Counter(), 1.0
    days: dict[date, dict[str, Counter]] = {}
    for number in range(KILLS):
        as_of = date(2026, 7, 1 + number // 5)
        before = days.get(as_of) or next(reversed(days.values()), {})
        tables, folder, out = extract(choose, number), tmp_path / f"extract{number}", tmp_path / "out"
        write(tables, folder, ending)
        canonical = {name: table(name, rows.to_pylist()) for name, rows in tables.items()}
        after = {name: laid(name, before.get(name, Counter()), rows, "replace")[0] for name, rows in canonical.items()}
        words = ["ingest", str(folder), "--as-of", str(as_of), "--warehouse", str(warehouse)]
        words += ["--batch", f"b{number}"] * (
            number % 3 > 0
        )  # with a name the second run stops early, without it adds nothing
        words += ["--onto-previous"] * (as_of.day > 1)
        step = choose.randrange(1, STEPS) if number % 2 else 0
        process = start(words, out, step=step)
        if not step:
            time.sleep(choose.uniform(0, whole))
            process.kill()
        process.join()
        died[process.exitcode] += 1
        if (warehouse / str(as_of) / "manifest.json").exists():
            assert state(warehouse, as_of) in (before, after)
        else:
            assert as_of not in days
        begun = time.perf_counter()
        resumed = start(words, out)
        resumed.join()
        whole = time.perf_counter() - begun if number == 0 else whole
        assert resumed.exitcode == 0, out.read_text("utf-8")
        assert state(warehouse, as_of) == after
        days[as_of] = after
        names = [batch.id for batch in batches(warehouse, as_of)]
        assert len(set(names)) == len(names)
        assert (names[-1] == f"b{number}") == (number % 3 > 0)
    assert died[-signal.SIGKILL] >= KILLS // 2
    assert {as_of: state(warehouse, as_of) for as_of in days} == days

"""The benchmarks run, compare equal answers, and keep nothing of the machine but its facts."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def benchmarks(out: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments, "--scale", "0.002", "--repeats", "1", "--out", out],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    out = tmp_path_factory.mktemp("results")
    done = benchmarks(out, "ingest", "update")
    assert done.returncode == 0, done.stderr
    return {path.stem.split("-")[-1]: json.loads(path.read_text(encoding="utf-8")) for path in out.iterdir()}


@pytest.mark.spark
def test_segment_is_timed_beside_sql_pandas_and_spark_that_give_the_same_levels(tmp_path: Path) -> None:
    done = benchmarks(tmp_path, "segment")
    assert done.returncode == 0, done.stderr
    (path,) = tmp_path.iterdir()
    timings = json.loads(path.read_text(encoding="utf-8"))["timings"]
    assert [row["way"] for row in timings if "way" in row] == [
        "jiugong", "pandas", "Spark local[2]",
        "level alone by hand", "jiugong: level, quadrant, lifetime value", "jiugong: all columns",
        "reading the two columns", "jiugong migration",
    ]  # fmt: skip
    ratios = {name for row in timings if "way" not in row for name in row}
    assert ratios == {"case", "pandas_to_jiugong", "spark_to_jiugong", "few_to_sql", "all_to_sql", "moves_to_reading"}


def test_ingest_is_timed_with_its_quarantine(kept: dict[str, dict]) -> None:
    assert [row["way"] for row in kept["ingest"]["timings"] if "way" in row] == ["ingest", "the same again"]


def test_an_update_is_timed_beside_the_first_load(kept: dict[str, dict]) -> None:
    ratios = [row for row in kept["update"]["timings"] if "update_to_first_load" in row]
    assert [row["case"] for row in ratios] == [
        f"{name} of {rows} customers" for rows in ("2,000", "10,000") for name in ("customers", "balances")
    ]
    assert all(
        row["update_to_first_load"] > 0 and row["changed"] == 100 * (1 + ("bal" in row["case"])) for row in ratios
    )


@pytest.mark.long
def test_every_page_of_the_board_is_timed_on_both_databases(tmp_path: Path) -> None:
    done = benchmarks(tmp_path, "board")
    assert done.returncode == 0, done.stderr
    (kept,) = tmp_path.iterdir()
    cases = {row["case"] for row in json.loads(kept.read_text(encoding="utf-8"))["timings"] if "way" in row}
    who = ("management", "outlet head")
    assert cases == {f"{database}, {one}" for database in ("sqlite", "postgresql") for one in who}


def test_results_hold_the_machines_facts_and_no_names_or_paths(kept: dict[str, dict]) -> None:
    for content in kept.values():
        assert content["machine"]["cores"] >= 1
        assert content["machine"]["duckdb"]
        assert content["scale"] == 0.002
    published = [path.read_text(encoding="utf-8") for path in (ROOT / "benchmarks" / "results").glob("*.json")]
    for text in [*published, *map(json.dumps, kept.values())]:
        assert platform.node() not in text
        assert "/tmp" not in text
        assert "/home" not in text


def test_an_unknown_benchmark_is_refused(tmp_path: Path) -> None:
    done = benchmarks(tmp_path, "segments")
    assert done.returncode == 2
    assert "invalid choice: 'segments'" in done.stderr

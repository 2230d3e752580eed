"""segment, migration, evaluate, design: the command line gives what the library gives, and says what it cannot."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from jiugong import cli
from jiugong.evaluate import Assumptions, effect_of_treatment, effect_on_balance
from jiugong.evaluate import design as plan
from jiugong.policy import load_policy
from jiugong.segment import segment
from jiugong.warehouse import ingest, open_snapshot, read_table, write_table

Run = Callable[..., tuple[int, str, str]]
CUSTOMERS = "customer_id,annual_income,status\n1,50000,active\n2,80000,active\n3,,active\n4,400000,closed\n"
BALANCES = (
    "customer_id,category,month,average_daily\n1,demand,2026-05,600000\n1,demand,2026-06,10\n2,time,2026-06,60000\n"
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "_add_desk", lambda app: None)
    Path("customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    Path("balances.csv").write_text(BALANCES, encoding="utf-8")

    def command(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


def test_segment_of_files_and_of_the_warehouse_give_the_same(run: Run) -> None:
    ingest(["customers.csv", "balances.csv"], warehouse="wh", as_of=date(2026, 6, 30))
    snapshot = open_snapshot("wh")
    expected = segment(
        snapshot.read("customers"), snapshot.read("balances"), policy=load_policy(), as_of=date(2026, 6, 30)
    )
    files = ("--customers", "customers.csv", "--balances", "balances.csv")
    assert run("segment", *files, "--out", "files.parquet")[0] == 0
    assert run("segment", "--warehouse", "wh", "--out", "warehouse.parquet")[0] == 0
    assert read_table("files.parquet").equals(expected)
    assert read_table("warehouse.parquet").equals(expected)
    assert expected["level"].to_pylist() == [1, 5, None, None]


def test_segment_measures_the_day_that_was_asked_for(run: Run) -> None:
    files = ("--customers", "customers.csv", "--balances", "balances.csv")
    code, out, _ = run("segment", *files, "--as-of", "2026-06-29", "--out", "may.csv")
    assert code == 0
    assert out.startswith("4 customers, as of 2026-06-29, policy default@2026-01, engine duckdb\n")
    assert read_table("may.csv")["level"].to_pylist() == ["3", "4", None, None]


def test_segment_sees_the_banks_own_policy(run: Run) -> None:
    from jiugong.policy import DEFAULT_POLICY

    text = DEFAULT_POLICY.read_text(encoding="utf-8").replace("income_bands = [70000,", "income_bands = [90000,")
    Path("own.toml").write_text(text.replace('name = "default"', 'name = "own"', 1), encoding="utf-8")
    files = ("--customers", "customers.csv", "--balances", "balances.csv", "--policy", "own.toml")
    assert run("segment", *files, "--out", "own.csv")[0] == 0
    found = read_table("own.csv")
    assert found["level"].to_pylist() == ["1", "2", None, None]
    assert set(found["policy_version"].to_pylist()) == {"own@2026-01"}


WRONG_USAGE = {
    "engine": (
        ("--customers", "customers.csv", "--engine", "sparks://host:7077"),
        ("'sparks://host:7077' was asked for", "give duckdb, or spark://HOST:PORT"),
    ),
    "neither": ((), ("give either --customers", "or --warehouse")),
    "both": (("--customers", "customers.csv", "--warehouse", "wh"), ("give either --customers", "or --warehouse")),
    "balances twice": (("--warehouse", "wh", "--balances", "balances.csv"), ("the warehouse holds the balances",)),
}


@pytest.mark.parametrize("case", WRONG_USAGE)
def test_wrong_usage_of_segment(case: str, run: Run) -> None:
    options, sentences = WRONG_USAGE[case]
    code, _, err = run("segment", *options, "--out", "out.csv")
    assert code == 2
    told = " ".join(err.replace("│", " ").split())
    assert all(sentence in told for sentence in sentences), told
    assert not Path("out.csv").exists()


def test_an_ending_that_cannot_be_written(run: Run) -> None:
    code, out, err = run(
        "segment", "--customers", "customers.csv", "--balances", "balances.csv", "--out", "levels.xlsx"
    )
    assert (code, out) == (1, "")
    assert err == (
        "jiugong: a table cannot be written as 'levels.xlsx'; name a file that ends in .parquet or .csv\n"
    )  # fmt: skip
    assert not list(Path().glob("*levels*"))


def test_migration(run: Run) -> None:
    for name, levels in (("before", [1, 1, None]), ("after", [1, 4, 4])):
        write_table(pa.table({"customer_id": ["a", "b", "c"], "level": pa.array(levels, pa.int16())}), f"{name}.csv")
    code, _, err = run("migration", "--before", "before.csv", "--after", "after.csv", "--out", "moves.csv")
    assert (code, err) == (0, "")
    assert Path("moves.csv").read_text(encoding="utf-8").splitlines() == [
        '"before","after","customers","share"', '"1","1",1,0.5', '"1","4",1,0.5', '"unscored","4",1,1',
    ]  # fmt: skip
    code, _, err = run("migration", "--before", "customers.csv", "--after", "after.csv", "--out", "none.csv")
    assert code == 1
    assert err.startswith("jiugong: column 'level': is needed in 'before' but is not there;")
    assert not Path("none.csv").exists()


@pytest.fixture
def history(run: Run) -> dict[str, np.ndarray]:
    """A campaign of 400 customers in 200 households, written to list.csv."""
    rng = np.random.default_rng(5)
    n = 400
    columns = {
        "before": rng.lognormal(8, 1.5, n).round(2),
        "called": np.repeat(rng.permutation(np.arange(n // 2) % 4 != 0), 2).astype(int),
        "level": rng.integers(1, 4, n),
        "household": np.repeat(np.arange(n // 2), 2),
    }
    columns["after"] = (columns["before"] * rng.lognormal(0, 0.3, n) + 500 * columns["called"]).round(2)
    ids = np.arange(n).astype(str)
    write_table(pa.table({"customer_id": ids} | columns), "list.csv")
    return columns | {"ids": ids}


def compare(report: dict, expected: dict) -> None:
    assert report.keys() == expected.keys()
    for name, value in expected.items():
        if isinstance(value, float):
            assert report[name] == pytest.approx(value, rel=1e-9)
        elif name not in ("checks", "raw", "cuts"):
            assert report[name] == value


def test_evaluate_is_the_library(run: Run, history: dict[str, np.ndarray]) -> None:
    options = (
        "list.csv", "--treatment", "called", "--outcome", "after", "--before", "before", "--strata", "level",
        "--cluster", "household", "--probability", "0.75", "--report", "report.json",
    )  # fmt: skip
    code, out, err = run("evaluate", *options)
    assert (code, err) == (0, "")
    expected = effect_of_treatment(
        history["after"], history["called"], before=history["before"], strata=history["level"].astype(str),
        clusters=history["household"].astype(str), probability=0.75, ids=history["ids"],
    )  # fmt: skip
    report = json.loads(Path("report.json").read_text(encoding="utf-8"))
    compare(report, json.loads(json.dumps(expected.report())))
    assert "CR2 (200 clusters)" in out
    assert out.splitlines()[-2:] == [expected.sentence_en, expected.sentence]


def test_evaluate_of_balances_is_clipped_with_the_raw_beside_it(run: Run, history: dict[str, np.ndarray]) -> None:
    options = ("list.csv", "--treatment", "called", "--outcome", "after", "--before", "before", "--clip")
    code, out, _ = run("evaluate", *options, "--report", "report.json")
    assert code == 0
    expected = effect_on_balance(history["after"], history["before"], history["called"], ids=history["ids"])
    report = json.loads(Path("report.json").read_text(encoding="utf-8"))
    compare(report, json.loads(json.dumps(expected.report())))
    compare(report["raw"], json.loads(json.dumps(expected.raw.report())))
    assert "without clipping" in out


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--treatment", "caled", "--outcome", "after"), 1,
         "jiugong: list.csv, column 'caled': is not in the file; did you mean 'called'?\n"),
        (("--treatment", "level", "--outcome", "after"), 1, "is neither yes nor no; write 1 for treated and 0 for held"),
        (("--treatment", "called", "--outcome", "after", "--clip"), 2, "a change needs the balance before"),
    ],
)  # fmt: skip
def test_evaluate_says_what_it_cannot(
    run: Run, history: dict, options: tuple[str, ...], code: int, message: str
) -> None:
    found, out, err = run("evaluate", "list.csv", *options, "--report", "report.json")
    assert (found, out) == (code, "")
    assert message in err
    assert not Path("report.json").exists()


def test_design_is_the_library(run: Run) -> None:
    code, out, _ = run("design", "--customers", "1000", "--before-sd", "40000", "--base-rate", "0.05",
                       "--holdout-share", "0.1", "--report", "design.json")  # fmt: skip
    assert code == 0
    rules = load_policy().holdout
    assumptions = Assumptions(confidence=rules.confidence, power=rules.power, sd=40000.0, base_rate=0.05)
    expected = plan(1000, minimum_share=rules.minimum_share, assumptions=assumptions, share=0.1).report()
    assert json.loads(Path("design.json").read_text(encoding="utf-8")) == json.loads(json.dumps(expected))
    assert "rise of rate" in out


def test_watch_lists_of_a_warehouse(run: Run) -> None:
    Path("customers.csv").write_text("customer_id,opened_on\n1,2026-05-01\n2,2020-01-01\n", encoding="utf-8")
    Path("balances.csv").write_text(
        "customer_id,category,month,average_daily,month_end\n1,demand,2026-06,45000,1\n2,time,2026-05,60000,1\n",
        encoding="utf-8",
    )
    ingest(["customers.csv", "balances.csv"], warehouse="wh", as_of=date(2026, 6, 30))
    code, out, _ = run("watch", "--warehouse", "wh", "--out", "watch.csv")
    assert code == 0
    assert out.splitlines()[0] == "month-end 2026-06-30, policy default@2026-01, engine duckdb"
    assert "near_threshold               1" in out
    assert "maturing             not known: no maturities" in out
    rows = [(row["list"], row["customer_id"], row["threshold"]) for row in read_table("watch.csv").to_pylist()]
    assert rows == [
        ("attrition_heavy", "2", "50000.00"),
        ("near_threshold", "1", "50000.00"),
        ("new_customer", "1", None),
    ]


def test_moves_change_the_lifetime_value(run: Run) -> None:
    """Segment twice, migrate with values, segment with the moves: here those back in time, so that L5 has some."""
    files = ("--customers", "customers.csv", "--balances", "balances.csv")
    for month, name in (("05-31", "may"), ("06-30", "june")):
        assert run("segment", *files, "--as-of", f"2026-{month}", "--out", f"{name}.parquet")[0] == 0
    assert (
        run("migration", "--before", "june.parquet", "--after", "may.parquet", "--values", "--out", "moves.csv")[0] == 0
    )
    asked = (
        "segment",
        *files,
        "--moves",
        "moves.csv",
        "--moves-months",
        "1",
        "--columns",
        "lifetime_value, lifetime_low",
    )
    code, out, _ = run(*asked, "--out", "values.parquet")
    assert code == 0
    assert out == "4 customers, as of 2026-06-30, policy default@2026-01, engine duckdb\n"
    valued, plain = read_table("values.parquet"), read_table("june.parquet")
    assert valued.column_names == ["customer_id", "lifetime_value", "lifetime_low"]
    assert valued["lifetime_value"].to_pylist()[1] != plain["lifetime_value"].to_pylist()[1]
    code, _, err = run("segment", *files, "--moves", "june.parquet", "--out", "x.csv")
    assert code == 1
    assert "column 'before': is needed in the moves but is not there" in err

"""Loads by hand: what the commands say, from the first load over a daily update to its undoing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from jiugong import cli

Run = Callable[..., tuple[int, list[str], str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("ingest", ...)` in an empty folder: exit code, lines of output with digests cut out, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JIUGONG_WAREHOUSE", "wh")
    monkeypatch.setattr(cli, "_add_desk", lambda app: None)

    def command(*arguments: str) -> tuple[int, list[str], str]:
        code = cli.run(arguments)
        said = capsys.readouterr()
        return code, re.sub(r"\([0-9a-f]{12}\)", "(…)", said.out).splitlines(), said.err

    return command


def csv(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_a_week_of_a_data_steward(run: Run) -> None:
    first = csv("customers.csv", "客户号,年收入\n1,100\n2,200\n")
    assert run("ingest", first, "--as-of", "2026-06-30", "--batch", "june", "--at", "30 June, 7:00")[1] == [
        "customers.csv -> customers: 2 read, 2 loaded, 0 quarantined",
        "snapshot of 2026-06-30 written: wh/2026-06-30 (…), batch june",
    ]
    daily = csv("customers_0701.csv", "客户号,年收入,职业\n2,250,\n3,,教师\n")
    update = ("ingest", daily, "--as-of", "2026-07-01", "--onto-previous", "--batch", "1 July", "--mode", "update")
    assert run(*update, "--preview")[1] == [
        "customers_0701.csv -> customers: 2 read, 2 loaded, 0 quarantined",
        "customers: 1 new, 1 changed, 0 unchanged",
        "customers: 2 rows now, 3 after",
        "customers, annual_income: 250.00 in the load; 300.00 now, 350.00 after",
        "nothing was written",
    ]
    assert not Path("wh/2026-07-01").exists()
    assert run(*update)[1][1:] == [
        "customers: 1 new, 1 changed, 0 unchanged",
        "snapshot of 2026-07-01 written: wh/2026-07-01 (…), batch 1 July",
    ]
    assert run(*update)[1][2:] == [
        "batch '1 July' had been loaded already; this is what it did then",
        "snapshot of 2026-07-01 unchanged: wh/2026-07-01 (…), batch 1 July",
    ]
    assert run("batches")[1] == [
        "june  2026-06-30  replace  customers: 2 new  [customers.csv]  at 30 June, 7:00",
        "1 July  2026-07-01  update  customers: 1 new, 1 changed  [customers_0701.csv]",
    ]
    code, _, err = run("batches", "--undo", "june")
    assert (code, err) == (1, "jiugong: wh: later loads met rows of batch 'june': '1 July'; undo these first, from the left\n")  # fmt: skip
    assert run("batches", "--as-of", "2026-06-30", "--undo", "june")[1] == [
        "batch 'june' undone; snapshot of 2026-06-30: wh/2026-06-30 (…)",
        "what it brought is also in the snapshots that began as this one: 2026-07-01; undo it there too",
    ]
    assert run("batches", "--undo", "1 July")[1] == ["batch '1 July' undone; snapshot of 2026-07-01: wh/2026-07-01 (…)"]
    assert run("batches", "--undo", "1 July")[1][0].startswith("batch '1 July' had been undone already; ")
    assert run("batches")[1][1].endswith("  undone")


def test_warnings_are_said_and_the_exit_code_is_0(run: Run) -> None:
    outlets, people = csv("branches.csv", "branch_id,name\nA,a\n"), csv("customers.csv", "customer_id,branch_id\n1,X\n")
    empty = csv("staff.csv", "staff_id,name,branch_id,post\n")
    code, lines, _ = run("ingest", outlets, people, empty, "--as-of", "2026-06-30", "--report", "report.json")
    assert code == 0
    assert lines[3:5] == [
        "warning: staff.csv -> staff: has a header and no rows; nothing was changed by it",
        "warning: customers, branch_id: 1 rows name outlets that branches does not have: X; load the list of outlets, "
        "or correct the codes",
    ]
    assert '"unknown_outlet"' in Path("report.json").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--mode", "add"], "'add' is none of replace, update, new"),
        (["--afresh", "loans"], "belongs to --onto-previous; add it, or leave this out"),
        (["--onto-previous", "--afresh", "loan"], "'loan' is none of customers,"),
    ],
)
def test_wrong_usage(options: list[str], sentence: str, run: Run) -> None:
    code, _, err = run("ingest", csv("customers.csv", "customer_id\n1\n"), "--as-of", "2026-06-30", *options)
    assert code == 2
    assert sentence in " ".join(re.sub("[│╭╰╮╯─]", "", err).split())


def test_what_cannot_be_undone(run: Run) -> None:
    assert run("batches") == (1, [], "jiugong: wh: holds no snapshot; load one with `jiugong ingest`\n")
    run("ingest", csv("customers.csv", "customer_id\n1\n"), "--as-of", "2026-06-30", "--batch", "june")
    assert run("batches", "--undo", "july") == (
        1, [], "jiugong: wh: the snapshot of 2026-06-30 has no batch 'july' that could be undone; it has 'june'\n",
    )  # fmt: skip
    assert (
        run("batches", "--as-of", "2026-01-01")[2]
        == "jiugong: wh: holds no snapshot of 2026-01-01; the newest are 2026-06-30\n"
    )

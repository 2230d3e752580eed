"""`jiugong forecast`: what the library says, and what is wrong with a file of past campaigns."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from jiugong import CampaignPlan, PastCampaign, cli, forecast_campaign, load_policy
from jiugong.policy import DEFAULT_POLICY
from jiugong.simulate import simulated_past
from jiugong.warehouse import write_table

Run = Callable[..., tuple[int, str, str]]
PAST = """starts_on,audience,eligible,attempted,reached,valid,interested,invited,visited,converted,calls,agreed
2025-01-06,1000,720,600,430,290,50,30,16,8,1100,500000
2025-07-01,800,560,450,300,200,,,,,,
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "_add_desk", lambda app: None)
    Path("past.csv").write_text(PAST, encoding="utf-8")

    def command(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(("forecast", "--customers", "1000", *arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


def test_it_reports_what_the_library_forecasts(run: Run) -> None:
    options = ("--eligible", "700", "--held-out", "100", "--daily-calls", "80", "--days", "20", "--offer-cost", "50")
    code, out, err = run(*options, "--past", "past.csv", "--report", "report.json")
    known = [
        PastCampaign(
            starts_on=date(2025, 1, 6), audience=1000, eligible=720, attempted=600, reached=430, valid=290, interested=50,
            invited=30, visited=16, converted=8, calls=1100, agreed=500_000.0,
        ),
        PastCampaign(
            starts_on=date(2025, 7, 1), audience=800, eligible=560, attempted=450, reached=300, valid=200
        ),
    ]  # fmt: skip
    plan = CampaignPlan(1000, eligible=700, held_out=100, daily_calls=(80,) * 20, offer_cost=50.0)
    expected = forecast_campaign(plan, policy=load_policy(), past=known)
    assert (code, err) == (0, "")
    assert json.loads(Path("report.json").read_text("utf-8")) == json.loads(json.dumps(expected.report()))
    assert "from default assumptions, 2 past campaigns (2025-01 to 2025-07); policy default@2026-01" in out
    assert f"chance that the list is finished in 20 working days: {expected.finished:.0%}" in out
    assert f"{expected['visited'].central:,.0f}" in next(
        line for line in out.splitlines() if line.startswith("visited ")
    )


def test_a_table_with_types_is_read_as_a_text_is(run: Run) -> None:
    table = {"starts_on": [date(2025, 1, 6)], "attempted": [600], "reached": [430], "agreed": [None]}
    write_table(pa.table(table), "typed.parquet")
    Path("text.csv").write_text("starts_on,attempted,reached,agreed\n2025-01-06,600,430,\n", encoding="utf-8")
    typed, text = run("--past", "typed.parquet"), run("--past", "text.csv")
    assert typed == text
    assert typed[0] == 0


def test_it_learns_from_simulated_campaigns(run: Run) -> None:
    code, out, _ = run("--simulated", "4")
    expected = forecast_campaign(CampaignPlan(1000), policy=load_policy(), past=simulated_past(4, customers=1000))
    assert code == 0
    assert "from default assumptions, 4 simulated campaigns;" in out
    assert f"{expected['reached'].high:,.0f}" in out


def test_the_banks_policy_is_what_is_assumed(run: Run) -> None:
    text = DEFAULT_POLICY.read_text(encoding="utf-8")
    Path("own.toml").write_text(text.replace("reached = [0.30, 0.86]", "reached = [0.10, 0.12]"), encoding="utf-8")
    default, own = run(), run("--policy", "own.toml")
    high = [
        int(next(li for li in out.splitlines() if li.startswith("reached ")).split()[3]) for _, out, _ in (default, own)
    ]
    assert high[1] < 0.3 * high[0]


WRONG = {
    "an unknown column": (
        "starts_on,reachd\n2025-01-06,5\n",
        "jiugong: wrong.csv, column 'reachd': is not known; did you mean 'reached'?\n",
    ),
    "no date": (
        "starts_on,reached\n2025-01-06,5\n6.1.2025,5\n",
        "jiugong: wrong.csv, row 3, column 'starts_on': is not a date; write it as 2026-01-05\n",
    ),
    "no number": (
        "attempted,reached\n10,many\n",
        "jiugong: wrong.csv, row 2, column 'reached': is not a number; write digits with a point, without separators or "
        "units\n",
    ),
    "half a customer": (
        "attempted,reached\n10,2.5\n",
        "jiugong: wrong.csv, row 2, column 'reached': is no whole number; customers and calls are counted\n",
    ),
    "more than all": (
        "attempted,reached\n10,12\n",
        "jiugong: wrong.csv, row 2: a past campaign has 12 reached of 10 attempted; a step is a part of the one it is "
        "counted from: count customers, each once\n",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_file_of_past_campaigns_that_cannot_be_read_is_refused(case: str, run: Run) -> None:
    text, message = WRONG[case]
    Path("wrong.csv").write_text(text, encoding="utf-8")
    assert run("--past", "wrong.csv", "--report", "report.json") == (1, "", message)
    assert not Path("report.json").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--daily-calls", "80"), "the time needs both: give --daily-calls and --days"),
        (("--past", "past.csv", "--simulated", "3"), "the bank's own results make simulated ones useless"),
    ],
)
def test_options_that_do_not_fit_are_wrong_usage(options: tuple[str, ...], said: str, run: Run) -> None:
    code, out, err = run(*options)
    assert (code, out) == (2, "")
    assert said in " ".join(err.replace("│", " ").split())


def test_a_plan_that_cannot_be_is_one_message(run: Run) -> None:
    code, _, err = run("--eligible", "2000")
    assert code == 1
    assert err == (
        "jiugong: 2,000 eligible customers of an audience of 1,000; they are a part of it: count both by the same rules\n"
    )

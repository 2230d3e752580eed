"""The documented sequence on a real bank's tables, as anybody would type it, and the numbers that it must give."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from jiugong.policy import load_policy

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "berka"
DATA = Path(os.environ.get("JIUGONG_DATA") or ROOT.parent / "shared" / "data")
needs_data = pytest.mark.skipif(
    not (DATA / "berka" / "account.asc").is_file(),
    reason="the Czech bank's data are not part of the repository; JIUGONG_DATA names the folder that holds berka/",
)


def blocks() -> list[str]:
    return re.findall(r"```sh\n(.*?)```", (EXAMPLE / "README.md").read_text(encoding="utf-8"), re.DOTALL)


def rows(path: Path, **options: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, **options))


def clean_environment() -> dict[str, str]:
    """Without what the test run itself has set for its own desk."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("JIUGONG_", "DJANGO_"))}


def raw(name: str) -> list[dict[str, str]]:
    return rows(DATA / "berka" / name, delimiter=";")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the sequence of README.md has run once, from an empty one."""
    out = tmp_path_factory.mktemp("berka")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", blocks()[1]],
        cwd=ROOT, env=clean_environment() | {"PATH": path, "JIUGONG_DATA": str(DATA), "OUT": str(out)},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (out / "stdout").write_text(done.stdout, encoding="utf-8")
    return out


@needs_data
def test_every_row_is_loaded_or_quarantined(run: Path) -> None:
    files = {file["table"]: file for file in json.loads((run / "ingest.json").read_text(encoding="utf-8"))["files"]}
    for file in files.values():
        assert file["read"] == file["loaded"] + file["quarantined"], file["file"]
    # Counted in the bank's own tables, not in ours.
    assert files["customers"]["read"] == len(raw("client.asc")) == 5369
    assert files["loans"]["read"] == len(raw("loan.asc")) == 682
    assert files["balances"]["read"] == len(rows(run / "extracts" / "balances.csv")) == 19_072
    assert {table: file["quarantined"] for table, file in files.items()} == dict.fromkeys(
        ("customers", "balances", "loans", "branches", "staff"), 0
    )
    assert not any(file["unused"] for file in files.values())


@needs_data
def test_customers_per_level(run: Path) -> None:
    levels = Counter(row["level"] for row in rows(run / "levels.csv"))
    assert levels == {
        "1": 371, "2": 22, "3": 10, "4": 3303, "5": 202, "6": 72, "7": 883, "8": 44, "9": 19, "": 443,
    }  # fmt: skip


@needs_data
def test_levels_are_those_of_a_slow_plain_count(run: Path) -> None:
    """From the raw tables by loops, without the library."""
    salary = {row["A1"]: 12 * int(row["A11"]) for row in raw("district.asc")}
    lives = {row["client_id"]: row["district_id"] for row in raw("client.asc")}
    known = {row["account_id"]: float(row["balance_last"]) for row in rows(DATA / "berka/derived_account_features.csv")}
    expected: Counter[str] = Counter()
    for relation in raw("disp.asc"):
        owns = relation["type"] == "OWNER"
        if owns and relation["account_id"] not in known:
            expected[""] += 1
            continue
        assets = known[relation["account_id"]] if owns else 0
        income = salary[lives[relation["client_id"]]]
        asset_band = 1 + (assets >= 70_000) + (assets >= 90_000)
        expected[str(3 * ((income >= 100_000) + (income >= 125_000)) + asset_band)] += 1
    assert Counter(row["level"] for row in rows(run / "levels.csv")) == expected


@needs_data
def test_monthly_averages_are_those_of_a_slow_plain_count(run: Path) -> None:
    """Day by day for a handful of accounts, the closing balance as the movements lead to it."""
    owner = {row["account_id"]: row["client_id"] for row in raw("disp.asc") if row["type"] == "OWNER"}
    chosen = sorted(owner)[::150]
    booked: dict[str, dict[str, list[dict[str, str]]]] = {account: {} for account in chosen}
    for row in raw("trans_19930101_19940331.asc"):
        if row["account_id"] in booked:
            booked[row["account_id"]].setdefault(row["date"], []).append(row)
    expected = {}
    for account, days in booked.items():
        day, balance, led, month = date(1993, 1, 1), Decimal(0), Decimal(0), []
        while days and day <= date(1994, 3, 31):
            today = days.get(f"{day:%y%m%d}", [])
            led += sum(Decimal(row["amount"]) * (1 if row["type"] == "PRIJEM" else -1) for row in today)
            if today:
                balance = min((Decimal(row["balance"]) for row in today), key=lambda found: abs(found - led))
            month.append(balance)
            if (day + timedelta(days=1)).day == 1:
                average = (sum(month) / len(month)).quantize(Decimal("0.01"), ROUND_HALF_UP)
                if f"{day:%y%m}" >= min(days)[:4]:
                    expected[owner[account], f"{day:%Y-%m}"] = (average, balance)
                month = []
            day += timedelta(days=1)
    clients = {owner[account] for account in chosen}
    found = {
        (row["client_id"], row["month"]): (Decimal(row["average_daily"]), Decimal(row["month_end"]))
        for row in rows(run / "extracts" / "balances.csv")
        if row["client_id"] in clients and row["month"] < "1995"
    }
    assert len(expected) > 50
    assert found == expected


@needs_data
def test_the_campaign_runs_on_the_682_borrowers(run: Path) -> None:
    report = json.loads((run / "campaign.json").read_text(encoding="utf-8"))
    assert report["state"] == "launched"
    assert (report["audience"], report["eligible"], report["left_out"]) == (682, 682, {})
    assert (report["held_out"], report["treated"]) == (136, 546)
    lists = report["lists"]
    assert sum(listed["customers"] for listed in lists.values()) == 546
    managers = {
        row["staff_id"] for row in rows(EXAMPLE / "organisation/staff.csv") if row["post"] == "customer_manager"
    }
    assert set(lists) == managers
    owners = {row["account_id"]: row["client_id"] for row in raw("disp.asc") if row["type"] == "OWNER"}
    borrowers = {owners[row["account_id"]] for row in raw("loan.asc")}
    assert {listed["first"] for listed in lists.values()} <= borrowers
    printed = (run / "stdout").read_text(encoding="utf-8")
    assert "drafted by CZ-PLAN, approved by CZ-HEAD" in printed


@needs_data
def test_a_second_start_is_refused_and_changes_nothing(run: Path) -> None:
    before = (run / "campaign.json").read_bytes()
    done = subprocess.run(
        [sys.executable, EXAMPLE / "start_campaign.py", "--dir", run / "desk", "--report", run / "campaign.json"],
        cwd=ROOT, env=clean_environment() | {"JIUGONG_POLICY": str(EXAMPLE / "policy.toml")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "start_campaign: this desk has the campaign already; make another desk to start it anew\n"
    assert (run / "campaign.json").read_bytes() == before


def test_the_policy_is_the_default_but_for_the_marked_lines() -> None:
    text = (EXAMPLE / "policy.toml").read_text(encoding="utf-8")
    marked = {line.split(" = ")[0] for line in text.splitlines() if "# CZ" in line and not line.startswith("#")}
    own = tomllib.loads(text)
    default = tomllib.loads((ROOT / "src/jiugong/policy/default.toml").read_text(encoding="utf-8"))

    def leaves(value: dict, at: tuple[str, ...] = ()) -> dict[tuple[str, ...], object]:
        found = {}
        for key, item in value.items():
            found |= leaves(item, (*at, key)) if isinstance(item, dict) else {(*at, key): item}
        return found

    mine, theirs = leaves(own), leaves(default)
    assert mine.keys() == theirs.keys()
    assert {key[-1] for key in mine if mine[key] != theirs[key]} == marked
    assert load_policy(EXAMPLE / "policy.toml").currency == "CZK"


def test_data_that_are_not_there_are_named(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, EXAMPLE / "prepare.py", tmp_path, "--out", tmp_path / "out"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "account.asc: no such file; give the folder that holds account.asc, card.asc" in done.stderr
    assert not (tmp_path / "out").exists()

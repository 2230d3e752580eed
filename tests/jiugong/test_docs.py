"""The reference pages of the library: what they list is complete, and what they show is what happens.

A page's example is a small play: blocks with a file's name (```csv customers.csv) are written to an empty folder, then
`console` blocks are run. In their output, … stands for anything, a line of … for any lines.
"""

from __future__ import annotations

import doctest
import re
import shlex
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from jiugong import cli
from jiugong.evaluate import Effect
from jiugong.forecast import PastCampaign
from jiugong.policy import DEFAULT_POLICY
from jiugong.warehouse import READABLE, TABLES
from jiugong.warehouse.mapping import Source
from jiugong.warehouse.reasons import REASONS

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```(?P<kind>csv|toml|console)(?: (?P<file>\S+))?\n(?P<text>.*?)^```", re.DOTALL | re.MULTILINE)


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def as_pattern(expected: str) -> str:
    return re.escape(expected).replace("…", "(?s:.*?)")


def perform(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a terminal would show, without progress lines."""
    program, *arguments = shlex.split(command)
    if program == "cut":  # `cut -d, -f1-N FILE`, the only other program in the pages
        separator, count = arguments[0][2:], int(arguments[1].removeprefix("-f1-"))
        lines = Path(arguments[2]).read_text(encoding="utf-8").splitlines()
        return "".join(separator.join(line.split(separator)[:count]) + "\n" for line in lines)
    assert program == "jiugong", command
    cli.run(arguments)
    said = capsys.readouterr()
    return said.out + "".join(line for line in said.err.splitlines(True) if " %  " not in line)


@pytest.mark.parametrize("name", ["policy.md", "ingest.md", "segment.md", "evaluate.md", "forecast.md"])
def test_what_a_page_shows_is_what_happens(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "_add_desk", lambda app: None)
    if name == "policy.md":  # the page tells what was changed in place of showing 140 lines
        Path("customers.csv").write_text("customer_id,annual_income,assets\n1,1,1\n", encoding="utf-8")
        Path("bank.toml").write_text(
            DEFAULT_POLICY.read_text(encoding="utf-8").replace("asset_bands =", "asset_band ="), encoding="utf-8"
        )
    commands = 0
    for block in BLOCK.finditer(page(f"reference/{name}")):
        if block["file"]:
            Path(block["file"]).write_text(block["text"], encoding="utf-8")
            continue
        for play in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block["text"], re.MULTILINE):
            command, expected = play
            shown = perform(command, capsys)
            assert re.fullmatch(as_pattern(expected), shown), f"{command}\n{shown}"
            commands += 1
    assert commands


def test_the_explanation_of_hold_outs_computes() -> None:
    found = doctest.testfile(str(DOCS / "explanation" / "hold-out.md"), module_relative=False, encoding="utf-8")
    assert found.attempted >= 5
    assert found.failed == 0


def backticked(text: str) -> set[str]:
    return set(re.findall(r"`([^`\s]+)`", text))


def test_every_key_of_the_policy_is_listed() -> None:
    listed = backticked(page("reference/policy.md"))
    default = tomllib.loads(DEFAULT_POLICY.read_text(encoding="utf-8"))
    keys = {key for key, value in default.items() if not isinstance(value, dict)}
    for name, table in default.items():
        if isinstance(table, dict):
            assert {f"[{name}]", f"[{name}.*]"} & listed
            keys |= {f"{key}.*" if isinstance(value, dict) else key for key, value in table.items()} - {
                f"{role}.*" for role in default["roles"]
            }
    assert keys | {"scope", "permissions"} <= listed


def test_every_table_column_reason_and_mapping_key_is_listed() -> None:
    text = page("reference/ingest.md")
    for table in TABLES.values():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{table.name}` |"))
        cells = row.split("|")[2:4]
        assert re.findall(r"`(\w+)`", cells[0]) == list(table.names)
        assert re.findall(r"`(\w+)`\*", cells[0]) == list(table.required)
        assert cells[1].strip() == (", ".join(table.key) or "rows are counted")
    of_lists = {name for name in READABLE["customer_list"].names if name not in TABLES["customers"].names}
    assert {name for name in of_lists if not name.endswith("_end")} <= backticked(text)
    assert set(REASONS) <= backticked(text)
    mapping = text.split("## The mapping file")[1]
    assert all(re.search(rf"\b{field.name}\b", mapping) for field in fields(Source))


def test_every_column_of_the_segmentation_and_key_of_the_report_is_listed() -> None:
    segment = {
        "customer_id", "assets", "annual_income", "asset_band", "income_band", "level", "current_value",
        "potential_value", "quadrant", "lifetime_value", "policy_version",
    }  # fmt: skip
    assert segment <= backticked(page("reference/segment.md"))
    past = {field.name for field in fields(PastCampaign)} - {"simulated"}
    assert past <= backticked(page("reference/forecast.md"))
    report = {field.name for field in fields(Effect)} - {"checks"}
    assert report <= backticked(page("reference/evaluate.md"))
    assert "checks[{name, ok, detail," in page("reference/evaluate.md")

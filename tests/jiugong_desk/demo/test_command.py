"""`jiugong demo` as one types it: refusals before anything is made, killed and built again, finished and opened again."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

JIUGONG = Path(sys.executable).with_name("jiugong")
SMALL = ("--customers", "1000", "--seed", "3")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [str(JIUGONG), "demo", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=300, check=False, env=os.environ | environment
    )


def test_a_folder_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    done = run("--dir", str(tmp_path), "--no-serve")
    assert done.returncode != 0
    assert str(tmp_path) in done.stderr
    assert "another folder with --dir" in done.stderr
    assert "Traceback" not in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("option", "value", "limit"),
    [
        ("--customers", "999", "1000"),
        ("--customers", "100001", "100000"),
        ("--port", "65536", "65535"),
        ("--seed", "-1", "0"),
    ],
)
def test_a_number_outside_its_range_is_refused_with_the_limit(tmp_path, option, value, limit):
    home = tmp_path / "demo"
    done = run("--dir", str(home), "--no-serve", option, value)
    assert done.returncode == 2
    assert option in done.stderr
    assert re.search(rf"\b{limit}\b", done.stderr)
    assert not home.exists()


def test_a_busy_port_is_said_before_anything_is_built(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run("--dir", str(tmp_path / "demo"), "--port", str(port))
    assert done.returncode != 0
    assert f"--port {port + 1}" in done.stderr
    assert not (tmp_path / "demo").exists()


def test_killed_then_built_then_opened_again(tmp_path):
    home = tmp_path / "demo"
    _kill_while_building(home)
    assert (home / "demo.building").exists()
    assert not (home / "demo.json").exists()

    # A database and keys of a real desk in the environment are not the demo's.
    real = tmp_path / "real.sqlite3"
    built = run("--dir", str(home), "--no-serve", *SMALL, JIUGONG_DATABASE=f"sqlite:///{real}")
    assert built.returncode == 0, built.stderr
    assert not real.exists()
    assert not (home / "demo.building").exists()
    result = json.loads((home / "demo.json").read_text(encoding="utf-8"))
    assert (result["customers"], result["seed"]) == (1_000, 3)
    _tells(built.stdout, result)

    begun = time.perf_counter()
    again = run("--dir", str(home), "--no-serve")
    assert time.perf_counter() - begun < 60  # a start of Django, also on a busy machine; a build prints its stages
    assert again.returncode == 0, again.stderr
    assert "simulate" not in again.stdout
    _tells(again.stdout, result)

    other = run("--dir", str(home), "--no-serve", "--seed", "4")
    assert other.returncode != 0
    assert "--fresh" in other.stderr
    assert json.loads((home / "demo.json").read_text(encoding="utf-8")) == result


def _kill_while_building(home: Path) -> None:
    command = [str(JIUGONG), "demo", "--dir", str(home), "--no-serve", *SMALL]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as build:
        until = time.monotonic() + 120
        while not (home / "desk.sqlite3").exists():
            assert build.poll() is None, "it ended by itself"
            assert time.monotonic() < until
            time.sleep(0.05)
        build.send_signal(signal.SIGKILL)


def _tells(printed: str, result: dict) -> None:
    """The truth beside the estimate, and a login for every post."""
    found = result["recovery"]
    assert f"真值 {found['truth']:,.0f} 元" in printed
    assert ("在区间内" if found["covered"] else "在区间外") in printed
    assert f"户均 {found['estimate']:,.0f} 元" in printed
    logins = re.findall(r"^│ (\d{4}) ", printed, flags=re.MULTILINE)
    assert len(logins) == len(set(logins)) == 17  # a post each, a stranger, and the first manager's three colleagues

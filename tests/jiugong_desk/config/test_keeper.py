"""The worker beside the site: it works, it is begun again when it dies, and it ends with the site, however that ends."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import connection

from jiugong_desk.config.keeper import Keeper
from jiugong_desk.jobs import registry
from tests.jiugong_desk.config.test_commands import JIUGONG, answer_of, free_port
from tests.support.commands import clean_environment, run

PATIENCE = 60
sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="a desk of its own, on SQLite")


def wait_for(holds: Callable[[], object], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, what
        time.sleep(0.05)


def child_named(name: str, parent: int) -> int:
    """The process id of this parent's child whose command line holds the name; 0: none."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat, words = (folder / "stat").read_text(), (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if int(stat.rpartition(")")[2].split()[1]) == parent and name.encode() in words:
            return int(folder.name)
    return 0


def alive(process: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


def housekeeping_done(home: Path) -> int:
    with closing(sqlite3.connect(home / "desk.sqlite3", timeout=20)) as database:
        return int(database.execute("SELECT count(*) FROM jobs_job WHERE state = 'done'").fetchone()[0])


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("made") / "desk"
    assert run("admin", "init", "--dir", home).code == 0
    return home


@pytest.fixture
def home(made, tmp_path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "desk"))


@contextmanager
def site(home: Path) -> Iterator[subprocess.Popen[str]]:
    port = free_port()
    process = subprocess.Popen(
        [*JIUGONG, "serve", "--dir", str(home), "--port", str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean_environment(JIUGONG_WORKERS="1"),
    )  # fmt: skip
    try:
        answer_of(f"http://127.0.0.1:{port}/login/", process)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@sqlite_only
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["told", "killed"])
def test_the_site_brings_a_worker_and_takes_it_along(home, how):
    with site(home) as serving:
        wait_for(lambda: housekeeping_done(home) >= 1, "the worker works")
        keeper = child_named("config.keeper", serving.pid)
        first = child_named("config.worker", keeper)
        assert first
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: child_named("config.worker", keeper) not in (0, first), "a fresh worker")
        second = child_named("config.worker", keeper)
        serving.send_signal(how)
        serving.wait(PATIENCE)
        wait_for(lambda: not (alive(keeper) or alive(second)), "nothing is left")


@sqlite_only
def test_by_hand_it_ends_when_nothing_waits(home):
    done = run("admin", "work", "--dir", home, "--until-idle")
    tidying = len(registry.repeated())
    assert tidying > 1
    assert (done.code, done.out) == (0, f"jobs done: {tidying}\n")
    assert housekeeping_done(home) == tidying


def test_a_worker_that_cannot_start_is_not_begun_again_all_the_time(tmp_path):
    """Two seconds of a command that fails at once: a few starts, not hundreds."""
    log = tmp_path / "starts"
    keeper = Keeper([sys.executable, "-c", f"open({str(log)!r}, 'a').write('x'); raise SystemExit(1)"], os.getppid())
    until = time.monotonic() + 2
    type(keeper).over, plain = property(lambda self: time.monotonic() > until), Keeper.over
    try:
        keeper.run()
    finally:
        Keeper.over = plain
    assert 1 <= len(log.read_text()) <= 3


def test_a_worker_that_does_not_listen_is_killed(monkeypatch):
    monkeypatch.setattr("jiugong_desk.config.keeper.PATIENCE_SECONDS", 0.2)
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    )
    keeper = Keeper([], os.getppid())
    keeper.worker = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
    assert keeper.worker.stdout is not None
    assert keeper.worker.stdout.readline() == b"deaf\n"
    keeper._end_worker()
    assert keeper.worker.returncode == -signal.SIGKILL
    keeper.worker.stdout.close()

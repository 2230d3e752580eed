"""Workers as processes of their own on the tests' database, and the work of the tests' own that they know.

`JIUGONG_DIE_AT` names a point at which the work of the tests kills it, `JIUGONG_DIE_IN` a function of ours.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 120  # seconds until a test gives up waiting for what must come
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(
    [
        "django.contrib.auth",
        "django.db.models",
        "jiugong.warehouse",
        "jiugong.segment",
        "ibis",
        "duckdb",
        "pyarrow.dataset",
    ]
)


def database_address() -> str:
    from django.db import connection

    held = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{held['NAME']}"
    return f"postgresql://{held['USER']}@{held['HOST']}:{held['PORT']}/{held['NAME']}"


def environment(**more: str) -> dict[str, str]:
    return os.environ | {"JIUGONG_DATABASE": database_address(), "JIUGONG_JOB_LEASE_SECONDS": "2"} | more


class Process:
    """A worker. It begins with the libraries loaded: a start costs a fraction of a fresh interpreter's."""

    def __init__(self, wanted: dict[str, str], log: Path) -> None:
        self._log = log
        self._process = _processes.Process(target=_work, args=(wanted, str(log)))
        self._process.start()

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, seconds: float = PATIENCE) -> int | None:
        self._process.join(seconds)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        os.kill(self._process.pid, number)

    @property
    def error(self) -> str:
        return self._log.read_text("utf-8")


@contextmanager
def worker(**more: str) -> Iterator[Process]:
    """A worker that is gone at the end of the block, whatever happened."""
    with tempfile.TemporaryDirectory() as folder:
        process = Process(environment(**more), Path(folder) / "error")
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()


def wait_for(holds: Callable[[], bool], what: str, *processes: Process) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        for process in processes:
            assert process.poll() is None, f"{what}: {process.error}"
        assert time.monotonic() < until, what
        time.sleep(0.02)


def _work(wanted: dict[str, str], log: str) -> None:
    os.environ.clear()
    os.environ.update(wanted)
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 2)
    sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
    import django

    django.setup()
    register_all()
    if "JIUGONG_DIE_IN" in wanted:
        arm(wanted["JIUGONG_DIE_IN"])
    from jiugong_desk.config.worker import work

    try:
        work()
    except BaseException:  # noqa: BLE001  as an interpreter of its own would end: multiprocessing prints the error's text
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def die_at(point: str) -> None:
    if os.environ.get("JIUGONG_DIE_AT") == point:
        os.kill(os.getpid(), signal.SIGKILL)


def arm(where: str) -> None:
    """`module:attribute:before` (or `after`): the process kills itself there, the first time it comes by."""
    import functools
    import importlib

    module, dotted, when = where.split(":")
    *outer, name = dotted.split(".")
    holder = importlib.import_module(module)
    for part in outer:
        holder = getattr(holder, part)
    plain = getattr(holder, name)

    @functools.wraps(plain)
    def armed(*args, **kwargs):
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        plain(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(holder, name, armed)


def count_up(run) -> None:
    """Forty slow steps, then one audit record: twice the work would be two records."""
    from django.db import transaction

    from jiugong_desk.audit import services as audit_log

    steps = run.job.arguments.get("steps", 40)
    die_at("begin")
    for number in range(steps):
        run.check()
        run.report("counting", number, steps)
        time.sleep(0.05)
    with transaction.atomic():
        audit_log.record(chain="HO", by="9005", at=run.at, verb="test.counted", about="test", ref=run.job.ref)
        die_at("inside")
        run.result["steps"] = steps
        run.finish()
    die_at("after")


def stubborn(run) -> None:
    """Holds on after its lease was lost: its effect must not count."""
    from django.db import transaction

    from jiugong_desk.audit import services as audit_log

    while not run.lost.wait(0.05):
        pass
    with transaction.atomic():
        audit_log.record(chain="HO", by="9005", at=run.at, verb="test.counted", about="test", ref=run.job.ref)
        run.finish()


def broken(run) -> None:
    raise ValueError("客户 13800138000")


def refusing(run) -> None:
    from jiugong_desk.core.errors import Refused
    from jiugong_desk.core.verdict import Reason, refused

    raise Refused(refused(Reason("not_today", "今天不行。", remedy="请明天再试。")))


def register_all() -> None:
    from jiugong_desk.jobs.registry import Work, register

    for work in (count_up, stubborn, broken, refusing):
        register(Work(f"test.{work.__name__}", work.__name__, work, steps={"counting": "数数"}))

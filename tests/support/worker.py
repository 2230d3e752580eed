"""Workers as processes of their own on the tests' database, and the work of the tests' own that they know.

As a module it is such a worker: `python -m tests.support.worker`. `JIUGONG_DIE_AT` names a point at which it kills itself.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds until a test gives up waiting for what must come


def database_address() -> str:
    from django.db import connection

    held = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{held['NAME']}"
    return f"postgresql://{held['USER']}@{held['HOST']}:{held['PORT']}/{held['NAME']}"


def environment(**more: str) -> dict[str, str]:
    return os.environ | {
        "JIUGONG_DATABASE": database_address(),
        "JIUGONG_JOB_LEASE_SECONDS": "2",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    } | more  # fmt: skip


@contextmanager
def worker(module: str = "tests.support.worker", **more: str) -> Iterator[subprocess.Popen[str]]:
    """A worker that is gone at the end of the block, whatever happened."""
    process = subprocess.Popen(
        [sys.executable, "-m", module], env=environment(**more), cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def wait_for(holds: Callable[[], bool], what: str, *processes: subprocess.Popen[str]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        for process in processes:
            assert process.poll() is None, f"{what}: {process.communicate()}"
        assert time.monotonic() < until, what
        time.sleep(0.02)


def die_at(point: str) -> None:
    if os.environ.get("JIUGONG_DIE_AT") == point:
        os.kill(os.getpid(), signal.SIGKILL)


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


if __name__ == "__main__":
    import django

    django.setup()
    register_all()
    from jiugong_desk.config.worker import work

    work()

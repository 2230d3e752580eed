"""The worker as a process: `python -m jiugong_desk.config.worker`, kept by `keeper.py`; by hand, `jiugong admin work`."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import TracebackType

from ..core import clock


def work(*, until_idle: bool = False) -> int:
    """Take work until SIGTERM, Ctrl+C, or the end of whoever started this process; how many pieces it was."""
    from django.db import close_old_connections

    from ..jobs.worker import Worker

    parent, stop = os.getppid(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    sys.excepthook = _without_its_text
    worker = Worker(
        now=clock.now,
        machine=clock.machine_now,
        stop=stop,
        alive=lambda: os.getppid() == parent,
        between=close_old_connections,
    )
    return worker.run(until_idle=until_idle)


def _without_its_text(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
    """What ended the worker, for its log: an error's text may quote a customer's data."""
    from ..jobs.worker import told

    print(f"worker ended: {told(kind, at)}", file=sys.stderr, flush=True)  # noqa: T201


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiugong_desk.config.settings")
    django.setup()
    work()


if __name__ == "__main__":
    main()

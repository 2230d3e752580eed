"""What work sees while it runs: it tells how far it is, asks whether to go on, and fences what counts once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction

from ..core.errors import DeskError
from .models import Job
from .services import end, held


class Cancelled(DeskError):
    """Who asked for it has changed his mind."""


class Stopping(DeskError):
    """The worker is told to end; another begins the work again."""


class LeaseLost(DeskError):
    """This attempt took too long to say that it lives, and another has the work now: nothing of this one may count."""


class Run:
    """One attempt at a job. `at` is the desk's moment at which it began; `result` is kept with the job."""

    def __init__(self, job: Job, *, at: datetime, lease: timedelta, machine: Callable[[], datetime]) -> None:
        self.job, self.at = job, at
        self.result: dict[str, Any] = {}
        self.cancelled, self.stopping, self.lost = threading.Event(), threading.Event(), threading.Event()
        self._lease, self._machine = lease, machine
        self._told: tuple[str, int, int] = ("", 0, 0)

    def report(self, step: str, done: int = 0, total: int = 0) -> None:
        """How far it is. Kept in memory: the pulse writes it, so that no transaction of the work holds the job's row."""
        self._told = (step, done, total)

    def check(self) -> None:
        """Raise where this attempt should end. Not called any more once something was written that stays."""
        if self.lost.is_set():
            raise LeaseLost
        if self.cancelled.is_set():
            raise Cancelled
        if self.stopping.is_set():
            raise Stopping

    def fence(self) -> None:
        """Last in a transaction that must count once: it commits only if this attempt still has the work."""
        assert transaction.get_connection().in_atomic_block, "the fence belongs to the transaction that it guards"
        if not held(self.job).update(lease_until=self._machine() + self._lease):
            raise LeaseLost

    def finish(self) -> None:
        """As `fence`, and the job ends as done with this very transaction: killed before, it never was; after, it is over."""
        assert transaction.get_connection().in_atomic_block, "the end belongs to the transaction of the work"
        if not end(self.job, Job.State.DONE, at=self.at, result=self.result):
            raise LeaseLost

    def beat(self) -> bool:
        """Renew the lease, write down the progress, hear of a cancellation; False: the work is somebody else's now."""
        step, done, total = self._told
        values = {"lease_until": self._machine() + self._lease, "step": step, "done": done, "total": total}
        if not held(self.job).update(**values):
            self.lost.set()
            return False
        if held(self.job).filter(cancel_asked=True).exists():
            self.cancelled.set()
        return True


class Pulse:
    """A thread that beats for a run, on a database connection of its own, until the block ends."""

    def __init__(self, run: Run, *, seconds: float, stop: threading.Event) -> None:
        self._run, self._seconds, self._stop = run, seconds, stop
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="pulse", daemon=True)

    def __enter__(self) -> Run:
        self._thread.start()
        return self._run

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._over.wait(self._seconds):
                if self._stop.is_set():
                    self._run.stopping.set()
                try:
                    if not self._run.beat():
                        return
                except OperationalError:
                    # SQLite: the work itself writes this long. Nobody can take the job meanwhile: that is a write too.
                    connection.close()
        finally:
            connection.close()

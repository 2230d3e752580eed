"""The worker: one process that takes one piece of work after the other.

An error of ours ends the process, like a kill: the work goes back, and the keeper begins a fresh worker. Nothing of the
error's text is logged, since it may quote a customer's data; its kind and its place are.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType

from django.conf import settings
from django.core.exceptions import PermissionDenied

from ..core.errors import Refused
from . import registry, rules, services
from .models import Job
from .running import Cancelled, LeaseLost, Pulse, Run, Stopping

log = logging.getLogger("jiugong_desk.jobs")
State = Job.State
Clock = Callable[[], datetime]
IDLE_SECONDS = 0.5


def _name() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}"


@dataclass
class Worker:
    """`now` is the desk's clock, `machine` the machine's; `between` two jobs stale connections are closed.

    `alive`: whether whoever started the worker is still there.
    """

    now: Clock
    machine: Clock
    stop: threading.Event = field(default_factory=threading.Event)
    alive: Callable[[], bool] = lambda: True
    name: str = field(default_factory=_name)
    between: Callable[[], None] = lambda: None
    pulse: bool = True

    @property
    def lease(self) -> timedelta:
        return timedelta(seconds=settings.JOB_LEASE_SECONDS)

    def run(self, *, until_idle: bool = False) -> int:
        """Work until told to stop (or until nothing waits); how many jobs were taken."""
        taken = 0
        while not self.stop.is_set() and self.alive():
            self.between()
            services.ask_repeated(at=self.now(), machine=self.machine())
            job = services.claim(worker=self.name, at=self.now(), machine=self.machine(), lease=self.lease)
            if job is not None:
                taken += 1
                self.perform(job)
            elif until_idle:
                break
            else:
                self.stop.wait(IDLE_SECONDS)
        return taken

    def perform(self, job: Job) -> None:
        """One attempt at one claimed job, to its end."""
        work = registry.work_of(job.verb)
        if work is None:
            services.end(job, State.FAILED, reason=rules.UNKNOWN, at=self.now())
            return
        run = Run(job, at=self.now(), lease=self.lease, machine=self.machine)
        beats = Pulse(run, seconds=min(1.0, self.lease.total_seconds() / 4), stop=self.stop)
        try:
            with _PutBack(self, job), beats if self.pulse else nullcontext():
                work.do(run)
        except Refused as refusal:
            services.end(job, State.FAILED, reason=refusal.verdict.reasons[0], at=self.now(), result=run.result)
        except PermissionDenied:  # work is done with the rights that its asker has now
            services.end(job, State.FAILED, reason=rules.NOT_PERMITTED, at=self.now())
        except Cancelled:
            services.end(job, State.CANCELLED, reason=rules.CANCELLED, at=self.now())
        except Stopping:
            services.put_back(job, machine=self.machine())
        except LeaseLost:
            log.warning("%s: another worker has taken it over", job)
        else:
            services.end(job, State.DONE, at=self.now(), result=run.result)


class _PutBack:
    """Gives a job back when an error of ours goes past; the error goes on."""

    EXPECTED = (Refused, PermissionDenied, Cancelled, Stopping, LeaseLost)

    def __init__(self, worker: Worker, job: Job) -> None:
        self.worker, self.job = worker, job

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None or issubclass(kind, self.EXPECTED):
            return
        log.error("%s failed: %s", self.job, told(kind, at))
        if self.job.failures >= rules.MOST_ATTEMPTS:
            services.end(self.job, State.FAILED, reason=rules.GIVEN_UP, at=self.worker.now())
        else:
            services.put_back(self.job, machine=self.worker.machine(), seconds=rules.wait_after(self.job.failures))


def told(kind: type[BaseException], at: TracebackType | None) -> str:
    """An error by its kind and its way through the code, without its text."""
    frames = traceback.extract_tb(at)
    return " < ".join([kind.__name__, *(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in reversed(frames))])  # fmt: skip

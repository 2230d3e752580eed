"""The look at everybody's pace as the worker does it: every hour, and twice changes nothing."""

from __future__ import annotations

from ..jobs.running import Run
from . import services


def watch(run: Run) -> None:
    done = services.watch(at=run.at, check=run.check)
    run.result = vars(done) | {}

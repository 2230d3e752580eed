"""The work of every hour: what was typed and never became a call is not kept for ever."""

from __future__ import annotations

from ..jobs.running import Run
from . import services

VERB = "calls.drafts"


def forget(run: Run) -> None:
    run.result["forgotten"] = services.forget_drafts(at=run.at)

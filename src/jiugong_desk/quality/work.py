"""The work of the night: the lots of the days that are over, and their patterns. Each counts once; begun again, it goes on."""

from __future__ import annotations

from ..jobs.running import Run
from . import services
from .models import Draw

VERB = "quality.nightly"


def nightly(run: Run) -> None:
    """Patterns come with the lot of their day, and after a crash between the two with the next run."""
    run.result["drawn"] = len(services.draw_due(at=run.at))
    waiting = Draw.objects.filter(patterns_at=None).order_by("day")
    run.result["patterns"] = sum(services.find_patterns(one, at=run.at) for one in waiting)

"""Pages of calling: the day, the workbench, the record of a call."""

from .bench import (
    call,
    call_claim,
    call_coming,
    call_draft,
    call_hold,
    call_keep,
    call_number,
    call_outcome,
    call_release,
)
from .day import call_next, call_pause, call_resume, calls_made, today
from .pipeline import pipeline
from .record import call_correct, call_record, call_undo

__all__ = [
    "call", "call_claim", "call_coming", "call_correct", "call_draft", "call_hold", "call_keep", "call_next", "call_number",
    "call_outcome", "call_pause", "call_record", "call_release", "call_resume", "call_undo", "calls_made", "pipeline", "today",
]  # fmt: skip

"""The verbs of calling: claim, give back, show the number, record the outcome, take it back, correct it, pause."""

from .claims import claim, claim_next, extend, release, show_number
from .correcting import correct
from .drafts import draft_of, forget_drafts, keep_draft
from .holding import hold_slot
from .pausing import pause, resume
from .recording import record_outcome
from .taking_back import take_back

__all__ = [
    "claim", "claim_next", "correct", "draft_of", "extend", "forget_drafts", "hold_slot", "keep_draft", "pause", "record_outcome", "release", "resume",
    "show_number", "take_back",
]  # fmt: skip

"""Upload, review, correct, commit, undo, discard: the steward's verbs."""

from .committing import ask_commit, ask_preview, ask_undo, discard, try_again
from .correcting import correct, leave_out, mend_from_file, show_cell, take_home, take_in
from .reviewing import change
from .uploading import upload

__all__ = [
    "ask_commit",
    "ask_preview",
    "ask_undo",
    "change",
    "correct",
    "discard",
    "leave_out",
    "mend_from_file",
    "show_cell",
    "take_home",
    "take_in",
    "try_again",
    "upload",
]

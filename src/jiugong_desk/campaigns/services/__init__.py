"""The verbs of a campaign's life: write, submit, launch, pause, resume, close."""

from .amending import amend, edit_amendment, give_up, submit_amendment
from .approving import submit
from .attaching import LARGEST as LARGEST_ATTACHMENT
from .attaching import attach, detach
from .copying import clone, copy_of, drop_copy, keep_copy
from .drafting import PlanChanged, draft, edit, set_participants
from .launching import LaunchResult, launch
from .noticing import issue_notice
from .running import close, pause, resume, right_to_resume, waits_for_review

__all__ = [
    "LARGEST_ATTACHMENT",
    "LaunchResult",
    "PlanChanged",
    "amend",
    "attach",
    "clone",
    "close",
    "copy_of",
    "detach",
    "draft",
    "drop_copy",
    "edit",
    "edit_amendment",
    "give_up",
    "issue_notice",
    "keep_copy",
    "launch",
    "pause",
    "resume",
    "right_to_resume",
    "set_participants",
    "submit",
    "submit_amendment",
    "waits_for_review",
]

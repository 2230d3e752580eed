"""The verbs of a campaign's life: write, submit, launch, pause, resume, close; and of its scripts."""

from .approving import submit
from .drafting import PlanChanged, draft, edit, set_participants
from .launching import LaunchResult, launch
from .noticing import issue_notice
from .running import close, pause, resume
from .scripts import create_script

__all__ = [
    "LaunchResult",
    "PlanChanged",
    "close",
    "create_script",
    "draft",
    "edit",
    "issue_notice",
    "launch",
    "pause",
    "resume",
    "set_participants",
    "submit",
]

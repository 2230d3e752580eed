"""The verbs of a campaign's life: write, submit, decide, launch, pause, resume, close; and of its scripts."""

from .approving import decide, submit
from .drafting import PlanChanged, draft, edit, set_participants
from .launching import LaunchResult, launch
from .running import close, pause, resume
from .scripts import approve_script, create_script

__all__ = [
    "LaunchResult",
    "PlanChanged",
    "approve_script",
    "close",
    "create_script",
    "decide",
    "draft",
    "edit",
    "launch",
    "pause",
    "resume",
    "set_participants",
    "submit",
]

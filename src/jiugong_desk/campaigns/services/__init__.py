"""The verbs of a campaign's life: write, submit, launch, pause, resume, close."""

from .approving import submit
from .drafting import PlanChanged, draft, edit, set_participants
from .launching import LaunchResult, launch
from .running import close, pause, resume

__all__ = [
    "LaunchResult",
    "PlanChanged",
    "close",
    "draft",
    "edit",
    "launch",
    "pause",
    "resume",
    "set_participants",
    "submit",
]

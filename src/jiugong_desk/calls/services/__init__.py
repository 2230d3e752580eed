"""The verbs of calling: claim, give back, show the number, record the outcome."""

from .claims import claim, claim_next, extend, release, show_number
from .recording import record_outcome

__all__ = ["claim", "claim_next", "extend", "record_outcome", "release", "show_number"]

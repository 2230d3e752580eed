"""A fictional bank and a campaign whose truth is known. Same seed, same bytes."""

from .bank import Bank, simulate_bank
from .extracts import Extracts
from .placements import Placement, Truth, truth
from .questions import QUESTIONS, Question
from .reactions import Reaction, Reactions, Visit, reactions

__all__ = [
    "QUESTIONS",
    "Bank",
    "Extracts",
    "Placement",
    "Question",
    "Reaction",
    "Reactions",
    "Truth",
    "Visit",
    "reactions",
    "simulate_bank",
    "truth",
]

"""A fictional bank and a campaign whose truth is known. Same seed, same bytes."""

from .bank import Bank, simulate_bank
from .campaigns import SimulatedCampaign, simulate_campaign, simulated_past
from .conditions import Conditions, draw_conditions
from .extracts import Extracts
from .placements import Placement, Truth, truth
from .questions import QUESTIONS, Question
from .reactions import Reaction, Reactions, Visit, reactions

__all__ = [
    "QUESTIONS",
    "Bank",
    "Conditions",
    "Extracts",
    "Placement",
    "Question",
    "Reaction",
    "Reactions",
    "SimulatedCampaign",
    "Truth",
    "Visit",
    "draw_conditions",
    "reactions",
    "simulate_bank",
    "simulate_campaign",
    "simulated_past",
    "truth",
]

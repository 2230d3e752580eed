"""Hold-outs, power, and the effect of a campaign with its interval and a plain sentence."""

from .checks import Check
from .clipping import CutPoints, cut_points
from .effect import Effect, effect_of_treatment, effect_on_balance
from .holdout import Draw, draw_holdout
from .power import power_at, smallest_detectable_effect, smallest_detectable_rate
from .words import Subject

__all__ = [
    "Check",
    "CutPoints",
    "Draw",
    "Effect",
    "Subject",
    "cut_points",
    "draw_holdout",
    "effect_of_treatment",
    "effect_on_balance",
    "power_at",
    "smallest_detectable_effect",
    "smallest_detectable_rate",
]

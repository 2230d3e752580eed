"""Hold-outs, power, and the effect of a campaign with its interval and a plain sentence."""

from .checks import Check
from .clipping import CutPoints, cut_points
from .clusters import cluster_size, design_effect, intraclass_correlation
from .effect import Effect, effect_of_treatment, effect_on_balance
from .engine_draw import draw_holdout_by_engine
from .holdout import Draw, draw_clusters, draw_holdout
from .planning import Assumptions, Design, Option, design
from .power import power_at, smallest_detectable_effect, smallest_detectable_rate
from .words import Subject

__all__ = [
    "Assumptions",
    "Check",
    "CutPoints",
    "Design",
    "Draw",
    "Effect",
    "Option",
    "Subject",
    "cluster_size",
    "cut_points",
    "design",
    "design_effect",
    "draw_clusters",
    "draw_holdout",
    "draw_holdout_by_engine",
    "effect_of_treatment",
    "effect_on_balance",
    "intraclass_correlation",
    "power_at",
    "smallest_detectable_effect",
    "smallest_detectable_rate",
]

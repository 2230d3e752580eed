"""Jiugong 九宫: put customers on the nine-level grid, run campaigns, prove honestly whether they helped.

Tables in, tables out; no Django, no user, no clock. The names below are the public face; more stand in the packages
`policy`, `warehouse`, `segment`, `forecast`, `evaluate` and `simulate`.
"""

from typing import TYPE_CHECKING

from ._lazy import lazy
from .errors import InputError, JiugongError, MisuseError, PolicyError

if TYPE_CHECKING:
    from .evaluate import (
        Draw,
        Effect,
        design,
        draw_clusters,
        draw_holdout,
        draw_holdout_by_engine,
        effect_of_treatment,
        effect_on_balance,
        smallest_detectable_effect,
        smallest_detectable_rate,
    )
    from .forecast import CampaignPlan, Forecast, PastCampaign, forecast_campaign
    from .policy import Policy, load_policy
    from .segment import migration, segment
    from .simulate import Placement, simulate_bank
    from .warehouse import IngestReport, Snapshot, Terms, ingest, open_snapshot, read_table, undo_batch, write_table
else:
    # A package is put into its parent's namespace when it is first loaded, which is now: from here on
    # `jiugong.segment` is the function, and `from jiugong.segment import …` still finds the package.
    from . import segment

    del segment
    __getattr__ = lazy(
        globals(),
        {
            "CampaignPlan": ".forecast",
            "Draw": ".evaluate",
            "Effect": ".evaluate",
            "Forecast": ".forecast",
            "IngestReport": ".warehouse",
            "PastCampaign": ".forecast",
            "Placement": ".simulate",
            "Policy": ".policy",
            "Snapshot": ".warehouse",
            "Terms": ".warehouse",
            "design": ".evaluate",
            "draw_clusters": ".evaluate",
            "draw_holdout": ".evaluate",
            "draw_holdout_by_engine": ".evaluate",
            "effect_of_treatment": ".evaluate",
            "effect_on_balance": ".evaluate",
            "forecast_campaign": ".forecast",
            "ingest": ".warehouse",
            "load_policy": ".policy",
            "migration": ".segment",
            "open_snapshot": ".warehouse",
            "read_table": ".warehouse",
            "segment": ".segment",
            "simulate_bank": ".simulate",
            "smallest_detectable_effect": ".evaluate",
            "smallest_detectable_rate": ".evaluate",
            "undo_batch": ".warehouse",
            "write_table": ".warehouse",
        },
    )

__version__ = "0.1.0"

__all__ = [
    "CampaignPlan",
    "Draw",
    "Effect",
    "Forecast",
    "IngestReport",
    "InputError",
    "JiugongError",
    "MisuseError",
    "PastCampaign",
    "Placement",
    "Policy",
    "PolicyError",
    "Snapshot",
    "Terms",
    "__version__",
    "design",
    "draw_clusters",
    "draw_holdout",
    "draw_holdout_by_engine",
    "effect_of_treatment",
    "effect_on_balance",
    "forecast_campaign",
    "ingest",
    "load_policy",
    "migration",
    "open_snapshot",
    "read_table",
    "segment",
    "simulate_bank",
    "smallest_detectable_effect",
    "smallest_detectable_rate",
    "undo_batch",
    "write_table",
]

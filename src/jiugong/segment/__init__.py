"""The nine-level grid: who stands where, who moved, and what each customer is worth."""

from typing import TYPE_CHECKING

from .._lazy import lazy

if TYPE_CHECKING:
    from .chain import Lifetime, lifetime
    from .expression import COLUMNS, QUADRANTS
    from .moves import migration
    from .period import last_day, measured_months
    from .run import Segmentation, segment
    from .watch import WatchList, watch_lists
else:
    # Lazy, so that `jiugong` can have loaded this package before it gives the name `segment` to the function.
    __getattr__ = lazy(
        globals(),
        {
            "COLUMNS": ".expression",
            "Lifetime": ".chain",
            "QUADRANTS": ".expression",
            "Segmentation": ".run",
            "WatchList": ".watch",
            "last_day": ".period",
            "lifetime": ".chain",
            "measured_months": ".period",
            "migration": ".moves",
            "segment": ".run",
            "watch_lists": ".watch",
        },
    )

__all__ = [
    "COLUMNS",
    "QUADRANTS",
    "Lifetime",
    "Segmentation",
    "WatchList",
    "last_day",
    "lifetime",
    "measured_months",
    "migration",
    "segment",
    "watch_lists",
]

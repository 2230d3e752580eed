"""The nine-level grid: who stands where, who moved, and what each customer is worth."""

from typing import TYPE_CHECKING

from .._lazy import lazy

if TYPE_CHECKING:
    from .expression import QUADRANTS, lifetime_factor, segment_expression
    from .moves import migration
    from .period import last_day, measured_months
    from .run import segment
else:
    # Lazy, so that `jiugong` can have loaded this package before it gives the name `segment` to the function.
    __getattr__ = lazy(
        globals(),
        {
            "QUADRANTS": ".expression",
            "last_day": ".period",
            "lifetime_factor": ".expression",
            "measured_months": ".period",
            "migration": ".moves",
            "segment": ".run",
            "segment_expression": ".expression",
        },
    )

__all__ = ["QUADRANTS", "last_day", "lifetime_factor", "measured_months", "migration", "segment", "segment_expression"]

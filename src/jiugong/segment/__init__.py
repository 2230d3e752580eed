"""The nine-level grid: who stands where, who moved, and what each customer is worth."""

from .expression import QUADRANTS, lifetime_factor, segment_expression
from .moves import migration
from .period import last_day, measured_months
from .run import segment

__all__ = ["QUADRANTS", "last_day", "lifetime_factor", "measured_months", "migration", "segment", "segment_expression"]

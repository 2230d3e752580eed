"""The nine-level grid: who stands where, who moved, and what each customer is worth."""

from .expression import QUADRANTS, lifetime_factor, segment_expression
from .period import measured_months
from .run import segment

__all__ = ["QUADRANTS", "lifetime_factor", "measured_months", "segment", "segment_expression"]

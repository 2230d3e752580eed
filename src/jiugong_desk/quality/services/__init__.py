"""What the room does: draw the day's lot, record a check and what follows from it, find patterns and look at them."""

from .checking import acknowledge, answer, object_to, record_call_back, record_check
from .drawing import corrected_since, draw_day, draw_due, drawn_again
from .flagging import find_patterns, look_at

__all__ = [
    "acknowledge", "answer", "corrected_since", "draw_day", "draw_due", "drawn_again", "find_patterns", "look_at", "object_to", "record_call_back",
    "record_check",
]  # fmt: skip

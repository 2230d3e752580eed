"""What a head does for his people, and what follows where somebody stalls."""

from .reassigning import reassign
from .reminding import acknowledge, remind
from .settling import may_note, resolve, take_note
from .watching import Watched, watch

__all__ = ["Watched", "acknowledge", "may_note", "reassign", "remind", "resolve", "take_note", "watch"]

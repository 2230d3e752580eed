"""What a head does for his people, and what follows where somebody stalls."""

from .reassigning import reassign
from .reminding import acknowledge, remind

__all__ = ["acknowledge", "reassign", "remind"]

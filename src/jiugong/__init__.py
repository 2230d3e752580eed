"""Jiugong 九宫: put customers on the nine-level grid, run campaigns, prove honestly whether they helped.

Tables in, tables out; no Django, no user, no clock.
"""

from .errors import InputError, JiugongError, MisuseError, PolicyError
from .policy import Policy, load_policy

__version__ = "0.1.0"

__all__ = ["InputError", "JiugongError", "MisuseError", "Policy", "PolicyError", "__version__", "load_policy"]

"""Whom a campaign is for: rules over a fixed catalogue of fields, and who of them may be called."""

from .catalogue import FIELDS, Field
from .matching import AudienceCount, Candidate, candidates, count, matching
from .reading import OPERATORS, Rule, WrongRule, read, sentence

__all__ = [
    "FIELDS",
    "OPERATORS",
    "AudienceCount",
    "Candidate",
    "Field",
    "Rule",
    "WrongRule",
    "candidates",
    "count",
    "matching",
    "read",
    "sentence",
]

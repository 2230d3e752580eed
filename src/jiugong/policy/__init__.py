"""The bank's rules as frozen values, read from TOML; the default bank's policy ships as data."""

from .reader import DEFAULT_POLICY, load_policy
from .revision import revisable_text, revised_policy
from .values import (
    Assessment,
    Calling,
    Dispositions,
    Duty,
    Exports,
    Forecasting,
    Grid,
    Holdout,
    Income,
    Outcomes,
    Policy,
    Role,
    Suitability,
    Training,
    Value,
    Visits,
    Watch,
    Wording,
)

__all__ = [
    "DEFAULT_POLICY",
    "Assessment",
    "Calling",
    "Dispositions",
    "Duty",
    "Exports",
    "Forecasting",
    "Grid",
    "Holdout",
    "Income",
    "Outcomes",
    "Policy",
    "Role",
    "Suitability",
    "Training",
    "Value",
    "Visits",
    "Watch",
    "Wording",
    "load_policy",
    "revisable_text",
    "revised_policy",
]

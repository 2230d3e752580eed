"""The bands under which customers stand where they stand: of the newest load, whatever is in force by now."""

from __future__ import annotations

from ..organisation.policies import policy_labelled, policy_on
from .bridge import Grid, Policy
from .models import StandingMonth

__all__ = ["grid", "policy_on", "policy_shown"]


def policy_shown() -> Policy:
    label = StandingMonth.objects.order_by("-month").values_list("policy_version", flat=True).first()
    return policy_labelled(label or "")


def grid() -> Grid:
    return policy_shown().grid

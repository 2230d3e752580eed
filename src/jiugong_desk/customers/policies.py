"""The bands under which customers stand where they stand: of the newest load, whatever is in force by now."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.once import once_a_page
from ..organisation.policies import policy_labelled, policy_on
from .bridge import Grid, Policy
from .models import StandingMonth

__all__ = ["grid", "months_kept", "policy_on", "policy_shown"]


@once_a_page
def months_kept() -> Sequence[StandingMonth]:
    """Whose standings are kept, newest first."""
    return tuple(StandingMonth.objects.order_by("-month"))


def policy_shown() -> Policy:
    return policy_labelled(next((kept.policy_version for kept in months_kept()), ""))


def grid() -> Grid:
    return policy_shown().grid

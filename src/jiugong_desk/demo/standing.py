"""The standing hold-out of the demo: drawn before the first campaign, and measured when it is over."""

from __future__ import annotations

from ..holdout import services
from ..holdout.models import StandingHoldout
from . import story
from .people import People


def left_alone(people: People, *, seed: int) -> StandingHoldout:
    """By management, for the sub-branch, half an hour before the first plan is drafted."""
    at = story.moment(story.PLANNED, 8, 35)
    return services.draw_standing(people.sub_branch, by=people["management"], at=at, seed=f"standing-{seed}")


def measured(found: StandingHoldout, people: People) -> None:
    """By the department, on the morning of the final report."""
    services.measure(found, by=people["business_department"], at=story.moment(story.CONCLUDED, 9, 50))

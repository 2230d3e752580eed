"""Who may call in which campaign, as its course says."""

from __future__ import annotations

from ..organisation.models import Staff
from ..training import queries as training

PREFIX = "campaign:"  # and the reference: how the room of training names a campaign


def taught_to(staff: Staff) -> set[str]:
    """The references of the campaigns whose course he has passed as it is now (one query).

    In these he calls, and in no other: whether he was taken off a course, or it was closed, or there is none, he has not
    passed it.
    """
    subjects = training.passed_subjects(staff)
    return {subject.removeprefix(PREFIX) for subject in subjects if subject.startswith(PREFIX)}

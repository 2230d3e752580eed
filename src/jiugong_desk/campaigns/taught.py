"""Who may call in which campaign, as its course says."""

from __future__ import annotations

from ..organisation.models import Staff
from ..training import queries as training

PREFIX = "campaign:"  # and the reference: how the room of training names a campaign


def barred_from(staff: Staff) -> set[str]:
    """The references of the campaigns whose course he takes and has not passed: there he does not call (one query)."""
    return _campaigns(training.owed_subjects(staff))


def taught_to(staff: Staff) -> set[str]:
    """The references of the campaigns whose course he has passed as it is now (one query).

    Who takes part himself was asked at the launch; whoever stands in for somebody is asked here.
    """
    return _campaigns(training.passed_subjects(staff))


def _campaigns(subjects: list[str]) -> set[str]:
    return {subject.removeprefix(PREFIX) for subject in subjects if subject.startswith(PREFIX)}

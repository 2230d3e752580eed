"""Which policy holds on a day: the file's, or an approved version of its bands and values."""

from __future__ import annotations

from datetime import date

from . import bridge
from .bridge import Policy
from .models import PolicyVersion


def policy_on(day: date) -> Policy:
    """The newest of the file and the approved versions that are in force on the day; at one date the version."""
    file = bridge.policy()
    approved = PolicyVersion.objects.filter(state=PolicyVersion.State.APPROVED, effective_from__lte=day)
    newest = approved.order_by("-effective_from", "-decided_at").first()
    if newest is None or newest.effective_from < file.effective_from:
        return file
    return of_version(newest)


def policy_labelled(label: str) -> Policy:
    """The policy under which something was reckoned (`name@version`); the file's where nobody has kept that one."""
    file = bridge.policy()
    if label in ("", file.label):
        return file
    approved = PolicyVersion.objects.filter(state=PolicyVersion.State.APPROVED, version=label.partition("@")[2])
    found = approved.first()
    return file if found is None else of_version(found)


def of_version(version: PolicyVersion) -> Policy:
    return bridge.revised(version.text, version.version, version.effective_from)
